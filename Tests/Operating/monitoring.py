# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Prometheus reads the configuration, the alerts and the dashboard's queries, whose metrics are all the daemon's."""

from __future__ import annotations

import json
import pathlib
import re
import signal
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from daemon import EXAMPLES, QUESTION, Programs, ask, expect, run

NAME = re.compile(r"\b((?:grantd|process)_[a-z_]+)\b")
LABELS = re.compile(r"([a-z_]+)\{([^}]*)\}")
# Prometheus' own, beside those of the daemon.
SCRAPED = {"instance", "job"}


def check(programs: Programs) -> Iterator[str]:
    """Has promtool read all, and compares the names with a daemon's."""
    folder = EXAMPLES / "prometheus"
    with tempfile.TemporaryDirectory() as scratch:
        # The token's file must be there for the configuration to be good.
        token = pathlib.Path(scratch) / "token"
        token.write_text("t")
        (pathlib.Path(scratch) / "grantd.rules.yml").write_text((folder / "grantd.rules.yml").read_text())
        config = pathlib.Path(scratch) / "prometheus.yml"
        config.write_text((folder / "prometheus.yml").read_text().replace("/etc/prometheus/grantd.token", str(token)))
        run("promtool", "check", "config", config)
        queries = list(dashboard_queries())
        rules = {
            "groups": [{"name": "dashboard", "rules": [{"record": f"q{i}", "expr": q} for i, q in enumerate(queries)]}]
        }
        # JSON is YAML too.
        written = pathlib.Path(scratch) / "dashboard.yml"
        written.write_text(json.dumps(rules))
        run("promtool", "check", "rules", written)
    said = run("promtool", "test", "rules", folder / "grantd.rules.test.yml")
    expect("SUCCESS" in said, said)
    yield f"configuration, alerts and {len(queries)} queries are read; the alerts' tests pass"
    metrics = exposed(programs)
    text = (folder / "grantd.rules.yml").read_text()
    alerts = re.findall(r"expr: (?:\|\n((?: {10,}.*\n)+)|(.*)\n)", text)
    asked = queries + ["".join(alert) for alert in alerts]
    for query in asked:
        for name in NAME.findall(query):
            base = re.sub(r"_(bucket|sum|count)$", "", name)
            expect(name in metrics or base in metrics, f"the daemon has no metric {name}: {query}")
        for name, matchers in LABELS.findall(query):
            for label in re.findall(r"([a-z_]+)\s*(?:=|!)", matchers):
                known = metrics.get(name, set()) | metrics.get(re.sub(r"_(bucket|sum|count)$", "", name), set()) | SCRAPED
                expect(label in known or name == "up", f"{name} has no label {label}: {query}")
    yield f"every metric of {len(asked)} queries is one of the daemon's {len(metrics)}"


def dashboard_queries() -> Iterator[str]:
    """What the dashboard asks, with Grafana's variables filled in."""
    dashboard = json.loads((EXAMPLES / "grafana" / "grantd.json").read_text())
    numbers = [panel["id"] for panel in dashboard["panels"]]
    expect(len(set(numbers)) == len(numbers), "two panels have one number")
    places: list[dict[str, Any]] = [panel["gridPos"] for panel in dashboard["panels"]]
    expect(all(place["x"] + place["w"] <= 24 for place in places), "a panel is wider than the dashboard")
    for panel in dashboard["panels"] + dashboard["annotations"]["list"]:
        for query in [target["expr"] for target in panel.get("targets", [])] + [panel.get("expr", "")]:
            if query:
                filled = query.replace("$__rate_interval", "1m").replace("$instance", ".*")
                expect("$" not in filled, f"a variable that this check does not know: {query}")
                yield filled


def exposed(programs: Programs) -> dict[str, set[str]]:
    """The labels of every metric that a daemon has which has done all sorts of things."""
    with tempfile.TemporaryDirectory() as folder:
        tokens = pathlib.Path(folder) / "tokens"
        tokens.write_text("district [agency]: t\n")
        tokens.chmod(0o600)
        log = str(pathlib.Path(folder) / "decisions")
        with programs.serve("--token-file", str(tokens), "--decision-log", log) as daemon:
            token = {"authorization": "Bearer t"}
            for body in (QUESTION, "{"):
                ask(f"http://{daemon.address}/grantd.v1.Calculator/Evaluate", body, headers=token)
            daemon.process.send_signal(signal.SIGHUP)
            for _ in range(250):
                status, text, _ = ask(f"http://{daemon.address}/metrics", headers=token)
                expect(status == 200, f"/metrics: {status} {text}")
                if re.search(r'grantd_reloads_total\{subject="policies",result="success"\} 1', text):
                    break
                time.sleep(0.02)
    metrics: dict[str, set[str]] = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            metrics.setdefault(line.split()[2], set())
        elif line and not line.startswith("#"):
            name, _, rest = re.split(r"[ ]", line, maxsplit=1)[0].partition("{")
            metrics.setdefault(re.sub(r"_(bucket|sum|count)$", "", name) if rest and 'le="' in rest else name, set()).update(
                re.findall(r'(\w+)="', line)
            )
    return metrics
