# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The scoring of typed rows: the one place where tables meet the daemon's calculator."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import grpc
import pyarrow as pa

from grantd import _progress
from grantd._batches import BatchOptions, Entry, Flawed, Score
from grantd._columns import Column, application_of
from grantd._schema import Schema, known_of
from grantd._score import score_entries
from grantd.table._form import AWARD_AMOUNT, ID, Form
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
        self._schema = self._find_schema()
        self._options = BatchOptions(question.stage, question.assume_unset_bars_absent, False, None)

    def score(self, rows: TypedRows) -> Any:
        """The results of rows, in their order.

        Raises:
            GrantdError: Where the scoring cannot go on.
        """
        answers: list[dict[str, Any]] = []
        good = [row for row in range(len(rows.chunk)) if row not in rows.problems]
        entries = self.applications(rows, good)
        scores = score_entries(entries, self._options, self._channel, 4, self._question.timeout, _progress.bar(False, (), None))
        for row in range(len(rows.chunk)):
            problem = rows.problems.get(row)
            answers.append(
                flawed(problem, rows, row, self._language) if problem is not None else self._answer(next(scores), rows, row)
            )
        return pa.Table.from_pylist(answers, RESULT)

    def applications(self, rows: TypedRows, good: list[int]) -> Iterator[Entry]:
        """The applications of some of the rows."""
        table = {path: column for path, column in rows.table.items() if path != AWARD_AMOUNT.path}
        columns = [Column(path, schema=self._schema) for path in table]
        values = [column.to_pylist() if isinstance(column, pa.Array) else column for column in table.values()]
        for row in good:
            entry = application_of(columns, [column[row] for column in values], self._form.measure, None, self._schema)
            if not isinstance(entry, Flawed) and self._question.as_of is not None and not entry.HasField("as_of"):
                entry.as_of = self._question.as_of  # type: ignore[attr-defined]  # A message of the contract.
            yield entry

    def _answer(self, score: Score, rows: TypedRows, row: int) -> dict[str, Any]:
        if score.error is not None:
            return refused(rows, row, score.error.field or "", score.error.details() or "", self._form, self._language)
        return answer_of(score.result())

    def _find_schema(self) -> Schema:
        from grantd._ask import fetch

        known = known_of(self._channel)
        if known.schema.member_of(self._form.measure) is None:
            known.learn(fetch(self._channel, self._question.timeout))
        return known.schema


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
    return {
        "application_id": _id(rows, row),
        "error": said(problem.words, language),
        "error_row": problem.row,
        "error_place": problem._replace(row=0).place(language),
    }


def refused(rows: TypedRows, row: int, field: str, details: str, form: Form, language: Language) -> dict[str, Any]:
    """A row that the daemon refused, as a row of results."""
    place = f"“{said(form.label(field), language)}”" if field else ""
    return {"application_id": _id(rows, row), "error": details, "error_row": rows.chunk.rows[row], "error_place": place}


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
