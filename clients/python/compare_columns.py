# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Compares Calculator/EvaluateColumns with Calculator/EvaluateBatch over random rows: they must answer alike, row for row.

    python compare_columns.py [--rows 1000000] [--seed 1] [--measure M]... [--address HOST:PORT]

The rows are made of what the daemon says that its measures ask: gaps, bounds, what lies beyond them, days that are none,
earlier awards, lists. How they are asked varies from call to call: the stage, whether bars are taken as absent, whether the
whole reasoning is asked for, whether days stand in rows, in the call, or in neither. Wants `grantd[tables]` and a daemon.
Without --measure the rows are shared out among all measures; the same seed makes the same rows, and is told.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import os
import sys
import time
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import pyarrow as pa

import grantd
from grantd._cell_columns import arrow_type
from grantd._columnar import failed_rules
from grantd.table._form import AWARD_AMOUNT, PRIOR_AWARDS, Fact, Form, form_of
from grantd.table._scoring import answer_of, list_type
from grantd.v1.assessment_pb2 import Finding
from grantd.v1.calculator_pb2 import Stage
from grantd.v1.catalogue_pb2 import ListMeasuresRequest
from grantd.v1.catalogue_pb2_grpc import CatalogueStub

_CODES = ("91110108MA01CX7K1R", "91110000600037341L", "91110108MA01CX7K1R", "91110108MA01CX7K1X")
_NAMES = ("P-1", "P-2", "project 3", "项目四", "")
_FIRST_DAY = datetime.date(2024, 1, 1).toordinal()
_NO_DAY = "2026-02-30"
_STAGES = (Stage.APPLICATION, Stage.PUBLICITY, Stage.DISBURSEMENT)
# How many rows are asked about in one way, and how many with the whole reasoning.
_ASKED, _EXPLAINED = 512, 256
# Of an answer what both ways tell; an error has nothing else.
_TOLD = ("outcome", "amount_fen", "potential_amount_fen", "basis", "binding_cap", "failed", "missing", "missing_omitted")
_ERROR = ("error", "error_number", "error_field", "error_details")


def value_of(fact: Fact, form: Form, measures: Sequence[str], random: Random, gaps: float = 0.08) -> Any:
    """A value of a fact, or ``None``; a few do not fit."""
    if random.random() < gaps:
        return None
    reading = fact.reading
    is_wrong = random.random() < 0.002
    match reading.kind:
        case "bool":
            # Earlier awards that nobody has looked for, and that are there, do not fit.
            return random.random() < (0.03 if fact.path == "prior_awards_unknown" else 0.8)
        case "whole":
            return _whole(reading.minimum, reading.maximum, reading.bits, is_wrong, random)
        case "date":
            return _NO_DAY if is_wrong else _day(random)
        case "enum":
            return random.choice(reading.choices).number if reading.choices else None
        case "enums":
            return [random.choice(reading.choices).number for _ in range(random.randrange(3))]
        case "list":
            entries = (_entry(fact, form, measures, random) for _ in range(random.choice((0, 0, 1, 1, 2, 4))))
            return list(entries)
        case _:
            if fact.path.endswith("unified_social_credit_code"):
                return random.choice(_CODES[: 4 if is_wrong else 3])
            return "P\u200b1" if is_wrong else random.choice(_NAMES)


def _whole(least: int | None, most: int | None, bits: int, is_wrong: bool, random: Random) -> int:
    ends = -(1 << bits - 1), (1 << bits - 1) - 1
    low = ends[0] if least is None else least
    high = ends[1] if most is None else most
    if is_wrong:
        return max(ends[0], low - 1) if random.random() < 0.5 else min(ends[1], high + 1)
    common = min(high, max(low, 0) + random.choice((10, 10_000, 10**8, 10**10)))
    usual = random.randint(max(low, 0), max(low, 0, common))
    return usual if random.random() < 0.8 else random.choice((low, high, random.randint(low, high)))


def _entry(fact: Fact, form: Form, measures: Sequence[str], random: Random) -> dict[str, Any]:
    entry = {one.path: value_of(one, form, measures, random, gaps=0.01) for one in fact.entries}
    if fact.path == PRIOR_AWARDS:
        entry["measure"] = "no.such" if random.random() < 0.002 else random.choice((form.measure, random.choice(measures)))
        entry["award_id"] = None
    return entry


def rows_of(
    form: Form, facts: Sequence[Fact], measures: Sequence[str], count: int, random: Random, may_lack_days: bool
) -> list[list[Any]]:
    """Columns of so many rows."""
    columns = [[value_of(fact, form, measures, random) for _ in range(count)] for fact in facts]
    for fact, column in zip(facts, columns, strict=True):
        if fact.path == "as_of":
            usual = None if may_lack_days else "2026-05-20"
            column[:] = [usual if day is None or random.random() < 0.8 else day for day in column]
    return columns


def table_of(facts: Sequence[Fact], columns: Sequence[Sequence[Any]]) -> pa.Table:
    """The rows as EvaluateColumns takes them."""
    arrays: dict[str, Any] = {}
    for fact, column in zip(facts, columns, strict=True):
        kind = list_type(fact) if fact.reading.kind in ("list", "enums") else arrow_type(fact.reading)
        # Days are texts, so that there may be some that are none.
        arrays[fact.path] = pa.array(column, pa.string() if fact.reading.kind == "date" else kind)
    return pa.table(arrays)


def applications_of(form: Form, facts: Sequence[Fact], columns: Sequence[Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """The rows as EvaluateBatch takes them."""
    paths = [fact.path.split(".") for fact in facts]
    for row in zip(*columns, strict=True):
        application: dict[str, Any] = {form.member: {}}
        for path, value in zip(paths, row, strict=True):
            if value is None or value == []:
                continue
            inner = application
            for name in path[:-1]:
                inner = inner.setdefault(name, {})
            if value and isinstance(value, list) and isinstance(value[0], dict):
                value = [{name: one for name, one in entry.items() if one is not None} for entry in value]
            inner[path[-1]] = value
        yield application


@dataclasses.dataclass(frozen=True)
class Asking:
    """How rows are asked about."""

    stage: Stage.Value.ValueType
    assumes: bool
    explains: bool
    # The day of the call, and whether rows have days of their own.
    as_of: str | None
    has_days: bool

    @classmethod
    def random(cls, random: Random) -> Asking:
        """One of all ways; without any day there is an error in each row."""
        as_of, has_days = random.choice((("2026-05-20", True), (None, True), ("2026-05-20", False), (_day(random), False)))
        as_of, has_days = (None, False) if random.random() < 0.01 else (as_of, has_days)
        return cls(random.choice(_STAGES), random.random() < 0.5, random.random() < 0.25, as_of, has_days)


def _day(random: Random) -> str:
    return datetime.date.fromordinal(_FIRST_DAY + random.randrange(1200)).isoformat()


def answers_of(table: pa.Table) -> Iterator[dict[str, Any]]:
    """What EvaluateColumns has answered, a row at a time."""
    lines = [name for name in table.column_names if name.startswith("lines.")]
    metadata = table.schema.metadata
    policy = {
        "digest": metadata[b"grantd.digest"].decode(),
        "in_force_from": metadata.get(b"grantd.in_force_from", b"").decode(),
    }
    rules = failed_rules(table)
    others = [name for name in ("in_force_from", "reasons") if name in table.column_names]
    for row in table.select([*_TOLD, *_ERROR, *lines, *others]).to_pylist():
        if row["error"] is not None:
            yield {name: row[name] for name in _ERROR}
            continue
        values = {name.removeprefix("lines."): row[name] for name in lines if row[name] not in (None, [])}
        told = {name: row[name] for name in _TOLD}
        told["failed"] = [(rule, rules[rule]["clause"], rules[rule]["kind"]) for rule in row["failed"] or []]
        # The day of its version stands in each row where they are under several.
        first = policy["in_force_from"] or row["in_force_from"].isoformat()
        steps = [(step["rule"], step["clause"], step["zh"], step["en"]) for step in row.get("reasons") or []]
        told |= policy | {"missing": told["missing"] or [], "in_force_from": first, "reasons": steps}
        yield told | {"lines": _plain(values)}


def answer_of_score(score: grantd.Score) -> dict[str, Any]:
    """What EvaluateBatch has answered, told alike."""
    if score.error is not None:
        error = score.error
        return dict(zip(_ERROR, (error.code().name, error.number, error.field or None, error.details()), strict=True))
    assessment = score.result()
    answer = answer_of(assessment)
    lines = {line.id: _value(line) for line in assessment.lines}
    told = {name: answer.get(name) for name in _TOLD}
    told["failed"] = [(one.rule, one.clause, one.kind) for one in assessment.findings if one.verdict == Finding.FAIL]
    told["missing_omitted"] = assessment.missing_omitted if assessment.HasField("missing_omitted") else None
    told |= {"digest": assessment.policy.digest, "in_force_from": assessment.policy.in_force_from}
    told["reasons"] = [(step.rule, step.clause, step.text.zh, step.text.en) for step in assessment.explanation]
    return told | {"lines": _plain({name: value for name, value in lines.items() if value not in (None, [])})}


def _value(line: Any) -> Any:
    kind = line.WhichOneof("value")
    if kind == "quantity":
        return line.quantity.value
    return list(line.names.values) if kind == "names" else None if kind is None else getattr(line, kind)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in sorted(values.items())}


def compare(channel: grantd.Channel, form: Form, measures: Sequence[str], rows: int, random: Random) -> dict[str, int]:
    """Compares so many rows of a measure; counts their outcomes."""
    facts = [fact for fact in form.all() if fact.path != AWARD_AMOUNT.path]
    counted: dict[str, int] = {}
    start = 0
    while start < rows:
        asking = Asking.random(random)
        count = min(_EXPLAINED if asking.explains else _ASKED, rows - start)
        start += count
        asked = [fact for fact in facts if asking.has_days or fact.path != "as_of"]
        columns = rows_of(form, asked, measures, count, random, asking.as_of is not None)
        for number, (one, other) in enumerate(pairs_of(channel, form, asked, columns, asking)):
            if one != other:
                row = {fact.path: column[number] for fact, column in zip(asked, columns, strict=True)}
                sys.exit(f"{form.measure}: the row {row},\nasked {asking},\nis by columns {one}\nand by batches {other}")
            name = one.get("outcome", "an error")
            counted[name] = counted.get(name, 0) + 1
    return counted


def pairs_of(
    channel: grantd.Channel, form: Form, facts: Sequence[Fact], columns: Sequence[Sequence[Any]], asking: Asking
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What both ways answer of each row."""
    table = grantd.score_columns(
        table_of(facts, columns),
        form.measure,
        as_of=asking.as_of,
        channel=channel,
        stage=asking.stage,
        assume_unset_bars_absent=asking.assumes,
        reasons=asking.explains,
        timeout=600,
    )
    applications = applications_of(form, facts, columns)
    if asking.as_of is not None:
        # Batches have no day of their own.
        applications = ({"as_of": asking.as_of} | application for application in applications)
    scores = grantd.score(
        applications,
        channel=channel,
        stage=asking.stage,
        assume_unset_bars_absent=asking.assumes,
        explain=asking.explains,
        timeout=600,
    )
    return zip(answers_of(table), map(answer_of_score, scores), strict=True)


def main() -> None:
    """Compares, and tells what was compared."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--measure", action="append", default=[])
    parser.add_argument("--address", default=os.environ.get("GRANTD_ADDRESS", "127.0.0.1:7843"))
    options = parser.parse_args()
    random = Random(options.seed)
    started = time.monotonic()
    total: dict[str, int] = {}
    with grantd.Channel(options.address) as channel:
        listed = CatalogueStub(channel).ListMeasures(ListMeasuresRequest(), timeout=60).measures
        measures = list(dict.fromkeys(one.measure for one in listed))
        chosen = options.measure or measures
        for number, measure in enumerate(chosen):
            rows = options.rows // len(chosen) + (number < options.rows % len(chosen))
            for name, count in compare(channel, form_of(channel, measure), measures, rows, random).items():
                total[name] = total.get(name, 0) + count
    told = ", ".join(f"{name} {count:,}" for name, count in sorted(total.items()))
    took = time.monotonic() - started
    print(
        f"{sum(total.values()):,} rows of {len(chosen)} measures answered alike in {took:,.0f} s, seed {options.seed}: {told}"
    )


if __name__ == "__main__":
    main()
