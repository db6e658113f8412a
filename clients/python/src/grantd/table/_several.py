# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""One file with applications for several measures: a column says which, or each has a sheet."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from grantd._cells import Words, folded
from grantd.table._applications import Part, Rows
from grantd.table._problems import Problem
from grantd.table._source import Chunk, Source
from grantd.table._table import Table

# What the column is called that says of each row which measure it is for.
_HEADINGS = frozenset({
    "measure", "measureid", "measures", "措施", "支持措施", "申请措施", "申报措施", "政策措施", "措施名称", "措施标识",
    "申报事项",
})  # fmt: skip
# Measures that one file may be for.
MOST = 100


def measure_column(headings: Sequence[str]) -> int | None:
    """The place of the column that says which measure a row is for; ``None`` where there is none."""
    return next((place for place, heading in enumerate(headings) if folded(heading) in _HEADINGS), None)


class Known:
    """The measures that the daemon has, by what people call them."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        """``titles``: ids by folded titles and by themselves."""
        self._titles = titles

    def find(self, cell: Any) -> str | None:
        """The measure's id."""
        text = str(cell).strip()
        return self._titles.get(text) or self._titles.get(folded(text))

    def unknown(self, cell: Any) -> Words:
        """What to say of a name that is no measure's."""
        text = str(cell).strip()
        near = difflib.get_close_matches(folded(text), self._titles, n=1, cutoff=0.6)
        zh, en = (f"；是否指 {self._titles[near[0]]}？", f"; did you mean {self._titles[near[0]]}?") if near else ("", "")
        return Words(f"没有“{text[:60]}”这项措施{zh}", f"there is no measure “{text[:60]}”{en}")


class _Group(NamedTuple):
    """Those of a chunk's rows that are of one measure, as its table reads them."""

    table: Table
    chunk: Chunk
    places: Sequence[int]


class Several:
    """A file with applications for several measures."""

    def __init__(
        self,
        source: Source,
        tables: Sequence[Table],
        split: Callable[[Chunk], tuple[list[_Group], dict[int, Problem]]],
        notices: Sequence[Words] = (),
    ) -> None:
        self.source = source
        self._tables = list(tables)
        self._split = split
        self._notices = list(notices)
        # A column is a result's where each measure takes it for one.
        self.kept = [place for place, heading in enumerate(source.headings) if not self._is_result(heading)]

    @property
    def tables(self) -> Sequence[Table]:
        """One for each measure."""
        return self._tables

    @property
    def notices(self) -> list[Words]:
        """What the reader did that its user should know, each once."""
        said = [*self._notices, *(notice for table in self._tables for notice in table.notices)]
        return list(dict.fromkeys(said))

    @property
    def strays(self) -> list[Problem]:
        """Entries that belong to no application, each once: a sheet of earlier awards is read for each measure."""
        return list(dict.fromkeys(stray for table in self._tables for stray in table.strays))

    def parts(self, size: int, skip: int = 0) -> Iterator[Rows]:
        """The rows, about ``size`` at a time, without the first ``skip``."""
        for chunk in self.source.chunks(size, skip):
            groups, problems = self._split(chunk)
            parts = [Part(group.table, group.table.read(group.chunk), group.places) for group in groups]
            yield Rows(chunk, parts, problems)

    def _is_result(self, heading: str) -> bool:
        return all(table.is_result(heading) or not table.has(heading) for table in self._tables) and any(
            table.is_result(heading) for table in self._tables
        )


# MARK: - A column


def by_column(
    source: Source, tables: Mapping[str, Table], place: int, known: Known, usual: str | None, notices: Sequence[Words]
) -> Several:
    """A file whose column at ``place`` says which measure a row is for; ``usual``: that of the rows that name none."""
    groups_of = _ByColumn(source, tables, place, known, usual)
    return Several(source, list(tables.values()), groups_of, notices)


class _ByColumn:
    def __init__(self, source: Source, tables: Mapping[str, Table], place: int, known: Known, usual: str | None) -> None:
        self._source = source
        self._tables = tables
        self._place = place
        self._known = known
        self._usual = usual
        # By cell the measure, or what is wrong with it.
        self._found: dict[Any, str | Words] = {}

    def __call__(self, chunk: Chunk) -> tuple[list[_Group], dict[int, Problem]]:
        places: dict[str, list[int]] = {}
        problems: dict[int, Problem] = {}
        for row, cell in enumerate(plain_cells(chunk.columns[self._place])):
            found = self._measure(cell)
            if isinstance(found, Words):
                source = self._source
                letter, heading = source.letter(self._place), source.headings[self._place]
                problems[row] = Problem(chunk.rows[row], source.sheet, letter, heading, found)
            else:
                places.setdefault(found, []).append(row)
        groups = [_Group(self._tables[measure], _taken(chunk, rows), rows) for measure, rows in places.items()]
        return groups, problems

    def _measure(self, cell: Any) -> str | Words:
        key = cell if isinstance(cell, str) else str(cell)
        found = self._found.get(key)
        if found is None:
            found = self._find(cell)
            if len(self._found) < 10_000:
                self._found[key] = found
        return found

    def _find(self, cell: Any) -> str | Words:
        if is_gap(cell):
            if self._usual is not None:
                return self._usual
            return Words("没有写明措施", "names no measure")
        found = self._known.find(cell)
        return found if found is not None and found in self._tables else self._known.unknown(cell)


def measures_in(source: Source, place: int) -> list[Any]:
    """What stands in the column that says which measure a row is for, each once; no more than there may be, and a few."""
    found: dict[str, Any] = {}
    values: Any = getattr(source, "values", None)
    columns = values(place) if values is not None else (chunk.columns[place] for chunk in source.chunks(65_536))
    for column in columns:
        cells = column.unique().to_pylist() if isinstance(column, pa.Array) else column
        for cell in cells:
            if not is_gap(cell):
                found.setdefault(str(cell), cell)
        if len(found) > 2 * MOST:
            break
    return list(found.values())


def is_gap(cell: Any) -> bool:
    """Whether a cell says nothing."""
    return cell is None or cell != cell or (isinstance(cell, str) and not cell.strip())


def plain_cells(column: Any) -> list[Any]:
    """A column's cells as values of Python."""
    cells: list[Any] = column.to_pylist() if isinstance(column, pa.Array) else column
    return cells


def _taken(chunk: Chunk, rows: Sequence[int]) -> Chunk:
    """Some of a chunk's rows."""
    if len(rows) == len(chunk):
        return chunk
    indices = pa.array(rows, pa.int64())
    columns = [
        column.take(indices) if isinstance(column, pa.Array) else [column[row] for row in rows] for column in chunk.columns
    ]
    flaws = {place: chunk.flaws[row] for place, row in enumerate(rows) if row in chunk.flaws}
    return Chunk([chunk.rows[row] for row in rows], columns, flaws)


# MARK: - Sheets


def by_sheet(tables: Sequence[Table], notices: Sequence[Words]) -> Several:
    """A workbook with a sheet a measure."""
    source = SheetsSource([table.source for table in tables])

    def split(chunk: Chunk) -> tuple[list[_Group], dict[int, Problem]]:
        table = tables[chunk.sheet]
        return [_Group(table, source.own(chunk), range(len(chunk)))], {}

    return Several(source, tables, split, notices)


class SheetsSource:
    """Sheets one after the other, as one table: columns of the same heading are one."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self.path = sources[0].path
        self.sheet: str | None = None
        self.is_1904 = sources[0].is_1904
        self.notices: list[Words] = []
        self.total: int | None = sum(source.total or 0 for source in sources)
        self.headings = list(dict.fromkeys(heading for source in sources for heading in source.headings if heading))
        place_of = {heading: place for place, heading in enumerate(self.headings)}
        # Of each sheet, by its own places, those of the whole.
        self._places = [[place_of.get(heading) for heading in source.headings] for source in sources]

    def chunks(self, size: int, skip: int = 0) -> Iterator[Chunk]:
        """The rows, those of one sheet at a time."""
        for number, source in enumerate(self._sources):
            for chunk in source.chunks(size):
                if skip >= len(chunk):
                    skip -= len(chunk)
                    continue
                whole = self._whole(chunk if not skip else _taken(chunk, range(skip, len(chunk))), number)
                skip = 0
                yield whole

    def letter(self, place: int) -> str:
        """None: the sheets' own differ."""
        return ""

    def own(self, chunk: Chunk) -> Chunk:
        """A chunk as its own sheet has it."""
        places = self._places[chunk.sheet]
        empty = [None] * len(chunk)
        columns = [empty if place is None else chunk.columns[place] for place in places]
        return Chunk(chunk.rows, columns, chunk.flaws)

    def _whole(self, chunk: Chunk, number: int) -> Chunk:
        columns: list[Any] = [[None] * len(chunk)] * len(self.headings)
        for own, place in enumerate(self._places[number]):
            if place is not None:
                columns[place] = chunk.columns[own]
        # What is wrong stands by the sheet's own places, which its table knows.
        return Chunk(chunk.rows, columns, chunk.flaws, number)
