# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Tables from a program: what ``grantd table`` does, as functions."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Mapping
from typing import Any

import grpc
import pyarrow as pa

from grantd._ask import opened
from grantd.table._applications import Rows
from grantd.table._compare import compare_table
from grantd.table._comparison import Comparison
from grantd.table._daemons import rules
from grantd.table._form import form_of
from grantd.table._opening import open_applications
from grantd.table._problems import Language
from grantd.table._run import RunOptions
from grantd.table._scoring import Question
from grantd.table._table import TableOptions
from grantd.v1.calculator_pb2 import Stage

_CHUNK = 65_536


def read_table(
    path: str | os.PathLike[str],
    measure: str | None = None,
    *,
    as_of: str | None = None,
    channel: grpc.Channel | str | None = None,
    sheet: str | None = None,
    columns: Mapping[str, str] | None = None,
    money: str | None = None,
    language: Language = "zh",
) -> Any:
    """Reads a table of applications: a workbook, CSV, Parquet or JSON lines, as people write them.

    Args:
        path: ``.xlsx``, ``.csv`` (UTF-8, UTF-16 or GB 18030), ``.parquet`` or ``.jsonl``.
        measure: The measure of the rows that name none; templates, and columns named by paths, know theirs.
        as_of: The day of the rows that name none, ``YYYY-MM-DD``.
        channel: A channel, or ``HOST:PORT``: the daemon that describes the measure.
        sheet: The sheet of the applications.
        columns: Paths by heading, where the heading does not tell; an empty path: left out.
        money: The unit of sums whose heading names none: ``元``, ``万元``, ``yuan``.
        language: Of what is wrong with rows.

    Returns:
        A ``pyarrow.Table`` for ``score_frame``, ``.to_pandas()`` for a data frame: a column a fact, named by its path, in the
        wire's units; lists as columns of dictionaries; and ``problem``, what is wrong with a row in words, null where nothing
        is. Cells with a problem are null. Of a file for several measures there is a column ``measure``, too.

    Raises:
        TableError: Where the file cannot be read, or its columns cannot be told.
        GrantdError: Where the daemon does not describe the measure.
    """
    options = TableOptions(measure, as_of, sheet, columns or {}, money)
    with opened(channel) as used:
        table = open_applications(pathlib.Path(path), used, options)
        is_several = len(table.tables) > 1
        tables = [_read(rows, is_several, language) for rows in table.parts(_CHUNK)]
    return (
        pa.concat_tables(tables, promote_options="permissive") if tables else pa.table({"problem": pa.array([], pa.string())})
    )


def _read(rows: Rows, is_several: bool, language: Language) -> Any:
    """Rows in their order, with what is wrong with them."""
    pieces = []
    order: list[int] = []
    for part in rows.parts:
        count = len(part.rows.chunk)
        found = part.rows.problems
        problems = [found[row].text(language) if row in found else None for row in range(count)]
        columns = {**part.rows.table, "problem": pa.array(problems, pa.string())}
        if is_several:
            columns["measure"] = pa.array([part.table.form.measure] * count, pa.string())
        pieces.append(pa.table(columns))
        order += part.places
    if rows.problems:
        unread = sorted(rows.problems)
        pieces.append(pa.table({"problem": pa.array([rows.problems[row].text(language) for row in unread], pa.string())}))
        order += unread
    whole = pa.concat_tables(pieces, promote_options="permissive")
    return whole if len(pieces) == 1 else whole.take(pa.array(sorted(range(len(order)), key=order.__getitem__), pa.int64()))


def compare(
    path: str | os.PathLike[str],
    old: str,
    new: str,
    measure: str | None = None,
    *,
    as_of: str | None = None,
    by: str | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    columns: Mapping[str, str] | None = None,
    money: str | None = None,
    binary: str | None = None,
    language: Language = "zh",
    progress: bool = False,
) -> Comparison:
    """Asks two sets of rules about each row of a table.

    Args:
        path: As for ``read_table``.
        old: The old rules: a daemon's ``HOST:PORT``, a folder of policies, or ``built-in``.
        new: The new ones.
        measure: As for ``read_table``.
        as_of: As for ``read_table``.
        by: The heading of a column that winners and losers are counted by.
        stage: Eligible at all, or payable.
        assume_unset_bars_absent: Take a bar whose ground is unset as absent.
        columns: As for ``read_table``.
        money: As for ``read_table``.
        binary: The daemon's binary, where a folder is given; by default the one on ``PATH`` or in ``GRANTD_BIN``.
        language: Of reasons, labels and pictures.
        progress: Show a progress bar.

    Returns:
        What changed, row by row, and what it comes to; shows itself in a notebook, and draws.

    Raises:
        TableError: Where the table or the rules cannot be read.
        GrantdError: Where a daemon does not answer.
    """
    options = TableOptions(measure, as_of, None, columns or {}, money)
    run = RunOptions(Question(as_of, stage, assume_unset_bars_absent), language, progress=progress)
    with rules(old, binary) as before, rules(new, binary) as now:
        table = open_applications(pathlib.Path(path), now, options, also=lambda one: [*form_of(before, one, as_of).all()])
        return compare_table(table, before, now, run, by)
