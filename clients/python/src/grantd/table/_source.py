# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Tables as they come out of files: headings, then chunks of rows."""

from __future__ import annotations

import dataclasses
import pathlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from grantd._cells import Words, folded, listed
from grantd.table._problems import TableError

# Rows above the data in which headings are looked for.
HEADING_ROWS = 30
# What the first text of a row says that is no application: a total, with how many it is of, and what stands below a table.
_TOTAL = re.compile(
    r"(本页|本表|以上|全部|全市|全区|各区)?([合总小共累]计|汇总)[:]?(\(.*\)|[0-9,]+[家项个户人件笔]?)?[:]?"
    r"|(sub|grand)?total[:]?|sum[:]?"
)
_FOOT = re.compile(
    r"(注|备注|说明|填表说明|填[表报]人?|填[表报]单位|填[表报](日期|时间)|制表人?|制表(日期|时间|单位)|审核人?|复核人?|经办人?|(单位|部门)?负责人|联系人)[:].*"
    r"|第[0-9]+页(,?共[0-9]+页)?|note[:].*"
)
_LONGEST_FOOT = 200
# What each of them has: most rows are told by it alone.
_NO_APPLICATION = re.compile("[计汇:：]|页|total|sum", re.IGNORECASE)


@dataclasses.dataclass
class Chunk:
    """Some rows of a table, in their order."""

    # Of each row its number as people count it in the file.
    rows: Sequence[int]
    # By the column's place: an Arrow array, or a list of plain values.
    columns: list[Any]
    # By row of the chunk what is wrong before anything is read: each with the place of its column, ``None`` for the whole row.
    flaws: dict[int, list[tuple[int | None, Words]]] = dataclasses.field(default_factory=dict)
    # Where the source is several sheets: which of them, from 0.
    sheet: int = 0

    def __len__(self) -> int:
        return len(self.rows)


class Source(Protocol):
    """A table in a file."""

    path: pathlib.Path
    # The sheet, where the file has such.
    sheet: str | None
    headings: list[str]
    # How many rows there are, as far as that is known without reading them.
    total: int | None
    # What the reader did that its user should know: an encoding, hidden rows, macros.
    notices: list[Words]
    # Whether serial days count from 1904.
    is_1904: bool

    def chunks(self, size: int, skip: int = 0) -> Iterator[Chunk]:
        """The rows, ``size`` at a time, without the first ``skip``."""

    def letter(self, place: int) -> str:
        """How the file names a column: ``C``; empty where it has no such names."""


# How many of some headings are known.
CountKnown = Callable[[Sequence[str]], int]


@dataclasses.dataclass(frozen=True)
class FoundHeadings:
    """Where the headings stand."""

    headings: list[str]
    # The first row of data, from 1.
    first_row: int
    # How many rows the headings take.
    height: int


def find_headings(rows: Sequence[Sequence[Any]], upper: Sequence[Sequence[Any]], count: CountKnown) -> FoundHeadings | None:
    """Finds the headings: the row, or the two rows, most of whose cells are known.

    Args:
        rows: The first rows of the table.
        upper: The same with merged cells filled to the right: what stands above a group of headings.
        count: How many of some headings are known.
    """
    best: tuple[int, FoundHeadings] | None = None
    for place, row in enumerate(rows):
        headings = [_heading(cell) for cell in row]
        found = count(headings)
        if found and (best is None or found > best[0]):
            best = (found, FoundHeadings(headings, place + 2, 1))
        if place + 1 < len(rows):
            both = _two_rows(upper[place], rows[place + 1])
            found = count(both)
            # Two rows only where each of them has some: a title above the headings adds nothing.
            if found and (best is None or found > best[0]) and found > count([_heading(cell) for cell in rows[place + 1]]):
                best = (found, FoundHeadings(both, place + 3, 2))
    return None if best is None else best[1]


def _two_rows(upper: Sequence[Any], lower: Sequence[Any]) -> list[str]:
    width = max(len(upper), len(lower))
    above = [*upper, *[None] * (width - len(upper))]
    below = [*lower, *[None] * (width - len(lower))]
    return [_heading(low) or _heading(up) for up, low in zip(above, below, strict=True)]


def _heading(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def flaw_of_row(cells: Sequence[Any], headings: Sequence[str]) -> Words | None:
    """What is wrong with a row that is no application: a total, the headings once more, what stands below a table."""
    first, place = next(((cell.strip(), place) for place, cell in enumerate(cells[: len(headings)]) if _is_text(cell)), ("", 0))
    if not first or len(first) > _LONGEST_FOOT:
        return None
    if first == headings[place].strip() and _repeats(cells, headings):
        return Words("像是重复的表头；不是申请，请删去", "looks like the headings once more, not an application; take it out")
    if _NO_APPLICATION.search(first) is None:
        return None
    name = folded(first)
    if _TOTAL.fullmatch(name):
        return Words(
            f"像是“{first}”行；不是申请，请移出表格",
            f"looks like a row of totals (“{first}”), not an application; take it out",
        )
    if _FOOT.fullmatch(name):
        return Words(
            f"像是表尾说明“{first}”；不是申请，请移出表格",
            f"looks like what stands below a table (“{first}”), not an application; take it out",
        )
    return None


def _is_text(cell: Any) -> bool:
    # In text files numbers are texts too.
    return isinstance(cell, str) and bool(cell.strip()) and not cell.strip().isdecimal()


def _repeats(cells: Sequence[Any], headings: Sequence[str]) -> bool:
    filled = [(cell.strip(), heading) for cell, heading in zip(cells, headings, strict=False) if _is_text(cell)]
    same = [cell for cell, heading in filled if cell == heading]
    return len(same) >= 2 and 2 * len(same) >= len(filled)


def no_headings(path: pathlib.Path, sheet: str | None, known: Words, more: Words | None = None) -> TableError:
    """The error of a table none of whose headings is known.

    Args:
        path: The file.
        sheet: The sheet, where there are such.
        known: Headings that would be known.
        more: What else there is to say.
    """
    where_zh = f"工作表“{sheet}”" if sheet else f"文件 {path.name} "
    where_en = f"sheet “{sheet}”" if sheet else path.name
    more_zh, more_en = ("", "") if more is None else more
    return TableError(
        Words(
            f"{where_zh}前 {HEADING_ROWS} 行没有可识别的表头；表头应为字段名称，例如：{known.zh}{more_zh}",
            f"{where_en} has no headings in its first {HEADING_ROWS} rows that are known; they should be such as: "
            f"{known.en}{more_en}",
        )
    )


def without_heading(rows: Sequence[Sequence[Any]], headings: Sequence[str], sheet: str | None) -> list[Words]:
    """What to say of columns in which something stands, and that have no heading.

    Args:
        rows: The first rows of data.
        headings: The headings.
        sheet: The sheet, where there are such.
    """
    width = max((len(row) for row in rows), default=0)
    places = [
        place
        for place in range(width)
        if not (place < len(headings) and headings[place].strip())
        and any(place < len(row) and row[place] is not None and str(row[place]).strip() for row in rows)
    ]
    if not places:
        return []
    named_zh, named_en = listed([letters(place) for place in places])
    zh, en = (f"工作表“{sheet}”的", f" of sheet “{sheet}”") if sheet else ("", "")
    return [
        Words(
            f"{zh} {named_zh} 列没有表头，其中的内容不参与计算".strip(),
            f"columns without a heading, of which nothing is read: {named_en}{en}",
        )
    ]


def letters(place: int) -> str:
    """A column's letters in a sheet, from its place from 0: ``A``, ``AB``."""
    name = ""
    number = place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name
