# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Files of tables as they should not be: cut, damaged, too large."""

from __future__ import annotations

import pathlib
import zipfile
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import grantd
from grantd.table._check import check_table
from grantd.table._problems import TableError

from .table_files import (
    GOOD,
    HEADS,
    Open,
    bomb,
    edited,
    outcomes,
    problems,
    refused,
    sheet_file,
    text_file,
)


def test_files_that_are_none(opened: Open, tmp_path: pathlib.Path) -> None:
    refused(lambda: opened(tmp_path / "no.xlsx"), "no file")
    empty = tmp_path / "empty.csv"
    empty.touch()
    refused(lambda: opened(empty), "is empty")
    (tmp_path / "x.doc").write_bytes(b"x")
    refused(lambda: opened(tmp_path / "x.doc"), "no format")
    (tmp_path / "x.et").write_bytes(b"x")
    refused(lambda: opened(tmp_path / "x.et"), "另存为“Excel 工作簿（.xlsx）”", "save it as .xlsx")
    old = tmp_path / "old.xlsx"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    refused(lambda: opened(old), "password", "密码")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"a,b\n\xff\xff\x00\n")
    refused(lambda: opened(binary), "neither UTF-8", "line 2")


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_files_that_were_cut(opened: Open, tmp_path: pathlib.Path, suffix: str, share: float) -> None:
    whole = tmp_path / f"whole{suffix}"
    if suffix == ".xlsx":
        sheet_file(whole, [HEADS, *[GOOD] * 200])
    else:
        pq.write_table(pa.table({head: [GOOD[place]] * 2000 for place, head in enumerate(HEADS)}), whole)
    data = whole.read_bytes()
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(data[: int(len(data) * share)])
    refused(lambda: opened(cut), "cut", "截断")


def test_text_that_was_cut_within_a_quote(opened: Open, tmp_path: pathlib.Path) -> None:
    path = text_file(tmp_path / "in.csv", [HEADS, *[GOOD] * 50])
    path.write_bytes(path.read_bytes() + 'A-99,"甲公'.encode())
    refused(lambda: list(opened(path).rows(100)), "within a quote")


def test_rows_that_are_too_long_or_too_short(opened: Open, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("申请编号,在京注册\nA,是,多,余\nB\n\n,,\nC,否,,\n")
    table = opened(path)
    assert [(row, words) for row, _, words in problems(table)] == [
        (2, "has 4 cells, more than the 2 headings; put quotes around what holds a comma")
    ]
    assert [number for rows in table.rows(10) for number in rows.chunk.rows] == [2, 3, 6]


def test_a_zip_bomb_is_refused_unopened(opened: Open, tmp_path: pathlib.Path) -> None:
    refused(lambda: opened(bomb(tmp_path / "in.xlsx", 4_294_967_294)), "inflates to 4.3 GB", "not opened")


def test_a_real_zip_bomb(opened: Open, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.xlsx"
    sheet_file(path, [HEADS, GOOD])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/more/sharedStrings.xml", "w") as member,
    ):
        for _ in range(600):
            member.write(bytes(1 << 20))
    assert path.stat().st_size < 10 << 20
    refused(lambda: opened(path), "inflates to")


def test_macros_and_links_are_ignored_and_said(opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path) -> None:
    path = sheet_file(tmp_path / "in.xlsm", [HEADS, GOOD])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Attribute VB_Name")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    table = opened(path)
    said = " ".join(notice.en for notice in table.notices)
    assert "macros: not run" in said
    assert "links to other files: not read" in said
    assert outcomes(table, channel, tmp_path) == [("ELIGIBLE", 1_800_000_000)]


def test_a_sheet_that_says_it_is_smaller_than_it_is(opened: Open, tmp_path: pathlib.Path) -> None:
    # As WPS and some servers write them.
    path = edited(sheet_file(tmp_path / "in.xlsx", [HEADS, GOOD, GOOD]), "sheet1.xml", b'ref="A1:G3"', b'ref="A1"')
    assert sum(len(rows.chunk) for rows in opened(path).rows(10)) == 2


def test_a_workbook_in_the_strict_form(opened: Open, tmp_path: pathlib.Path) -> None:
    old = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    path = sheet_file(tmp_path / "in.xlsx", [HEADS, GOOD])
    path = edited(path, "xl/workbook.xml", old, b"http://purl.oclc.org/ooxml/spreadsheetml/main")
    refused(lambda: opened(path), "Strict Open XML")


def test_damaged_files_are_refused_in_words(opened: Open, tmp_path: pathlib.Path) -> None:
    random = Random(7)
    whole = [sheet_file(tmp_path / "in.xlsx", [HEADS, *[GOOD] * 5]), text_file(tmp_path / "in.csv", [HEADS, GOOD], "gb18030")]
    parquet = tmp_path / "in.parquet"
    pq.write_table(pa.table({head: [GOOD[place]] * 50 for place, head in enumerate(HEADS)}), parquet)
    refusals, said = 0, ""
    for path in [*whole, parquet] * 20:
        data = bytearray(path.read_bytes())
        for _ in range(3):
            data[random.randrange(len(data))] = random.randrange(256)
        damaged = path.with_stem("damaged")
        damaged.write_bytes(data)
        try:
            check_table(opened(damaged))
        except TableError as error:
            refusals += 1
            said = error.words.zh
    assert refusals > 20
    assert said


def test_a_workbook_that_expands_entities(opened: Open, tmp_path: pathlib.Path) -> None:
    path = sheet_file(tmp_path / "in.xlsx", [HEADS, GOOD])
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(12))
    path = edited(path, "sheet1.xml", b"<sheetData>", b"<sheetData><x>&l11;</x>")
    path = edited(path, "sheet1.xml", b"<worksheet", f"<!DOCTYPE x [{laughs}]><worksheet".encode())
    refused(lambda: opened(path), "damaged")
