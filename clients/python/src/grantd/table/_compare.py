# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What two sets of rules make of the same table, a few rows at a time and by whole columns."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import grpc
import pyarrow as pa
import pyarrow.compute as pc

from grantd._cells import Words, folded
from grantd.table._applications import Applications, Part, Rows
from grantd.table._comparison import ROWS, Comparison
from grantd.table._differences import Differences
from grantd.table._form import Form, form_of
from grantd.table._parts import Parts, running
from grantd.table._problems import Problem, TableError, said
from grantd.table._run import RunOptions, fingerprint, progress
from grantd.table._scoring import Scorer, told_of
from grantd.table._table import TypedRows

_CHUNK = 65_536
# What stands between the names of a list, and between the parts of a row's key.
_COMMA, _STOP = "\x1f", "\x1e"
# What of an answer tells why it is another one.
_TELLING = ("outcome", "failed", "missing", "binding_cap", "basis")


def compare_table(
    table: Applications,
    old: grpc.Channel,
    new: grpc.Channel,
    run: RunOptions,
    by: str | None = None,
    add: Callable[[Any], None] | None = None,
    parts: Parts | None = None,
) -> Comparison:
    """Asks two daemons about each row.

    Args:
        table: The table, as the new rules read it.
        old: Where the old rules are.
        new: Where the new ones are.
        run: What is asked.
        by: The heading of a column that winners and losers are counted by.
        add: Takes the rows as they come, tables of the schema ``ROWS``; by default they go to a file of the comparison's own.
        parts: The rows so far of a run that was cut off, by ``question_of``; those that it has are not asked about again, and
            all are given to ``add`` at the end.

    Raises:
        RunError: Where parts cannot be written; those before stay.
        TableError: Where the table cannot be read, or has no such column.
        GrantdError: Where a daemon does not answer.
    """
    place = None if by is None else _place(table, by)
    pairs = {one.form.measure: _Pair(old, new, one.form.measure, run) for one in table.tables}
    comparison = Comparison([pair.forms for pair in pairs.values()], by, run.language)
    keep = comparison.keep if add is None else add

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
        is_wrong = pc.or_(pc.is_valid(before["error"]), pc.is_valid(now["error"]))
        amounts = _amount(before), _amount(now)
        change = pc.subtract(amounts[1], amounts[0])
        missing = _joined(before["missing"]), _joined(now["missing"])
        # Sums are 0 or more.
        changed = pc.or_(pc.or_(_differ(before["outcome"], now["outcome"], ""), _differ(*amounts, -1)), pc.not_equal(*missing))
        kind = pc.case_when(
            pc.make_struct(
                is_wrong, pc.invert(changed), pc.is_null(change), pc.greater(change, 0), pc.less(change, 0),
            ),
            "ERROR", "SAME", "OPEN", "GAIN", "LOSS", "OTHER",
        )  # fmt: skip
        columns: dict[str, Any] = {
            "row": pa.array(part.rows.chunk.rows, pa.int64()),
            "application_id": pc.coalesce(now["application_id"], before["application_id"]),
            "kind": kind,
            "error": _errors(before, now),
        }
        told = {
            "old_outcome": before["outcome"],
            "new_outcome": now["outcome"],
            "old_amount_fen": amounts[0],
            "new_amount_fen": amounts[1],
            "change_fen": change,
        }
        columns |= {name: pc.if_else(is_wrong, pa.scalar(None, column.type), column) for name, column in told.items()}
        columns |= self._reasons(before, now, missing, pc.and_not(changed, is_wrong))
        return pa.table(columns)

    def _reasons(self, before: Any, now: Any, missing: tuple[Any, Any], changed: Any) -> dict[str, Any]:
        """Why the changed rows did: each combination of answers is looked at once."""
        parts = [missing[0], missing[1], _joined(before["failed"]), _joined(now["failed"])]
        parts += [pc.fill_null(side[name], "") for side in (before, now) for name in ("outcome", "binding_cap", "basis")]
        key = pc.binary_join_element_wise(*parts, _STOP)
        keys = _whole(pc.if_else(changed, key, pa.scalar(None, pa.string()))).dictionary_encode()
        first: dict[int, int] = {}
        for place, index in enumerate(keys.indices.to_pylist()):
            if index is not None and index not in first:
                first[index] = place
                if len(first) == len(keys.dictionary):
                    break
        found = []
        for index in range(len(keys.dictionary)):
            old, new = (side.select(_TELLING).slice(first[index], 1).to_pylist()[0] for side in (before, now))
            found.append(self._differences.reason(old, new))
        texts = pa.array([said(reason.words, self._run.language) for reason in found], pa.string())
        clauses = pa.array([reason.clause for reason in found], pa.string())
        return {"reason": texts.take(keys.indices), "clause": clauses.take(keys.indices)}


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


def _amount(results: Any) -> Any:
    """What answers come to, in fen: nothing where there is none; null while it is open."""
    is_open = pc.equal(pc.fill_null(results["outcome"], ""), "UNDETERMINED")
    return pc.if_else(is_open, pa.scalar(None, pa.int64()), pc.fill_null(results["amount_fen"], 0))


def _errors(before: Any, now: Any) -> Any:
    """What is wrong, and where."""

    def told(results: Any) -> Any:
        place = pc.fill_null(results["error_place"], "")
        placed = pc.binary_join_element_wise(place, results["error"], ": ")
        return pc.if_else(pc.equal(place, ""), results["error"], placed)

    return pc.coalesce(told(now), told(before))


def _joined(lists: Any) -> Any:
    """Lists of names as texts, to be compared."""
    return pc.fill_null(pc.binary_join(lists, _COMMA), "")


def _differ(old: Any, new: Any, nothing: Any) -> Any:
    """Where values differ; nothing is like nothing."""
    return pc.not_equal(pc.fill_null(old, nothing), pc.fill_null(new, nothing))


def _whole(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
