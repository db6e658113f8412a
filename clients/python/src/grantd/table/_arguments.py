# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The arguments of ``grantd table``."""

from __future__ import annotations

import argparse
import pathlib
import re
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from grantd._cells import Words
from grantd.table._problems import Language, said
from grantd.v1.calculator_pb2 import Stage

# The exit code of a wrong command.
USAGE = 64
STAGES = {"application": Stage.APPLICATION, "publicity": Stage.PUBLICITY, "disbursement": Stage.DISBURSEMENT}
Say = Callable[[str, str], str]


# What argparse says of a wrong command, in Chinese.
_SAID = (
    (re.compile(r"the following arguments are required: (.*)"), r"缺少 \1"),
    (re.compile(r"unrecognized arguments: (.*)"), r"不认识的参数：\1"),
    (re.compile(r"argument (\S+): invalid choice: (.*?) \(choose from (.*)\)"), r"\1 不能是 \2；可用 \3"),
    (re.compile(r"argument (\S+): expected (?:one|at least one) argument"), r"\1 之后缺少值"),
    (re.compile(r"argument (\S+): invalid (?:int|float) value: (.*)"), r"\1 应为数字，不能是 \2"),
    (re.compile(r"argument (\S+): ignored explicit argument (.*)"), r"\1 之后不带值，不能写 \2"),
    (re.compile(r"ambiguous option: (\S+) could match (.*)"), r"\1 不明确，可指 \2"),
)


class _Parser(argparse.ArgumentParser):
    """A parser that ends with the exit code of a wrong command, and speaks the reader's language."""

    def __init__(self, **options: Any) -> None:
        self._say: Say = lambda _, en: en
        super().__init__(**{**options, "add_help": False})

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        zh = next((found.expand(said) for pattern, said in _SAID if (found := pattern.fullmatch(message))), message)
        self.exit(USAGE, f"{self.prog}: {self._say(zh, message)}\n")

    def format_usage(self) -> str:
        return self._named(super().format_usage())

    def format_help(self) -> str:
        return self._named(super().format_help())

    def _named(self, text: str) -> str:
        return text.replace("usage: ", self._say("用法：", "usage: "), 1)

    def name_parts(self, say: Say) -> None:
        """Names the parts of the help."""
        self._say = say
        self._positionals.title = say("参数", "arguments")
        self._optionals.title = say("选项", "options")
        self.add_argument("-h", "--help", action="help", help=say("显示本说明", "show this help"))


def parser_of(language: Language) -> argparse.ArgumentParser:
    """The parser of the command, which speaks a language."""

    def say(zh: str, en: str) -> str:
        return said(Words(zh, en), language)

    parser = _Parser(prog="grantd", description=say("资金政策申请表的计算", "Tables of applications for funding measures"))
    parser.name_parts(say)
    outer = parser.add_subparsers(dest="table", metavar="table", required=True)
    commands = outer.add_parser(
        "table", help=say("电子表格的制作、检查、计算与比较", "make, check, score and compare spreadsheets")
    )
    commands.name_parts(say)
    inner = commands.add_subparsers(dest="command", metavar="template|check|score|compare", required=True)
    _add_template(inner, say)
    _add_check(inner, say)
    _add_score(inner, say)
    _add_compare(inner, say)
    return parser


def _command(inner: Any, name: str, text: str, say: Say) -> argparse.ArgumentParser:
    command: _Parser = inner.add_parser(name, help=text, description=text)
    command.name_parts(say)
    command.add_argument(
        "--lang", choices=("zh", "en"), help=say("语言；默认依区域设置", "the language; by default the locale's")
    )
    return command


def _connection(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument(
        "--address",
        metavar="HOST:PORT",
        help=say("服务地址，默认 127.0.0.1:7843", "where the daemon listens; by default 127.0.0.1:7843"),
    )
    _security(command, say)


def _security(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument("--token-file", metavar="FILE", help=say("令牌文件", "a file with the daemon's token"))
    command.add_argument("--tls", action="store_true", help=say("用 TLS 连接", "connect over TLS"))
    command.add_argument(
        "--tls-ca", metavar="FILE", help=say("信任此文件中的证书颁发机构", "trust the authorities of this file")
    )


def _reading(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument(
        "input", metavar="IN", type=pathlib.Path, help=say(".xlsx、.csv、.parquet 或 .jsonl", ".xlsx, .csv, .parquet or .jsonl")
    )
    command.add_argument(
        "--measure",
        metavar="M",
        help=say(
            "没有写明措施的行所属的措施；模板和“措施”一列自带",
            "the measure of the rows that name none; templates, and a column “Measure”, know theirs",
        ),
    )
    command.add_argument(
        "--as-of",
        metavar="DAY",
        help=say("计算日期，如 2026-05-20；表中有该列的行除外", "the day, 2026-05-20, of the rows that name none"),
    )
    command.add_argument("--sheet", metavar="NAME", help=say("申请所在的工作表", "the sheet of the applications"))
    command.add_argument(
        "--column",
        metavar="HEADING=PATH",
        action="append",
        default=[],
        help=say("指明一列是哪个字段；等号后留空为不读", "what a column is; nothing behind the = : leave it out"),
    )
    command.add_argument(
        "--money",
        metavar="UNIT",
        help=say("表头没有单位的金额按此单位：元、万元、亿元", "the unit of sums whose heading names none: yuan, 万元"),
    )
    command.add_argument(
        "--list",
        metavar="NAME=FILE",
        action="append",
        default=[],
        help=say("清单（如此前支持）所在的文件", "the file of a list's entries, earlier awards say"),
    )
    command.add_argument(
        "--keep-unknown",
        action="store_true",
        help=say("相似而未识别的列照样保留", "keep columns that are not known but look like one that is"),
    )


def _asking(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument(
        "--stage", choices=tuple(STAGES), default="application", help=say("按哪一阶段的要求", "at which stage")
    )
    command.add_argument(
        "--assume-unset-bars-absent",
        action="store_true",
        help=say("没有填写的排除情形视为不存在", "bars that nothing is said about count as absent"),
    )
    command.add_argument(
        "--timeout",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help=say("每次调用最多等待的秒数，默认 60", "how long one call may take; by default 60"),
    )


def _writing(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument("-o", "--output", metavar="OUT", type=pathlib.Path, required=True, help=say("输出文件", "the output"))
    command.add_argument("--force", action="store_true", help=say("覆盖已有的输出", "write over an output that is there"))


def _resuming(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument(
        "--restart",
        action="store_true",
        help=say("不接续上次，重新开始", "begin anew instead of going on from a run that was cut off"),
    )


def _add_template(inner: Any, say: Say) -> None:
    text = say("制作填报模板：每项措施一张工作表", "make a workbook to fill in, with a sheet a measure")
    command = _command(inner, "template", text, say)
    command.add_argument(
        "measure",
        metavar="MEASURE",
        nargs="+",
        help=say("措施，可有多项，如 medical-device.common-platform", "measures, medical-device.common-platform say"),
    )
    command.add_argument(
        "--rows",
        type=int,
        default=500,
        metavar="N",
        help=say("预备的行数，默认 500", "how many rows are prepared; by default 500"),
    )
    command.add_argument("--as-of", metavar="DAY", help=say("按哪一天的规则", "by the rules of which day"))
    _writing(command, say)
    _connection(command, say)


def _add_check(inner: Any, say: Say) -> None:
    command = _command(inner, "check", say("检查表格，不计算", "say what of a table does not fit, and assess nothing"), say)
    _reading(command, say)
    _connection(command, say)


def _add_score(inner: Any, say: Say) -> None:
    command = _command(inner, "score", say("计算整张表", "assess a table"), say)
    _reading(command, say)
    _asking(command, say)
    _writing(command, say)
    _resuming(command, say)
    award = command.add_argument_group(say("核定", "awarding"))
    award.add_argument(
        "--award",
        action="store_true",
        help=say(
            "按次序核定并记入台账；只规定最高额的措施，另加一列“核定金额（万元）”",
            "award through the book, in order; where the text has a bound alone, by a column “Amount to award (yuan)”",
        ),
    )
    award.add_argument(
        "--run",
        metavar="ID",
        dest="run_id",
        help=say("轮次名称；重复运行不会重复核定", "the round's name; running it again awards nothing twice"),
    )
    award.add_argument(
        "--order-by",
        metavar="COLUMNS",
        help=say("次序，如 '评分 desc, 申请编号'", "the order, 'score desc, application_id' say"),
    )
    award.add_argument("--envelope", metavar="ID", help=say("预算的标识", "the envelope that binds the awards"))
    award.add_argument(
        "--limit", metavar="SUM", help=say("设定预算额，如 5000万元", "put the envelope with this limit, '50 million yuan' say")
    )
    award.add_argument("--dry-run", action="store_true", help=say("试算，不记台账", "what if: nothing is written to the book"))
    _connection(command, say)


def _add_compare(inner: Any, say: Say) -> None:
    command = _command(
        inner, "compare", say("比较两版规则对同一张表的结果", "what two sets of rules make of the same table"), say
    )
    _reading(command, say)
    _asking(command, say)
    _writing(command, say)
    _resuming(command, say)
    command.add_argument(
        "--old",
        required=True,
        metavar="ADDRESS|DIR",
        help=say("旧规则：服务地址或规则文件夹", "the old rules: a daemon's address, or a folder of policies"),
    )
    command.add_argument("--new", required=True, metavar="ADDRESS|DIR", help=say("新规则", "the new rules"))
    command.add_argument(
        "--by", metavar="COLUMN", help=say("按此列统计得失，如 区", "winners and losers by this column of the table")
    )
    command.add_argument(
        "--binary", metavar="FILE", help=say("grantd 程序，用于规则文件夹", "the daemon's binary, for folders")
    )
    _security(command, say)
