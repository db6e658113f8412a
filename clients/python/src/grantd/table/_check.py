# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What of a table would not fit, before anything is sent."""

from __future__ import annotations

import collections
import dataclasses

from grantd import _progress
from grantd._cells import Words
from grantd.table._applications import Applications, Part
from grantd.table._entries import Entries
from grantd.table._form import CREDIT_CODE, ID, Fact
from grantd.table._problems import Problem
from grantd.table._table import Table

_CHUNK = 16_384
# Problems that are kept one by one.
MOST = 10_000
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
    for rows in table.parts(_CHUNK):
        check.rows += len(rows.chunk)
        found = dict(rows.problems)
        for part in rows.parts:
            for row, problem in _problems(part, check, seen).items():
                found[part.places[row]] = problem
        for row in sorted(found):
            check.add(found[row])
        bar.update(len(rows.chunk))
    bar.close()
    for stray in table.strays:
        check.add(stray)
    for problem in _unused(table):
        check.add(problem)
    return check


def _read(table: Table) -> set[str]:
    """The paths that a table has columns or sheets for."""
    return {match.fact.path for match in table.headings.matches} | {entries.fact.path for entries in table.entries}


def _problems(part: Part, check: Check, seen: dict[str, int]) -> dict[int, Problem]:
    """What is wrong with rows of one measure; counts what is empty in them."""
    table, rows = part.table, part.rows
    read = _read(table)
    problems = dict(rows.problems)
    # What does not fit is not empty.
    unfit = collections.Counter(problem.heading for problem in problems.values())
    headings = {match.fact.path: match.heading for match in table.headings.matches}
    for path in (fact.path for fact in table.form.facts if fact.path in read):
        column = rows.table[path]
        missing = column.null_count if hasattr(column, "null_count") else sum(not one for one in column)
        missing -= unfit[headings.get(path, path)]
        if missing > 0:
            check.empty[path] += missing
    places = {match.fact.path: match.place for match in table.headings.matches}
    for path in (ID, CREDIT_CODE):
        if path not in places:
            continue
        for row, value in enumerate(rows.table[path].to_pylist()):
            if value is None:
                continue
            number = rows.chunk.rows[row]
            words = _twice(seen, value, number) if path == ID else _of_code(value)
            if words is not None:
                place, source = places[path], table.source
                problem = Problem(number, source.sheet, source.letter(place), source.headings[place], words)
                problems.setdefault(row, problem)
    return problems


def _unused(table: Applications) -> list[Problem]:
    """Entries of applications that the table does not have; those of earlier awards may be any measure's."""
    by_source: dict[tuple[str, str], list[Entries]] = {}
    for one in table.tables:
        for entries in one.entries:
            by_source.setdefault((entries.fact.path, entries.source.sheet or str(entries.source.path)), []).append(entries)
    problems = []
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
