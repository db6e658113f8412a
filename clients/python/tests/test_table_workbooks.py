# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Workbooks as calamine reads them, as they are streamed, and what only bears the name."""

from __future__ import annotations

import datetime
import pathlib
from typing import Any

import pytest

import grantd
from grantd.table._check import check_table
from grantd.table._table import TableOptions
from grantd.table._workbook_source import Workbook

from .table_files import (
    DAY,
    GOOD,
    HEADS,
    MEASURE,
    MEMBER,
    Open,
    edited,
    open_table,
    outcomes,
    problems,
    refused,
    sheet_file,
    text_file,
)


@pytest.mark.parametrize("held", [None, 0])
def test_large_sheets_are_streamed_and_read_alike(
    opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, held: int | None
) -> None:
    """What is held in memory and what is not gives the same rows, marks and problems."""
    if held is not None:
        monkeypatch.setattr("grantd.table._workbook_source.MOST_HELD", held)

    def edit(sheet: Any) -> None:
        sheet["G3"] = "#N/A"
        sheet["G3"].data_type = "e"
        sheet["G4"] = -0.0
        sheet["G5"] = 1e6
        sheet["G6"] = datetime.datetime(2026, 5, 20)
        sheet.row_dimensions[4].hidden = True
        sheet.merge_cells("B5:B6")
        # Below all of it, and to its right: nothing.
        sheet["C9"] = ""
        sheet["J1"] = " "

    rows: list[list[Any]] = [GOOD, *([f"A-{n}", *GOOD[1:6], 6000] for n in range(2, 6))]
    path = sheet_file(tmp_path / "in.xlsx", [HEADS, *rows], edit)
    table = opened(path)
    said = {(row, column): words for row, column, words in problems(table)}
    assert "holds the sheet's error #N/A" in said[3, "G"]
    assert "is merged into B5:B6" in said[6, "B"]
    assert (4, "G") not in said
    assert (5, "G") not in said
    assert "1 hidden row (4)" in " ".join(notice.en for notice in table.notices)
    assert [outcome for outcome, _ in outcomes(table, channel, tmp_path)] == ["ELIGIBLE", None, "ELIGIBLE", "ELIGIBLE", None]


def test_a_share_in_a_sheet_with_other_formats(tmp_path: pathlib.Path) -> None:
    def edit(sheet: Any) -> None:
        for row, (number, shown) in enumerate(((0.3, "0%"), (0.305, '0.0"%"'), (0.25, "0.00%"), (30, "General")), 1):
            sheet.cell(row, 2, number).number_format = shown

    path = sheet_file(tmp_path / "in.xlsx", [["a"], ["b"], ["c"], ["d"]], edit)
    book = Workbook(path)
    assert [row[1] for _, row in book.rows("申请")] == ["30%", 0.305, "25%", 30]
    book.close()


def test_days_where_sheets_begin_to_count(opened: Open, tmp_path: pathlib.Path) -> None:
    """A number in a day's format: calamine reads it as one day, openpyxl as another, and a sheet shows a third."""

    def edit(sheet: Any) -> None:
        for row, number in enumerate((1, 59, 60, 61, 46162), 2):
            sheet.cell(row, 8, number).number_format = "yyyy-mm-dd"

    path = sheet_file(tmp_path / "in.xlsx", [[*HEADS, "计算日期"], *[[f"A-{n}", *GOOD[1:]] for n in range(5)]], edit)
    found = problems(opened(path))
    assert [(row, column) for row, column, _ in found] == [(2, "H"), (3, "H"), (4, "H")]
    assert all("a number in a day's format" in words for _, _, words in found)
    (rows,) = opened(path).rows(10)
    assert rows.table["as_of"].to_pylist()[3:] == [datetime.date(1900, 3, 1), datetime.date(2026, 5, 20)]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_columns_without_a_heading_are_said(opened: Open, tmp_path: pathlib.Path, suffix: str) -> None:
    heads, row = [*HEADS[:2], "", *HEADS[2:]], [*GOOD[:2], "北京", *GOOD[2:]]
    path = tmp_path / f"in{suffix}"
    if suffix == ".csv":
        text_file(path, [heads, row])
    else:
        sheet_file(path, [heads, [*row, None, "x"]])
    (words,) = [notice.zh for notice in opened(path).notices if "没有表头" in notice.zh]
    assert words == (
        "C 列没有表头，其中的内容不参与计算" if suffix == ".csv" else "工作表“申请”的 C、J 列没有表头，其中的内容不参与计算"
    )
    # Nothing stands in it.
    path = sheet_file(tmp_path / "in.xlsx", [[*HEADS, None], [*GOOD, None], [*GOOD, " "]])
    assert not any("没有表头" in notice.zh for notice in opened(path).notices)


def test_what_is_hidden_in_a_cell_is_called_by_its_name(opened: Open, tmp_path: pathlib.Path) -> None:
    rows = [["A-1", *GOOD[1:3], "P\n1", *GOOD[4:]], ["A-2", "甲\t公司", *GOOD[2:]], ["A-3", *GOOD[1:3], "P\u200b1", *GOOD[4:]]]
    assert [words for _, _, words in problems(opened(sheet_file(tmp_path / "in.xlsx", [HEADS, *rows])))] == [
        "holds a line break; take it out",
        "holds a tab; take it out",
        "holds a character that does not show (U+200B); take it out",
    ]
    path = text_file(tmp_path / "in.csv", [HEADS, [*GOOD[:2], "是\0", *GOOD[3:]]])
    ((_, column, words),) = problems(opened(path))
    assert column == "C"
    assert "holds a NUL character" in words


def test_a_sheet_of_more_rows_than_there_can_be(opened: Open, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grantd.table._workbook_source.MOST_ROWS", 3)
    path = sheet_file(tmp_path / "in.xlsx", [HEADS, GOOD, GOOD, GOOD])
    refused(lambda: opened(path), "over 3 rows", "超过 3 行")


@pytest.mark.parametrize("cell", ["XFD1048576", "CV1048576"])
def test_a_cell_far_from_all_others_takes_no_memory_for_what_is_between(
    opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path, cell: str
) -> None:
    path = sheet_file(tmp_path / "in.xlsx", [HEADS, GOOD], lambda sheet: sheet.__setitem__(cell, " "))
    table = opened(path)
    assert table.source.total is None
    assert outcomes(table, channel, tmp_path) == [("ELIGIBLE", 1_800_000_000)]
    near = opened(sheet_file(path, [[*HEADS, *[None] * 30, "x"], GOOD]))
    assert near.source.total == 1


def test_a_workbook_whose_sheets_are_all_hidden(opened: Open, tmp_path: pathlib.Path) -> None:
    path = sheet_file(tmp_path / "in.xlsx", [HEADS, GOOD])
    path = edited(path, "xl/workbook.xml", b'state="visible"', b'state="hidden"')
    refused(lambda: opened(path), "没有可见的工作表", "no sheet that shows")


def test_paths_as_headings_of_a_sheet(channel: grantd.Channel, tmp_path: pathlib.Path) -> None:
    heads = ["application_id", "as_of", f"{MEMBER}.engineering_investment_fen"]
    path = sheet_file(tmp_path / "in.xlsx", [heads, ["A-1", DAY, 100]])
    table = open_table(path, channel, TableOptions())
    assert table.form.measure == MEASURE
    refused(lambda: open_table(sheet_file(path, [["a", "b"], [1, 2]]), channel, TableOptions(as_of=DAY)), "which measure")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html><table><tr><td>x</td></tr></table></html>", "网页"),
        (b"\xef\xbb\xbf\r\n<?xml version='1.0'?><Workbook/>", "网页"),
        ("申请编号,单位名称\r\n".encode("gb18030"), "其他格式"),
        (b"PK\x03\x04" + b"\0" * 500, "截断"),
    ],
)
def test_what_is_called_a_workbook_and_is_none(opened: Open, tmp_path: pathlib.Path, content: bytes, words: str) -> None:
    path = tmp_path / "in.xlsx"
    path.write_bytes(content)
    error = refused(lambda: opened(path), words)
    # No word of a library's.
    assert "zip" not in error.words.zh


def test_what_does_not_fit_is_not_empty(opened: Open, tmp_path: pathlib.Path) -> None:
    rows = [[f"A-{n}", *GOOD[1:6], cell] for n, cell in enumerate(["", "-", "三千", "约3000", "N/A", 6000])]
    check = check_table(opened(text_file(tmp_path / "in.csv", [HEADS, *rows])))
    assert dict(check.empty) == {f"{MEMBER}.engineering_investment_fen": 3}
    assert check.count == 2
