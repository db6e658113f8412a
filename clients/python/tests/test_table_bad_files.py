# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Files of tables as they should not be: cut, damaged, too large."""

from __future__ import annotations

import pathlib
import struct
import tracemalloc
import zipfile
import zlib
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import python_calamine

import grantd
from grantd.table._check import check_table
from grantd.table._problems import TableError
from grantd.table._table import Table

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
    marked = tmp_path / "marked.csv"
    marked.write_bytes(b"\xef\xbb\xbf" + text_file(tmp_path / "in.csv", [HEADS, GOOD], "gb18030").read_bytes())
    refused(lambda: opened(marked), "标明是 UTF-8（带 BOM），但第 1 行有误", "wrong in line 1")
    marked.write_bytes(text_file(tmp_path / "in.csv", [HEADS, GOOD], "utf-16").read_bytes()[:-1])
    refused(lambda: opened(marked), "标明是 UTF-16，但第 3 行有误")


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt"])
def test_workbooks_that_are_called_texts(opened: Open, tmp_path: pathlib.Path, suffix: str) -> None:
    path = tmp_path / f"in{suffix}"
    path.write_bytes(sheet_file(tmp_path / "in.xlsx", [HEADS, GOOD]).read_bytes())
    refused(lambda: opened(path), "holds a workbook", "请把扩展名改为 .xlsx")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    refused(lambda: opened(path), "holds a workbook")


def test_text_without_signs_between_its_columns(opened: Open, tmp_path: pathlib.Path) -> None:
    path = text_file(tmp_path / "in.csv", [HEADS, GOOD[:6]], sign="|")
    refused(lambda: opened(path), "各列之间应以逗号、制表符或分号分隔", "such as: Application number, ")
    error = refused(lambda: opened(text_file(path, [["x", "y"], [1, 2]])), "没有可识别的表头")
    assert "分隔" not in error.words.zh


def test_lines_that_name_a_field_twice(opened: Open, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(
        '{"application_id": "A", "applicant": {"kind": 1}, "application_id": "B"}\n'
        '{"application_id": "A", "applicant.kind": 1, "applicant": {"kind": 7}}\n'
        '{"application_id": "A", "prior_awards": [{"amount_fen": 1, "amount_fen": 2}]}\n'
        '{"application_id": "B", "applicant": {"kind": 1}}\n'
    )
    assert problems(opened(path)) == [
        (1, "", "has “application_id” twice; leave one of them"),
        (2, "", "has “applicant.kind” twice; leave one of them"),
        (3, "", "has “amount_fen” twice; leave one of them"),
    ]


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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_that_was_cut_within_a_line(opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path, encoding: str) -> None:
    # Of headings without a name a row may have no cells.
    path = text_file(tmp_path / "in.csv", [[*HEADS, "备注", ""]], encoding)
    head, mark = path.read_bytes(), len("".encode(encoding))

    def table_of(rest: str) -> Table:
        path.write_bytes(head + rest.encode(encoding)[mark:])
        return opened(path)

    for rest, count in (("A-9,甲公司,是,P-1", 4), ("A-9", 1)):
        words = f"has {count} cells of 8, and the file ends within its line: it may be cut; look at it again"
        assert problems(table_of(rest)) == [(2, "", words)]
        assert outcomes(table_of(rest), channel, tmp_path) == [(None, None)]
    # A whole last row needs no end, nor does one that is short and has its end.
    for rest in (",".join(["A-9", *GOOD[1:6], "6000", "x"]), "A-9,甲公司\n", "A-9,甲公司\r"):
        assert problems(table_of(rest)) == []


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


def lying(path: pathlib.Path, name: str, content: bytes, told: int) -> pathlib.Path:
    """A workbook with a part of which both headers say that it is its own first so many bytes."""
    sheet_file(path, [HEADS, GOOD])
    whole = path.with_stem("whole")
    path.rename(whole)
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for one in before.namelist():
            if one != name:
                after.writestr(one, before.read(one))
        after.writestr(name, content)
        offset = after.getinfo(name).header_offset
    data = bytearray(path.read_bytes())
    crc = zlib.crc32(content[:told])
    struct.pack_into("<I", data, offset + 14, crc)
    struct.pack_into("<I", data, offset + 22, told)
    place = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, place + 16, crc)
    struct.pack_into("<I", data, place + 24, told)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "name", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml", "xl/media/image1.png"]
)
def test_a_zip_bomb_whose_headers_lie(opened: Open, tmp_path: pathlib.Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object) -> None:
        pytest.fail("it was opened")

    monkeypatch.setattr(python_calamine, "load_workbook", load)
    path = lying(tmp_path / "in.xlsx", name, b" " * 40_000_000, 1_000)
    assert path.stat().st_size < 100_000
    # Python's own reader takes it for what it says.
    with zipfile.ZipFile(path) as archive:
        assert len(archive.read(name)) == 1_000
    tracemalloc.start()
    refused(lambda: opened(path), f"{name} does not inflate to the 1.0 kB", "未打开")
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()


def test_parts_that_hold_less_than_they_say_or_are_packed_otherwise(opened: Open, tmp_path: pathlib.Path) -> None:
    content = b"<x>" + bytes(5_000)
    path = lying(tmp_path / "in.xlsx", "xl/media/image1.png", content, 6_000)
    refused(lambda: opened(path), "does not inflate to the 6.0 kB")
    sheet_file(path, [HEADS, GOOD])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/media/image1.png", content)
    refused(lambda: opened(path), "xl/media/image1.png")
    sheet_file(path, [HEADS, GOOD])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        # Whole blocks, and nothing at all.
        archive.writestr("xl/media/image1.png", bytes(3 << 20))
        archive.writestr("xl/media/image2.png", Random(7).randbytes((1 << 20) + 1))
        archive.writestr("xl/media/image3.png", b"")
    assert problems(opened(path)) == []


@pytest.mark.parametrize("place", [4, 8, 10, 16, 20])
def test_a_workbook_with_two_tables_of_contents(opened: Open, tmp_path: pathlib.Path, place: int) -> None:
    # Where the last is told amiss some readers open what the one before it tells of, which nobody has looked at.
    hidden = sheet_file(tmp_path / "hidden.xlsx", [HEADS, *[GOOD] * 9]).read_bytes()
    data = bytearray(hidden + sheet_file(tmp_path / "shown.xlsx", [HEADS, GOOD]).read_bytes())
    end = data.rindex(b"PK\x05\x06")
    # As one archive behind other data would tell of itself: its own is not counted in.
    size, start = struct.unpack_from("<2L", data, end + 12)
    assert end == len(hidden) + start + size
    struct.pack_into("<L", data, end + 16, len(hidden) + start)
    path = tmp_path / "in.xlsx"
    struct.pack_into("<H", data, end + place, 0xFFFF if place == 20 else struct.unpack_from("<H", data, end + place)[0] + 1)
    path.write_bytes(data)
    refused(lambda: opened(path), "no whole .xlsx file", "不是完整的 .xlsx 文件")


@pytest.mark.parametrize("member", ["xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_part_that_would_be_held_whole(opened: Open, tmp_path: pathlib.Path, member: str) -> None:
    path = sheet_file(tmp_path / "in.xlsx", [HEADS, GOOD])
    large = tmp_path / "large.xlsx"
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name) + b" " * (17 << 20 if name == member else 0))
    refused(lambda: opened(large), f"{member} is too large", "无法作为工作簿读取")


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
