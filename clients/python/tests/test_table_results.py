# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Templates and results of tables."""

from __future__ import annotations

import csv
import json
import pathlib
import zipfile
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

import grantd
from grantd.table._command import main
from grantd.table._form import Form, form_of
from grantd.table._page import wide
from grantd.table._problems import Language
from grantd.table._run import RunOptions, score_table
from grantd.table._scoring import Question
from grantd.table._table import TableOptions
from grantd.table._template import template_columns, write_template
from grantd.table._workbook_output import COLOURS

from .conftest import BINARY, ROOT
from .table_files import DAY, GOOD, HEADS, MEASURE, MEMBER, Open, bomb, open_table, sheet_file, text_file

POLICIES = ROOT / "Sources" / "GrantdPolicy" / "Policies"
ASK = ["--measure", MEASURE, "--as-of", DAY]
pytestmark = pytest.mark.usefixtures("in_its_own_folder")


def rows_of(count: int) -> list[list[Any]]:
    """Rows of every outcome, of five districts."""
    rows = []
    for n in range(count):
        beijing, platform = ("否" if n % 5 == 1 else "是"), ("" if n % 5 == 2 else "也许" if n % 5 == 3 else "是")
        rows.append([f"A-{n}", f"第{n}公司", beijing, f"P-{n}", "是", platform, str(1000 * (n + 1))])
    return rows


def sheets(path: pathlib.Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


# MARK: - Templates


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_measures_template_is_read_back(address: str, tmp_path: pathlib.Path, language: Language) -> None:
    path = tmp_path / "t.xlsx"
    with grantd.Channel(address) as channel:
        for measure in (MEASURE, "patent-conversion.institution", "resident-insurance.person", "renewables-settlement.month"):
            form: Form = form_of(channel, measure)
            write_template(form, path, language, rows=3)
            book = openpyxl.load_workbook(path)
            sheet: Any = book.worksheets[0]
            headings = [cell.value for cell in sheet[1]]
            wanted = template_columns(form)
            sheet["A2"] = "A-1"
            book.save(path)
            table = open_table(path, channel, TableOptions(as_of=DAY))
            assert table.form.measure == measure
            assert [match.fact.path for match in table.headings.matches] == [fact.path for fact in wanted], headings
            assert not table.headings.unknown
            # A unit stands in every heading that needs one.
            assert not [match.heading for match in table.headings.matches if match.reading.power is None]
            assert not table.notices


def test_a_template(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", "template", "patent-conversion.institution", "-o", "t.xlsx", "--rows", "10"]) == 0
    assert "41 项事实" in capsys.readouterr().out
    book = openpyxl.load_workbook("t.xlsx")
    assert book.sheetnames[:5] == ["申请", "转让、许可的专利", "已登记的涉及国内专利的技术合同", "此前获得的支持", "填表说明"]
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"] == ["choices", "grantd"]
    sheet: Any = book["申请"]
    assert sheet.protection.sheet
    assert sheet["A1"].protection.locked
    assert not sheet["A2"].protection.locked
    assert sheet.freeze_panes == "B2"
    validations = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    kinds = {rule.type for rule in validations.values()}
    assert {"list", "date"} <= kinds
    choices: Any = book["choices"]
    assert "高等学校" in [cell.value for column in choices.iter_cols() for cell in column]
    guide = [cell for row in book["填表说明"].iter_rows(values_only=True) for cell in row if cell]
    assert "京知局〔2025〕108号" in " ".join(map(str, guide))
    assert main(["table", "template", "patent-conversion.institution", "-o", "t.xlsx"]) == 64
    assert main(["table", "template", "patent-conversion.institution", "-o", "t.csv"]) == 64
    assert main(["table", "template", MEASURE, "-o", "u.xlsx", "--rows", "0"]) == 64
    assert main(["table", "template", "medical-device.none", "-o", "u.xlsx"]) == 65


@pytest.mark.parametrize(
    ("measure", "path", "heading", "format_", "bounds", "words"),
    [
        (
            MEASURE, f"{MEMBER}.engineering_investment_fen", "项目工程投资（万元）", "#,##0.######",
            ("greaterThanOrEqual", "0", None), ("多少", "填数字，单位万元", "例如：1,234.5"),
        ),
        (
            "renewables-settlement.bid-limit", "bid_ratio_bp", "（%）", "#,##0.######",
            # Of a sheet's rules "between" is the one that need not be said.
            (None, "0", "100"), ("不大于 100%", "例如：30"),
        ),
        (
            "renewables-settlement.bid-limit", "price_cap_e4yuan_per_kwh", "（元/千瓦时）", "#,##0.######",
            ("lessThanOrEqual", "0.3598", None), ("不大于 0.3598元/千瓦时",),
        ),
        ("psychiatric-inpatient.settlement", "stay_days", "（天）", "0", ("greaterThanOrEqual", "1", None), ("不小于 1天",)),
        (
            MEASURE, "applicant.unified_social_credit_code", "统一社会信用代码", "@",
            ("equal", "18", None), ("例如：91110000600037341L",),
        ),
        (MEASURE, "applicant.registered_in_beijing", "在京注册", "General", (None, '"是,否"', None), ("填“是”或“否”",)),
    ],
)  # fmt: skip
def test_the_columns_of_a_template(
    measure: str,
    path: str,
    heading: str,
    format_: str,
    bounds: tuple[str | None, str, str | None],
    words: tuple[str, ...],
    address: str,
) -> None:
    """Hints, examples, units, formats, widths and what may be typed."""
    with grantd.Channel(address) as channel:
        form = form_of(channel, measure)
        write_template(form, pathlib.Path("t.xlsx"), "zh", rows=3)
    columns = template_columns(form)
    place = next(place for place, fact in enumerate(columns) if path in fact.path) + 1
    sheet: Any = openpyxl.load_workbook("t.xlsx").worksheets[0]
    head, cell = sheet.cell(1, place), sheet.cell(2, place)
    assert heading in head.value
    assert all(word in head.comment.text for word in words), head.comment.text
    assert cell.number_format == format_
    wide_enough = sheet.column_dimensions[head.column_letter].width
    assert wide_enough >= 10
    (rule,) = [one for one in sheet.data_validations.dataValidation if cell.coordinate in one.sqref]
    assert (rule.operator, rule.formula1, rule.formula2) == bounds
    assert rule.prompt


def test_a_template_of_other_rules_is_told(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", "template", MEASURE, "-o", "t.xlsx", "--rows", "2"]) == 0
    book = openpyxl.load_workbook("t.xlsx")
    book["grantd"]["B2"] = "0" * 64
    cells: list[Any] = ["A-1", "甲", "", DAY, "P", "是", "是", "是", 6000]
    for column, cell in enumerate(cells, 1):
        book["申请"].cell(2, column, cell)
    book.save("t.xlsx")
    capsys.readouterr()
    assert main(["table", "score", "t.xlsx", "-o", "out.xlsx"]) == 0
    said = capsys.readouterr()
    assert "模板按另一版规则（00000000）制作" in said.err
    assert "1,800万元" in said.out
    assert main(["table", "score", "t.xlsx", "-o", "out2.xlsx", "--measure", "medical-device.test-time"]) == 65


# MARK: - Results


def test_a_workbook_of_results(capsys: pytest.CaptureFixture[str]) -> None:
    heads = [*HEADS, "备注", "电话"]
    rows = [[*row, "=1+1" if n else "@SUM(1)", 13800138000 + n] for n, row in enumerate(rows_of(10))]

    def as_texts(sheet: Any) -> None:
        for number in range(2, 12):
            sheet.cell(number, 8).data_type = "s"

    sheet_file(pathlib.Path("in.xlsx"), [heads, *rows], as_texts)
    assert main(["table", "score", "in.xlsx", "-o", "out.xlsx", *ASK]) == 65
    page = capsys.readouterr().out
    assert all(wide(line) <= 80 for line in page.splitlines())
    assert "有问题，未计算" in page
    found = sheets(pathlib.Path("out.xlsx"))
    assert list(found) == ["汇总", "结果", "不符合的原因", "缺少的信息", "问题", "说明"]
    head, *body = found["结果"]
    assert head[: len(heads)] == tuple(heads)
    column = {name: place for place, name in enumerate(head)}
    assert [row[column["结论"]] for row in body][:5] == [
        "符合条件",
        "不符合条件",
        "待定：信息不全",
        "有问题，未计算",
        "符合条件",
    ]
    assert body[0][column["金额（元）"]] == 3_000_000
    assert body[2][column["最高可达（元）"]] == 9_000_000
    assert "申请单位在京注册" in body[1][column["不符合的原因"]]
    assert body[2][column["缺少的信息"]] == "产业共性平台"
    assert "应为“是”或“否”" in body[3][column["问题"]]
    assert "F 列“产业共性平台”" in body[3][column["问题"]]
    assert body[0][column["电话"]] == 13800138000
    totals = {row[1]: row[2] for row in found["汇总"] if row[1] is not None}
    assert (totals["符合条件"], totals["合计"]) == (4, 10)
    assert any("京经信发〔2025〕50号" in str(row) for row in found["说明"])
    sheet: Any = openpyxl.load_workbook("out.xlsx")["结果"]
    for row, outcome in ((2, "ELIGIBLE"), (3, "INELIGIBLE"), (4, "UNDETERMINED"), (5, "ERROR")):
        cell = sheet.cell(row, column["结论"] + 1)
        fill, ink, _ = COLOURS[outcome]
        assert (cell.fill.fgColor.rgb, cell.font.color.rgb) == (f"FF{fill[1:]}", f"FF{ink[1:]}")
    amount = sheet.cell(2, column["金额（元）"] + 1)
    assert amount.number_format == "#,##0.00"
    assert sheet.column_dimensions[amount.column_letter].width >= len("3,000,000.00")
    with zipfile.ZipFile("out.xlsx") as archive:
        assert any(name.startswith("xl/charts/chart") for name in archive.namelist())
        results = archive.read("xl/worksheets/sheet2.xml")
        # Nothing of it is a formula or a link, and the heading stays in sight.
        assert b"<f>" not in results
        assert b"<hyperlink" not in results
        assert b'state="frozen"' in results


def test_results_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    text_file(pathlib.Path("in.csv"), [HEADS, *rows_of(5)])
    assert main(["table", "score", "in.csv", "-o", "out.csv", *ASK, "--lang", "en"]) == 65
    page = capsys.readouterr().out
    assert all(wide(line) <= 80 for line in page.splitlines())
    assert "Not assessed: see problem" in page
    with open("out.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Outcome"] for row in rows][:2] == ["Eligible", "Not eligible"]
    assert rows[0]["Amount (yuan)"] == "3000000.00"
    assert "registered in Beijing" in rows[1]["Why not"]


def test_what_a_sheet_would_take_for_a_formula_is_disarmed(tmp_path: pathlib.Path) -> None:
    notes = ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\tx", "\r=1+1", "\n=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)"]
    harmless = ["-5", "-", "－－", "2026-01-01", "1=1"]
    with open("in.csv", "w", encoding="utf-8", newline="") as into:
        csv.writer(into).writerows([[*HEADS, "备注"], *[[*GOOD, note] for note in [*notes, *harmless]]])
    assert main(["table", "score", "in.csv", "-o", "out.csv", *ASK]) == 0
    with open("out.csv", encoding="utf-8-sig", newline="") as file:
        written = [row["备注"] for row in csv.DictReader(file)]
    assert written == [f"'{note}" for note in notes] + harmless
    # And is read again as what it was.
    assert main(["table", "score", "out.csv", "-o", "again.jsonl", *ASK]) == 0


def test_results_by_their_names_on_the_wire() -> None:
    text_file(pathlib.Path("in.csv"), [HEADS, *rows_of(5)])
    assert main(["table", "score", "in.csv", "-o", "out.jsonl", *ASK]) == 65
    assert main(["table", "score", "in.csv", "-o", "out.parquet", *ASK]) == 65
    lines = [json.loads(line) for line in pathlib.Path("out.jsonl").read_text().splitlines()]
    rows = pq.read_table("out.parquet").to_pylist()
    assert [line["申请编号"] for line in lines] == [row["申请编号"] for row in rows] == [f"A-{n}" for n in range(5)]
    assert lines[0]["amount_fen"] == rows[0]["amount_fen"] == 300_000_000
    assert lines[1]["failed"] == rows[1]["failed"] == ["registered-in-beijing"]
    assert len(lines[0]["digest"]) == 64
    assert lines[3]["error_row"] == rows[3]["error_row"] == 5


def test_a_table_without_rows() -> None:
    text_file(pathlib.Path("in.csv"), [HEADS])
    for suffix in ("xlsx", "csv", "jsonl", "parquet"):
        assert main(["table", "score", "in.csv", "-o", f"out.{suffix}", *ASK]) == 0
        assert pathlib.Path(f"out.{suffix}").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["score", "in.csv", "-o", "out.doc", *ASK], 64, "不能写"),
        (["score", "in.csv", "-o", "in.csv", *ASK, "--force"], 64, "输入文件本身"),
        (["score", "in.csv", "-o", "no/out.csv", *ASK], 64, "文件夹"),
        (["score", "in.csv", "-o", "out.csv", "--measure", MEASURE], 64, "计算日期"),
        (["score", "in.csv", "-o", "out.csv", "--as-of", DAY], 64, "--measure"),
        (["score", "in.csv", "-o", "out.csv", "--measure", MEASURE, "--as-of", "2026-5-1"], 64, "--as-of"),
        (["score", "in.csv", "-o", "out.csv", *ASK, "--column", "x"], 64, "名称=值"),
        (["score", "no.csv", "-o", "out.csv", *ASK], 65, "没有 no.csv"),
        (["score", "in.csv", "-o", "out.csv", *ASK, "--address", "127.0.0.1:1"], 69, "没有应答"),
        (["check", "in.csv", "--measure", "a.b", "--as-of", DAY], 65, "没有这项措施"),
        (["score", "in.csv", "-o", "out.csv", *ASK, "--award"], 64, "--run"),
        (["score", "in.csv", "-o", "out.csv", *ASK, "--award", "--dry-run", "--order-by", "高低 desc"], 64, "没有“高低”"),
        (["compare", "in.csv", "-o", "out.xlsx", *ASK, "--old", "no/folder", "--new", "built-in"], 64, "文件夹"),
    ],
)
def test_commands_that_cannot_be(arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    text_file(pathlib.Path("in.csv"), [HEADS, GOOD])
    assert main(["table", *arguments]) == code
    assert words in capsys.readouterr().err
    assert sorted(path.name for path in pathlib.Path().iterdir()) == ["in.csv"]


def test_commands_that_are_none(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["table"], ["table", "scores"], ["table", "score"], ["table", "score", "in.csv", "--no-such"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 64
    with pytest.raises(SystemExit) as caught:
        main(["table", "score", "--help", "--lang", "zh"])
    assert caught.value.code == 0
    assert "参数:" in capsys.readouterr().out


def test_a_bomb_from_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    bomb(pathlib.Path("in.xlsx"), 4_294_967_294)
    assert main(["table", "check", "in.xlsx", *ASK]) == 65
    assert "解压后达 4.3 GB" in capsys.readouterr().err


def test_more_rows_than_a_sheet_has(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from grantd.table import _run

    monkeypatch.setattr(_run, "MOST_ROWS", 4)
    text_file(pathlib.Path("in.csv"), [HEADS, *rows_of(5)])
    assert main(["table", "score", "in.csv", "-o", "out.xlsx", *ASK]) == 64
    assert "超过工作表的 4 行；请输出 .csv 或 .parquet" in capsys.readouterr().err
    assert main(["table", "score", "in.csv", "-o", "out.csv", *ASK]) == 65


def test_bounds_are_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    # The text has a cap and no rate.
    heads = ["申请编号", "在京注册", "申请对象", "属于医疗器械", "出自承担的国家项目", "进入特别审查或优先审批程序", "获批上市"]
    text_file(pathlib.Path("in.csv"), [heads, ["A", "是", "P-1", *["是"] * 4]])
    command = ["table", "score", "in.csv", "-o", "out.xlsx", "--measure", "medical-device.product-approval", "--as-of", DAY]
    assert main(command) == 0
    assert "最高 200万元" in capsys.readouterr().out
    head, row = sheets(pathlib.Path("out.xlsx"))["结果"]
    assert dict(zip(head, row, strict=True))["最高金额（元）"] == 2_000_000
    assert "金额（元）" not in head


def test_a_check_from_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    text_file(pathlib.Path("in.csv"), [HEADS, *rows_of(10)], "gb18030")
    for language, words in (("zh", "F 列“产业共性平台”第 5、10 行：应为“是”或“否”"), ("en", "rows 5, 10: must be yes or no")):
        assert main(["table", "check", "in.csv", *ASK, "--lang", language]) == 65
        page = capsys.readouterr().out
        assert words in page
        assert "GB 18030" in page
        assert all(wide(line) <= 80 for line in page.splitlines())
    text_file(pathlib.Path("good.csv"), [HEADS, GOOD])
    assert main(["table", "check", "good.csv", *ASK]) == 0


def test_lists_in_files_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    text_file(pathlib.Path("in.csv"), [HEADS, GOOD])
    heads = ["申请编号", "支持对象", "获得日期", "支持金额（元）"]
    text_file(pathlib.Path("prior.csv"), [heads, ["A-1", "P-1", "2026年1月5日", "49,000,000"]], "gb18030")
    command = ["table", "score", "in.csv", "-o", "out.parquet", *ASK]
    assert main([*command, "--list", "此前获得的支持=prior.csv"]) == 0
    assert pq.read_table("out.parquet")["amount_fen"].to_pylist() == [100_000_000]
    assert main([*command, "--list", "专利=prior.csv", "--force"]) == 64
    assert main([*command, "--list", "prior_awards=no.csv", "--force"]) == 65
    text_file(pathlib.Path("prior.csv"), [heads, ["A-1", "P-1", "", "1"]])
    assert main([*command, "--list", "prior_awards=prior.csv", "--force"]) == 65
    assert "缺少“获得日期”" in capsys.readouterr().out


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "parquet", "jsonl"])
def test_results_that_are_mended_and_scored_again(suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    text_file(pathlib.Path("in.csv"), [[*HEADS, "备注"], *[[*row, "x"] for row in rows_of(5)]])
    assert main(["table", "score", "in.csv", "-o", f"out.{suffix}", *ASK]) == 65
    assert main(["table", "score", f"out.{suffix}", "-o", "again.parquet", *ASK]) == 65
    assert "上次的结果列" in capsys.readouterr().err
    assert main(["table", "score", "in.csv", "-o", "once.parquet", *ASK]) == 65
    again, once = pq.read_table("again.parquet"), pq.read_table("once.parquet")
    assert again["outcome"].to_pylist() == once["outcome"].to_pylist()
    assert again.column_names == once.column_names or suffix in ("parquet", "jsonl")


# MARK: - As functions


def test_a_table_in_a_program(address: str) -> None:
    text_file(pathlib.Path("in.csv"), [HEADS, *rows_of(5)], "gb18030")
    table = grantd.read_table("in.csv", MEASURE, as_of=DAY, channel=address)
    assert table["applicant.registered_in_beijing"].to_pylist() == [True, False, True, True, True]
    assert table["medical_device_common_platform.engineering_investment_fen"].to_pylist()[0] == 1_000_000_000
    assert [problem is None for problem in table["problem"].to_pylist()] == [True, True, True, False, True]
    scores = grantd.score_frame(table.drop_columns("problem").to_pandas(), measure=MEASURE, as_of=DAY, channel=address)
    assert scores["outcome"].tolist() == ["ELIGIBLE", "INELIGIBLE", "UNDETERMINED", "UNDETERMINED", "ELIGIBLE"]
    over_columns = grantd.score_frame(table.drop_columns("problem"), measure=MEASURE, as_of=DAY, channel=address)
    assert over_columns["outcome"].to_pylist() == scores["outcome"].tolist()
    same = grantd.compare("in.csv", address, address, MEASURE, as_of=DAY, language="en")
    assert same.counts["SAME"] == 4
    with pytest.raises(AttributeError, match="no attribute"):
        grantd.no_such_thing  # noqa: B018


def test_without_what_tables_want(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    for name in [name for name in sys.modules if name.startswith("grantd.table._")]:
        if name != "grantd.table._command":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert main(["table", "check", "in.csv", *ASK]) == 1
    assert "pip install 'grantd[tables]'" in capsys.readouterr().err


def test_other_commands_are_the_daemons(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    ran: list[list[str]] = []

    class RanError(Exception):
        pass

    def execv(path: str, arguments: list[str]) -> None:
        ran.append([path, *arguments])
        raise RanError

    monkeypatch.setattr("os.execv", execv)
    monkeypatch.setenv("GRANTD_BIN", str(BINARY.parent))
    with pytest.raises(RanError):
        main(["serve", "--port", "0"])
    assert ran == [[str(BINARY), "grantd", "serve", "--port", "0"]]
    monkeypatch.setenv("GRANTD_BIN", "")
    monkeypatch.setenv("PATH", "")
    for locale, words in (("C", "not on PATH"), ("zh_CN.UTF-8", "PATH 中没有 grantd")):
        monkeypatch.setenv("LC_ALL", locale)
        assert main(["serve"]) == 64
        assert words in capsys.readouterr().err


def test_lines_that_are_sums_are_told_in_yuan() -> None:
    text_file(pathlib.Path("in.csv"), [["申请编号", "参保年度", "参保人员类别"], ["A-1", "2026", "老年人"]])
    command = ["table", "score", "in.csv", "-o", "out.xlsx", "--as-of", DAY, "--measure", "resident-insurance.person"]
    assert main(command) == 0
    told = dict(zip(*sheets(pathlib.Path("out.xlsx"))["结果"], strict=True))
    assert (told["个人缴费"], told["市级财政补助"], told["金额（元）"]) == ("460元", "1,960元", 4380)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_long_reasons_and_problems_have_room(
    opened: Open, channel: grantd.Channel, tmp_path: pathlib.Path, language: Language
) -> None:
    """Nothing runs into the next column or off the page, also where a program makes no room for lines that go on."""
    wrong = [*GOOD[:2], "也许", "P-1", "大概", "可能", "约6000"]
    table = opened(text_file(tmp_path / "in.csv", [HEADS, GOOD, wrong]))
    out = tmp_path / "out.xlsx"
    score_table(table, out, channel, RunOptions(Question(as_of=DAY), language))
    book = openpyxl.load_workbook(out)
    summary, results, problems, about = (book.worksheets[place] for place in (0, 1, 2, 3))
    heads: dict[Any, Any] = {cell.value: cell for cell in results[1]}
    problem, outcome = (heads["问题"], heads["结论"]) if language == "zh" else (heads["Problem"], heads["Outcome"])
    told = results.cell(3, problem.column)
    assert told.alignment.wrap_text
    assert results.row_dimensions[3].height > 60
    # A row that says nothing at length is as high as any.
    assert results.row_dimensions[2].height is None
    longest = max(len(str(summary.cell(row, 2).value).encode("gb18030")) for row in range(5, 10))
    assert results.column_dimensions[outcome.column_letter].width > longest
    assert problems.cell(2, 1).alignment.horizontal == "left"
    assert problems.cell(2, 4).alignment.wrap_text
    assert problems.row_dimensions[2].height > 30
    assert about.page_setup.orientation == "landscape"
    money = heads["金额（元）" if language == "zh" else "Amount (yuan)"]
    assert money.alignment.horizontal == "right"
