# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A file of applications for one measure, opened: which column is which fact, and what its reader should know."""

from __future__ import annotations

import dataclasses
import pathlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from grantd import _cell_columns
from grantd._cells import Words
from grantd.table._applications import Part, Rows
from grantd.table._daemon_words import words as words_of_call
from grantd.table._entries import Entries, read_lists
from grantd.table._form import CREDIT_CODE, ID, Form
from grantd.table._headings import Headings, Match
from grantd.table._problems import Problem
from grantd.table._result_words import is_result_heading
from grantd.table._source import Chunk, Source

# A place within a list: `prior_awards[2].amount_fen`.
_ENTRY = re.compile(r"([^\[]+)\[([0-9]+)\](?:\.(.+))?")
# Cells that are told beside what is wrong with them.
_LONGEST_TOLD = 40


@dataclasses.dataclass(frozen=True)
class TableOptions:
    """How a file is read."""

    measure: str | None = None
    # The day of the rows that name none, ``YYYY-MM-DD``.
    as_of: str | None = None
    sheet: str | None = None
    # Paths by heading, where the user says what a column is; empty: nothing.
    columns: Mapping[str, str] = dataclasses.field(default_factory=dict)
    # The unit of sums whose heading names none.
    money: str | None = None
    # Files of entries by the list's path.
    lists: Mapping[str, pathlib.Path] = dataclasses.field(default_factory=dict)
    # Headings that nobody knows and that look like one that is known are taken for columns of the user's own.
    keeps_unknown: bool = False


class Found(NamedTuple):
    """Something that is wrong with a row of a chunk."""

    row: int
    # The path of the cell's column, or of the list; ``None`` where it is the whole row.
    path: str | None
    problem: Problem


@dataclasses.dataclass
class TypedRows:
    """Rows as typed columns by path, and what is wrong with some of them."""

    chunk: Chunk
    # Of each path an Arrow array; of lists Python lists of dictionaries.
    table: dict[str, Any]
    # By row of the chunk, all of a row in one, at the place of the first.
    problems: dict[int, Problem]
    # One by one, those of a row in the order of its columns.
    found: Sequence[Found]
    # Gives the place of a field of a row, and what the daemon says of it, as a problem.
    refusal: Callable[[int, str, str], Problem]


class Table:
    """A file of applications, with the form that it is read by."""

    def __init__(
        self,
        source: Source,
        form: Form,
        headings: Headings,
        entries: Sequence[Entries],
        notices: Sequence[Words],
        as_of: str | None,
    ) -> None:
        self.source = source
        self.form = form
        self.headings = headings
        self.entries = list(entries)
        self.as_of = as_of
        self._notices = list(notices)
        # The places of the columns that stay beside the results: all but results of an earlier run.
        self.kept = [place for place, heading in enumerate(source.headings) if not self.is_result(heading)]
        if len(self.kept) < len(source.headings):
            self._notices.append(
                Words("上次的结果列由本次结果代替", "the results of an earlier run give way to those of this one")
            )

    @property
    def tables(self) -> Sequence[Table]:
        """This one."""
        return (self,)

    @property
    def notices(self) -> list[Words]:
        """What the reader did that its user should know."""
        return [*self._notices, *self.source.notices]

    @property
    def strays(self) -> list[Problem]:
        """Entries that belong to no application."""
        return [problem for entries in self.entries for problem in entries.stray]

    def rows(self, size: int, skip: int = 0) -> Iterator[TypedRows]:
        """The rows, ``size`` at a time, without the first ``skip``."""
        for chunk in self.source.chunks(size, skip):
            yield self.read(chunk)

    def parts(self, size: int, skip: int = 0) -> Iterator[Rows]:
        """The same, as all files of applications have them."""
        for chunk in self.source.chunks(size, skip):
            yield Rows(chunk, [Part(self, self.read(chunk), range(len(chunk)))])

    def has(self, heading: str) -> bool:
        """Whether a column is a fact's."""
        return any(match.heading == heading for match in self.headings.matches)

    def is_result(self, heading: str) -> bool:
        """Whether a column is one of results of an earlier run."""
        return any(one.heading == heading for one in self.headings.unknown) and is_result_heading(heading, self.form)

    def read(self, chunk: Chunk) -> TypedRows:
        """The typed columns of a chunk."""
        found = self._flaws(chunk)
        # Of a row that is wrong as a whole, totals say, and of a cell with a flaw, there is nothing more to be told.
        whole = {one.row for one in found if one.path is None}
        flawed = {(one.row, one.path) for one in found}
        table: dict[str, Any] = {}
        for match in self.headings.matches:
            reading = match.reading
            if self.source.is_1904:
                reading = dataclasses.replace(reading, is_1904=True)
            path = match.fact.path
            read = _cell_columns.read_column(chunk.columns[match.place], reading)
            errors = [(row, error.words) for row, error in read.problems.items()]
            if match.fact.entries:
                table[path], wrong = read_lists(read.values, match.fact)
                errors += wrong
            else:
                table[path] = read.values.to_pylist() if reading.kind == "enums" else read.values
            found += [
                Found(row, path, self._problem(chunk, row, match.place, words))
                for row, words in errors
                if row not in whole and (row, path) not in flawed
            ]
        if self.entries:
            found += [one for one in self._join(chunk, table) if one.row not in whole]
        by_row: dict[int, list[Problem]] = {}
        for one in found:
            by_row.setdefault(one.row, []).append(one.problem)
        problems = {row: first.with_others(others) for row, (first, *others) in by_row.items()}
        return TypedRows(
            chunk, table, problems, found, lambda row, field, message: self._refusal(chunk, table, row, field, message)
        )

    def _flaws(self, chunk: Chunk) -> list[Found]:
        """What the file's own reader found; what is wrong in the user's own columns is nobody's business."""
        paths = {match.place: match.fact.path for match in self.headings.matches}
        found: list[Found] = []
        for row, flaws in chunk.flaws.items():
            whole = [words for place, words in flaws if place is None]
            if whole:
                found.append(Found(row, None, self._problem(chunk, row, None, whole[0])))
                continue
            for place, words in flaws:
                if place in paths:
                    found.append(Found(row, paths[place], self._problem(chunk, row, place, words)))
        return found

    def _refusal(self, chunk: Chunk, table: Mapping[str, Any], row: int, field: str, message: str) -> Problem:
        """What the daemon says of a row, by the column that its user knows, or by the sheet of a list's entries."""
        words = words_of_call(message)
        entry = _ENTRY.fullmatch(field)
        if entry is not None:
            entries = next((one for one in self.entries if one.fact.path == entry[1]), None)
            if entries is not None:
                ids = [_text_at(table.get(path), row) for path in (ID, CREDIT_CODE)]
                return entries.problem(ids[0], ids[1], int(entry[2]), entry[3] or "", words)
        match = next((one for one in self.headings.matches if one.fact.path == (entry[1] if entry else field)), None)
        if match is None:
            label = self.form.label(field)
            return Problem(chunk.rows[row], self.source.sheet, "", "", words, label if field else None)
        if entry is not None:
            number = int(entry[2]) + 1
            words = Words(f"第 {number} 条：{words.zh}", f"entry {number}: {words.en}")
        return self._problem(chunk, row, match.place, _told(words, match, _cell(chunk.columns[match.place], row)))

    def _join(self, chunk: Chunk, table: dict[str, Any]) -> Iterator[Found]:
        """Adds the lists of entries that stand in sheets of their own; gives what is wrong with them."""
        ids = _texts(table.get(ID), len(chunk))
        codes = _texts(table.get(CREDIT_CODE), len(chunk))
        for entries in self.entries:
            lists: list[Any] = []
            for row, (key, code) in enumerate(zip(ids, codes, strict=True)):
                found, problems = entries.of(key, code)
                lists.append(found)
                for problem in problems:
                    yield Found(row, entries.fact.path, problem)
            table[entries.fact.path] = lists

    def _problem(self, chunk: Chunk, row: int, place: int | None, words: Words) -> Problem:
        column, heading = ("", "") if place is None else (self.source.letter(place), self.source.headings[place])
        return Problem(chunk.rows[row], self.source.sheet, column, heading, words)


def _told(words: Words, match: Match, cell: Any) -> Words:
    """What is wrong with a cell, with what it says, and with an enum's values as people call them."""
    for choice in match.reading.choices:
        if words.en.startswith(f"{choice.name} "):
            zh = words.zh.replace(choice.name, f"“{choice.label.zh or choice.name}”")
            words = Words(zh, words.en.replace(choice.name, f"“{choice.label.en or choice.name}”"))
    text = "" if cell is None or isinstance(cell, (list, dict)) else str(cell)
    if not text or len(text) > _LONGEST_TOLD or text in words.en:
        return words
    return Words(f"{words.zh}（此格为“{text}”）", f"{words.en} (the cell says “{text}”)")


def _cell(column: Any, row: int) -> Any:
    return column[row].as_py() if isinstance(column, pa.Array) else column[row]


def _text_at(column: Any, row: int) -> str | None:
    text: str | None = None if column is None else _cell(column, row)
    return text


def _texts(column: Any, count: int) -> list[str | None]:
    if column is None:
        return [None] * count
    texts: list[str | None] = column.to_pylist() if isinstance(column, pa.Array) else list(column)
    return texts
