# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The worked cases of the policies and of Tests/GrantdEngineTests/Cases, and what they expect of an answer in JSON form."""

from __future__ import annotations

import functools
import json
import pathlib
from collections.abc import Iterable
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
POLICIES = ROOT / "Sources" / "GrantdPolicy" / "Policies"
CASES = ROOT / "Tests" / "GrantdEngineTests" / "Cases"
Json = dict[str, Any]


@functools.cache
def _file(name: str) -> dict[str, Json]:
    path = POLICIES / f"{name}.cases.jsonl"
    if not path.exists():
        path = CASES / f"{name}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    return {case["id"]: case for case in map(json.loads, lines)}


def find(reference: str) -> Json:
    """The case of ``FILE#ID``."""
    name, _, case_id = reference.partition("#")
    return _file(name)[case_id]


def differences(case: Json, answer: Json) -> list[str]:
    """Where an answer differs from what the case expects."""
    expected = case["expect"]
    return _screening(expected, answer) if "screen" in case else _assessment(expected, answer)


def subset_differences(wanted: Any, got: Any, place: str = "") -> list[str]:
    """Where ``got`` differs from ``wanted``; what an object of ``wanted`` does not name is not compared."""
    if isinstance(wanted, dict):
        if not isinstance(got, dict):
            return [f"{place} is {got!r}"]
        return [each for key in wanted for each in subset_differences(wanted[key], got.get(key), f"{place}.{key}")]
    if isinstance(wanted, list):
        if not isinstance(got, list) or len(got) != len(wanted):
            return [f"{place} is {got!r} instead of {wanted!r}"]
        return [each for at, one in enumerate(wanted) for each in subset_differences(one, got[at], f"{place}[{at}]")]
    return [] if _equal(wanted, got) else [f"{place} is {got!r} instead of {wanted!r}"]


def _assessment(expected: Json, answer: Json) -> list[str]:
    found: list[str] = []

    def compare(key: str, wanted: Any, got: Any, holds: bool) -> None:
        if not holds:
            found.append(f"{key} is {got!r} instead of {wanted!r}")

    for key, wanted in expected.items():
        if key in ("failed", "assumed"):
            verdict = "FAIL" if key == "failed" else "ASSUMED"
            rules = [finding["rule"] for finding in answer.get("findings", []) if finding["verdict"] == verdict]
            compare(key, wanted, rules, set(rules) == set(wanted))
        elif key in ("missing", "missing_order"):
            paths = [missing["path"] for missing in answer.get("missing", [])]
            holds = paths == wanted if key == "missing_order" else sorted(paths) == sorted(set(wanted))
            compare(key, wanted, paths, holds)
        elif key == "lines":
            found += _lines(wanted, answer)
        elif key == "caps":
            caps = {cap["id"]: cap for cap in answer.get("caps", [])}
            for cap, figures in wanted.items():
                found += subset_differences(figures, caps.get(cap), f"cap {cap}")
        else:
            compare(key, wanted, answer.get(key), _equal(wanted, answer.get(key)))
    return found


def _screening(expected: Json, answer: Json) -> list[str]:
    measures = [assessment["measure"] for assessment in answer.get("assessments", [])]
    holds = {
        "measures": lambda wanted: measures == wanted,
        "first": lambda wanted: measures[: len(wanted)] == wanted,
        "contains": lambda wanted: set(wanted) <= set(measures),
        "absent": lambda wanted: not set(wanted) & set(measures),
    }
    return [f"{key} is {measures} instead of {wanted}" for key, wanted in expected.items() if not holds[key](wanted)]


def _lines(expected: Json, answer: Json) -> Iterable[str]:
    lines = {line["id"]: line for line in answer.get("lines", [])}
    for name, wanted in expected.items():
        line = lines.get(name)
        if line is None or wanted is None:
            if line is not None or wanted is not None:
                yield f"line {name} is {line!r} instead of {wanted!r}"
            continue
        if wanted is True and line.get("flag") is not False:
            continue
        got = next((line[key] for key in ("amount_fen", "date", "name", "flag") if key in line), None)
        if "quantity" in line:
            got = line["quantity"]["value"]
        if "names" in line:
            got = line["names"].get("values", [])
        if not _equal(wanted, got):
            yield f"line {name} is {got!r} instead of {wanted!r}"


def _equal(wanted: Any, got: Any) -> bool:
    if wanted is None or got is None:
        return wanted is got
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    # Protobuf's JSON writes 64-bit numbers as texts; the cases write numbers.
    if isinstance(wanted, int) or (isinstance(wanted, str) and wanted.isdigit()):
        return str(wanted) == str(got)
    return wanted == got
