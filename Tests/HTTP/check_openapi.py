# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""`/openapi.json`: a valid description, and schemathesis finds nothing that is otherwise than it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from typing import Any

from contract import HTTP, SERVICES
from openapi_spec_validator import OpenAPIV31SpecValidator

SEED = "20260520"


def document(address: str) -> dict[str, Any]:
    status, kind, body = HTTP(address).get("/openapi.json")
    assert (status, kind) == (200, "application/json"), (status, kind)
    return json.loads(body)


def check(daemons: dict[str, str]) -> str:
    """Valid, whole, and naming every fact in words; for each of some daemons."""
    said = []
    for name, address in daemons.items():
        described = document(address)
        errors = [error.message for error in OpenAPIV31SpecValidator(described).iter_errors()]
        assert not errors, f"{name}: {errors[:3]}"
        expected = {f"/{method.containing_service.full_name}/{method.name}" for service in SERVICES for method in service.methods if not method.server_streaming}
        assert expected <= set(described["paths"]), f"{name}: {expected - set(described['paths'])}"
        schemas = described["components"]["schemas"]
        measures = schemas["grantd.v1.DescribeMeasureRequest"]["properties"]["measure"]["enum"]
        facts = {schema: body for schema, body in schemas.items() if schema.split(".")[-1].endswith("Facts")}
        assert len(facts) >= len(measures), f"{name}: {len(facts)} of {len(measures)} measures have facts"
        mute = [
            f"{schema}.{field}"
            for schema, body in facts.items()
            for field, value in body.get("properties", {}).items()
            if not value.get("description")
        ]
        assert not mute, f"{name}: without words: {mute[:5]}"
        said.append(f"{name}: {len(described['paths'])} paths, {len(measures)} measures, {len(schemas)} schemas")
    return "valid OpenAPI 3.1; " + "; ".join(said)


# The book of awards by itself: whether it takes a request hangs on what stands in it.
BOOK = "^/grantd[.]v1[.]Awards/"


def attack(plain: str, book: str, is_short: bool) -> str:
    """What schemathesis finds of all paths but the book's, and of these on a daemon that keeps one.

    With a seed, and in the short form with so many examples a path, whatever the time: the same everywhere, as a run of
    continuous integration that finds what none before it found helps nobody who has changed something else. The long form
    looks for news, for so many seconds.
    """
    if is_short:
        # Applications are slow to make up.
        bounds = [["--phases", "fuzzing", "--max-examples", examples] for examples in ("12", "40")]
    else:
        bounds = [["--phases", "examples,coverage,fuzzing", "--max-time", seconds] for seconds in ("700", "200")]
    # In place of `positive_data_acceptance`.
    rules = {"SCHEMATHESIS_HOOKS": "schemathesis_rules"}
    found = [
        run(plain, ["--exclude-path-regex", BOOK, *bounds[0]], rules),
        run(book, ["--include-path-regex", BOOK, *bounds[1]], {}),
    ]
    return f"schemathesis finds nothing: {found[0]}; of the book: {found[1]}"


def run(address: str, options: list[str], environment: dict[str, str]) -> str:
    """Runs it. Returns how much it tried."""
    with tempfile.TemporaryDirectory() as folder:
        tool = subprocess.run(
            [
                os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run", f"http://{address}/openapi.json",
                "--checks", "all", "--exclude-checks", "positive_data_acceptance", *options,
                # Ninety-odd measures are slow to choose among.
                "--suppress-health-check", "all", "--seed", SEED, "--no-color", "--continue-on-failure",
            ],
            cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True,
        )  # fmt: skip
    lines = [line.strip() for line in tool.stdout.splitlines() if line.strip()]
    assert tool.returncode == 0, "\n".join([*lines[-80:], tool.stderr.strip()])
    tested = [line for line in lines if re.match(r"[0-9]+ generated|Tested:", line)]
    assert tested, f"schemathesis tried nothing: {lines[-5:]}"
    return "; ".join(tested)
