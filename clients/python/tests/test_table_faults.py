# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Tables of which several things are wrong at once: all of them are told, and no more than anybody reads."""

from __future__ import annotations

import pathlib
from typing import Any

import openpyxl
import pandas
import pytest

import grantd
from grantd.table._check import check_table
from grantd.table._command import main
from grantd.table._opening import open_applications
from grantd.table._problems import TableError
from grantd.table._table import TableOptions

from .table_files import DAY, GOOD, HEADS, MEASURE, Open, problems, refused, sheet_file, text_file

PRIOR = ["申请编号", "支持措施", "获得日期", "支持金额（元）"]


def with_sheets(path: pathlib.Path, sheets: dict[str, list[list[Any]]]) -> pathlib.Path:
    """A workbook with more sheets behind that of applications, which is the first one here."""
    (first, rows), *others = sheets.items()

    def edit(sheet: Any) -> None:
        sheet.title = first
        for name, more in others:
            other = sheet.parent.create_sheet(name)
            for row in more:
                other.append(row)

    return sheet_file(path, rows, edit)


def test_everything_that_is_wrong_with_headings(opened: Open, tmp_path: pathlib.Path) -> None:
    heads = [*HEADS[:-1], "项目工程投资（美元）", "在京注册", "申请对像", "单位名称"]
    path = sheet_file(tmp_path / "in.xlsx", [heads, [*GOOD, "是", "P-1", "乙"]])
    error = refused(lambda: opened(path, columns={"联系人": "", "电话": ""}))
    zh, en = error.words.zh.split("\n"), error.words.en.split("\n")
    assert zh[0] == "共有 6 处问题："
    assert en[0] == "6 problems:"
    for words in (
        "没有“联系人”这一列",
        "没有“电话”这一列",
        "G 列“项目工程投资（美元）”的单位“美元”无法识别",
        "C 列“在京注册”和 H 列“在京注册”两列都是“在京注册”",
        "B 列“单位名称”和 J 列“单位名称”两列都是“单位名称”",
        "没有“申请对像”这一字段，是否指“申请对象”？",
    ):
        assert sum(words in line for line in zh) == 1, words
    assert all(line.startswith("- 工作表“申请”：") for line in zh[1:])
    assert all(line.startswith("- sheet “申请”: ") for line in en[1:])
    assert len(error.faults) == 6
    # One alone is told as it is.
    assert "\n" not in refused(lambda: opened(path, columns={"联系人": "", **dict.fromkeys(heads, "")})).words.zh


def test_no_more_is_told_than_anybody_reads(opened: Open, tmp_path: pathlib.Path) -> None:
    path = text_file(tmp_path / "in.csv", [[*HEADS, *HEADS * 4], GOOD])
    lines = refused(lambda: opened(path)).words.zh.split("\n")
    assert lines[0] == "共有 28 处问题："
    assert len(lines) == 22
    assert lines[-1] == "- 另有 8 处未列出"
    near = [f"项目工程投资{n}" for n in range(11)]
    words = refused(lambda: opened(text_file(path, [[*HEADS, *near], GOOD]))).words
    assert words.zh.count("是否指") == 8
    assert "另有 3 列类似" in words.zh
    assert "3 more such columns" in words.en


def test_two_sheets_that_are_broken(channel: grantd.Channel, tmp_path: pathlib.Path) -> None:
    other = "medical-device.pilot-platform"
    bad = [[*HEADS[:3], "在京注册", "计算日期"], [*GOOD[:3], "是", DAY]]
    path = with_sheets(tmp_path / "in.xlsx", {MEASURE: bad, other: bad, "备忘": [["x"]]})
    with pytest.raises(TableError) as caught:
        open_applications(path, channel, TableOptions())
    lines = caught.value.words.zh.split("\n")
    assert lines[0] == "共有 2 处问题："
    assert [sum(name in line for line in lines[1:]) for name in (MEASURE, other)] == [1, 1]
    # A sheet without headings is told beside one with two for the same.
    path = with_sheets(path, {MEASURE: [["x", "y"], [1, 2]], other: bad})
    with pytest.raises(TableError) as caught:
        open_applications(path, channel, TableOptions())
    assert f"- 工作表“{MEASURE}”前 30 行没有可识别的表头" in caught.value.words.zh
    assert f"- 工作表“{other}”：C 列“在京注册”和 D 列“在京注册”" in caught.value.words.zh


def test_lists_are_told_beside_their_applications(opened: Open, tmp_path: pathlib.Path) -> None:
    path = with_sheets(
        tmp_path / "in.xlsx", {"申请": [[*HEADS, "在京注册"], [*GOOD, "是"]], "此前获得的支持": [[*PRIOR, "支持对向"], []]}
    )
    words = refused(lambda: opened(path)).words
    assert "- 工作表“申请”：C 列“在京注册”和 H 列“在京注册”" in words.zh
    assert "- 工作表“此前获得的支持”：没有“支持对向”这一字段，是否指“支持对象”？请改表头" in words.zh
    assert "did you mean “Subject”?" in words.en
    # Where the applications cannot be read at all as well.
    path = with_sheets(path, {"申请": [["x"], [1]], "此前获得的支持": [["y"], [2]]})
    words = refused(lambda: opened(path, sheet="申请")).words
    assert "- 工作表“申请”前 30 行没有可识别的表头" in words.zh
    assert "- 工作表“此前获得的支持”前 30 行没有可识别的表头" in words.zh
    assert "such as: Application number, Name of the applicant" in words.en


def test_columns_of_a_list_that_nobody_knows_are_said(opened: Open, tmp_path: pathlib.Path) -> None:
    award = ["A-1", MEASURE, "2026-01-02", 9]
    sheets: dict[str, list[list[Any]]] = {"申请": [HEADS, GOOD], "此前获得的支持": [[*PRIOR, "经办人"], [*award, "张三"]]}
    table = opened(with_sheets(tmp_path / "in.xlsx", sheets))
    assert "“此前获得的支持”中未识别的列，不使用：“经办人”" in [notice.zh for notice in table.notices]
    sheets["此前获得的支持"][0][-1] = "支持对向"
    path = with_sheets(tmp_path / "in.xlsx", sheets)
    refused(lambda: opened(path), "是否指“支持对象”")
    table = opened(path, keeps_unknown=True)
    assert "columns of “此前获得的支持” that are not known, and not used: “支持对向”" in [one.en for one in table.notices]


def test_a_row_tells_all_that_is_wrong_with_it(channel: grantd.Channel, tmp_path: pathlib.Path, opened: Open) -> None:
    rows = [[*GOOD[:2], "也许", "P-1", "大概", "可能", "约6000"], ["A-2", *GOOD[1:]]]
    path = sheet_file(tmp_path / "in.xlsx", [HEADS, *rows])
    assert [place for row, place, _ in problems(opened(path)) if row == 2] == ["C", "E", "F", "G"]
    told = grantd.read_table(path, MEASURE, as_of=DAY, channel=channel)["problem"].to_pylist()
    wrong = [
        "工作表“申请”第 2 行 C 列“在京注册”：应为“是”或“否”，不能是“也许”",
        "E 列“服务医疗器械产业”：应为“是”或“否”，不能是“大概”",
        "F 列“产业共性平台”：应为“是”或“否”，不能是“可能”",
        "G 列“项目工程投资（万元）”：应为数字，不能是“约6000”",
    ]
    assert told == ["；".join(wrong), None]
    english = grantd.read_table(path, MEASURE, as_of=DAY, channel=channel, language="en")["problem"].to_pylist()
    assert english[0].count(": must be") == 4
    heads = [*HEADS, "单位类型", "中小微企业"]
    rows = [[*rows[0], "教堂", "也许"]]
    told = grantd.read_table(text_file(tmp_path / "in.csv", [heads, *rows]), MEASURE, as_of=DAY, channel=channel)
    assert told["problem"].to_pylist()[0].endswith("；另有 1 处")


def test_the_command_lists_them(in_its_own_folder: None, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    text_file(pathlib.Path("in.csv"), [[*HEADS, "在京注册", "产业共性平台"], [*GOOD, "是", "是"]])
    assert main(["table", "check", "in.csv", "--measure", MEASURE, "--as-of", DAY]) == 65
    assert capsys.readouterr().err.count("\n- ") == 2
    # What the command says amiss is as much its own fault where nothing else is wrong.
    assert (
        main(["table", "check", "in.csv", "--measure", MEASURE, "--as-of", DAY, "--column", "在京注册=", "--lang", "en"]) == 65
    )
    text_file(pathlib.Path("in.csv"), [HEADS, GOOD])
    assert main(["table", "check", "in.csv", "--measure", MEASURE]) == 64
    assert "计算日期" in capsys.readouterr().err


def test_columns_of_a_frame_that_nobody_knows(address: str) -> None:
    frame = pandas.DataFrame({"在京注册": ["是"], "单位类形": ["企业"], **{f"备注{n}": ["x"] for n in range(9)}})
    with pytest.raises(ValueError, match=r"'单位类形' is no field .* did you mean applicant\.kind") as caught:
        grantd.score_frame(frame, measure=MEASURE, as_of=DAY, channel=address)
    assert str(caught.value).count("is no field") == 8
    assert str(caught.value).endswith("and 2 more")


def test_numbers_of_several_rows_are_told_with_the_results(
    in_its_own_folder: None, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each row is assessed by itself: who adds them up is to know that one stands there twice."""
    rows = [[f"A-{n}", *GOOD[1:]] for n in (1, 2, 1, 3, 2, 1)]
    text_file(pathlib.Path("in.csv"), [HEADS, *rows])
    command = ["table", "score", "in.csv", "-o", "out.xlsx", "--measure", MEASURE, "--as-of", DAY, "--force"]
    assert main(command) == 0
    assert "有 2 个申请编号重复（A-1、A-2）" in capsys.readouterr().out
    about = [str(row[1].value) for row in openpyxl.load_workbook("out.xlsx")["说明"]]
    assert any("有 2 个申请编号重复（A-1、A-2）" in text for text in about)
    assert main([*command, "--lang", "en"]) == 0
    assert "2 application numbers of several rows (A-1, A-2)" in capsys.readouterr().out
    text_file(pathlib.Path("in.csv"), [HEADS, *rows[:2], ["", *GOOD[1:]], ["", *GOOD[1:]]])
    assert main(command) == 0
    assert "重复" not in capsys.readouterr().out


def test_a_table_without_rows_is_told(in_its_own_folder: None, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    sheet_file(pathlib.Path("in.xlsx"), [HEADS])
    asked = ["in.xlsx", "-o", "out.xlsx", "--measure", MEASURE, "--as-of", DAY, "--force"]
    for command in (["score"], ["compare", "--old", address, "--new", address]):
        assert main(["table", *command, *asked]) == 0
        assert "表头之下没有申请" in capsys.readouterr().out


def test_lines_that_are_no_json_say_from_where(opened: Open, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"application_id": "A"}\n{"application_id":\n{"application_id": "B"}\n')
    (problem,) = check_table(opened(path)).problems
    assert problem.words == ("不是有效的 JSON（第 20 个字符起）", "is no JSON (from character 20 on)")


def test_units_are_told_in_the_readers_letters(opened: Open, tmp_path: pathlib.Path) -> None:
    words = refused(lambda: opened(text_file(tmp_path / "in.csv", [[*HEADS[:-1], "项目工程投资（美元）"], GOOD]))).words
    assert words.zh.endswith("可用：元、万元、亿元")
    assert words.en.endswith("use one such as yuan, rmb, cny")


@pytest.mark.parametrize("more", [[], ["--award", "--dry-run"]])
def test_entries_that_no_row_takes_are_told_with_the_results(
    in_its_own_folder: None, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    """An earlier award under a misspelt number does not count, and whoever hands the results on is to know."""
    award = [MEASURE, "2026-01-02", 9]
    sheets: dict[str, list[list[Any]]] = {
        "申请": [HEADS, GOOD],
        "此前获得的支持": [PRIOR, ["A-1", *award], ["A-9", *award], [None, *award]],
    }
    with_sheets(pathlib.Path("in.xlsx"), sheets)
    main(["table", "score", "in.xlsx", "-o", "out.xlsx", "--measure", MEASURE, "--as-of", DAY, *more])
    page = capsys.readouterr().out
    assert "未使用的条目" in page
    assert "工作表“此前获得的支持”第 3 行：“A-9”不在申请表中" in page
    assert "工作表“此前获得的支持”第 4 行：没有申请编号" in page
    about = [str(row[1].value) for row in openpyxl.load_workbook("out.xlsx")["说明"]]
    assert sum("不在申请表中" in text or "没有申请编号" in text for text in about) == 2
