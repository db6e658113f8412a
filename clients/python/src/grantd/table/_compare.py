# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What two sets of rules make of the same table."""

from __future__ import annotations

import dataclasses
from typing import Any

import grpc
import pyarrow as pa

from grantd._cells import Words, folded
from grantd.table._comparison import ROWS, Comparison
from grantd.table._differences import Differences
from grantd.table._form import Form, form_of
from grantd.table._problems import TableError, said
from grantd.table._run import RunOptions, progress
from grantd.table._scoring import Scorer
from grantd.table._table import Table, TypedRows

_CHUNK = 65_536


def compare_table(table: Table, old: grpc.Channel, new: grpc.Channel, run: RunOptions, by: str | None = None) -> Comparison:
    """Asks two daemons about each row.

    Args:
        table: The table, as the new rules read it.
        old: Where the old rules are.
        new: Where the new ones are.
        run: What is asked.
        by: The heading of a column that winners and losers are counted by.

    Raises:
        TableError: Where the table cannot be read, or has no such column.
        GrantdError: Where a daemon does not answer.
    """
    forms = tuple(form_of(channel, table.form.measure, run.question.as_of) for channel in (old, new))
    scorers = tuple(Scorer(channel, form, run.question, run.language) for channel, form in zip((old, new), forms, strict=True))
    place = None if by is None else _place(table, by)
    differences = Differences(*forms)
    tables: list[Any] = []
    with progress(run.progress, table, 0) as bar:
        for rows in table.rows(_CHUNK):
            before, now = (scorer.score(_of_form(rows, form)).to_pylist() for scorer, form in zip(scorers, forms, strict=True))
            groups = _groups(rows, place)
            compared = [
                _compared(rows.chunk.rows[row], groups[row], before[row], now[row], differences, run)
                for row in range(len(rows.chunk))
            ]
            tables.append(pa.Table.from_pylist(compared, ROWS))
            bar.update(len(rows.chunk))
    whole = pa.concat_tables(tables) if tables else ROWS.empty_table()
    return Comparison(forms[0], forms[1], whole.unify_dictionaries(), by, run.language)


def _of_form(rows: TypedRows, form: Form) -> TypedRows:
    """The columns that a form has: of the other rules' facts these rules know nothing."""
    known = {fact.path for fact in form.all()}
    return dataclasses.replace(rows, table={path: column for path, column in rows.table.items() if path in known})


def _place(table: Table, by: str) -> int:
    for place, heading in enumerate(table.source.headings):
        if folded(heading) == folded(by):
            return place
    known = "、".join(heading for heading in table.source.headings if heading)
    raise TableError(
        Words(f"--by：没有“{by}”这一列；有：{known}", f"--by: there is no column “{by}”; there are: {known}"), is_usage=True
    )


def _groups(rows: TypedRows, place: int | None) -> list[str | None]:
    if place is None:
        return [None] * len(rows.chunk)
    column = rows.chunk.columns[place]
    cells = column.to_pylist() if isinstance(column, pa.Array) else column
    return [None if cell is None or cell == "" else str(cell).strip() for cell in cells]


def _compared(
    number: int, group: str | None, old: dict[str, Any], new: dict[str, Any], differences: Differences, run: RunOptions
) -> dict[str, Any]:
    row: dict[str, Any] = {"row": number, "application_id": new["application_id"] or old["application_id"], "group": group}
    error = new["error"] or old["error"]
    if error is not None:
        place = new["error_place"] or old["error_place"] or ""
        return row | {"kind": "ERROR", "error": f"{place}: {error}" if place else error}
    before, now = _amount(old), _amount(new)
    row |= {
        "old_outcome": old["outcome"],
        "new_outcome": new["outcome"],
        "old_amount_fen": before,
        "new_amount_fen": now,
        "change_fen": None if before is None or now is None else now - before,
    }
    changed = old["outcome"] != new["outcome"] or before != now or old["missing"] != new["missing"]
    change = row["change_fen"]
    row["kind"] = (
        "SAME" if not changed else "OPEN" if change is None else "GAIN" if change > 0 else "LOSS" if change < 0 else "OTHER"
    )
    if changed:
        reason = differences.reason(old, new)
        row |= {"reason": said(reason.words, run.language), "clause": reason.clause}
    return row


def _amount(result: dict[str, Any]) -> int | None:
    """What an answer comes to, in fen: nothing where there is none; ``None`` while it is open."""
    if result["outcome"] == "UNDETERMINED":
        return None
    amount: int | None = result["amount_fen"]
    return amount or 0
