# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Files with applications for several measures, and two runs at once."""

from __future__ import annotations

import csv
import multiprocessing
import pathlib
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import grantd
from grantd.table import _lock
from grantd.table._command import main
from grantd.table._form import form_of
from grantd.table._lock import locked
from grantd.table._page import wide
from grantd.table._problems import RunError

from .table_files import DAY, GOOD, HEADS, MEASURE, sheet_file, text_file
from .test_table_results import sheets

OTHER = "medical-device.product-approval"
pytestmark = pytest.mark.usefixtures("in_its_own_folder")


def results(path: str) -> list[dict[str, str]]:
    with pathlib.Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def title(address: str) -> str:
    with grantd.Channel(address) as channel:
        return form_of(channel, OTHER).title.zh


# MARK: - A column


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_a_column_says_which_measure(suffix: str, title: str, capsys: pytest.CaptureFixture[str]) -> None:
    measures = [MEASURE, title, "", "medical-device.common-platfrom", OTHER, MEASURE]
    rows = [["措施", *HEADS], *([m, f"A-{n}", *GOOD[1:]] for n, m in enumerate(measures))]
    path = pathlib.Path(f"in.{suffix}")
    if suffix == "csv":
        text_file(path, rows)
    elif suffix == "xlsx":
        sheet_file(path, rows)
    else:
        columns = zip(*rows[1:], strict=True)
        pq.write_table(pa.table({str(head): list(column) for head, column in zip(rows[0], columns, strict=True)}), path)
    assert main(["table", "score", path.name, "-o", "out.csv", "--as-of", DAY]) == 65
    page = capsys.readouterr().out
    assert title in page
    assert "产业共性平台建设补助" in page
    assert all(wide(line) <= 80 for line in page.splitlines())
    scored = results("out.csv")
    # In their order, each by its own rules.
    assert [row["申请编号"] for row in scored] == [f"A-{n}" for n in range(6)]
    assert [row["结论"] for row in scored][:2] == ["符合条件", "待定：信息不全"]
    assert (scored[0]["金额（元）"], scored[0]["最高金额（元）"]) == ("18000000.00", "")
    assert "没有写明措施" in scored[2]["问题"]
    assert "是否指 medical-device.common-platform？" in scored[3]["问题"]
    assert scored[1]["规则版本"] == scored[4]["规则版本"] != ""
    # The same as of each measure by itself.
    for measure, numbers in ((MEASURE, (0, 5)), (OTHER, (1, 4))):
        text_file(pathlib.Path("one.csv"), [HEADS, *([f"A-{n}", *GOOD[1:]] for n in numbers)])
        assert main(["table", "score", "one.csv", "-o", "one.out.csv", "--as-of", DAY, "--measure", measure, "--force"]) == 0
        for number, row in zip(numbers, results("one.out.csv"), strict=True):
            assert {name: cell for name, cell in scored[number].items() if name in row and cell} == {
                name: cell for name, cell in row.items() if cell
            }


def test_rows_without_a_measure_are_of_the_usual_one(title: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["措施", *HEADS], ["", "A-1", *GOOD[1:]], [title, "A-2", *GOOD[1:]]]
    text_file(pathlib.Path("in.csv"), rows)
    assert main(["table", "score", "in.csv", "-o", "out.csv", "--as-of", DAY, "--measure", MEASURE]) == 0
    assert [row["结论"] for row in results("out.csv")] == ["符合条件", "待定：信息不全"]
    # A column of that name with something else in it is its user's own.
    text_file(pathlib.Path("in.csv"), [["措施", *HEADS], ["另报", "A-1", *GOOD[1:]], ["", "A-2", *GOOD[1:]]])
    command = ["table", "score", "in.csv", "-o", "out.csv", "--as-of", DAY, "--measure", MEASURE, "--force"]
    assert main(command) == 0
    assert [row["结论"] for row in results("out.csv")] == ["符合条件", "符合条件"]
    assert "原样保留：“措施”" in capsys.readouterr().err
    # With one measure in it, it is no longer: no row is to be scored by rules that it does not name.
    text_file(pathlib.Path("in.csv"), [["措施", *HEADS], ["另报", "A-1", *GOOD[1:]], [title, "A-2", *GOOD[1:]]])
    assert main(command) == 65
    assert [row["结论"] for row in results("out.csv")] == ["有问题，未计算", "待定：信息不全"]
    capsys.readouterr()


def test_a_workbook_of_results_of_several(title: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["措施", *HEADS], [MEASURE, *GOOD], [title, "A-2", *GOOD[1:]], [MEASURE, "A-3", "乙", "否", *GOOD[3:]]]
    sheet_file(pathlib.Path("in.xlsx"), rows)
    assert main(["table", "score", "in.xlsx", "-o", "out.xlsx", "--as-of", DAY]) == 0
    book = sheets(pathlib.Path("out.xlsx"))
    summary = [cell for row in book["汇总"] for cell in row if cell is not None]
    assert "2 项措施" in summary
    assert f"产业共性平台建设补助（{MEASURE}）" in summary
    assert f"{title}（{OTHER}）" in summary
    assert book["不符合的原因"][1][0] == "产业共性平台建设补助"
    assert {row[0] for row in book["缺少的信息"][1:]} == {title}
    assert main(["table", "check", "in.xlsx", "--as-of", DAY]) == 0
    # Scored again, with its own results in it.
    assert main(["table", "score", "out.xlsx", "-o", "again.xlsx", "--as-of", DAY, "--sheet", "结果"]) == 0
    assert sheets(pathlib.Path("again.xlsx"))["结果"] == book["结果"]
    capsys.readouterr()


def test_a_round_of_several_measures(capsys: pytest.CaptureFixture[str]) -> None:
    code = "91110108MA01CX7K1R"
    rows = [["措施", *HEADS, "统一社会信用代码"], [OTHER, "A-1", *GOOD[1:], code], [MEASURE, "A-2", *GOOD[1:], code]]
    text_file(pathlib.Path("in.csv"), rows)
    command = ["table", "score", "in.csv", "-o", "out.parquet", "--as-of", DAY, "--award", "--dry-run"]
    assert main([*command, "--order-by", "申请编号 desc"]) == 0
    found = pq.read_table("out.parquet").to_pydict()
    assert found["申请编号"] == ["A-1", "A-2"]
    assert found["awarded_fen"] == [None, 1_800_000_000]
    page = capsys.readouterr().out
    # Who hands it on is told that nothing of it was awarded.
    assert "试算可核定" in page
    assert "这是试算，没有记入台账" in page


@pytest.mark.parametrize("suffix", ["parquet", "jsonl"])
def test_results_of_one_measure_are_its_own_again(suffix: str) -> None:
    text_file(pathlib.Path("in.csv"), [HEADS, GOOD, ["A-2", "乙", "也许", *GOOD[3:]]])
    assert main(["table", "score", "in.csv", "-o", f"out.{suffix}", "--as-of", DAY, "--measure", MEASURE]) == 65
    # A row with a problem names no measure, and is told its problem again, not that.
    assert main(["table", "score", f"out.{suffix}", "-o", "again.csv", "--as-of", DAY]) == 65
    scored = results("again.csv")
    assert [row["结论"] for row in scored] == ["符合条件", "有问题，未计算"]
    assert "应为“是”或“否”" in scored[1]["问题"]


# MARK: - Sheets


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_template_for_several(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    several = [MEASURE, OTHER, "patent-conversion.institution"]
    assert main(["table", "template", *several, "-o", "t.xlsx", "--rows", "5", "--lang", language]) == 0
    book = openpyxl.load_workbook("t.xlsx")
    shown = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    # A sheet a measure, one for earlier awards, those of lists, and one that explains.
    assert len(shown) == 3 + 1 + 2 + 1
    assert len(set(shown)) == len(shown)
    for number, name in enumerate(shown[:2]):
        sheet: Any = book[name]
        sheet["A2"] = f"A-{number}"
        sheet["D2"] = DAY
    book.save("t.xlsx")
    capsys.readouterr()
    assert main(["table", "score", "t.xlsx", "-o", "out.csv", "--lang", language]) == 0
    said = capsys.readouterr()
    assert not said.err.strip()
    outcome = "待定：信息不全" if language == "zh" else "Undetermined: facts missing"
    measures = [row["措施" if language == "zh" else "Measure"] for row in results("out.csv")]
    assert len(measures) == 2
    assert measures[0] != measures[1]
    assert [row["结论" if language == "zh" else "Outcome"] for row in results("out.csv")] == [outcome] * 2


def test_a_problem_in_one_of_the_sheets_names_it(title: str, capsys: pytest.CaptureFixture[str]) -> None:
    book = openpyxl.Workbook()
    for name, row in ((title, GOOD), (MEASURE, ["A-2", "乙", "也许", *GOOD[3:]])):
        sheet = book.create_sheet(name)
        sheet.append(HEADS)
        sheet.append(row)
    del book["Sheet"]
    book.save("in.xlsx")
    assert main(["table", "score", "in.xlsx", "-o", "out.xlsx", "--as-of", DAY]) == 65
    assert f"工作表“{MEASURE}”C 列“在京注册”第 2 行：应为“是”或“否”" in capsys.readouterr().out
    # One of them alone.
    assert main(["table", "score", "in.xlsx", "-o", "one.csv", "--as-of", DAY, "--sheet", title, "--measure", OTHER]) == 0
    assert len(results("one.csv")) == 1


def test_one_of_a_templates_sheets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", "template", MEASURE, OTHER, "-o", "t.xlsx", "--rows", "5"]) == 0
    book = openpyxl.load_workbook("t.xlsx")
    name = book.sheetnames[1]
    sheet: Any = book[name]
    sheet["A2"] = "A-1"
    book.save("t.xlsx")
    assert main(["table", "check", "t.xlsx", "--as-of", DAY, "--sheet", name]) == 0
    page = capsys.readouterr().out
    assert OTHER in page
    assert f"（{MEASURE}）" not in page


def test_several_measures_in_a_program(address: str, title: str) -> None:
    rows = [["措施", *HEADS], [OTHER, *GOOD], [MEASURE, "A-2", *GOOD[1:]], ["没有", "A-3", *GOOD[1:]], ["", "A-4", *GOOD[1:]]]
    text_file(pathlib.Path("in.csv"), rows)
    table = grantd.read_table("in.csv", as_of=DAY, channel=address, language="en")
    assert table["application_id"].to_pylist() == ["A-1", "A-2", None, None]
    assert table["measure"].to_pylist() == [OTHER, MEASURE, None, None]
    assert "there is no measure “没有”" in table["problem"][2].as_py()
    assert "names no measure" in table["problem"][3].as_py()
    scores = grantd.score_frame(table.slice(0, 2).drop_columns("problem").to_pandas(), as_of=DAY, channel=address)
    assert scores["outcome"].tolist() == ["UNDETERMINED", "ELIGIBLE"]
    # The usual one, and one measure alone: as it was.
    usual = grantd.read_table("in.csv", MEASURE, as_of=DAY, channel=address)
    assert usual["measure"].to_pylist() == [OTHER, MEASURE, None, MEASURE]
    text_file(pathlib.Path("one.csv"), [HEADS, GOOD])
    assert "measure" not in grantd.read_table("one.csv", MEASURE, as_of=DAY, channel=address).column_names


# MARK: - Two runs


def _hold(path: str, holds: Any, ends: Any) -> None:
    with locked(pathlib.Path(path)):
        holds.set()
        ends.wait(60)


def test_two_runs_do_not_write_one_output(capsys: pytest.CaptureFixture[str]) -> None:
    text_file(pathlib.Path("in.csv"), [HEADS, GOOD])
    command = ["table", "score", "in.csv", "-o", "out.csv", "--as-of", DAY, "--measure", MEASURE]
    context = multiprocessing.get_context("spawn")
    holds, ends = context.Event(), context.Event()
    other = context.Process(target=_hold, args=("out.csv", holds, ends))
    other.start()
    try:
        assert holds.wait(60)
        for more in ([], ["--restart"], ["--award", "--dry-run"]):
            assert main([*command, *more]) == 1
            assert f"另一次运行（进程 {other.pid}）正在写入 out.csv" in capsys.readouterr().err
        assert main([*command, "--lang", "en"]) == 1
        assert f"another run (process {other.pid}) is writing out.csv" in capsys.readouterr().err
        assert not list(pathlib.Path().glob("out.csv*"))
    finally:
        # However it ends: the system lets go of what it held.
        other.kill()
        other.join()
    assert main(command) == 0
    assert sorted(path.name for path in pathlib.Path().iterdir()) == ["in.csv", "out.csv"]


def test_who_waits_for_a_lock_does_not_take_one_that_is_gone(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.csv"
    lock = _lock._lock
    seen: list[bool] = []

    def slow(file: Any) -> bool:
        # Between its opening and its locking the file is taken away.
        if not seen:
            (tmp_path / ".out.csv.lock").unlink()
        seen.append(lock(file))
        return seen[-1]

    monkeypatch.setattr(_lock, "_lock", slow)
    with locked(path):
        assert seen == [True, True]
        monkeypatch.setattr(_lock, "_lock", lock)
        with pytest.raises(RunError, match="another run"), locked(path):
            pass
    assert not list(tmp_path.iterdir())
