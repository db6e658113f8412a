# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What of a table would not fit, before anything is sent."""

from __future__ import annotations

import collections
import dataclasses
import operator
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from grantd import _progress
from grantd._cells import Words
from grantd.table._applications import Applications, Part
from grantd.table._entries import Entries
from grantd.table._form import CREDIT_CODE, ID, PRIOR_AWARDS, Fact
from grantd.table._problems import Problem
from grantd.table._table import Found, Table

_CHUNK = 16_384
# Problems that are kept one by one.
MOST = 10_000
_UNKNOWN = "prior_awards_unknown"
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclasses.dataclass
class Check:
    """What was found."""

    rows: int = 0
    # The first of them, and how many there are.
    problems: list[Problem] = dataclasses.field(default_factory=list)
    count: int = 0
    # Rows in which a fact of its measure is empty, by the fact's path.
    empty: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    # Facts that have no column.
    absent: list[Fact] = dataclasses.field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Counts a problem, and keeps it where there is room."""
        self.count += 1
        if len(self.problems) < MOST:
            self.problems.append(problem)


def check_table(table: Applications, progress: bool = False) -> Check:
    """Reads a whole table and says what of it does not fit.

    Raises:
        TableError: Where it cannot be read to its end.
    """
    check = Check()
    for one in table.tables:
        read = _read(one)
        check.absent += [fact for fact in one.form.facts if fact.path not in read]
    seen: dict[str, int] = {}
    bar = _progress.rows(progress, table.source.total, 0)
    # Of entries that several applications have, by the list's path: files have no sheet that tells them apart.
    told: set[tuple[str | None, Problem]] = set()
    for rows in table.parts(_CHUNK):
        check.rows += len(rows.chunk)
        found: list[tuple[int, str | None, Problem]] = [(row, None, problem) for row, problem in rows.problems.items()]
        for part in rows.parts:
            lists = {entries.fact.path for entries in part.table.entries}
            found += [
                (part.places[one.row], one.path if one.path in lists else None, one.problem)
                for one in _problems(part, check, seen)
            ]
        for _, path, problem in sorted(found, key=operator.itemgetter(0)):
            if path is None or (path, problem) not in told:
                check.add(problem)
            if path is not None:
                told.add((path, problem))
        bar.update(len(rows.chunk))
    bar.close()
    for problem in unused(table):
        check.add(problem)
    return check


def _read(table: Table) -> set[str]:
    """The paths that a table has columns or sheets for."""
    return {match.fact.path for match in table.headings.matches} | {entries.fact.path for entries in table.entries}


def _problems(part: Part, check: Check, seen: dict[str, int]) -> list[Found]:
    """What is wrong with rows of one measure; counts what is empty in them."""
    table, rows = part.table, part.rows
    read = _read(table)
    # What does not fit is not empty, nor are rows that are no applications.
    whole = {one.row for one in rows.found if one.path is None}
    unfit: dict[str | None, set[int]] = {}
    for one in rows.found:
        unfit.setdefault(one.path, set()).add(one.row)
    for path in (fact.path for fact in table.form.facts if fact.path in read):
        empty = set(_empty(rows.table[path])) - whole - unfit.get(path, set())
        if empty:
            check.empty[path] += len(empty)
    asked = _Asked(part, seen)
    more = [*asked.days(unfit.get("as_of", set())), *asked.names(), *asked.lists()]
    return [*rows.found, *(one for one in more if one.row not in whole)]


class _Asked:
    """What the daemon would refuse, and what nobody has asked of single cells."""

    def __init__(self, part: Part, seen: dict[str, int]) -> None:
        self._table = part.table
        self._rows = part.rows
        self._seen = seen
        self._places = {match.fact.path: match.place for match in part.table.headings.matches}

    def days(self, unfit: set[int]) -> Iterator[Found]:
        """Rows without a day, where there is none for all of them."""
        if self._table.as_of is not None or "as_of" not in self._places:
            return
        words = Words("没有计算日期；请填写，或用 --as-of 2026-05-20 指定", "has no day; write one, or give --as-of 2026-05-20")
        for row in _empty(self._rows.table["as_of"]):
            if row not in unfit:
                yield self._found(row, "as_of", words)

    def names(self) -> Iterator[Found]:
        """Numbers of applications that occur twice, and credit codes that are none."""
        for path in (ID, CREDIT_CODE):
            if path not in self._places:
                continue
            for row, value in enumerate(self._rows.table[path].to_pylist()):
                if value is None:
                    continue
                words = _twice(self._seen, value, self._rows.chunk.rows[row]) if path == ID else _of_code(value)
                if words is not None:
                    yield self._found(row, path, words)

    def lists(self) -> Iterator[Found]:
        """Lists that are too long, and earlier awards of which nobody is said to know."""
        for fact in self._table.form.all():
            lists = self._rows.table.get(fact.path)
            if fact.most is None or lists is None:
                continue
            for row, entries in enumerate(lists):
                if entries and len(entries) > fact.most:
                    zh, en = (
                        f"有 {len(entries):,} 条，最多 {fact.most:,} 条",
                        f"has {len(entries):,} entries, {fact.most:,} at most",
                    )
                    yield self._found(row, fact.path, Words(zh, en), fact)
        awards, unknown = (self._rows.table.get(path) for path in (PRIOR_AWARDS, _UNKNOWN))
        if awards is None or unknown is None:
            return
        words = Words(
            "填“是”即没有核查过，却又列有此前获得的支持；两者只能有一",
            "says that nobody has looked, and yet there are earlier awards; one of the two is wanted",
        )
        for row, is_unknown in enumerate(unknown.to_pylist()):
            if is_unknown and awards[row]:
                yield self._found(row, _UNKNOWN, words)

    def _found(self, row: int, path: str, words: Words, fact: Fact | None = None) -> Found:
        source, place = self._table.source, self._places.get(path)
        column, heading = ("", "") if place is None else (source.letter(place), source.headings[place])
        label = fact.label if fact is not None and place is None else None
        return Found(row, path, Problem(self._rows.chunk.rows[row], source.sheet, column, heading, words, label))


def _empty(column: Any) -> list[int]:
    """The rows in which there is nothing."""
    if isinstance(column, pa.Array):
        rows: list[int] = pc.indices_nonzero(pc.is_null(column)).to_pylist() if column.null_count else []
        return rows
    return [row for row, entries in enumerate(column) if not entries]


def unused(table: Applications) -> list[Problem]:
    """Entries of no application, or of one that the table does not have, once all of its rows are read.

    Those of earlier awards may be any measure's.
    """
    by_source: dict[tuple[str, str], list[Entries]] = {}
    for one in table.tables:
        for entries in one.entries:
            by_source.setdefault((entries.fact.path, entries.source.sheet or str(entries.source.path)), []).append(entries)
    problems = table.strays
    for same in by_source.values():
        for key, problem in same[0].unused().items():
            if all(key not in other.used for other in same):
                problems.append(problem)
    return problems


def _twice(seen: dict[str, int], key: str, number: int) -> Words | None:
    # Millions of numbers are not held; a clerk's table is.
    if len(seen) > 2_000_000:
        return None
    first = seen.setdefault(key, number)
    if first == number:
        return None
    return Words(f"申请编号“{key}”与第 {first} 行重复", f"has the application number “{key}” of row {first}")


def _of_code(code: str) -> Words | None:
    """What is wrong with a unified social credit code, by GB 32100-2015."""
    if len(code) != 18 or any(sign not in _SIGNS for sign in code):
        return Words(
            "统一社会信用代码应为 18 位数字和大写字母（不含 I、O、S、V、Z）",
            "a unified social credit code has 18 digits and capitals, without I, O, S, V and Z",
        )
    total = sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    if _SIGNS[-total % 31] != code[17]:
        return Words(
            "统一社会信用代码的校验位不符，请核对",
            "the unified social credit code's check character does not fit; look at it again",
        )
    return None
