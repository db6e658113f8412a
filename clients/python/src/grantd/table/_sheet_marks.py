# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What a sheet's cells do not say of themselves: which are merged, which rows are hidden, which formulas have no value."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ElementTree
from typing import IO

_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
# Cells of merged ranges that are remembered one by one.
_MOST_MERGED = 1_000_000
# What a sheet's XML has where there is anything to be marked: hidden rows and columns, merged cells, formulas, errors; and
# spaces where no program writes them, so that what stands there is looked at.
_MARKED = (
    b"hidden", b"mergeCell", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b't="e"', b"t='e'", b"t =", b"t= ", b"s =", b"s= ",
)  # fmt: skip
# No program that writes workbooks declares a document's type: what it would declare are texts that grow without bound.
_DECLARED = (b"<!DOCTYPE", b"<!ENTITY")
_BLOCK = 1 << 20
_CELL = re.compile(rb""" r=["']([A-Z]{1,3})([0-9]{1,9})["']""")
_WIDE_CELL = re.compile(rb""" r=["'][A-Z]{2,3}[0-9]""")
# A mark lies within so many bytes.
_LONGEST_MARK = 64


@dataclasses.dataclass
class SheetMarks:
    """The marks of a sheet; places from 0, rows from 1."""

    # By cell (row, place) that shows nothing of its own: the range that it is merged into.
    merged: dict[tuple[int, int], str] = dataclasses.field(default_factory=dict)
    # The first cell of each merged range, with the place behind its last column.
    wide: dict[tuple[int, int], int] = dataclasses.field(default_factory=dict)
    hidden_rows: set[int] = dataclasses.field(default_factory=set)
    hidden_columns: set[int] = dataclasses.field(default_factory=set)
    # Cells with a formula whose value was never saved.
    unsaved: set[tuple[int, int]] = dataclasses.field(default_factory=set)
    formulas: int = 0
    # By cell the error that its formula gave: #N/A.
    errors: dict[tuple[int, int], str] = dataclasses.field(default_factory=dict)
    # By column the rows whose number is shown as per cent.
    percents: dict[int, set[int]] = dataclasses.field(default_factory=dict)


def has_marks(file: IO[bytes], percent_styles: frozenset[str]) -> bool:
    """Whether there may be anything to be marked in a sheet's XML: a look at its bytes, many times as fast as reading it.

    Raises:
        ValueError: Where the XML is none that a workbook has.
    """
    styles = [f"s={quote}{style}{quote}".encode() for style in percent_styles for quote in "\"'"]
    tail = b""
    while block := file.read(_BLOCK):
        data = tail + block
        if any(word in data for word in _DECLARED):
            raise ValueError("a sheet declares entities")
        # Every other encoding has zeros between its letters.
        if b"\0" in data or any(word in data for word in _MARKED) or any(style in data for style in styles):
            return True
        tail = data[-_LONGEST_MARK:]
    return False


def spanned(file: IO[bytes]) -> int:
    """How many cells there are between a sheet's first and its last, whatever is in them: most of them may not be there.

    0 where there are none beyond column Z, as in nearly all sheets: their cells are not looked at one by one.
    """
    rows = columns = 0
    tail = b""
    while block := file.read(_BLOCK):
        data = tail + block
        if columns or _WIDE_CELL.search(data) is not None:
            cells = set(_CELL.findall(data))
            rows = max(rows, max((int(row) for _, row in cells), default=0))
            columns = max(columns, max((_place(name.decode()) + 1 for name in {name for name, _ in cells}), default=0))
        tail = data[-_LONGEST_MARK:]
    return rows * columns


def read_marks(file: IO[bytes], percent_styles: frozenset[str]) -> SheetMarks:
    """Reads the marks in one pass over a sheet's XML, a row at a time."""
    marks = SheetMarks()
    row = 0
    for event, element in ElementTree.iterparse(file, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag == _SPACE + "row":
                row = int(element.get("r") or row + 1)
            continue
        if tag == _SPACE + "row":
            if element.get("hidden") in ("1", "true"):
                marks.hidden_rows.add(row)
            _cells(marks, element, row, percent_styles)
            element.clear()
        elif tag == _SPACE + "sheetData":
            element.clear()
        elif tag == _SPACE + "col":
            if element.get("hidden") in ("1", "true"):
                least, most = int(element.get("min", "1")), int(element.get("max", "1"))
                marks.hidden_columns.update(range(least - 1, min(most, least + 1000)))
        elif tag == _SPACE + "mergeCell":
            _merge(marks, element.get("ref", ""))
    return marks


def _cells(marks: SheetMarks, row: ElementTree.Element, number: int, percent_styles: frozenset[str]) -> None:
    next_place = 0
    for cell in row:
        reference = cell.get("r")
        found = None if reference is None else _REFERENCE.fullmatch(reference)
        place = next_place if found is None else _place(found[1])
        next_place = place + 1
        kind = cell.get("t")
        if kind == "e":
            marks.errors[(number, place)] = cell.findtext(_SPACE + "v") or "#N/A"
        elif cell.get("s") in percent_styles and kind in (None, "n"):
            marks.percents.setdefault(place, set()).add(number)
        if cell.find(_SPACE + "f") is not None:
            marks.formulas += 1
            value = cell.find(_SPACE + "v")
            if value is None or (not value.text and kind != "str"):
                marks.unsaved.add((number, place))


def _merge(marks: SheetMarks, reference: str) -> None:
    first, _, last = reference.partition(":")
    start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
    if start is None or end is None:
        return
    top, left, bottom, right = int(start[2]), _place(start[1]), int(end[2]), _place(end[1])
    marks.wide[(top, left)] = right + 1
    for row in range(top, bottom + 1):
        for place in range(left, right + 1):
            if len(marks.merged) >= _MOST_MERGED:
                return
            if (row, place) != (top, left):
                marks.merged[(row, place)] = reference


def _place(name: str) -> int:
    number = 0
    for letter in name:
        number = 26 * number + ord(letter) - 64
    return number - 1
