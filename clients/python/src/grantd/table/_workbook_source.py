# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Tables in workbooks."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import pathlib
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from grantd._cells import Words, folded
from grantd.table import _archive
from grantd.table._problems import TableError
from grantd.table._sheet_marks import SheetMarks, read_marks
from grantd.table._source import HEADING_ROWS, Chunk, CountKnown, find_headings, letters, no_headings

# The sheet in which a template says what it was made from.
MARK_SHEET = "grantd"
# Columns beyond these are formatting that ran away.
_MOST_COLUMNS = 1_000
# Cells that are kept in memory.
_MOST_KEPT = 1_000_000
_TOTALS = frozenset({"合计", "总计", "小计", "共计", "total", "subtotal", "grandtotal", "sum"})


class TemplateMark(NamedTuple):
    """What a template was made from."""

    measure: str
    digest: str
    language: str


class Workbook:
    """A workbook that was looked at, and is open."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.notices = _archive.check(path)
        try:
            with _quiet():
                self._book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
            self._archive = zipfile.ZipFile(path)
        except Exception as error:  # openpyxl raises what it likes
            raise _broken(path, error) from None
        self.is_1904 = self._book.epoch == CALENDAR_MAC_1904
        self._mark = self._read_mark()

    @property
    def mark(self) -> TemplateMark | None:
        """What the template was made from; ``None`` where the workbook is no template."""
        return self._mark

    @property
    def sheets(self) -> list[str]:
        """The sheets that people see, in their order."""
        return [s.title for s in self._book.worksheets if s.sheet_state == "visible" and s.title != MARK_SHEET]

    def close(self) -> None:
        """Closes the file."""
        self._book.close()
        self._archive.close()

    def rows(self, sheet: str, first: int = 1, count: int | None = None) -> Iterator[tuple[int, list[Any]]]:
        """The rows of a sheet, each with its number from 1, and nothing behind its last cell."""
        worksheet: Any = self._book[sheet]
        # What a sheet says of its size is often wrong.
        worksheet.reset_dimensions()
        last = None if count is None else first + count - 1
        try:
            with _quiet():
                for number, row in enumerate(worksheet.iter_rows(min_row=first, max_row=last), first):
                    yield number, [_value(cell) for cell in row[:_MOST_COLUMNS]]
        except Exception as error:
            raise _broken(self.path, error) from None

    def marks(self, sheet: str) -> SheetMarks:
        """What the cells do not say of themselves."""
        worksheet: Any = self._book[sheet]
        # openpyxl reads none of this from a sheet that it streams, and names its file nowhere else.
        member: str = worksheet._worksheet_path  # noqa: SLF001
        try:
            with self._archive.open(member) as file:
                return read_marks(file)
        except Exception as error:
            raise _broken(self.path, error) from None

    def _read_mark(self) -> TemplateMark | None:
        if MARK_SHEET not in self._book.sheetnames:
            return None
        values = {str(row[0]): str(row[1]) for _, row in self.rows(MARK_SHEET, count=10) if len(row) > 1 and row[0]}
        if "measure" not in values:
            return None
        return TemplateMark(values["measure"], values.get("digest", ""), values.get("language", "zh"))


class WorkbookSource:
    """One sheet of a workbook."""

    def __init__(self, book: Workbook, sheet: str, count: CountKnown, known: str) -> None:
        self._book = book
        self.path = book.path
        self.sheet: str | None = sheet
        self.is_1904 = book.is_1904
        self.notices: list[Words] = []
        self._marks = marks = book.marks(sheet)
        self._kept: list[tuple[int, list[Any]]] | None = None
        first = [row for _, row in book.rows(sheet, count=HEADING_ROWS + 1)]
        upper = [self._filled(number, row) for number, row in enumerate(first, 1)]
        found = find_headings(first, upper, count)
        if found is None:
            raise no_headings(book.path, sheet, known)
        self.headings = found.headings
        self._first = found.first_row
        self.total: int | None = max(0, marks.last_row - found.first_row + 1)
        self._notice(found.first_row - found.height, found.height)

    def chunks(self, size: int, skip: int = 0) -> Iterator[Chunk]:
        """The rows, ``size`` at a time, without the first ``skip``; those that are empty are none."""
        width = len(self.headings)
        data = itertools.islice(self._data(), skip, None)
        while taken := list(itertools.islice(data, size)):
            cells = [(row + [None] * (width - len(row)))[:width] for _, row in taken]
            chunk = Chunk([number for number, _ in taken], [list(column) for column in zip(*cells, strict=True)])
            for place, (number, row) in enumerate(taken):
                flaws = self._flaws(number, row)
                if flaws:
                    chunk.flaws[place] = flaws
            yield chunk

    def letter(self, place: int) -> str:
        """The column's letters."""
        return letters(place)

    def _data(self) -> Iterator[tuple[int, list[Any]]]:
        """The rows that hold something. Those of a sheet of common size are kept: its XML takes long to read."""
        if self._kept is not None:
            return iter(self._kept)
        width = len(self.headings)
        rows = self._book.rows(self.sheet or "", self._first)
        data = ((number, row) for number, row in rows if any(cell is not None and cell != "" for cell in row[:width]))
        if (self.total or 0) * width > _MOST_KEPT:
            return data
        self._kept = list(data)
        return iter(self._kept)

    def _flaws(self, number: int, row: Sequence[Any]) -> list[tuple[int | None, Words]]:
        marks = self._marks
        flaws: list[tuple[int | None, Words]] = []
        named = [cell for cell in row[: len(self.headings)] if isinstance(cell, str) and cell.strip()]
        if named and folded(named[0]).strip(":") in _TOTALS:
            total = named[0].strip()
            zh = f"像是“{total}”行；不是申请，请移出表格"
            flaws.append((None, Words(zh, f"looks like a row of totals (“{total}”), not an application; take it out")))
        if not marks.merged and not marks.unsaved:
            return flaws
        for place, heading in enumerate(self.headings):
            merged = marks.merged.get((number, place)) if heading else None
            if merged is not None:
                zh = f"与 {merged} 合并；请取消合并并逐格填写"
                flaws.append((place, Words(zh, f"is merged into {merged}; unmerge the cells and fill each of them")))
            elif heading and (number, place) in marks.unsaved:
                zh = "公式没有保存的值；请在表格软件中打开并保存，或填写结果值"
                en = "holds a formula whose value was never saved; open and save the file, or write the value"
                flaws.append((place, Words(zh, en)))
        return flaws

    def _filled(self, number: int, row: list[Any]) -> list[Any]:
        """A row with what its merged cells show, in each of them."""
        filled = list(row)
        for place in range(len(row)):
            end = self._marks.wide.get((number, place))
            if end is not None:
                filled.extend([None] * (min(end, _MOST_COLUMNS) - len(filled)))
                filled[place:end] = [row[place]] * (len(filled[place:end]))
        return filled

    def _notice(self, row: int, height: int) -> None:
        marks = self._marks
        sheet = self.sheet
        if row > 1 or height > 1:
            place = (f"第 {row} 行", f"row {row}") if height == 1 else (f"第 {row}–{row + 1} 行", f"rows {row} and {row + 1}")
            self.notices.append(Words(f"工作表“{sheet}”的表头在{place[0]}", f"sheet “{sheet}” has its headings in {place[1]}"))
        hidden = sorted(number for number in marks.hidden_rows if self._first <= number <= marks.last_row)
        if hidden:
            named = _ranges(hidden)
            self.notices.append(
                Words(
                    f"工作表“{sheet}”有 {len(hidden)} 个隐藏行（{named}），也一并读取",
                    f"sheet “{sheet}” has {len(hidden)} hidden rows ({named}), which are read as well",
                )
            )
        columns = [
            letters(place) for place in sorted(marks.hidden_columns) if place < len(self.headings) and self.headings[place]
        ]
        if columns:
            self.notices.append(
                Words(
                    f"工作表“{sheet}”有隐藏列（{'、'.join(columns)}），也一并读取",
                    f"sheet “{sheet}” has hidden columns ({', '.join(columns)}), which are read as well",
                )
            )
        if marks.formulas:
            self.notices.append(
                Words(
                    f"工作表“{sheet}”有 {marks.formulas:,} 个公式：未计算，使用文件中保存的值",
                    f"sheet “{sheet}” has {marks.formulas:,} formulas: not computed, the saved values are used",
                )
            )


def _value(cell: Any) -> Any:
    """What a cell shows: a share that is formatted as per cent is one."""
    value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and "%" in (cell.number_format or ""):
        return f"{(Decimal(format(value, '.15g')) * 100).normalize():f}%"
    if isinstance(value, (datetime.time, datetime.timedelta)):
        return str(value)
    return value


def _ranges(numbers: Sequence[int]) -> str:
    """``3–5, 9``, the first few."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    named = [str(a) if a == b else f"{a}–{b}" for a, b in ranges[:5]]
    return ", ".join(named) + (", …" if len(ranges) > 5 else "")


def _broken(path: pathlib.Path, error: Exception) -> TableError:
    if isinstance(error, TableError):
        return error
    return TableError(
        Words(
            f"{path.name} 无法作为工作簿读取，可能已损坏：{error}",
            f"{path.name} cannot be read as a workbook, it may be damaged: {error}",
        )
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without openpyxl's warnings of what it leaves out: styles, extensions, validations."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
