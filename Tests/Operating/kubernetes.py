# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The manifests: valid by Kubernetes' own schemas, consistent with each other, and with a daemon that reads what they mount."""

from __future__ import annotations

import json
import os
import pathlib
import re
import tempfile
from collections.abc import Iterator
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import yaml
from daemon import EXAMPLES, Programs, ask, expect, run

FOLDER = EXAMPLES / "kubernetes"
VERSIONS = ("1.30", "1.37")


def check(programs: Programs) -> Iterator[str]:
    """Validates, compares, and starts a daemon as the kubelet would."""
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]
    there = sorted(path.name for path in FOLDER.glob("*.yaml") if path.name != "kustomization.yaml")
    expect(sorted(listed) == there, f"kustomization.yaml lists {listed}, there are {there}")
    objects = [document for name in listed for document in yaml.safe_load_all((FOLDER / name).read_text())]
    for document in objects:
        for version in VERSIONS:
            kubernetes_validate.validate(document, version, strict=True)
    yield f"{len(objects)} objects are valid in Kubernetes {' and '.join(VERSIONS)}"
    by_kind: dict[str, list[Any]] = {}
    for document in objects:
        by_kind.setdefault(document["kind"], []).append(document)
    pod = by_kind["Deployment"][0]["spec"]["template"]
    compare(by_kind, pod)
    container = pod["spec"]["containers"][0]
    with tempfile.TemporaryDirectory() as folder:
        mounts(pathlib.Path(folder), by_kind)
        run(programs.grantctl, "policy", "check", "--strict", pathlib.Path(folder) / "etc" / "grantd" / "policies")
    yield "grantctl policy check finds nothing in it"
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        mounts(root, by_kind)
        # The daemon's own folder: what stands below / in the pod stands below this one here.
        options = [option.replace("=/", f"={root}/") for option in container["args"][1:]]
        for path in ("var/lib/grantd", "etc/grantd"):
            (root / path).mkdir(parents=True, exist_ok=True)
        with programs.serve(*options) as daemon:
            base = f"http://127.0.0.1:{daemon.port}"
            for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
                path = container[kind]["httpGet"]["path"]
                expect(ask(f"{base}{path}")[0] == 200, f"{path} is not answered without a token")
            token = re.findall(r": (\S+)$", by_kind["Secret"][0]["stringData"]["tokens"], re.MULTILINE)
            facts = {"built": True, "investment_fen": 100_000_000}
            body = json.dumps({"application": {"as_of": "2026-05-20", "rooftop_solar_subsidy": facts}})
            status, text, _ = ask(
                f"{base}/grantd.v1.Calculator/Evaluate", body, headers={"authorization": f"Bearer {token[0]}"}
            )
            expect(status == 200 and '"amount_fen":"20000000"' in text.replace(" ", ""), f"{status} {text}")
            status, text, _ = ask(f"{base}/metrics", headers={"authorization": f"Bearer {token[1]}"})
            expect(status == 200, f"no /metrics for prometheus: {status} {text}")
    yield "a daemon with the pod's arguments and mounts is ready, and serves the programme of the ConfigMap"

def compare(by_kind: dict[str, list[Any]], pod: dict[str, Any]) -> None:
    """What must be the same in several places is."""
    labels, spec = pod["metadata"]["labels"], pod["spec"]
    container = spec["containers"][0]
    selectors = [by_kind["Deployment"][0]["spec"]["selector"]["matchLabels"]]
    selectors += [service["spec"]["selector"] for service in by_kind["Service"]]
    selectors += [budget["spec"]["selector"]["matchLabels"] for budget in by_kind["PodDisruptionBudget"]]
    selectors += [policy["spec"]["podSelector"]["matchLabels"] for policy in by_kind["NetworkPolicy"]]
    expect(all(selector.items() <= labels.items() for selector in selectors), "a selector finds no pod")
    names = {port["name"] for port in container["ports"]}
    asked = {port["targetPort"] for service in by_kind["Service"] for port in service["spec"]["ports"]}
    asked |= {container[probe]["httpGet"]["port"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")}
    expect(asked <= names, f"ports {asked - names} are not the container's")
    volumes = {volume["name"]: volume for volume in spec["volumes"]}
    expect({mount["name"] for mount in container["volumeMounts"]} == set(volumes), "a volume is not mounted, or not there")
    expect(volumes["tokens"]["secret"]["secretName"] == by_kind["Secret"][0]["metadata"]["name"], "no such Secret")
    expect(volumes["policies"]["configMap"]["name"] == by_kind["ConfigMap"][0]["metadata"]["name"], "no such ConfigMap")
    seconds = {name: int(value) for name, value in re.findall(r"--([a-z-]+)=(\d+)", " ".join(container["args"]))}
    grace = spec["terminationGracePeriodSeconds"]
    expect(grace > seconds["drain-delay"] + seconds["grace-period"], "the pod is killed before the daemon has stopped")
    ready = container["readinessProbe"]
    expect(
        seconds["drain-delay"] > ready["periodSeconds"] * (ready["failureThreshold"] + 1),
        "the daemon stops listening before the readiness probe has told",
    )
    others = [document for kind in by_kind if kind != "Namespace" for document in by_kind[kind]]
    namespaces = {document["metadata"].get("namespace") for document in others}
    expect(namespaces == {by_kind["Namespace"][0]["metadata"]["name"]}, f"namespaces {namespaces}")


def mounts(root: pathlib.Path, by_kind: dict[str, list[Any]]) -> None:
    """Lays files as the kubelet does: links into a folder that is a link itself."""
    secret, policies = by_kind["Secret"][0]["stringData"], by_kind["ConfigMap"][0]["data"]
    for place, files, mode in (("etc/grantd/secrets", secret, 0o440), ("etc/grantd/policies", policies, 0o644)):
        folder = root / place
        data = folder / "..2026_05_20_08_00_00.123"
        data.mkdir(parents=True)
        (folder / "..data").symlink_to(data.name)
        for name, text in files.items():
            (data / name).write_text(text)
            os.chmod(data / name, mode)
            (folder / name).symlink_to(f"..data/{name}")
