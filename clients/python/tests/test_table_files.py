# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Files of tables as people have them."""

from __future__ import annotations

import datetime
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

import grantd
from grantd.table._check import check_table
from grantd.table._command import main
from grantd.table._problems import RunError
from grantd.table._run import RunOptions, score_table
from grantd.table._scoring import Question
from grantd.table._table import TableOptions
from grantd.table._workbook_source import Workbook

from .table_files import (
    DAY,
    GOOD,
    HEADS,
    MEASURE,
    OPTIONS,
    Open,
    open_table,
    outcomes,
    problems,
    refused,
    sheet_file,
    text_file,
)

# MARK: - What is read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_encodings(opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path, encoding: str, sign: str) -> None:
    table = opened(text_file(tmp_path / "in.csv", [HEADS, GOOD], encoding, sign))
    assert outcomes(table, channel, tmp_path) == [("ELIGIBLE", 1_800_000_000)]
    names = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with its mark", "gb18030": "GB 18030", "utf-16": "UTF-16"}
    assert [notice.en for notice in table.notices] == [f"read as {names[encoding]}"]
    assert "编码识别为 " in table.notices[0].zh
    assert ("BOM" in table.notices[0].zh) == (encoding == "utf-8-sig")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path, encoding: str) -> None:
    table = opened(text_file(tmp_path / "in.csv", [HEADS, GOOD], encoding, "\t"))
    assert outcomes(table, channel, tmp_path) == [("ELIGIBLE", 1_800_000_000)]
    assert any("UTF-16" in notice.zh for notice in table.notices)


def test_the_sign_between_cells_is_the_one_that_makes_headings_known(opened: Open, tmp_path: pathlib.Path) -> None:
    # More commas than tabs.
    rows = [["A-1", "甲,乙,丙,丁,戊,己,庚公司", *GOOD[2:6], "6,000"]] * 3
    path = tmp_path / "in.txt"
    path.write_text("sep=\t\n" + "".join("\t".join(row) + "\n" for row in [HEADS, *rows]), "utf-8")
    table = opened(path)
    assert len(table.headings.matches) == 7
    assert not next(table.rows(10)).problems


def test_where_a_text_file_is_broken(opened: Open, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.csv"
    lines = [",".join(HEADS), 'A-1,甲,是,P,是,是,"6,000"', "A-2,甲,是,P,是,是,6"]
    for line, words in (
        ('A-3,"甲"公司,是', ("第 4 行的引号有误", "in line 4 that ends no cell")),
        ('A-3,"甲公司,是\nA-4,"乙公司",是', ("第 5 行（该行从第 4 行开始）", "whose row began in line 4")),
        ('A-3,"甲公司,是\nA-4,乙公司,是', ("第 4 行起的引号没有闭合", "within a quote of line 4")),
    ):
        path.write_text("\n".join([*lines, line]), "utf-8")
        refused(lambda: check_table(opened(path)), *words)
    for end in (b"\x80", "甲".encode()[:2], b"\xff"):
        path.write_bytes("\n".join([*lines, "A-3,"]).encode() + end)
        refused(lambda: opened(path), "第 4 行有误")


def test_the_same_rows_in_every_format(opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path) -> None:
    rows = [
        GOOD,
        ["A-2", "乙公司", "否", "P-2", "是", "是", "1.5亿元"],
        ["A-3", "丙公司", "", "P-3", "是", "不详", "-"],
        ["A-4", "丁公司", "也许", "P-4", "是", "是", "1"],
    ]
    expected = [("ELIGIBLE", 1_800_000_000), ("INELIGIBLE", None), ("UNDETERMINED", None), (None, None)]
    files = [text_file(tmp_path / "in.csv", [HEADS, *rows]), sheet_file(tmp_path / "in.xlsx", [HEADS, *rows])]
    lines = tmp_path / "in.jsonl"
    lines.write_text("".join(json.dumps(dict(zip(HEADS, row, strict=True)), ensure_ascii=False) + "\n" for row in rows))
    parquet = tmp_path / "in.parquet"
    pq.write_table(pa.table({head: [row[place] for row in rows] for place, head in enumerate(HEADS)}), parquet)
    for path in [*files, lines, parquet]:
        assert outcomes(opened(path), channel, tmp_path) == expected, path.name


def test_paths_as_headings_are_in_the_wires_units(channel: grantd.Channel, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.parquet"
    member = "medical_device_common_platform"
    columns = {
        "as_of": [datetime.date(2026, 5, 20)],
        "applicant": [{"registered_in_beijing": True, "kind": "ENTERPRISE"}],
        f"{member}.for_medical_device_industry": [True],
        "common_technology_platform": [True],
        "engineering_investment_fen": [6_000_000_000],
    }
    pq.write_table(pa.table(columns), path)
    # The measure is told by its facts' paths.
    table = open_table(path, channel, TableOptions())
    assert outcomes(table, channel, tmp_path) == [("ELIGIBLE", 1_800_000_000)]


def test_applications_as_lines(opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.jsonl"
    facts = {
        "for_medical_device_industry": True,
        "common_technology_platform": True,
        "engineering_investment_fen": "6000000000",
    }
    prior = [{"measure": MEASURE, "subject_id": "P", "awarded_on": "2026-01-01", "amount_fen": 4_900_000_000}]
    application = {"as_of": DAY, "subject_id": "P", "applicant": {"registered_in_beijing": True}, "prior_awards": prior}
    lines = [{"application": {**application, "medical_device_common_platform": facts}}, {"application": {"as_of": DAY}}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"as_of": ')
    table = opened(path)
    assert outcomes(table, channel, tmp_path) == [("ELIGIBLE", 100_000_000), ("UNDETERMINED", None), (None, None)]
    assert "may be cut" in problems(table)[0][2]


def test_kinds_of_cells_in_a_sheet(opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path) -> None:
    heads = [*HEADS[:6], "项目工程投资（元）", "计算日期"]
    rows: list[list[Any]] = [
        ["A-1", "", True, 7, 1, "是", 1e6, datetime.datetime(2026, 5, 20)],
        ["A-2", "", "是", "7", "是", "是", -0.0, 46162],
        ["A-3", "", "是", "7", "是", "是", "１，０００，０００元", "2026年5月20日"],
        ["A-4", "", "是", "7", "是", "是", "无", "2026/5/20"],
        ["A-5", "", "是", "7", "是", "是", 1e6, "5月20日"],
    ]
    table = opened(sheet_file(tmp_path / "in.xlsx", [heads, *rows]), as_of=None)
    assert [fen for _, fen in outcomes(table, channel, tmp_path)] == [30_000_000, 0, 30_000_000, None, None]
    assert [(row, column) for row, column, _ in problems(table)] == [(5, "G"), (6, "H")]


def test_a_sheet_counted_from_1904(opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [*HEADS, "计算日期"])
        sheet.write_row(1, 0, GOOD)
        # A day without a day's format.
        sheet.write_number(1, len(HEADS), 44_700)
    rows = next(opened(path, as_of=None).rows(10))
    assert rows.table["as_of"].to_pylist() == [datetime.date(2026, 5, 20)]


def test_a_share_formatted_as_per_cent(tmp_path: pathlib.Path) -> None:

    path = tmp_path / "in.xlsx"
    sheet_file(path, [["x"], [0.07]], lambda sheet: setattr(sheet["A2"], "number_format", "0%"))
    assert [row for _, row in Workbook(path).rows("申请")] == [["x"], ["7%"]]


def test_headings_below_a_title_and_in_two_rows(opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path) -> None:
    def edit(sheet: Any) -> None:
        sheet.merge_cells("A1:G1")
        sheet.merge_cells("B2:D2")
        for column in "AEFG":
            sheet.merge_cells(f"{column}2:{column}3")

    rows: list[list[Any]] = [
        ["2026年申报汇总表", *[None] * 6],
        ["申请编号", "申请单位", None, None, "服务医疗器械产业", "产业共性平台", "项目工程投资（万元）"],
        [None, "单位名称", "在京注册", "申请对象", None, None, None],
        GOOD,
    ]
    table = opened(sheet_file(tmp_path / "in.xlsx", rows, edit))
    assert outcomes(table, channel, tmp_path) == [("ELIGIBLE", 1_800_000_000)]
    assert any("rows 2 and 3" in notice.en for notice in table.notices)
    assert next(table.rows(10)).chunk.rows == [4]
    below = text_file(tmp_path / "below.csv", [["汇总表"], HEADS, GOOD])
    assert outcomes(opened(below), channel, tmp_path) == [("ELIGIBLE", 1_800_000_000)]


def test_sheets_that_are_left_unread_are_said(opened: Open, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("第一批", "第二批", "此前获得的支持", "通讯录"):
            sheet = book.add_worksheet(name)
            heads = ["申请编号", "单位名称", "电话"] if name == "通讯录" else HEADS
            for row, cells in enumerate(
                [heads, GOOD] if name != "此前获得的支持" else [["申请编号", "获得日期", "支持金额（元）"]]
            ):
                sheet.write_row(row, 0, cells)
    said = [notice.zh for notice in opened(path).notices]
    assert any("只读取工作表“第一批”；“第二批”也像是申请表" in notice for notice in said)
    assert not any("也像是" in notice.zh for notice in opened(path, sheet="第二批").notices)


def test_hidden_rows_and_columns_are_read_and_said(opened: Open, tmp_path: pathlib.Path) -> None:
    def edit(sheet: Any) -> None:
        for row in (3, 4, 6):
            sheet.row_dimensions[row].hidden = True
        sheet.column_dimensions["B"].hidden = True

    table = opened(sheet_file(tmp_path / "in.xlsx", [HEADS, *[GOOD] * 6], edit))
    said = " ".join(notice.en for notice in table.notices)
    assert "3 hidden rows (3–4, 6)" in said
    assert "hidden columns (B)" in said
    assert sum(len(rows.chunk) for rows in table.rows(2)) == 6


def test_lists_in_sheets_of_their_own(channel: grantd.Channel, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.xlsx"
    code = "91110000600037341L"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("申请")
        for row, texts in enumerate([[*HEADS, "统一社会信用代码"], [*GOOD, code], ["A-2", *GOOD[1:]], ["A-3", *GOOD[1:]]]):
            sheet.write_row(row, 0, texts)
        prior = book.add_worksheet("此前获得的支持")
        for row, cells in enumerate(
            [
                ["申请编号", "统一社会信用代码", "支持措施", "支持对象", "获得日期", "支持金额（万元）"],
                ["", code, "产业共性平台建设补助", "P-1", "2026年1月5日", 4000],
                ["A-2", "", MEASURE, "P-1", "2026-01-05", "4900"],
                ["A-3", "", "没有这项", "P-1", "2026-01-05", 1],
                ["A-9", "", "", "P-1", "2026-01-05", 1],
                ["", "", "", "P-1", "2026-01-05", 1],
            ]
        ):
            prior.write_row(row, 0, cells)
    table = open_table(path, channel, OPTIONS)
    found = outcomes(table, channel, tmp_path)
    # By the application's number, else by the applicant.
    assert [fen for _, fen in found] == [1_000_000_000, 100_000_000, None]
    said = problems(open_table(path, channel, OPTIONS))
    assert any("no measure" in words for _, _, words in said)
    assert any("A-9" in words for _, _, words in said)
    assert any("names no application" in words for _, _, words in said)


# MARK: - What is told


def test_merged_cells_and_formulas_and_totals(opened: Open, tmp_path: pathlib.Path) -> None:
    def edit(sheet: Any) -> None:
        sheet.merge_cells("B2:B3")
        sheet["G4"] = "=SUM(G2:G3)"

    rows: list[list[Any]] = [HEADS, GOOD, ["A-2", None, *GOOD[2:]], ["A-3", *GOOD[1:]], ["合计", *[None] * 5, 12_000]]
    table = opened(sheet_file(tmp_path / "in.xlsx", rows, edit))
    assert [(row, column) for row, column, _ in problems(table)] == [(3, "B"), (4, "G"), (5, "")]
    told = [words for _, _, words in problems(table)]
    assert "merged into B2:B3" in told[0]
    assert "never saved" in told[1]
    assert "row of totals" in told[2]


@pytest.mark.parametrize("make", [sheet_file, text_file])
def test_rows_that_are_no_applications(opened: Open, tmp_path: pathlib.Path, make: Callable[..., pathlib.Path]) -> None:
    def row(first: str, *more: str) -> list[str]:
        return [first, *more, *[""] * (len(HEADS) - 1 - len(more))]

    totals = [row("合计："), row("总计（2家）"), row("本页小计"), row("", "合　 计"), row("12", "共计3家"), row("Total")]
    foot = [
        row("填表人：张三", "", "", "审核人：李四"),
        row("注：金额单位为万元"),
        row("第 1 页，共 3 页"),
        row("单位负责人: 王五"),
    ]
    fine = [["合计科技公司", *GOOD[1:]], ["注意力公司", *GOOD[1:]], ["A-汇总", *GOOD[1:]]]
    path = make(tmp_path / ("in.xlsx" if make is sheet_file else "in.csv"), [HEADS, *totals, *foot, HEADS, *fine])
    found = problems(opened(path))
    assert [number for number, column, _ in found if not column] == [*range(2, 13)]
    told = [words for _, _, words in found]
    assert all("row of totals" in words for words in told[:6])
    assert all("below a table" in words for words in told[6:10])
    assert "headings once more" in told[10]


def test_a_formula_with_its_value(opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADS)
        sheet.write_row(1, 0, GOOD[:6])
        sheet.write_formula(1, 6, "=2000*3", None, 6000)
    table = opened(path)
    assert outcomes(table, channel, tmp_path) == [("ELIGIBLE", 1_800_000_000)]
    assert any("1 formula:" in notice.en for notice in table.notices)


def test_columns_that_nobody_knows(opened: Open, tmp_path: pathlib.Path) -> None:
    near = text_file(tmp_path / "near.csv", [["申请编号", "在京注册地", "备注"], ["A", "是", ""]])
    refused(lambda: opened(near), "在京注册地", "applicant.registered_in_beijing")
    table = opened(near, columns={"在京注册地": "applicant.registered_in_beijing"})
    assert [match.fact.path for match in table.headings.matches][1] == "applicant.registered_in_beijing"
    assert any("“备注”" in notice.en for notice in table.notices)
    refused(lambda: opened(near, columns={"在京注册地": "applicant.registered_in_beijin"}), "registered_in_beijing")
    refused(lambda: opened(near, columns={"不存在": "as_of"}), "不存在")
    assert len(opened(near, columns={"在京注册地": ""}).headings.matches) == 1
    several = text_file(tmp_path / "several.csv", [["申请编号", "在京注册地", "共性平台"], ["A", "是", "是"]])
    refused(lambda: opened(several), "在京注册地", "共性平台")
    none = text_file(tmp_path / "none.csv", [["姓名", "电话"], ["a", "b"]])
    refused(lambda: opened(none), "no headings")
    twice = text_file(tmp_path / "twice.csv", [["在京注册", "Registered in Beijing"], ["是", "否"]])
    refused(lambda: opened(twice), "both", "A 列“在京注册”和 B 列“Registered in Beijing”")


@pytest.mark.parametrize(
    ("heading", "cell", "fen"),
    [
        ("项目工程投资", "6000万元", 6_000_000_000),
        ("项目工程投资", "6000", None),
        ("项目工程投资（亿元）", 0.6, 6_000_000_000),
        ("项目工程投资(百万元)*", "60", 6_000_000_000),
        ("项目工程投资/万元", "6000", 6_000_000_000),
        ("项目工程投资：元", "60,000,000", 6_000_000_000),
        ("Engineering investment of the project (million yuan)", 60, 6_000_000_000),
    ],
)
def test_units_in_headings(opened: Open, tmp_path: pathlib.Path, heading: str, cell: Any, fen: int | None) -> None:
    table = opened(sheet_file(tmp_path / "in.xlsx", [["申请编号", heading], ["A", cell]]))
    rows = next(table.rows(10))
    assert rows.table["medical_device_common_platform.engineering_investment_fen"].to_pylist() == [fen]
    assert len(rows.problems) == (fen is None)


def test_units_that_cannot_be(opened: Open, tmp_path: pathlib.Path) -> None:
    path = sheet_file(tmp_path / "in.xlsx", [["申请编号", "项目工程投资（美元）"], ["A", 1]])
    refused(lambda: opened(path), "美元", "可用：元、万元、亿元")
    plain = sheet_file(tmp_path / "plain.xlsx", [["申请编号", "项目工程投资"], ["A", 6000]])
    assert not next(opened(plain, money="万元").rows(10)).problems
    refused(lambda: opened(plain, money="斤"), "斤")


def test_checks_before_anything_is_sent(opened: Open, tmp_path: pathlib.Path) -> None:
    heads = [*HEADS, "统一社会信用代码"]
    rows = [heads, [*GOOD, "91110000600037341L"], [*GOOD, "91110000600037341X"], ["A-3", *GOOD[1:], "123"]]
    found = problems(opened(sheet_file(tmp_path / "in.xlsx", rows)))
    assert [(row, column) for row, column, _ in found] == [(3, "A"), (3, "H"), (4, "H")]
    assert "of row 2" in found[0][2]


def test_entries_that_are_nobodys_are_told_with_their_rows(
    opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in (
            ("申请", [HEADS, GOOD]),
            (
                "此前获得的支持",
                [
                    ["申请编号", "支持对象", "获得日期", "支持金额（万元）"],
                    ["A-1", "P-1", "2026-01-05", 4000],
                    ["A-9", "P-1", "2026-01-05", 1],
                    ["合计", "", "", 4001],
                    ["填表人：张三"],
                ],
            ),
        ):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
    assert outcomes(opened(path), channel, tmp_path) == [("ELIGIBLE", 1_000_000_000)]
    found = check_table(opened(path)).problems
    assert [one.row for one in found] == [3, 4, 5]
    assert [one.sheet for one in found] == ["此前获得的支持"] * 3
    assert "不在申请表中" in found[0].words.zh
    assert "像是“合计”行" in found[1].words.zh
    assert "像是表尾说明" in found[2].words.zh


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('[{"申请编号": "A-1"}]'.encode(), "第 1 行不是 JSON 对象"),
        (b"\n" + '{"申请编号": "甲"}'.encode("gb18030"), "第 2 行不是 UTF-8 编码"),
    ],
)
def test_lines_of_which_none_is_an_object(opened: Open, tmp_path: pathlib.Path, content: bytes, words: str) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(content)
    refused(lambda: opened(path), words, "each line is to be a JSON object")


# MARK: - Runs that end early


@pytest.mark.parametrize("suffix", ["jsonl", "xlsx"])
def test_no_space_left(address: str, tmp_path: pathlib.Path, suffix: str) -> None:
    text_file(tmp_path / "in.csv", [HEADS, *[[f"A-{n}", *GOOD[1:]] for n in range(3000)]])
    # A limit on the size of files stands for a full disk: the same error of every write.
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536)); "
        "from grantd.table._command import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [
        "table",
        "score",
        "in.csv",
        "-o",
        f"out.{suffix}",
        "--measure",
        MEASURE,
        "--as-of",
        DAY,
        "--address",
        address,
        "--lang",
        "en",
    ]
    run = subprocess.run([sys.executable, "-c", code, *command], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 1, run.stderr
    assert "cannot write (the file is too large); the results of 3,000 rows stay in" in run.stderr
    assert not (tmp_path / f"out.{suffix}").exists()
    assert (tmp_path / f"out.{suffix}.partial").is_dir()
    assert [path.name for path in tmp_path.iterdir() if "unfinished" in path.name] == []
    os.chdir(tmp_path)
    assert main(command) == 0
    if suffix == "jsonl":
        assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 3000
    assert not (tmp_path / f"out.{suffix}.partial").exists()


def test_a_run_goes_on_from_where_it_was_cut_off(
    opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from grantd.table import _run, _scoring

    monkeypatch.setattr(_run, "CHUNK", 100)
    path = text_file(tmp_path / "in.csv", [HEADS, *[[f"A-{n}", *GOOD[1:6], str(n)] for n in range(1000)]])
    options = RunOptions(Question(as_of=DAY))
    real, asked = _scoring.Scorer.score, []

    def score(self: Any, rows: Any) -> Any:
        asked.append(len(rows.chunk))
        if len(asked) == 4:
            raise KeyboardInterrupt
        return real(self, rows)

    monkeypatch.setattr(_scoring.Scorer, "score", score)
    out = tmp_path / "out.parquet"
    with pytest.raises(KeyboardInterrupt):
        score_table(opened(path), out, channel, options)
    assert not out.exists()
    # Another question has nothing to go on from.
    other = RunOptions(Question(as_of=DAY, assume_unset_bars_absent=True))
    refused(lambda: score_table(opened(path), out, channel, other), "--restart")
    summary = score_table(opened(path), out, channel, options)
    assert len(asked) == 4 + 7
    assert summary.rows == 1000
    results = pq.read_table(out)
    assert results["申请编号"].to_pylist() == [f"A-{n}" for n in range(1000)]
    assert results["amount_fen"].to_pylist() == [n * 300_000 for n in range(1000)]
    refused(lambda: score_table(opened(path), out, channel, options), "--force")


def test_a_file_that_was_changed_meanwhile(
    opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from grantd.table import _run

    path = text_file(tmp_path / "in.csv", [HEADS, GOOD])
    table = opened(path)
    real = _run.assemble

    def assemble(*arguments: Any, **named: Any) -> Any:
        text_file(path, [HEADS, GOOD, GOOD])
        return real(*arguments, **named)

    monkeypatch.setattr(_run, "assemble", assemble)
    with pytest.raises(RunError, match="changed meanwhile"):
        score_table(table, tmp_path / "out.csv", channel, RunOptions(Question(as_of=DAY)))
