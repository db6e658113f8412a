# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What the parts of a workbook's archive say of its sheets, which readers of cells do not tell."""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from typing import NamedTuple

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# What parts that are read whole may have: a document of them takes many times as much. In bytes.
_MOST_PART = 16 * 1024**2
# Number formats that every workbook has: 0% and 0.00%.
_PERCENT_FORMATS = frozenset({"9", "10"})
# What a format shows as it stands: quoted, or behind a backslash.
_QUOTED = re.compile(r'"[^"]*"|\\.')


class SheetPart(NamedTuple):
    """A sheet of cells."""

    name: str
    is_visible: bool
    # Its file in the archive.
    member: str


class Package(NamedTuple):
    """A workbook's parts."""

    sheets: list[SheetPart]
    # Whether serial days count from 1904.
    is_1904: bool
    # The styles by which a number is shown as per cent, as cells name them.
    percent_styles: frozenset[str]


def read_package(archive: zipfile.ZipFile) -> Package:
    """Reads the parts.

    Raises:
        Exception: Where the archive is no workbook, or a part is too large: whatever its parts raise.
    """
    book = next(
        (target for kind, target in _relations(archive, "").values() if kind.endswith("/officeDocument")), "xl/workbook.xml"
    )
    relations = _relations(archive, book)
    root = _document(archive, book)
    sheets = []
    is_1904 = False
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "sheet":
            kind, member = relations[element.get(_RELATION, "")]
            # Sheets of a chart have no cells.
            if kind.endswith("/worksheet"):
                sheets.append(SheetPart(element.get("name", ""), element.get("state", "visible") == "visible", member))
        elif tag == "workbookPr":
            is_1904 = element.get("date1904") in ("1", "true")
    styles = next((target for kind, target in relations.values() if kind.endswith("/styles")), None)
    percents = frozenset[str]() if styles is None or styles not in archive.namelist() else _percents(_document(archive, styles))
    return Package(sheets, is_1904, percents)


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: by id the kind, and the file in the archive."""
    folder, name = posixpath.split(part)
    member = posixpath.join(folder, "_rels", f"{name}.rels")
    if member not in archive.namelist():
        return {}
    found: dict[str, tuple[str, str]] = {}
    for element in _document(archive, member):
        if element.get("TargetMode") != "External":
            target = element.get("Target", "").replace("\\", "/")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[element.get("Id", "")] = (element.get("Type", ""), path)
    return found


def _document(archive: zipfile.ZipFile, member: str) -> ElementTree.Element:
    if archive.getinfo(member).file_size > _MOST_PART:
        raise ValueError(f"{member} is too large")
    return ElementTree.fromstring(archive.read(member))


def _percents(styles: ElementTree.Element) -> frozenset[str]:
    formats = set(_PERCENT_FORMATS)
    percents: set[str] = set()
    for element in styles:
        tag = element.tag.rpartition("}")[2]
        if tag == "numFmts":
            for one in element:
                shown = "%" in _QUOTED.sub("", one.get("formatCode", ""))
                (formats.add if shown else formats.discard)(one.get("numFmtId", ""))
        elif tag == "cellXfs":
            percents.update(str(place) for place, one in enumerate(element) if one.get("numFmtId") in formats)
    return frozenset(percents)
