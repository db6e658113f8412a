# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What `grantd table check` tells of a table, and that `score` refuses what it tells."""

from __future__ import annotations

import json
import pathlib

import openpyxl
import pytest

import grantd
from grantd.table._check import check_table
from grantd.table._opening import open_applications
from grantd.table._page import check_page
from grantd.table._table import TableOptions

from .table_files import DAY, GOOD, HEADS, MEASURE, MEMBER, Open, outcomes, problems, sheet_file, text_file

PRIOR = "此前获得的支持"


def test_all_that_is_wrong_with_a_row_is_told_at_once(opened: Open, tmp_path: pathlib.Path) -> None:
    rows = [["A-1", "甲", "或许", "P-1", "有", "大概", "三千"], ["A-2", "乙", "是", "P-2", "-", "√", "6000"]]
    table = opened(sheet_file(tmp_path / "in.xlsx", [HEADS, *rows]))
    check = check_table(table)
    assert [(one.row, one.column) for one in check.problems] == [(2, "C"), (2, "F"), (2, "G")]
    assert check.count == 3
    # What does not fit is not empty, however much of it there is in a row.
    assert dict(check.empty) == {f"{MEMBER}.for_medical_device_industry": 1}
    page = check_page(table, check, "zh")
    assert "3 处问题" in page


def test_totals_are_told_once_and_are_not_empty(opened: Open, tmp_path: pathlib.Path) -> None:
    rows = [GOOD, ["合计", "", "", "", "", "共一项", "6,000"]]
    check = check_table(opened(sheet_file(tmp_path / "in.xlsx", [HEADS, *rows])))
    assert [(one.row, one.column) for one in check.problems] == [(3, "")]
    assert not check.empty


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".parquet"])
def test_a_row_without_a_day(channel: grantd.Channel, tmp_path: pathlib.Path, suffix: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    heads, rows = [*HEADS, "计算日期"], [[*GOOD, DAY], ["A-2", *GOOD[1:], ""], ["A-3", *GOOD[1:], "昨天"]]
    path = tmp_path / f"in{suffix}"
    if suffix == ".xlsx":
        sheet_file(path, [heads, *rows])
    elif suffix == ".csv":
        text_file(path, [heads, *rows])
    else:
        cells = [[row[place] or None for row in rows] for place in range(len(heads))]
        pq.write_table(pa.table(dict(zip(heads, cells, strict=True))), path)
    table = open_applications(path, channel, TableOptions(measure=MEASURE))
    found = check_table(table).problems
    assert [one.heading for one in found] == ["计算日期"] * 2
    assert [one.words.en.partition(";")[0] for one in found] == ["has no day", "must be a day, such as 2026-05-20"]
    # With a day for all rows an empty cell is none.
    table = open_applications(path, channel, TableOptions(measure=MEASURE, as_of=DAY))
    assert len(check_table(table).problems) == 1


def test_earlier_awards_of_which_nobody_knows(opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.xlsx"
    rows = [[f"A-{row}", *GOOD[1:], unknown] for row, unknown in enumerate(["是", "是", "否", ""], 1)]
    sheet_file(path, [[*HEADS, "此前支持情况不明"], *rows])
    book = openpyxl.load_workbook(path)
    prior = book.create_sheet(PRIOR)
    for row in (["申请编号", "获得日期", "支持金额（万元）"], ["A-1", "2026-01-05", 1], ["A-3", "2026-01-05", 1]):
        prior.append(row)
    book.save(path)
    assert problems(opened(path)) == [
        (2, "H", "says that nobody has looked, and yet there are earlier awards; one of the two is wanted")
    ]
    assert [outcome is None for outcome, _ in outcomes(opened(path), channel, tmp_path)] == [True, False, False, False]


def test_a_list_with_too_many_entries(opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path) -> None:
    award = {"measure": MEASURE, "awarded_on": "2026-01-05", "amount_fen": 1}
    path = tmp_path / "in.jsonl"
    values = [
        {
            "application_id": f"A-{count}",
            "as_of": DAY,
            "prior_awards": [award] * count,
            f"{MEMBER}.common_technology_platform": True,
        }
        for count in (10_000, 10_001)
    ]
    path.write_text("".join(json.dumps(one) + "\n" for one in values))
    found = check_table(opened(path)).problems
    assert [(one.row, one.words.en) for one in found] == [(2, "has 10,001 entries, 10,000 at most")]
    assert [outcome is None for outcome, _ in outcomes(opened(path), channel, tmp_path)] == [False, True]


def test_all_that_is_wrong_with_entries(opened: Open, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.xlsx"
    sheet_file(path, [[*HEADS, "统一社会信用代码"], *[[f"A-{row}", *GOOD[1:], "91110000600037341L"] for row in (1, 2)]])
    book = openpyxl.load_workbook(path)
    prior = book.create_sheet(PRIOR)
    for row in (
        ["申请编号", "统一社会信用代码", "支持措施", "获得日期", "支持金额（万元）"],
        ["A-1", "", "没有的措施", "某日", "许多"],
        ["A-1", "", "", "", 1],
        # Of the applicant: of both applications, and told once.
        ["", "91110000600037341L", "", "2026-01-05", "x"],
    ):
        prior.append(row)
    book.save(path)
    found = check_table(opened(path)).problems
    assert {one.sheet for one in found} == {PRIOR}
    assert sorted((one.row, one.column) for one in found) == [(2, "C"), (2, "D"), (2, "E"), (3, ""), (4, "E")]


def test_all_that_is_wrong_with_a_list_in_a_cell(opened: Open, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.jsonl"
    awards = [{"awarded_on": "soon", "amount_fen": "many"}, 5, {"amount": 1}]
    path.write_text(json.dumps({"application_id": "A", "as_of": DAY, "prior_awards": awards}) + "\n")
    said = [one.words.en.partition(" ")[2][:14] for one in check_table(opened(path)).problems]
    assert said == ["1: awarded_on ", "1: amount_fen ", "2: must be an ", "3: has no fiel"]


def test_what_is_wrong_with_awards_in_a_file_of_their_own_is_told_once(channel: grantd.Channel, tmp_path: pathlib.Path) -> None:
    """Neither file has a sheet, and the award is the applicant's: of both applications."""
    code = "91110000600037341L"
    path = text_file(tmp_path / "in.csv", [[*HEADS, "统一社会信用代码"], *[[f"A-{row}", *GOOD[1:], code] for row in (1, 2)]])
    heads = ["统一社会信用代码", "获得日期", "支持金额（万元）"]
    awards = text_file(tmp_path / "awards.csv", [heads, [code, "2026-01-05", "x"]])
    options = TableOptions(measure=MEASURE, as_of=DAY, lists={"prior_awards": awards})
    found = check_table(open_applications(path, channel, options)).problems
    assert [(one.row, one.column) for one in found] == [(2, "C")]
