# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What the daemon says of a row, as a clerk reads it."""

from __future__ import annotations

import contextlib
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator

import openpyxl
import pytest

from grantd import _method
from grantd.table._command import main
from grantd.table._daemon_words import chinese

from .conftest import ROOT
from .table_files import DAY, GOOD, HEADS, MEASURE, sheet_file, text_file

_LITERAL = r'"(?:[^"\\]|\\.)*"(?:\s*\+\s*"(?:[^"\\]|\\.)*")*'
_SAID = re.compile(rf"\.?(?:badRequest|failedPrecondition|overLimit)\(\s*({_LITERAL})|message:\s*({_LITERAL})")
pytestmark = pytest.mark.usefixtures("in_its_own_folder")


def messages() -> Iterator[str]:
    """What the daemon's sources say of requests, with 7 for what they interpolate."""
    for folder in ("GrantdEngine", "GrantdService"):
        for path in sorted((ROOT / "Sources" / folder).rglob("*.swift")):
            # How a column's buffers are laid out is this package's business, not its user's.
            if path.name in ("ColumnBuffers.swift", "ColumnBinder.swift", "ColumnsJob.swift", "CompressionFormat+Calls.swift"):
                continue
            for request, refusal in _SAID.findall(path.read_text(encoding="utf-8")):
                text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', request or refusal))
                if "\\(" not in text.replace("\\(wanted", ""):
                    yield text.replace("\\(wantedDate)", "a civil date of the form YYYY-MM-DD is wanted")
                else:
                    yield re.sub(r"\\\((?:[^()]|\([^()]*\))*\)", "7", text)


def test_whatever_the_daemon_says_of_a_request_has_its_chinese() -> None:
    said = set(messages())
    assert len(said) > 60
    # What nobody meets who asks by this package: pages of lists, and columns of other clients.
    machines = (
        "page_token",
        "LIST column",
        "columns[",
        "7 to 7 is wanted",
        "sums are told",
        "one of COMMIT",
        "this field",
        "is there; 7",
        "HealthCheck",
    )
    lacking = {
        text for text in said if chinese(text).startswith("请求不合要求：") and not any(word in text for word in machines)
    }
    assert lacking == set()


def test_whatever_the_channel_says_of_a_call_has_its_chinese() -> None:
    errors = [
        _method.deadline_exceeded(),
        _method.cancelled(),
        _method.channel_closed(),
        _method.connection_failed("127.0.0.1: Connection refused"),
        _method.connection_lost(),
        _method.connection_lost("TLS: bad certificate"),
        _method.connection_silent(),
        _method.undecodable(),
        _method.incomplete("no rows"),
    ]
    for error in errors:
        assert not chinese(error.details() or "").startswith("请求不合要求"), error
    assert chinese("no connection could be made: 127.0.0.1: Connection refused") == (
        "无法连接：127.0.0.1：对方拒绝连接，服务可能没有启动"
    )
    assert chinese("at most 100000 fen (1000.00 yuan) is left to be awarded after caps and envelopes") == (
        "扣除上限与预算额度后，至多还可核定 1,000元"
    )
    assert chinese("the value must be from 1 to 12") == "数值应在 1 到 12 之间"
    assert chinese("has no word for it") == "请求不合要求：has no word for it"
    assert chinese("已是中文") == "已是中文"


def test_the_words_are_those_of_grantctl() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "generate_words.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0


def test_a_refusal_names_the_cell_and_what_would_be_right(capsys: pytest.CaptureFixture[str]) -> None:
    code = "91110108MA01CX7K1X"
    sheet_file(pathlib.Path("in.xlsx"), [[*HEADS, "统一社会信用代码"], [*GOOD, "91110108MA01CX7K1R"], ["A-2", *GOOD[1:], code]])
    command = ["table", "score", "in.xlsx", "-o", "out.csv", "--measure", MEASURE, "--as-of", DAY]
    assert main(command) == 65
    page = capsys.readouterr().out
    assert "工作表“申请”H 列“统一社会信用代码”第 3 行：统一社会信用代码校验位不符" in page.replace("\n    ", "")
    assert f"（此格为“{code}”）" in page.replace("\n    ", "")
    assert main([*command, "--lang", "en", "--force"]) == 65
    page = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "sheet “申请”, column H “统一社会信用代码”, row 3: the check character" in page
    assert f"(the cell says “{code}”)" in page


def test_a_refusal_of_an_entry_names_its_own_sheet(capsys: pytest.CaptureFixture[str]) -> None:
    sheet_file(pathlib.Path("in.xlsx"), [[*HEADS, "此前支持情况不明"], [*GOOD, "是"]])
    book = openpyxl.load_workbook("in.xlsx")
    awards = book.create_sheet("此前获得的支持")
    awards.append(["申请编号", "支持措施", "支持对象", "获得日期", "支持金额（元）"])
    awards.append(["A-1", MEASURE, "P-1", "2025-01-01", 100])
    book.save("in.xlsx")
    assert main(["table", "score", "in.xlsx", "-o", "out.csv", "--measure", MEASURE, "--as-of", DAY]) == 65
    page = capsys.readouterr().out.replace("\n    ", "")
    assert "既填写了此前支持，又注明未知；两者只能取其一" in page
    assert "the " not in page


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["score", "in.csv"], 64, "缺少 -o/--output"),
        (["score", "in.csv", "-o", "out.csv", "--no-such"], 64, "不认识的参数：--no-such"),
        (["score", "in.csv", "-o", "out.csv", "--stage", "x"], 64, "--stage 不能是 'x'；可用"),
        (["score", "in.csv", "-o", "out.csv", "--timeout", "x"], 64, "--timeout 应为数字，不能是 'x'"),
        (["score", "in.csv", "-o", "out.csv", "--timeout"], 64, "--timeout 之后缺少值"),
        (["scores"], 64, "不能是 'scores'；可用"),
        (["check", "in.csv", "--address", "[::1"], 64, "'[::1' 不是地址；IPv6 地址请写作"),
        (["check", "in.csv", "--token-file", "no.tokens"], 1, "no.tokens: 没有这个文件"),
        (["check", "in.csv", "--tls-ca", "no.pem"], 64, "--tls-ca no.pem：没有这个文件"),
        (["check", "in.csv", "--tls-ca", "in.csv"], 64, "--tls-ca in.csv：其中没有 PEM 格式的证书"),
        (["template", MEASURE, "-o", "none/out.xlsx"], 65, "无法写入 none/out.xlsx：没有这个文件或文件夹"),
        (["score", "good.csv", "-o", f"{'x' * 253}.csv", "--measure", MEASURE, "--as-of", DAY], 1, ": 文件名过长"),
        (
            ["compare", "in.csv", "-o", "out.csv", "--old", "built-in", "--new", "built-in", "--binary", "no"],
            64,
            "--binary no 不是可运行的程序",
        ),
        (["check", "in.csv", "--token-file", "in.csv"], 64, "每行是一个令牌"),
        (["check", "in.csv", "--token-file", "empty"], 64, "empty 中没有令牌"),
    ],
)
def test_a_wrong_command_is_told_in_chinese(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text_file(pathlib.Path("in.csv"), [["a b", "c d"], ["e", "f"]])
    pathlib.Path("empty").touch()
    text_file(pathlib.Path("good.csv"), [HEADS, GOOD])
    with contextlib.suppress(SystemExit):
        assert main(["table", *arguments]) == code
    said = capsys.readouterr().err
    assert words in said
    assert "usage:" not in said


def test_a_comparison_says_where_problems_stand(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    text_file(pathlib.Path("in.csv"), [HEADS, GOOD, ["A-2", "乙公司", "也许", *GOOD[3:]]])
    command = ["table", "compare", "in.csv", "-o", "out.xlsx", "--old", address, "--new", address, "--measure", MEASURE]
    assert main([*command, "--as-of", DAY]) == 65
    page = capsys.readouterr().out
    assert "有问题的行和原因写在输出里" in page
    assert f"产业共性平台建设补助（{MEASURE}）" in page


def test_a_call_that_fails_is_told_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    text_file(pathlib.Path("in.csv"), [HEADS, GOOD])
    command = ["table", "check", "in.csv", "--measure", MEASURE, "--as-of", DAY, "--address", "127.0.0.1:1"]
    assert main(command) == 69
    assert "服务没有应答：无法连接：127.0.0.1:1：对方拒绝连接，服务可能没有启动" in capsys.readouterr().err
