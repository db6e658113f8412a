# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Results as files: the table's own columns as they were, and what came back beside them."""

from __future__ import annotations

import csv
import datetime
import json
import pathlib
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from grantd.table._result_words import ResultColumn
from grantd.table._source import Chunk
from grantd.table._summary import Summary

# What a sheet may take for a formula begins with one of these: a sign, also in its full-width form, as sheets in Chinese and
# Japanese read it, or what is passed over before one. A plain negative number is none, nor are signs alone.
FORMULA = r"[=+\-@\t\r\n＝＋－＠]"
_FORMULA = re.compile(FORMULA)
_SIGNS = re.compile("[+＋－-]+")
_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?%?")


class Output(Protocol):
    """A file of results."""

    def add(self, chunk: Chunk, results: Any) -> None:
        """Writes rows, with what came back of them."""

    def finish(self, summary: Summary) -> None:
        """Writes what is left, and closes the file."""

    def close(self) -> None:
        """Closes the file as it is; does nothing where it is closed."""


class ParquetOutput:
    """The table's columns as they were; the results by their names on the wire."""

    def __init__(self, path: pathlib.Path, headings: Sequence[str], own: Sequence[str]) -> None:
        """``own``: the names of results that the table has itself."""
        self._path = path
        self._headings = headings
        self._own = own
        self._writer: Any = None

    def add(self, chunk: Chunk, results: Any) -> None:
        """Writes a row group."""
        results = results.drop_columns(self._own)
        columns = [column if isinstance(column, pa.Array) else _plain_array(column) for column in chunk.columns]
        names = unique_names([*self._headings, *results.column_names])
        table = pa.table([*columns, *results.columns], names=names)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table.cast(self._writer.schema))

    def finish(self, summary: Summary) -> None:
        """Closes the file."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, pa.schema([]))
        self.close()

    def close(self) -> None:
        """Closes the file as it is."""
        if self._writer is not None:
            self._writer.close()


class LinesOutput:
    """A JSON object a line."""

    def __init__(self, path: pathlib.Path, headings: Sequence[str], own: Sequence[str]) -> None:
        """``own``: the names of results that the table has itself."""
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._headings = headings
        self._own = own

    def add(self, chunk: Chunk, results: Any) -> None:
        """Writes lines."""
        results = results.drop_columns(self._own)
        names = unique_names([*self._headings, *results.column_names])
        for row in _rows([*map(_values, chunk.columns), *[column.to_pylist() for column in results.columns]]):
            kept = {name: value for name, value in zip(names, row, strict=True) if value is not None and value != []}
            if isinstance(kept.get("lines"), str):
                kept["lines"] = json.loads(kept["lines"])
            self._file.write(json.dumps(kept, ensure_ascii=False, default=_json) + "\n")

    def finish(self, summary: Summary) -> None:
        """Closes the file."""
        self.close()

    def close(self) -> None:
        """Closes the file as it is."""
        self._file.close()


class TextOutput:
    """Comma-separated values in words, in UTF-8 with the mark by which sheets know it."""

    def __init__(self, path: pathlib.Path, headings: Sequence[str], columns: Sequence[ResultColumn]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._columns = columns
        self._writer.writerow([neutral(name) for name in unique_names([*headings, *[column.heading for column in columns]])])

    def add(self, chunk: Chunk, results: Any) -> None:
        """Writes rows."""
        words = [_yuan(c.values(results)) if c.kind == "money" else c.values(results) for c in self._columns]
        for row in _rows([*map(_values, chunk.columns), *words]):
            self._writer.writerow([neutral(cell) for cell in row])

    def finish(self, summary: Summary) -> None:
        """Closes the file."""
        self.close()

    def close(self) -> None:
        """Closes the file as it is."""
        self._file.close()


def neutral(cell: Any) -> Any:
    """A cell that no sheet takes for a formula: an apostrophe goes before what looks like one."""
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) and not _SIGNS.fullmatch(cell):
        return "'" + cell
    if isinstance(cell, (list, dict)):
        return json.dumps(cell, ensure_ascii=False, default=_json)
    return cell


def unique_names(names: Sequence[str]) -> list[str]:
    """The names, with a number behind those that occur before."""
    taken: set[str] = set()
    unique = []
    for place, name in enumerate(names, 1):
        wanted, number = name or f"column_{place}", 2
        while wanted in taken:
            wanted, number = f"{name}_{number}", number + 1
        taken.add(wanted)
        unique.append(wanted)
    return unique


def _values(column: Any) -> list[Any]:
    values: list[Any] = column.to_pylist() if isinstance(column, pa.Array) else column
    return values


def _rows(columns: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    return zip(*columns, strict=True)


def _plain_array(cells: Sequence[Any]) -> Any:
    """A column of cells of any kinds as texts."""
    return pa.array(
        [None if cell is None else cell if isinstance(cell, str) else str(neutral(cell)) for cell in cells], pa.string()
    )


def _yuan(values: Sequence[int | None]) -> list[str | None]:
    return [None if fen is None else f"{Decimal(fen).scaleb(-2):.2f}" for fen in values]


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return str(value)
