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
    last_row: int = 0


def read_marks(file: IO[bytes]) -> SheetMarks:
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
            _formulas(marks, element, row)
            if len(element):
                marks.last_row = row
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


def _formulas(marks: SheetMarks, row: ElementTree.Element, number: int) -> None:
    for place, cell in enumerate(row):
        if cell.find(_SPACE + "f") is None:
            continue
        marks.formulas += 1
        value = cell.find(_SPACE + "v")
        if value is None or (not value.text and cell.get("t") != "str"):
            found = _REFERENCE.fullmatch(cell.get("r", ""))
            marks.unsaved.add((number, _place(found[1]) if found else place))


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
