# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The scoring of typed rows: the one place where tables meet the daemon's calculator."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Iterator
from typing import Any

import grpc
import pyarrow as pa
import pyarrow.compute as pc

from grantd._ask import fetch
from grantd._batches import Entry, Flawed
from grantd._cell_columns import arrow_type
from grantd._columnar import evaluate_table
from grantd._columns import Column, application_of
from grantd._schema import Schema, known_of
from grantd.table._applications import Applications, Rows
from grantd.table._form import AWARD_AMOUNT, ID, Fact, Form
from grantd.table._problems import Language, Problem, said
from grantd.table._table import TypedRows
from grantd.v1.assessment_pb2 import Basis, Finding, Line, Outcome
from grantd.v1.calculator_pb2 import Stage

# What comes back of a row.
_FIELDS: list[tuple[str, Any]] = [
    ("application_id", pa.string()),
    ("measure", pa.string()),
    ("outcome", pa.string()),
    ("amount_fen", pa.int64()),
    ("potential_amount_fen", pa.int64()),
    ("basis", pa.string()),
    ("binding_cap", pa.string()),
    ("failed", pa.list_(pa.string())),
    ("missing", pa.list_(pa.string())),
    # A JSON object by the lines' ids; null where there are none.
    ("lines", pa.string()),
    ("digest", pa.string()),
    # Where the row was not assessed: why, the row's number in the file, and where in it.
    ("error", pa.string()),
    ("error_row", pa.int64()),
    ("error_place", pa.string()),
]
RESULT = pa.schema(_FIELDS)
# The same of rows that went through the book.
_AWARD_FIELDS: list[tuple[str, Any]] = [("awarded_fen", pa.int64()), ("award_id", pa.string())]
AWARD_RESULT = pa.schema([*_FIELDS, *_AWARD_FIELDS])


@dataclasses.dataclass(frozen=True)
class Question:
    """What is asked about every row."""

    as_of: str | None = None
    stage: Stage.Value.ValueType = Stage.APPLICATION
    assume_unset_bars_absent: bool = False
    # How long one batch may take, in seconds, waiting for the daemon included.
    timeout: float = 60.0


class Scorer:
    """Scores rows over a channel."""

    def __init__(self, channel: grpc.Channel, form: Form, question: Question, language: Language) -> None:
        self._channel = channel
        self._form = form
        self._question = question
        self._language = language

    def score(self, rows: TypedRows) -> Any:
        """The results of rows, in their order.

        Raises:
            GrantdError: Where the scoring cannot go on, also because the daemon has other rules meanwhile.
        """
        count = len(rows.chunk)
        good = [row for row in range(count) if row not in rows.problems]
        if not good:
            return self._with_problems(RESULT.empty_table(), [], rows)
        table = rows_as_table(rows, self._form)
        if len(good) < count:
            table = table.take(pa.array(good))
        question = self._question
        answers = evaluate_table(
            self._channel,
            table,
            self._form.measure,
            as_of=question.as_of,
            stage=question.stage,
            assume_unset_bars_absent=question.assume_unset_bars_absent,
            timeout=question.timeout,
            digest=self._form.digest,
        )
        ids = table[ID] if ID in table.column_names else pa.nulls(len(good), pa.string())
        results = self._results(answers, ids, rows, good)
        return results if len(good) == count else self._with_problems(results, good, rows)

    def applications(self, rows: TypedRows, good: list[int]) -> Iterator[Entry]:
        """The applications of some of the rows, as messages."""
        schema = self._schema
        table = {path: column for path, column in rows.table.items() if path != AWARD_AMOUNT.path}
        columns = [Column(path, schema=schema) for path in table]
        values = [column.to_pylist() if isinstance(column, pa.Array) else column for column in table.values()]
        for row in good:
            entry = application_of(columns, [column[row] for column in values], self._form.measure, None, schema)
            if not isinstance(entry, Flawed) and self._question.as_of is not None and not entry.HasField("as_of"):
                entry.as_of = self._question.as_of  # type: ignore[attr-defined]  # A message of the contract.
            yield entry

    def _results(self, answers: Any, ids: Any, rows: TypedRows, good: list[int]) -> Any:
        """Answers as results; ``good``: the rows that were sent."""
        count = answers.num_rows
        is_wrong = pc.is_valid(answers["error"])
        columns = {name: answers[name] for name in _AS_THEY_ARE}
        columns["application_id"] = ids
        columns["measure"] = pc.if_else(is_wrong, None, pa.scalar(self._form.measure))
        columns["digest"] = pc.if_else(is_wrong, None, pa.scalar(self._form.digest))
        columns["lines"] = _lines(answers)
        told: dict[str, list[Any]] = {name: [None] * count for name in ("error", "error_row", "error_place")}
        for place in pc.indices_nonzero(is_wrong).to_pylist():
            field, message = answers["error_field"][place].as_py() or "", answers["error_details"][place].as_py() or ""
            for name, value in told_of(rows.refusal(good[place], field, message), self._language).items():
                told[name][place] = value
        columns |= {name: pa.array(values, RESULT.field(name).type) for name, values in told.items()}
        return pa.table(columns).select(RESULT.names).cast(RESULT)

    def _with_problems(self, results: Any, good: list[int], rows: TypedRows) -> Any:
        """The results with those of the rows that were not sent, in the rows' order."""
        bad = sorted(rows.problems)
        wrong = pa.Table.from_pylist([flawed(rows.problems[row], rows, row, self._language) for row in bad], RESULT)
        places = [0] * len(rows.chunk)
        for place, row in enumerate([*good, *bad]):
            places[row] = place
        return pa.concat_tables([results, wrong]).take(pa.array(places, pa.int64())).combine_chunks()

    @functools.cached_property
    def _schema(self) -> Schema:
        known = known_of(self._channel)
        if known.schema.member_of(self._form.measure) is None:
            known.learn(fetch(self._channel, self._question.timeout))
        return known.schema


class Scorers:
    """Scores rows of several measures."""

    def __init__(self, channel: grpc.Channel, applications: Applications, question: Question, language: Language) -> None:
        self._language = language
        self._by_measure = {
            table.form.measure: Scorer(channel, table.form, question, language) for table in applications.tables
        }

    def of(self, measure: str) -> Scorer:
        """What scores the rows of one measure."""
        return self._by_measure[measure]

    def score(self, rows: Rows) -> Any:
        """The results of rows, in their order; raises as ``Scorer.score``."""
        pieces = [self.of(part.table.form.measure).score(part.rows) for part in rows.parts]
        if len(pieces) == 1 and not rows.problems:
            return pieces[0]
        unread = sorted(rows.problems)
        wrong = [told_of(rows.problems[row], self._language) for row in unread]
        pieces.append(pa.Table.from_pylist(wrong, RESULT))
        order = [0] * len(rows.chunk)
        for place, row in enumerate([*(row for part in rows.parts for row in part.places), *unread]):
            order[row] = place
        return pa.concat_tables(pieces).take(pa.array(order, pa.int64())).combine_chunks()


# Columns of answers that are results as they are.
_AS_THEY_ARE = ("outcome", "amount_fen", "potential_amount_fen", "basis", "binding_cap", "failed", "missing")


def rows_as_table(rows: TypedRows, form: Form) -> Any:
    """Rows as an Arrow table of the fields of applications."""
    lists = {fact.path: fact for fact in form.all() if fact.reading.kind in ("list", "enums")}
    columns: dict[str, Any] = {}
    for path, column in rows.table.items():
        if path != AWARD_AMOUNT.path:
            columns[path] = pa.array(column, list_type(lists[path])) if path in lists else column
    # Where the table has nothing that the daemon is told, each row is asked about all the same.
    return pa.table(columns or {ID: pa.nulls(len(rows.chunk), pa.string())})


def list_type(fact: Fact) -> Any:
    """The Arrow type of a list: structs of its entries' fields, or an enum's numbers."""
    if not fact.entries:
        return pa.list_(pa.int32())
    # Days of entries are texts, as messages have them.
    kinds = {entry.path: pa.string() if entry.reading.kind == "date" else arrow_type(entry.reading) for entry in fact.entries}
    return pa.list_(pa.struct([pa.field(path, kind) for path, kind in kinds.items()]))


def _lines(answers: Any) -> Any:
    """The lines of each row as a JSON object."""
    names = [name for name in answers.column_names if name.startswith("lines.")]
    if not any(answers[name].null_count < answers.num_rows for name in names):
        return pa.nulls(answers.num_rows, pa.string())
    columns = [answers[name].to_pylist() for name in names]
    ids = [name.removeprefix("lines.") for name in names]
    texts = []
    for row in zip(*columns, strict=True):
        values = {name: value for name, value in zip(ids, row, strict=True) if value is not None and value != []}
        texts.append(json.dumps(values, ensure_ascii=False, default=str) if values else None)
    return pa.array(texts, pa.string())


def answer_of(assessment: Any) -> dict[str, Any]:
    """An assessment as a row of results."""
    lines = {line.id: _line(line) for line in assessment.lines}
    return {
        "application_id": assessment.application_id or None,
        "measure": assessment.measure,
        "outcome": Outcome.Value.Name(assessment.outcome),
        "amount_fen": assessment.amount_fen if assessment.HasField("amount_fen") else None,
        "potential_amount_fen": assessment.potential_amount_fen if assessment.HasField("potential_amount_fen") else None,
        "basis": Basis.Value.Name(assessment.basis),
        "binding_cap": assessment.binding_cap or None,
        "failed": [finding.rule for finding in assessment.findings if finding.verdict == Finding.FAIL],
        "missing": [missing.path for missing in assessment.missing],
        "lines": json.dumps(lines, ensure_ascii=False) if lines else None,
        "digest": assessment.policy.digest,
    }


def flawed(problem: Problem, rows: TypedRows, row: int, language: Language) -> dict[str, Any]:
    """A row that was not sent, as a row of results."""
    return {"application_id": _id(rows, row), **told_of(problem, language)}


def told_of(problem: Problem, language: Language) -> dict[str, Any]:
    """A problem as the columns of results that tell it."""
    return {
        "error": said(problem.words, language),
        "error_row": problem.row or None,
        "error_place": problem._replace(row=0).place(language),
    }


def _id(rows: TypedRows, row: int) -> str | None:
    ids: Any = rows.table.get(ID)
    found: str | None = None if ids is None else ids[row].as_py()
    return found


def _line(line: Line) -> Any:
    kind = line.WhichOneof("value")
    if kind == "quantity":
        return line.quantity.value
    if kind == "names":
        return list(line.names.values)
    return None if kind is None else getattr(line, kind)
