# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What two sets of rules make of the same table."""

from __future__ import annotations

import csv
import pathlib
import resource
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import grantd
from grantd.table._command import main
from grantd.table._compare import _changed_lines, compare_table
from grantd.table._comparison import Comparison
from grantd.table._daemons import rules
from grantd.table._page import wide
from grantd.table._parts import Parts
from grantd.table._problems import TableError
from grantd.table._run import RunOptions
from grantd.table._scoring import Question, Scorer
from grantd.table._table import TableOptions

from .conftest import BINARY, Daemon
from .table_files import DAY, GOOD, HEADS, MEASURE, open_table, text_file
from .test_table_results import ASK, POLICIES, rows_of, sheets

pytestmark = pytest.mark.usefixtures("in_its_own_folder")


@pytest.fixture(scope="module")
def comparison(address: str, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("rules")
    text = (POLICIES / "medical-device.yaml").read_text()
    before, after = text.split("  - id: common-platform\n")
    after = after.replace("subject: 50,000,000 yuan", "subject: 20,000,000 yuan", 1)
    after = after.replace("      - registered-in-beijing\n", "", 1)
    (folder / "medical-device.yaml").write_text(f"{before}  - id: common-platform\n{after}")
    path = folder / "in.csv"
    rows = [[*row, "海淀区" if n % 2 else "朝阳区"] for n, row in enumerate(rows_of(20))]
    text_file(path, [[*HEADS, "区"], *rows])
    options = RunOptions(Question(as_of=DAY))
    with grantd.Channel(address) as old, rules(str(folder), str(BINARY)) as new:
        table = open_table(path, new, TableOptions(measure=MEASURE, as_of=DAY))
        return compare_table(table, old, new, options, "区")


def test_a_comparison(comparison: Comparison) -> None:
    assert comparison.counts == {"GAIN": 4, "LOSS": 5, "OTHER": 0, "OPEN": 3, "SAME": 4, "ERROR": 4}
    assert comparison.total.rows == 20
    assert comparison.total.change_fen == sum(group.change_fen or 0 for group in comparison.groups())
    assert {group.name for group in comparison.groups()} == {"海淀区", "朝阳区"}
    reasons = {(one.reason, one.clause): one.rows for one in comparison.reasons()}
    assert reasons["不再要求：申请单位在京注册", "标题、序言"] == 4
    assert reasons["单个对象上限：5,000万元 → 2,000万元", "第7条"] == 5
    # What is open may come to less: by how much a row loses, nobody knows.
    opened = [row for row in comparison.rows.to_pylist() if row["kind"] == "OPEN"]
    potentials = [(row["old_potential_amount_fen"], row["new_potential_amount_fen"]) for row in opened]
    assert potentials == [(2_400_000_000, 2_000_000_000), (3_900_000_000, 2_000_000_000), (5_000_000_000, 2_000_000_000)]
    assert {row["change_fen"] for row in opened} == {None}
    award = "项目工程投资的30%，单个对象最高5,000万元 → 项目工程投资的30%，单个对象最高2,000万元"
    assert [one for one in comparison.reasons() if one.reason == award] == [(award, "第7条", 3, None)]
    gains, losses = comparison.largest(), comparison.largest(gains=False)
    assert [row["change_fen"] for row in gains] == sorted((row["change_fen"] for row in gains), reverse=True)
    assert losses[0]["change_fen"] == min(row["change_fen"] for row in losses) < 0
    assert comparison.transitions["INELIGIBLE", "ELIGIBLE"] == 4
    assert "20 rows, 4 gain, 5 lose" in repr(comparison)
    assert "<table>" in comparison._repr_html_()
    assert len(comparison.rows.to_pandas()) == 20


def test_a_comparison_goes_to_its_output_as_it_comes(
    comparison: Comparison, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grantd.table._compare._CHUNK", 7)
    monkeypatch.setattr("grantd.table._comparison.MOST_LARGEST", 3)
    whole = comparison.rows.to_pylist()
    text = (POLICIES / "medical-device.yaml").read_text()
    before, after = text.split("  - id: common-platform\n")
    pathlib.Path("rules").mkdir()
    after = after.replace("subject: 50,000,000 yuan", "subject: 20,000,000 yuan", 1)
    after = after.replace("      - registered-in-beijing\n", "", 1)
    pathlib.Path("rules/medical-device.yaml").write_text(f"{before}  - id: common-platform\n{after}")
    rows = [[*row, "海淀区" if n % 2 else "朝阳区"] for n, row in enumerate(rows_of(20))]
    text_file(pathlib.Path("in.csv"), [[*HEADS, "区"], *rows])
    pieces: list[Any] = []
    with grantd.Channel(address) as old, rules("rules", str(BINARY)) as new:
        table = open_table("in.csv", new, TableOptions(measure=MEASURE, as_of=DAY))
        streamed = compare_table(table, old, new, RunOptions(Question(as_of=DAY)), "区", lambda _: pieces.append)
    assert [piece.num_rows for piece in pieces] == [7, 7, 6]
    assert [row for piece in pieces for row in piece.to_pylist()] == whole
    for name in ("counts", "transitions", "total", "errors"):
        assert getattr(streamed, name) == getattr(comparison, name)
    assert streamed.groups() == comparison.groups()
    assert streamed.reasons() == comparison.reasons()
    # The rows themselves are the output's; the largest are kept.
    changes = sorted((row["change_fen"] for row in whole if row["change_fen"]), reverse=True)
    assert [row["change_fen"] for row in streamed.largest()] == changes[:3]
    assert [row["change_fen"] for row in streamed.largest(gains=False)] == changes[::-1][:3]
    with pytest.raises(TableError, match="stand in the output"):
        _ = streamed.rows


def test_a_comparison_of_several_measures(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    other = "medical-device.product-approval"
    rows = [["措施", *HEADS], [MEASURE, *GOOD], [other, "A-2", *GOOD[1:]], ["没有", "A-3", *GOOD[1:]]]
    text_file(pathlib.Path("in.csv"), rows)
    for suffix in ("xlsx", "csv", "parquet"):
        command = ["table", "compare", "in.csv", "-o", f"out.{suffix}", "--as-of", DAY, "--by", "措施"]
        assert main([*command, "--old", address, "--new", address]) == 65
        page = capsys.readouterr().out
        assert MEASURE in page
        assert other in page
        assert "两边的规则相同" in page
    found = pq.read_table("out.parquet").to_pydict()
    assert found["kind"] == ["SAME", "SAME", "ERROR"]
    assert found["row"] == [2, 3, 4]
    assert "没有“没有”这项措施" in found["error"][2]


def changed_rules(programme: str, *changes: tuple[str, str]) -> str:
    """A folder with a programme that says something else."""
    text = (POLICIES / f"{programme}.yaml").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    pathlib.Path("rules").mkdir()
    pathlib.Path(f"rules/{programme}.yaml").write_text(text)
    return "rules"


def test_lines_that_change_while_the_amount_does_not(address: str) -> None:
    """Of what the city pays the district pays a part: the subsidy is as it was."""
    new_rules = changed_rules(
        "resident-insurance",
        ("city-elderly: 1,960", "city-elderly: 1,950"),
        ("district-elderly: 2,420", "district-elderly: 2,430"),
    )
    heads = ["申请编号", "参保年度", "参保人员类别"]
    text_file(pathlib.Path("in.csv"), [heads, ["A-1", "2026", "老年人"], ["A-2", "2026", "学生儿童"], ["A-3", "2026", ""]])
    command = ["table", "compare", "in.csv", "-o", "out.xlsx", "--as-of", DAY, "--measure", "resident-insurance.person"]
    assert main([*command, "--old", address, "--new", new_rules, "--binary", str(BINARY)]) == 0
    book = sheets(pathlib.Path("out.xlsx"))
    ((heads_of_rows, row),) = [book["有变化的行"]]
    told = dict(zip(heads_of_rows, row, strict=True))
    assert told["申请编号"] == "A-1"
    assert told["变化"] == "金额不变，其他结果有变"
    assert told["原因"] == "结果不同：市级财政补助、区级财政补助"
    assert (told["原：市级财政补助"], told["现：市级财政补助"]) == ("1,960元", "1,950元")
    assert (told["原：区级财政补助"], told["现：区级财政补助"]) == ("2,420元", "2,430元")
    assert (told["原金额（元）"], told["现金额（元）"], told["差额（元）"]) == (4380, 4380, 0)
    summary = {row[1]: row[2] for row in book["汇总"]}
    assert (summary["金额不变，其他结果有变"], summary["不变"]) == (1, 2)


def test_the_order_of_lines_is_no_change() -> None:
    old = pa.array(['{"a": 1, "b": [2]}', '{"a": 1, "b": 2}', None, '{"a": 1}', '{"a": 1}'])
    new = pa.array(['{"b": [2], "a": 1}', '{"b": 3, "a": 2}', None, None, '{"a": 1, "c": true}'])
    assert _changed_lines(old, new).to_pylist() == ["", "a\x1fb", "", "a", "c"]


APPROVAL = "medical-device.product-approval"
APPROVED = ["申请编号", "在京注册", "申请对象", "属于医疗器械", "出自承担的国家项目", "进入特别审查或优先审批程序", "获批上市"]


def test_bounds_are_compared_as_bounds(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    text_file(
        pathlib.Path("in.csv"),
        [[*APPROVED, "区/县"], ["A-1", *"是", "P-1", *"是是是是", "海淀"], ["A-2", "否", "P-2", *"是是是是", ""]],
    )
    command = ["table", "compare", "in.csv", "--as-of", DAY, "--measure", APPROVAL, "--by", "区/县"]
    assert main([*command, "-o", "out.xlsx", "--old", address, "--new", address]) == 0
    book = sheets(pathlib.Path("out.xlsx"))
    # No sheet's name may have a slash.
    assert list(book) == ["汇总", "按区 县", "变化的原因", "增加最多", "减少最多", "有变化的行"]
    texts = {str(cell) for rows in book.values() for row in rows for cell in row if cell is not None}
    assert {"原最高金额（元）", "现最高金额（元）", "最高金额之差（元）"} <= texts
    assert not {"原金额（元）", "现金额（元）", "差额（元）"} & texts
    page = capsys.readouterr().out
    assert "原最高金额" in page
    assert "区/县：增加 / 减少 / 最高金额之差" in page
    assert "原金额" not in page
    found = grantd.compare("in.csv", address, address, APPROVAL, as_of=DAY)
    assert "at most" in repr(found)
    assert "原最高金额" in found._repr_html_()


def test_an_exact_sum_that_becomes_a_bound(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A bound less a sum says nothing, also where the figures are the same."""
    before, measure, after = (POLICIES / "medical-device.yaml").read_text().partition("  - id: common-platform\n")
    pathlib.Path("rules").mkdir()
    after = after.replace("basis: EXACT", "basis: CEILING", 1)
    pathlib.Path("rules/medical-device.yaml").write_text(before + measure + after)
    text_file(pathlib.Path("in.csv"), [HEADS, GOOD, ["A-2", "乙公司", "否", *GOOD[3:]]])
    command = ["table", "compare", "in.csv", *ASK, "--old", address, "--new", "rules", "--binary", str(BINARY)]
    assert main([*command, "-o", "out.parquet"]) == 0
    page = capsys.readouterr().out
    assert "金额与上限不能相加" in page
    assert "1,800万元" not in page
    one, other = pq.read_table("out.parquet").to_pylist()
    assert (one["kind"], one["change_fen"], one["old_basis"], one["new_basis"]) == ("OPEN", None, "EXACT", "CEILING")
    assert one["old_amount_fen"] == one["new_amount_fen"] == 1_800_000_000
    assert one["reason"].startswith("金额性质：标准由文件明确 → 文件规定的最高额")
    assert (other["kind"], other["change_fen"], other["new_basis"]) == ("SAME", 0, None)
    assert main([*command, "-o", "out.xlsx"]) == 0
    book = sheets(pathlib.Path("out.xlsx"))
    told = dict(zip(*book["有变化的行"], strict=True))
    assert (told["原金额（元）"], told["现最高金额（元）"]) == (18_000_000, 18_000_000)
    assert (told["原金额性质"], told["现金额性质"]) == ("标准由文件明确", "文件规定的最高额")
    assert "现金额（元）" not in told
    assert "差额（元）" not in told


def test_sums_and_bounds_of_several_measures_do_not_add_up(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    text_file(pathlib.Path("in.csv"), [["措施", *HEADS], [MEASURE, *GOOD], [APPROVAL, "A-2", *GOOD[1:]]])
    found = grantd.compare("in.csv", address, address, as_of=DAY, by="措施")
    assert found.amounts == "none"
    assert [group.change_fen for group in [found.total, *found.groups()]] == [None] * 3
    assert "→" not in repr(found)
    assert "万元" not in found._repr_html_()
    assert found.plot().get_ylabel() == "申请数"
    with pytest.raises(TableError, match="add up"):
        found.plot_changes()
    command = ["table", "compare", "in.csv", "-o", "out.xlsx", "--as-of", DAY, "--old", address, "--new", address]
    assert main([*command, "--by", "措施"]) == 0
    assert "金额与上限不能相加" in capsys.readouterr().out
    summary = sheets(pathlib.Path("out.xlsx"))["汇总"]
    assert not [cell for row in summary for cell in row if isinstance(cell, str) and "金额（元）" in cell]


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "parquet"])
def test_a_comparison_that_no_more_can_be_written_of(
    address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    text_file(pathlib.Path("in.csv"), [HEADS, *rows_of(20)])
    command = ["table", "compare", "in.csv", "-o", f"out.{suffix}", *ASK, "--old", address, "--new", address]
    # A limit on the size of files stands for a full disk.
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    real = Parts.tables

    def tables(self: Parts) -> Iterator[Any]:
        # All is compared; what is written of it finds no room.
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, limit[1]))
        yield from real(self)

    monkeypatch.setattr(Parts, "tables", tables)
    try:
        code = main(command)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, before)
    assert code == 1
    said = capsys.readouterr().err
    assert f"写入失败（文件过大）；已完成的 20 行结果保存在 out.{suffix}.partial，排除原因后用同一命令继续" in said
    assert sorted(path.name for path in pathlib.Path().iterdir()) == ["in.csv", f"out.{suffix}.partial"]
    # The same command goes on from there, and asks nobody again.
    monkeypatch.setattr(Parts, "tables", real)
    monkeypatch.setattr(Scorer, "score", None)
    assert main(command) == 65
    assert sorted(path.name for path in pathlib.Path().iterdir()) == ["in.csv", f"out.{suffix}"]


def test_a_comparison_goes_on_from_where_it_was_cut_off(
    address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grantd.table._compare._CHUNK", 7)
    rows = [[*row, "海淀区" if n % 2 else "朝阳区"] for n, row in enumerate(rows_of(20))]
    text_file(pathlib.Path("in.csv"), [[*HEADS, "区"], *rows])
    text = (POLICIES / "medical-device.yaml").read_text()
    pathlib.Path("rules").mkdir()
    pathlib.Path("rules/medical-device.yaml").write_text(text.replace("subject: 50,000,000 yuan", "subject: 20,000,000 yuan"))
    command = ["table", "compare", "in.csv", *ASK, "--by", "区", "--old", address, "--new", "rules", "--binary", str(BINARY)]
    assert main([*command, "-o", "whole.parquet"]) == 65
    whole_page = capsys.readouterr().out
    real, asked = Scorer.score, []

    def score(self: Scorer, rows: Any) -> Any:
        asked.append(len(rows.chunk))
        if len(asked) == 4:
            raise KeyboardInterrupt
        return real(self, rows)

    monkeypatch.setattr(Scorer, "score", score)
    assert main([*command, "-o", "out.parquet"]) == 130
    assert "已完成的结果保留，用同一命令继续" in capsys.readouterr().err
    assert not pathlib.Path("out.parquet").exists()
    # Other rules, and another column, are another question.
    other = [*command[: command.index("--by")], *command[command.index("--by") + 2 :], "-o", "out.parquet"]
    assert main(other) == 65
    assert "另一次运行" in capsys.readouterr().err
    turned = [address if one == "rules" else "rules" if one == address else one for one in command]
    assert main([*turned, "-o", "out.parquet"]) == 65
    assert "规则版本不同" in capsys.readouterr().err
    asked[:] = [0] * 10
    assert main([*command, "-o", "out.parquet"]) == 65
    # Of the three parts the first is there.
    assert asked[10:] == [7, 7, 6, 6]
    assert capsys.readouterr().out == whole_page.replace("whole.parquet", "out.parquet")
    assert pq.read_table("out.parquet").equals(pq.read_table("whole.parquet"))
    assert not pathlib.Path("out.parquet.partial").exists()


@pytest.mark.parametrize(
    ("command", "is_kept"),
    [
        (["check", "in.csv"], False),
        (["score", "in.csv", "-o", "out.csv"], True),
        (["score", "in.csv", "-o", "out.csv", "--award", "--dry-run"], False),
        (["template", MEASURE, "-o", "form.xlsx"], False),
    ],
)
def test_what_stays_of_a_command_that_is_interrupted(
    command: list[str], is_kept: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    text_file(pathlib.Path("in.csv"), [HEADS, *rows_of(20)])
    monkeypatch.setattr("grantd.table._check.check_table", interrupt)
    monkeypatch.setattr("grantd.table._template.write_template", interrupt)
    monkeypatch.setattr(Scorer, "score", interrupt)
    monkeypatch.setattr("grantd.table._award._gather", interrupt)
    assert main(["table", *command, *(ASK if command[0] != "template" else ["--lang", "zh"])]) == 130
    said = capsys.readouterr().err
    assert ("已完成的结果保留" in said) == is_kept
    assert "已中断" in said


def test_pictures_of_a_comparison(comparison: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    for draw in (comparison.plot, comparison.plot_outcomes, comparison.plot_changes):
        axes = draw()
        assert axes.get_title() == "产业共性平台建设补助"
        assert axes.patches
        # As wide as its characters, whichever fonts there are.
        assert "DejaVu Sans" in axes.title.get_fontfamily()
        plt.close(axes.figure)


def test_a_comparison_from_a_terminal(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    text_file(pathlib.Path("in.csv"), [HEADS, *rows_of(5)])
    for suffix, language in (("xlsx", "zh"), ("csv", "en"), ("parquet", "zh")):
        command = [
            "table",
            "compare",
            "in.csv",
            "-o",
            f"out.{suffix}",
            *ASK,
            "--old",
            address,
            "--new",
            address,
            "--by",
            "单位名称",
        ]
        assert main([*command, "--lang", language]) == 65
        page = capsys.readouterr().out
        assert all(wide(line) <= 80 for line in page.splitlines())
        assert ("两边的规则相同" if language == "zh" else "the same on both sides") in page
        assert pathlib.Path(f"out.{suffix}").stat().st_size > 0
    assert "汇总" in sheets(pathlib.Path("out.xlsx"))


def test_what_a_sheet_would_take_for_a_formula_is_disarmed(address: str) -> None:
    names = ["=1+1", "+1", "-1", "@x", "\n=1", "＝1+1", "＋1", "－1", "＠x"]
    with open("in.csv", "w", encoding="utf-8", newline="") as into:
        csv.writer(into).writerows(
            [[*HEADS, "区"], *[[f"A-{n}", *GOOD[1:], name] for n, name in enumerate([*names, "东城区"])]]
        )
    assert main(["table", "compare", "in.csv", "-o", "out.csv", *ASK, "--by", "区", "--old", address, "--new", address]) == 0
    with open("out.csv", encoding="utf-8-sig", newline="") as file:
        written = [row["group"] for row in csv.DictReader(file)]
    assert written == [*(f"'{name.strip()}" for name in names), "东城区"]


def test_rules_that_do_not_load(tmp_path: pathlib.Path) -> None:
    (tmp_path / "bad.yaml").write_text("programme: [")
    with pytest.raises(TableError, match="do not load"), rules(str(tmp_path), str(BINARY)):
        pass
    with pytest.raises(TableError, match="binary"), rules("built-in", str(tmp_path / "no")):
        pass


def test_a_daemon_that_goes_away(
    start_daemon: Callable[..., Daemon], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from grantd.table import _run, _scoring

    monkeypatch.setattr(_run, "CHUNK", 10)
    daemon = start_daemon()
    text_file(pathlib.Path("in.csv"), [HEADS, *rows_of(50)])
    real, asked = _scoring.Scorer.score, []

    def score(self: Any, rows: Any) -> Any:
        asked.append(1)
        if len(asked) == 3:
            daemon.stop()
        return real(self, rows)

    monkeypatch.setattr(_scoring.Scorer, "score", score)
    command = ["table", "score", "in.csv", "-o", "out.csv", *ASK, "--timeout", "1"]
    assert main([*command, "--address", daemon.address]) in (1, 69)
    assert "已完成的结果保存在 out.csv.partial" in capsys.readouterr().err
    # Another daemon with the same rules will do.
    assert main([*command, "--timeout", "60"]) == 65
    assert len(asked) == 3 + 3
