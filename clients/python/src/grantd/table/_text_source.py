# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Tables in files of comma-separated values."""

from __future__ import annotations

import codecs
import csv
import functools
import itertools
import os
import pathlib
import re
from collections.abc import Iterator
from typing import Any

from grantd._cells import Words
from grantd.table._archive import COMPOUND
from grantd.table._problems import TableError
from grantd.table._source import (
    HEADING_ROWS,
    Chunk,
    CountKnown,
    FoundHeadings,
    find_headings,
    flaw_of_row,
    letters,
    no_headings,
    without_heading,
)

_BLOCK = 1 << 20
_LONGEST_CELL = 1 << 20
_CONTROLS = re.compile("[\0-\x08\x0e-\x1f\ufffd-\uffff]")
_SIGNS = (",", "\t", ";")
_DIVIDED = Words("；各列之间应以逗号、制表符或分号分隔", "; commas, tabs or semicolons are to stand between columns")
_UTF16 = Words("UTF-16", "UTF-16")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", Words("UTF-8（带 BOM）", "UTF-8 with its mark")),
    (codecs.BOM_UTF16_LE, "utf-16", _UTF16),
    (codecs.BOM_UTF16_BE, "utf-16", _UTF16),
)
# Ends of lines, in one byte or in two of either order.
_ENDS = (b"\n", b"\r", b"\n\0", b"\0\n", b"\r\0", b"\0\r")


class TextSource:
    """A file of comma-separated values: UTF-8 or UTF-16, with or without their marks, or GB 18030."""

    def __init__(self, path: pathlib.Path, count: CountKnown, known: Words) -> None:
        self.path = path
        self.sheet: str | None = None
        self.is_1904 = False
        self.notices: list[Words] = []
        _check_kind(path)
        status = path.stat()
        self._encoding, label, lines = _looked_at(path, status.st_size, status.st_mtime_ns)
        self.notices.append(Words(f"编码识别为 {label.zh}", f"read as {label.en}"))
        self._may_be_cut = not _ends_with_a_line(path, self._encoding)
        found = self._found(count)
        if found is None:
            raise no_headings(path, None, known, _DIVIDED if self._is_undivided else None)
        self.headings = found.headings
        self._first = found.first_row
        # Cells beyond the headings are their row's own problem.
        first = [row[: len(self.headings)] for _, row in itertools.islice(self._rows(), self._first - 1, HEADING_ROWS + 1)]
        self.notices += without_heading(first, self.headings, None)
        self.total: int | None = max(0, lines - self._first + 1)
        if found.first_row - found.height > 1:
            self.notices.append(
                Words(
                    f"表头在第 {found.first_row - found.height} 行，其上各行未读",
                    f"the headings are in row {found.first_row - found.height}; what is above is not read",
                )
            )

    def chunks(self, size: int, skip: int = 0) -> Iterator[Chunk]:
        """The rows, ``size`` at a time, without the first ``skip``."""
        width = len(self.headings)
        wanted = max((place for place, heading in enumerate(self.headings, 1) if heading), default=0)
        rows = (
            (number, row, is_last)
            for number, row, is_last in self._with_last()
            if number >= self._first and any(cell.strip() for cell in row)
        )
        data = itertools.islice(rows, skip, None)
        while taken := list(itertools.islice(data, size)):
            chunk = Chunk([number for number, _, _ in taken], [])
            cells: list[list[Any]] = []
            for place, (_, row, is_last) in enumerate(taken):
                if is_last and self._may_be_cut and len(row) < wanted:
                    zh = f"只有 {len(row)} 格，少于表头的 {wanted} 格，且文件到此没有换行，可能被截断；请核对并补全"
                    en = f"has {len(row)} cells of {wanted}, and the file ends within its line: it may be cut; look at it again"
                    chunk.flaws[place] = [(None, Words(zh, en))]
                elif len(row) > width and any(cell.strip() for cell in row[width:]):
                    zh = f"有 {len(row)} 格，多于表头的 {width} 格；含逗号的内容请加引号"
                    en = f"has {len(row)} cells, more than the {width} headings; put quotes around what holds a comma"
                    chunk.flaws[place] = [(None, Words(zh, en))]
                else:
                    whole = flaw_of_row(row, self.headings)
                    if whole is not None:
                        chunk.flaws[place] = [(None, whole)]
                cells.append((row + [""] * (width - len(row)))[:width])
            chunk.columns = [list(column) for column in zip(*cells, strict=True)]
            yield chunk

    def letter(self, place: int) -> str:
        """The column's letters, as a sheet shows the file."""
        return letters(place)

    def _with_last(self) -> Iterator[tuple[int, list[str], bool]]:
        """The rows, and of each whether it is the last."""
        before: tuple[int, list[str]] | None = None
        for row in self._rows():
            if before is not None:
                yield *before, False
            before = row
        if before is not None:
            yield *before, True

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows, numbered as a sheet shows the file."""
        csv.field_size_limit(_LONGEST_CELL)
        with self.path.open(encoding=self._encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter, strict=True)
            line = 0
            try:
                for number, row in enumerate(reader, 1):
                    yield number, row
                    line = reader.line_num
            except csv.Error as error:
                # The row that it is in began behind the last whole one.
                raise _broken(self.path, line + 1, reader.line_num, error) from None

    def _found(self, count: CountKnown) -> FoundHeadings | None:
        """The headings, by the sign between cells that makes most of them known."""
        with self.path.open(encoding=self._encoding, newline="") as file:
            head = list(itertools.islice(file, HEADING_ROWS))
        # The most frequent first: of two that make as many known it is the one.
        signs = sorted(_SIGNS, key=lambda sign: -sum(line.count(sign) for line in head))
        best: tuple[int, str, FoundHeadings] | None = None
        self._is_undivided = not any(sign in line for sign in signs for line in head)
        failure: TableError | None = None
        for sign in signs:
            self._delimiter = sign
            try:
                first = [row for _, row in itertools.islice(self._rows(), HEADING_ROWS + 1)]
            except TableError as error:
                failure = failure or error
                continue
            found = find_headings(first, first, count)
            known = 0 if found is None else count(found.headings)
            if found is not None and (best is None or known > best[0]):
                best = (known, sign, found)
        if best is None:
            if failure is not None:
                raise failure
            return None
        self._delimiter = best[1]
        return best[2]


def _check_kind(path: pathlib.Path) -> None:
    """Tells a workbook that is only called a text.

    Raises:
        TableError: Where it is one.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head[:4] == b"PK\x03\x04" or head == COMPOUND:
        raise TableError(
            Words(
                f"{path.name} 的内容是工作簿，不是文本；请把扩展名改为 .xlsx，旧版 .xls 请用表格软件打开并另存为 .xlsx",
                f"{path.name} holds a workbook, no text: call it .xlsx; save an old .xls as .xlsx in a spreadsheet program",
            )
        )


@functools.lru_cache(maxsize=8)
def _looked_at(path: pathlib.Path, size: int, time: int) -> tuple[str, Words, int]:
    """The encoding, its name for people, and how many lines there are: a file of this size and time is looked at once."""
    return *_encoding(path), _lines(path)


def _encoding(path: pathlib.Path) -> tuple[str, Words]:
    """The encoding that all of a file's bytes are text in, and its name for people."""
    with path.open("rb") as file:
        head = file.read(4)
    for mark, encoding, label in _MARKS:
        if head.startswith(mark):
            failure = _failure(path, encoding)
            if failure is None:
                return encoding, label
            raise TableError(
                Words(
                    f"{path.name} 标明是 {label.zh}，但第 {failure} 行有误，文件可能已损坏或不完整；"
                    "请用表格软件打开，另存为 .xlsx",
                    f"{path.name} says that it is {label.en}, and is wrong in line {failure}; it may be damaged or cut; "
                    "open it in a spreadsheet program and save it as .xlsx",
                )
            )
    wide = _wide(path)
    if wide is not None and _failure(path, wide) is None:
        return wide, _UTF16
    failures = []
    for encoding, name in (("utf-8", "UTF-8"), ("gb18030", "GB 18030")):
        failure = _failure(path, encoding)
        if failure is None:
            return encoding, Words(name, name)
        failures.append(failure)
    utf8, gb18030 = failures
    raise TableError(
        Words(
            f"{path.name} 既不是 UTF-8（第 {utf8} 行有误）也不是 GB 18030（第 {gb18030} 行有误），文件可能已损坏或不完整；"
            "请用表格软件打开，另存为 UTF-8 的 CSV 或 .xlsx",
            f"{path.name} is neither UTF-8 (wrong in line {utf8}) nor GB 18030 (wrong in line {gb18030}); it may be damaged "
            "or cut; save it as UTF-8 or .xlsx",
        )
    )


def _wide(path: pathlib.Path) -> str | None:
    """UTF-16 without its mark: commas and ends of lines have a zero on one side, which no other text has."""
    with path.open("rb") as file:
        head = file.read(_BLOCK)
    if b"\0" not in head:
        return None
    first, second = head[::2].count(0), head[1::2].count(0)
    encoding = "utf-16-le" if second > first else "utf-16-be"
    # What is no text decodes as well, to signs that nobody writes.
    text = head.decode(encoding, "replace")
    is_text = _CONTROLS.search(text) is None and ("\n" in text or "\r" in text)
    return encoding if is_text else None


def _failure(path: pathlib.Path, encoding: str) -> int | None:
    """The line in which a file stops being text in an encoding; ``None`` where all of it is."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            pending = decoder.getstate()[0]
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return line + (pending + block)[: error.start].count(b"\n")
            if not block:
                return None
            line += block.count(b"\n")


def _ends_with_a_line(path: pathlib.Path, encoding: str) -> bool:
    """Whether the last line has an end, as programs write it."""
    length = 2 if encoding.startswith("utf-16") else 1
    with path.open("rb") as file:
        file.seek(-min(length, path.stat().st_size), os.SEEK_END)
        return file.read() in _ENDS


def _lines(path: pathlib.Path) -> int:
    with path.open("rb") as file:
        count, last = 0, b"\n"
        while block := file.read(_BLOCK):
            count += block.count(b"\n")
            last = block[-1:]
    return count + (last != b"\n")


def _broken(path: pathlib.Path, first: int, line: int, error: csv.Error) -> TableError:
    """What is wrong with a row that began in one line and is broken in the same or another."""
    said = str(error)
    if "unexpected end" in said:
        return TableError(
            Words(
                f"{path.name} 第 {first} 行起的引号没有闭合，到文件末尾（第 {line} 行）为止；文件可能不完整，或多了一个引号",
                f"{path.name} ends in line {line} within a quote of line {first}; the file may be cut, or a quote be too many",
            )
        )
    if "expected after" in said:
        begun = (f"（该行从第 {first} 行开始）", f", whose row began in line {first}") if first < line else ("", "")
        return TableError(
            Words(
                f'{path.name} 第 {line} 行{begun[0]}的引号有误：加引号的内容里，引号应写两遍（""）；请改正或另存为 .xlsx',
                f'{path.name} has a quote in line {line}{begun[1]} that ends no cell: write it twice (""), or save it as .xlsx',
            )
        )
    if "field larger" in said:
        return TableError(
            Words(
                f"{path.name} 第 {line} 行有超过 1 MiB 的单元格；可能缺少引号",
                f"{path.name} has a cell of over 1 MiB in line {line}; a quote may be missing",
            )
        )
    return TableError(
        Words(f"{path.name} 第 {line} 行不是有效的 CSV；请另存为 .xlsx", f"{path.name}, line {line} is no CSV: {said}")
    )
