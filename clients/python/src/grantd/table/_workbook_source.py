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
import python_calamine

from grantd._cells import Words
from grantd.table import _archive
from grantd.table._package import read_package
from grantd.table._problems import TableError
from grantd.table._sheet_marks import SheetMarks, has_marks, read_marks, spanned
from grantd.table._source import (
    HEADING_ROWS,
    Chunk,
    CountKnown,
    find_headings,
    flaw_of_row,
    letters,
    no_headings,
    without_heading,
)

# The sheet in which a template says what it was made from.
MARK_SHEET = "grantd"
# What a sheet has.
MOST_ROWS = 2**20
# Columns beyond these are formatting that ran away.
_MOST_COLUMNS = 1_000
# A sheet whose XML is larger is not held in memory, in bytes, nor one that spans more cells, empty ones with them: one that was
# filled in far from the others takes memory for all between.
MOST_HELD = 256 * 1024**2
MOST_SPANNED = 32 * 1024**2
# Rows of the sheet in which a template says what it was made from.
_MOST_MARKS = 2_000
_INEXACT = 2**53


class SheetMark(NamedTuple):
    """The measure that a template's sheet of applications is for."""

    measure: str
    digest: str


class ListMark(NamedTuple):
    """The list that a template's sheet of entries is for; of every measure where it names none."""

    measure: str
    path: str


class TemplateMark(NamedTuple):
    """What a template was made from."""

    # Of a template for one measure.
    measure: str | None
    digest: str
    language: str
    # By their names; of a template for several measures.
    sheets: dict[str, SheetMark]
    lists: dict[str, ListMark]


class Workbook:
    """A workbook that was looked at, and is open."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.notices = _archive.check(path)
        self._found: dict[str, SheetMarks] = {}
        self._grids: dict[str, Any] = {}
        self._large: dict[str, bool] = {}
        try:
            self._archive = zipfile.ZipFile(path)
            self._package = read_package(self._archive)
            self._book = python_calamine.load_workbook(path)
        except Exception as error:  # each of them raises what it likes
            raise _broken(path, error) from None
        self._parts = {part.name: part for part in self._package.sheets}
        self.is_1904 = self._package.is_1904
        self._mark = self._read_mark()

    @property
    def mark(self) -> TemplateMark | None:
        """What the template was made from; ``None`` where the workbook is no template."""
        return self._mark

    @property
    def sheets(self) -> list[str]:
        """The sheets that people see, in their order."""
        return [part.name for part in self._package.sheets if part.is_visible and part.name != MARK_SHEET]

    def close(self) -> None:
        """Closes the file."""
        self._book.close()
        self._archive.close()

    def rows(self, sheet: str, first: int = 1, count: int | None = None) -> Iterator[tuple[int, list[Any]]]:
        """The rows of a sheet, each with its number from 1."""
        try:
            numbered = enumerate(self._streamed(sheet) if self._is_large(sheet) else self._held(sheet), 1)
            marks = self.marks(sheet)
            for number, row in itertools.islice(numbered, first - 1, None if count is None else first - 1 + count):
                if number > MOST_ROWS:
                    raise _too_long(self.path, sheet)
                yield number, _shown(number, row, marks)
        except Exception as error:
            raise _broken(self.path, error) from None

    def last_row(self, sheet: str) -> int | None:
        """The last row that holds something; ``None`` where that is not known without reading all of them."""
        if self._is_large(sheet):
            return None
        try:
            grid = self._grid(sheet)
        except Exception as error:
            raise _broken(self.path, error) from None
        return 0 if grid.end is None else int(grid.end[0]) + 1

    def marks(self, sheet: str) -> SheetMarks:
        """What the cells do not say of themselves."""
        found = self._found.get(sheet)
        if found is None:
            member, percents = self._parts[sheet].member, self._package.percent_styles
            try:
                with self._archive.open(member) as file:
                    is_marked = has_marks(file, percents)
                if is_marked:
                    with self._archive.open(member) as file:
                        found = read_marks(file, percents)
            except Exception as error:
                raise _broken(self.path, error) from None
            found = self._found[sheet] = found or SheetMarks()
        return found

    def _is_large(self, sheet: str) -> bool:
        found = self._large.get(sheet)
        if found is None:
            member = self._parts[sheet].member
            found = self._archive.getinfo(member).file_size > MOST_HELD
            if not found:
                with self._archive.open(member) as file:
                    found = spanned(file) > MOST_SPANNED
            self._large[sheet] = found
        return found

    def _grid(self, sheet: str) -> Any:
        """The cells of a sheet, which are held in memory."""
        grid = self._grids.get(sheet)
        if grid is None:
            grid = self._grids[sheet] = self._book.get_sheet_by_name(sheet)
        return grid

    def _held(self, sheet: str) -> Iterator[list[Any]]:
        grid = self._grid(sheet)
        if grid.start is None:
            return
        # Rows come from the first one on, but columns from the first that holds something.
        before = [None] * grid.start[1]
        for row in grid.iter_rows():
            yield [*before, *map(_plain, row[:_MOST_COLUMNS])]

    def _streamed(self, sheet: str) -> Iterator[list[Any]]:
        """The rows of a sheet that is too large to be held, which takes several times as long."""
        with _quiet():
            book = openpyxl.load_workbook(self.path, read_only=True, data_only=True, keep_links=False)
        try:
            worksheet: Any = book[sheet]
            # What a sheet says of its size is often wrong.
            worksheet.reset_dimensions()
            with _quiet():
                for row in worksheet.iter_rows(values_only=True):
                    yield list(map(_plain, row[:_MOST_COLUMNS]))
        finally:
            book.close()

    def _read_mark(self) -> TemplateMark | None:
        if MARK_SHEET not in self._parts:
            return None
        values: dict[str, str] = {}
        sheets: dict[str, SheetMark] = {}
        lists: dict[str, ListMark] = {}
        for _, row in self.rows(MARK_SHEET, count=_MOST_MARKS):
            cells = ["" if cell is None else str(cell) for cell in row] + [""] * 4
            if cells[0] == "sheet":
                sheets[cells[1]] = SheetMark(cells[2], cells[3])
            elif cells[0] == "list":
                lists[cells[1]] = ListMark(cells[2], cells[3])
            elif cells[0]:
                values[cells[0]] = cells[1]
        if "measure" not in values and not sheets:
            return None
        return TemplateMark(values.get("measure"), values.get("digest", ""), values.get("language", "zh"), sheets, lists)


class WorkbookSource:
    """One sheet of a workbook."""

    def __init__(self, book: Workbook, sheet: str, count: CountKnown, known: Words) -> None:
        self._book = book
        self.path = book.path
        self.sheet: str | None = sheet
        self.is_1904 = book.is_1904
        self.notices: list[Words] = []
        self._marks = book.marks(sheet)
        first = [row for _, row in book.rows(sheet, count=HEADING_ROWS + 1)]
        upper = [self._filled(number, row) for number, row in enumerate(first, 1)]
        found = find_headings(first, upper, count)
        if found is None:
            raise no_headings(book.path, sheet, known)
        self.headings = found.headings
        self._first = found.first_row
        self._last = book.last_row(sheet)
        self.total: int | None = None if self._last is None else max(0, self._last - found.first_row + 1)
        self._notice(found.first_row - found.height, found.height)
        self.notices += without_heading(first[found.first_row - 1 :], found.headings, sheet)

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
        """The rows that hold something."""
        width = len(self.headings)
        rows = self._book.rows(self.sheet or "", self._first)
        return ((number, row) for number, row in rows if any(cell is not None and cell != "" for cell in row[:width]))

    def _flaws(self, number: int, row: Sequence[Any]) -> list[tuple[int | None, Words]]:
        marks = self._marks
        flaws: list[tuple[int | None, Words]] = []
        whole = flaw_of_row(row, self.headings)
        if whole is not None:
            flaws.append((None, whole))
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
        # Beyond the last cell there are no rows to be hidden.
        last = max(marks.hidden_rows, default=0) if self._last is None else self._last
        hidden = sorted(number for number in marks.hidden_rows if self._first <= number <= last)
        if hidden:
            named = _ranges(hidden)
            self.notices.append(
                Words(
                    f"工作表“{sheet}”有 {len(hidden)} 个隐藏行（{named}），也一并读取",
                    f"sheet “{sheet}” has {len(hidden)} hidden row{'' if len(hidden) == 1 else 's'} ({named}), read as well",
                )
            )
        columns = [
            letters(place) for place in sorted(marks.hidden_columns) if place < len(self.headings) and self.headings[place]
        ]
        if columns:
            self.notices.append(
                Words(
                    f"工作表“{sheet}”有隐藏列（{'、'.join(columns)}），也一并读取",
                    f"sheet “{sheet}” has hidden columns ({', '.join(columns)}), read as well",
                )
            )
        if marks.formulas:
            self.notices.append(
                Words(
                    f"工作表“{sheet}”有 {marks.formulas:,} 个公式：未计算，使用文件中保存的值",
                    f"sheet “{sheet}” has {marks.formulas:,} formula{'' if marks.formulas == 1 else 's'}: not computed, the "
                    "saved values are used",
                )
            )


def _plain(cell: Any) -> Any:
    """A cell as a value of Python; ``None`` where it is empty."""
    if cell is None or cell.__class__ is str:
        return cell or None
    if cell.__class__ is float:
        # A sheet knows floats alone: those that are whole are what people call numbers.
        return int(cell) if cell.is_integer() and abs(cell) < _INEXACT else cell
    if isinstance(cell, (datetime.time, datetime.timedelta)):
        return str(cell)
    return cell


def _shown(number: int, row: list[Any], marks: SheetMarks) -> list[Any]:
    """A row as its sheet shows it: errors of formulas, and shares that are formatted as per cent."""
    if marks.errors or marks.percents:
        for place, value in enumerate(row):
            error = marks.errors.get((number, place))
            if error is not None:
                row[place] = error
            elif number in marks.percents.get(place, ()) and isinstance(value, (int, float)) and not isinstance(value, bool):
                row[place] = f"{(Decimal(format(value, '.15g')) * 100).normalize():f}%"
    return row


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


def _too_long(path: pathlib.Path, sheet: str) -> TableError:
    return TableError(
        Words(
            f"{path.name} 的工作表“{sheet}”超过 {MOST_ROWS:,} 行，不是表格软件写出的；未读取",
            f"sheet “{sheet}” of {path.name} has over {MOST_ROWS:,} rows, which no spreadsheet program writes; it is not read",
        )
    )


def _broken(path: pathlib.Path, error: Exception) -> TableError:
    if isinstance(error, TableError):
        return error
    return TableError(
        Words(
            f"{path.name} 无法作为工作簿读取，可能已损坏；请用表格软件打开并另存为 .xlsx",
            f"{path.name} cannot be read as a workbook, it may be damaged: {error}",
        )
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without openpyxl's warnings of what it leaves out: styles, extensions, validations."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
