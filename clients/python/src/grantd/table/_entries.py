# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The entries of lists, deals and earlier awards, that stand in a sheet or a file of their own."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from grantd._cell_columns import read_column
from grantd._cells import CellError, Reading, Words
from grantd.table._form import CREDIT_CODE, ID, PRIOR_AWARDS, STANDARD, Fact
from grantd.table._headings import Unknown, match_headings
from grantd.table._problems import Problem, TableError
from grantd.table._source import Source

_CHUNK = 4096
# Entries of one list that are held in memory.
_MOST = 2_000_000
_ID = next(fact for fact in STANDARD if fact.path == ID)
_CREDIT_CODE = next(fact for fact in STANDARD if fact.path == CREDIT_CODE)


@dataclasses.dataclass
class Entries:
    """The entries of one list, by the application that they belong to."""

    fact: Fact
    # The sheet, or the file, that they stand in.
    source: Source
    # The columns of the entries' fields, by path.
    places: Mapping[str, int]
    # Its columns that are of no field.
    unknown: Sequence[Unknown] = ()
    by_id: dict[str, list[dict[str, Any]]] = dataclasses.field(default_factory=dict)
    # Earlier awards may stand by the applicant as well: they count for all of its applications.
    by_code: dict[str, list[dict[str, Any]]] = dataclasses.field(default_factory=dict)
    problems_by_id: dict[str, list[Problem]] = dataclasses.field(default_factory=dict)
    problems_by_code: dict[str, list[Problem]] = dataclasses.field(default_factory=dict)
    # Entries that belong to nothing.
    stray: list[Problem] = dataclasses.field(default_factory=list)
    used: set[str] = dataclasses.field(default_factory=set)
    # The rows that the entries stand in, as they are kept.
    rows_by_id: dict[str, list[int]] = dataclasses.field(default_factory=dict)
    rows_by_code: dict[str, list[int]] = dataclasses.field(default_factory=dict)

    def problem(self, application_id: str | None, code: str | None, number: int, path: str, words: Words) -> Problem:
        """What is wrong with one of the entries that ``of`` gives."""
        rows = [
            row
            for key, found in ((application_id, self.rows_by_id), (code, self.rows_by_code))
            if key is not None
            for row in found.get(key, ())
        ]
        if number >= len(rows):
            return Problem(0, self.source.sheet or self.source.path.name, "", "", words, self.fact.label)
        found = _problem(self.source, rows[number], self.places.get(path), words)
        label = next((entry.label for entry in self.fact.entries if entry.path == path), None)
        return found if found.heading else found._replace(label=label)

    def of(self, application_id: str | None, code: str | None) -> tuple[list[dict[str, Any]], list[Problem]]:
        """An application's entries, and what is wrong with them."""
        entries: list[dict[str, Any]] = []
        wrong: list[Problem] = []
        for key, found, problems in (
            (application_id, self.by_id, self.problems_by_id),
            (code, self.by_code, self.problems_by_code),
        ):
            if key is not None:
                entries += found.get(key, ())
                wrong += problems.get(key, ())
                self.used.add(key)
        return entries, wrong

    @property
    def digest(self) -> str:
        """What the entries are known again by."""
        written = json.dumps([self.by_id, self.by_code], ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()

    def unused(self) -> dict[str, Problem]:
        """The applications that the sheet names and the table does not have: what is wrong with the first entry of each."""
        problems: dict[str, Problem] = {}
        for rows, known in ((self.rows_by_id, self.problems_by_id), (self.rows_by_code, self.problems_by_code)):
            for key in rows.keys() - self.used:
                words = Words(f"“{key}”不在申请表中", f"names “{key}”, which is not among the applications")
                # A row of totals is told as such.
                problems[key] = known[key][0] if key in known else _problem(self.source, rows[key][0], None, words)
        return dict(sorted(problems.items(), key=lambda one: one[1].row))


def columns_of(fact: Fact) -> list[Fact]:
    """The columns of a list's sheet: whose entry it is, then the entry."""
    keys = [_ID, _CREDIT_CODE] if fact.path == PRIOR_AWARDS else [_ID]
    return [*keys, *fact.entries]


def read_entries(source: Source, fact: Fact, measure: str, titles: Mapping[str, str], money: str | None) -> Entries:
    """Reads the entries of a list.

    Args:
        source: The sheet, or the file.
        fact: The list.
        measure: The measure that an earlier award is of where it names none.
        titles: The measures' ids by their titles, folded.
        money: The unit of sums whose heading names none.

    Raises:
        TableError: Where the sheet cannot be read, or has no column to tell by whose an entry is.
    """
    headings = match_headings(source.headings, columns_of(fact), money=money, letter=source.letter).check()
    matches = {match.fact.path: match for match in headings.matches}
    if ID not in matches and not (fact.path == PRIOR_AWARDS and CREDIT_CODE in matches):
        raise TableError(
            Words(
                f"“{source.sheet or source.path.name}”没有“申请编号”一列，无法知道各条属于哪个申请",
                f"“{source.sheet or source.path.name}” has no column “Application number” that says whose its entries are",
            )
        )
    entries = Entries(fact, source, {path: match.place for path, match in matches.items()}, headings.unknown)
    count = 0
    for chunk in source.chunks(_CHUNK):
        count += len(chunk)
        if count > _MOST:
            raise TableError(Words(f"“{fact.label.zh}”超过 {_MOST:,} 条", f"“{fact.label.en}” has over {_MOST:,} entries"))
        columns: dict[str, list[Any]] = {}
        # By row, each with the column that it is of.
        flaws: dict[int, list[tuple[int | None, Problem]]] = {}
        known = {match.place for match in matches.values()}
        for row, found in chunk.flaws.items():
            of_row = [(place, words) for place, words in found if place is None or place in known]
            whole = [one for one in of_row if one[0] is None]
            told = [(place, _problem(source, chunk.rows[row], place, words)) for place, words in whole or of_row]
            if told:
                flaws[row] = told
        for path, match in matches.items():
            reading = dataclasses.replace(match.reading, is_1904=source.is_1904)
            read = read_column(chunk.columns[match.place], reading)
            columns[path] = read.values.to_pylist()
            for row, error in read.problems.items():
                of_cell = flaws.setdefault(row, [])
                if not any(place is None or place == match.place for place, _ in of_cell):
                    of_cell.append((match.place, _problem(source, chunk.rows[row], match.place, error.words)))
        for row, number in enumerate(chunk.rows):
            values = {path: column[row] for path, column in columns.items() if column[row] is not None}
            entry = {path: _plain(value) for path, value in values.items() if path not in (ID, CREDIT_CODE)}
            told = flaws.get(row, [])
            problems = [problem for _, problem in told]
            if fact.path == PRIOR_AWARDS:
                entry["measure"], unknown = _measure_of(entry.get("measure"), measure, titles)
                wrong = {place for place, _ in told}
                if None not in wrong:
                    if unknown is not None:
                        problems.append(_problem(source, number, entries.places.get("measure"), unknown))
                    for needed in ("awarded_on", "amount_fen"):
                        # What does not fit is told already.
                        if needed not in entry and (needed not in matches or matches[needed].place not in wrong):
                            label = next(one.label for one in fact.entries if one.path == needed)
                            words = Words(f"缺少“{label.zh}”", f"lacks “{label.en}”")
                            problems.append(_problem(source, number, None, words))
            is_by_code = ID not in values and fact.path == PRIOR_AWARDS
            key = values.get(CREDIT_CODE if is_by_code else ID)
            if key is None:
                entries.stray.append(
                    _problem(source, number, None, Words("没有申请编号，未使用", "names no application, and is not used"))
                )
                continue
            (entries.by_code if is_by_code else entries.by_id).setdefault(key, []).append(entry)
            (entries.rows_by_code if is_by_code else entries.rows_by_id).setdefault(key, []).append(number)
            if problems:
                (entries.problems_by_code if is_by_code else entries.problems_by_id).setdefault(key, []).extend(problems)
    return entries


def read_lists(cells: Sequence[Any], fact: Fact) -> tuple[list[Any], list[tuple[int, Words]]]:
    """Lists that stand in cells: of JSON, or of nested columns; and what of them does not fit, by row."""
    known = {entry.path: entry.reading for entry in fact.entries}
    lists: list[Any] = []
    problems: list[tuple[int, Words]] = []
    for row, cell in enumerate(cells):
        entries = []
        for number, values in enumerate(cell or ()):
            entry, wrong = _entry(values, known)
            entries.append(entry)
            place = number + 1
            problems += [(row, Words(f"第 {place} 条{words.zh}", f"entry {place}: {words.en}")) for words in wrong]
        lists.append(None if cell is None else entries)
    return lists, problems


def _entry(values: Any, known: Mapping[str, Reading]) -> tuple[dict[str, Any], list[Words]]:
    """An entry, and what of it does not fit."""
    if not isinstance(values, Mapping):
        return {}, [Words("应为 JSON 对象", "must be an object")]
    entry: dict[str, Any] = {}
    wrong: list[Words] = []
    for name, value in values.items():
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            zh, en = (f"；是否指 {near[0]}？", f"; did you mean {near[0]}?") if near else ("", "")
            wrong.append(Words(f"没有“{name}”这一字段{zh}", f"has no field {name!r}{en}"))
            continue
        try:
            read = known[name].read(value)
        except CellError as error:
            wrong.append(Words(f"“{name}”{error.words.zh}", f"{name} {error.words.en}"))
            continue
        if read is not None:
            entry[name] = _plain(read)
    return entry, wrong


def _problem(source: Source, number: int, place: int | None, words: Words) -> Problem:
    column, heading = ("", "") if place is None else (source.letter(place), source.headings[place])
    return Problem(number, source.sheet or source.path.name, column, heading, words)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _measure_of(named: Any, measure: str, titles: Mapping[str, str]) -> tuple[str, Words | None]:
    if named is None:
        return measure, None
    text = str(named)
    if text in titles.values():
        return text, None
    found = titles.get(text.replace(" ", "").lower())
    if found is None:
        return text, Words(f"没有“{text}”这一措施", f"there is no measure “{text}”")
    return found, None
