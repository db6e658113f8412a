# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What of a table would not fit, before anything is sent."""

from __future__ import annotations

import collections
import dataclasses

from grantd import _progress
from grantd._cells import Words
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
    # Rows in which a fact of the measure is empty, by the fact's path.
    empty: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    # Facts that have no column.
    absent: list[Fact] = dataclasses.field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Counts a problem, and keeps it where there is room."""
        self.count += 1
        if len(self.problems) < MOST:
            self.problems.append(problem)


def check_table(table: Table, progress: bool = False) -> Check:
    """Reads a whole table and says what of it does not fit.

    Raises:
        TableError: Where it cannot be read to its end.
    """
    check = Check()
    read = {match.fact.path for match in table.headings.matches} | {entries.fact.path for entries in table.entries}
    check.absent = [fact for fact in table.form.facts if fact.path not in read]
    facts = [fact.path for fact in table.form.facts if fact.path in read]
    seen: dict[str, int] = {}
    bar = _progress.rows(progress, table.source.total, 0)
    for rows in table.rows(_CHUNK):
        check.rows += len(rows.chunk)
        problems = dict(rows.problems)
        places = {match.fact.path: match.place for match in table.headings.matches}
        for path in facts:
            column = rows.table[path]
            missing = column.null_count if hasattr(column, "null_count") else sum(not one for one in column)
            if missing:
                check.empty[path] += missing
        for path in (ID, CREDIT_CODE):
            if path not in places:
                continue
            for row, value in enumerate(rows.table[path].to_pylist()):
                if value is None:
                    continue
                words = _twice(seen, value, rows.chunk.rows[row]) if path == ID else _of_code(value)
                if words is not None:
                    place = places[path]
                    source = table.source
                    problems.setdefault(
                        row, Problem(rows.chunk.rows[row], source.sheet, source.letter(place), source.headings[place], words)
                    )
        for row in sorted(problems):
            check.add(problems[row])
        bar.update(len(rows.chunk))
    bar.close()
    for stray in table.strays:
        check.add(stray)
    for entries in table.entries:
        for key in entries.unused():
            check.add(
                Problem(
                    0,
                    entries.fact.label.zh,
                    "",
                    "",
                    Words(f"“{key}”不在申请表中", f"names “{key}”, which is not among the applications"),
                )
            )
    return check


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
