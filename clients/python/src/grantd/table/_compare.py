# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What two sets of rules make of the same table, a few rows at a time and by whole columns."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

import grpc
import pyarrow as pa
import pyarrow.compute as pc

from grantd._cells import Words, folded
from grantd.table._applications import Applications, Part, Rows
from grantd.table._changes import COMMA, changes_of, differ, reasons_of, where_assessed
from grantd.table._comparison import ROWS, Comparison
from grantd.table._differences import Differences
from grantd.table._form import Form, form_of
from grantd.table._parts import Parts, running
from grantd.table._problems import Problem, TableError
from grantd.table._run import RunOptions, fingerprint, progress
from grantd.table._scoring import Scorer, told_of
from grantd.table._table import TypedRows

_CHUNK = 65_536


def compare_table(
    table: Applications,
    old: grpc.Channel,
    new: grpc.Channel,
    run: RunOptions,
    by: str | None = None,
    begin: Callable[[Comparison], Callable[[Any], None]] | None = None,
    parts: Parts | None = None,
) -> Comparison:
    """Asks two daemons about each row.

    Args:
        table: The table, as the new rules read it.
        old: Where the old rules are.
        new: Where the new ones are.
        run: What is asked.
        by: The heading of a column that winners and losers are counted by.
        begin: Is told the comparison before its first row, and gives what takes the rows as they come, tables of the schema
            ``ROWS``; by default they go to a file of the comparison's own.
        parts: The rows so far of a run that was cut off, by ``question_of``; those that it has are not asked about again, and
            all are written at the end.

    Raises:
        RunError: Where parts cannot be written; those before stay.
        TableError: Where the table cannot be read, or has no such column.
        GrantdError: Where a daemon does not answer.
    """
    place = None if by is None else _place(table, by)
    pairs = {one.form.measure: _Pair(old, new, one.form.measure, run) for one in table.tables}
    comparison = Comparison([pair.forms for pair in pairs.values()], by, run.language)
    keep = comparison.keep if begin is None else begin(comparison)

    def take(compared: Any) -> None:
        comparison.add(compared)
        keep(compared)

    done = 0 if parts is None else parts.rows
    with progress(run.progress, table, done) as bar:
        for rows in table.parts(_CHUNK, done):
            compared = _compared(rows, pairs, place, run)
            if parts is None:
                take(compared)
            else:
                with running(parts):
                    parts.add(compared)
            bar.update(len(rows.chunk))
    if parts is not None:
        with running(parts):
            for compared in parts.tables():
                take(compared.cast(ROWS))
    comparison.finish()
    return comparison


def question_of(table: Applications, old: grpc.Channel, run: RunOptions, by: str | None) -> Mapping[str, Any]:
    """What the rows of a comparison are the answers to; the table is read by the new rules.

    Raises:
        TableError: Where the table has no such column.
        GrantdError: Where a daemon does not answer.
    """
    digests = [form_of(old, one.form.measure, run.question.as_of).digest for one in table.tables]
    return {**fingerprint(table, run), "old": digests, "by": None if by is None else _place(table, by)}


class _Pair:
    """A measure by both sets of rules."""

    def __init__(self, old: grpc.Channel, new: grpc.Channel, measure: str, run: RunOptions) -> None:
        self.forms = form_of(old, measure, run.question.as_of), form_of(new, measure, run.question.as_of)
        self._scorers = tuple(
            Scorer(channel, form, run.question, run.language) for channel, form in zip((old, new), self.forms, strict=True)
        )
        self._differences = Differences(*self.forms)
        self._run = run

    def compare(self, part: Part) -> Any:
        """The rows of a part, without the groups that they are of."""
        before, now = (scorer.score(_of_form(part.rows, form)) for scorer, form in zip(self._scorers, self.forms, strict=True))
        texts = before["lines"], now["lines"]
        lines = _changed_lines(*texts)
        found = changes_of(before, now, lines, self.forms)
        reason, clause = reasons_of(before, now, lines, found.changed, self._differences, self._run.language)
        columns: dict[str, Any] = {
            "row": pa.array(part.rows.chunk.rows, pa.int64()),
            "application_id": pc.coalesce(now["application_id"], before["application_id"]),
            "measure": pa.array([self.forms[1].measure] * len(part.rows.chunk), pa.string()),
            **found.columns,
            "old_lines": where_assessed(texts[0], found.is_wrong),
            "new_lines": where_assessed(texts[1], found.is_wrong),
            "reason": reason,
            "clause": clause,
            "error": _errors(before, now),
        }
        return pa.table(columns)


def _compared(rows: Rows, pairs: dict[str, _Pair], place: int | None, run: RunOptions) -> Any:
    """Rows in their order, as the comparison tells them."""
    pieces = [pairs[part.table.form.measure].compare(part) for part in rows.parts]
    unread = sorted(rows.problems)
    if unread:
        pieces.append(_unread([rows.problems[row] for row in unread], run))
    whole = pa.concat_tables(pieces, promote_options="default")
    if len(pieces) > 1:
        order = [0] * len(rows.chunk)
        for now, row in enumerate([*(row for part in rows.parts for row in part.places), *unread]):
            order[row] = now
        whole = whole.take(pa.array(order, pa.int64()))
    whole = whole.append_column("group", _groups(rows, place))
    return whole.select(ROWS.names).cast(ROWS)


def _unread(problems: list[Problem], run: RunOptions) -> Any:
    """Rows of which nobody knows the measure."""
    told = [told_of(problem, run.language) for problem in problems]
    return pa.table(
        {
            "row": pa.array([problem.row for problem in problems], pa.int64()),
            "kind": pa.array(["ERROR"] * len(problems), pa.string()),
            "error": pa.array([f"{one['error_place']}: {one['error']}" for one in told], pa.string()),
        }
    )


def _of_form(rows: TypedRows, form: Form) -> TypedRows:
    """The columns that a form has: of the other rules' facts these rules know nothing."""
    known = {fact.path for fact in form.all()}
    return dataclasses.replace(rows, table={path: column for path, column in rows.table.items() if path in known})


def _place(table: Applications, by: str) -> int:
    for place, heading in enumerate(table.source.headings):
        if folded(heading) == folded(by):
            return place
    known = "、".join(heading for heading in table.source.headings if heading)
    raise TableError(
        Words(f"--by：没有“{by}”这一列；有：{known}", f"--by: there is no column “{by}”; there are: {known}"), is_usage=True
    )


def _groups(rows: Rows, place: int | None) -> Any:
    if place is None:
        return pa.nulls(len(rows.chunk), pa.string())
    column = rows.chunk.columns[place]
    if not isinstance(column, pa.Array):
        return pa.array([None if cell is None or cell == "" else str(cell).strip() for cell in column], pa.string())
    texts = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _errors(before: Any, now: Any) -> Any:
    """What is wrong, and where."""

    def told(results: Any) -> Any:
        place = pc.fill_null(results["error_place"], "")
        placed = pc.binary_join_element_wise(place, results["error"], ": ")
        return pc.if_else(pc.equal(place, ""), results["error"], placed)

    return pc.coalesce(told(now), told(before))


def _changed_lines(old: Any, new: Any) -> Any:
    """The names of the lines that differ, one text a row; the order in which they stand says nothing."""
    changed = pc.indices_nonzero(differ(old, new, ""))
    names = [""] * len(old)
    pairs = zip(old.take(changed).to_pylist(), new.take(changed).to_pylist(), strict=True)
    for place, texts in zip(changed.to_pylist(), pairs, strict=True):
        before, now = (json.loads(text or "{}") for text in texts)
        names[place] = COMMA.join(name for name in {**before, **now} if before.get(name) != now.get(name))
    return pa.array(names, pa.string())
