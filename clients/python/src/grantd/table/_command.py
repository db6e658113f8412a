# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""``grantd table``: tables of applications from a terminal."""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

import grpc

from grantd import _values, config
from grantd._cells import Words
from grantd.channel import Channel
from grantd.errors import GrantdError
from grantd.table._binary import find_binary
from grantd.table._problems import Language, RunError, TableError, said
from grantd.v1.calculator_pb2 import Stage

# As the daemon's own tool has them.
_OK, _FAILED, _USAGE, _BAD_INPUT, _NO_DAEMON, _INTERRUPTED = 0, 1, 64, 65, 69, 130
_STAGES = {"application": Stage.APPLICATION, "publicity": Stage.PUBLICITY, "disbursement": Stage.DISBURSEMENT}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command.

    What is not about tables is for the daemon, whose name is the same.

    Returns:
        The exit code: 0 everything asked was assessed, 65 bad input, 69 no daemon, 64 usage, 130 interrupted, 1 anything else.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] not in ("table", "-h", "--help"):
        return _run_daemon(given)
    language = _language(given)
    parser = _parser(language)
    options = parser.parse_args(given)
    try:
        return int(options.run(options, language))
    except TableError as error:
        print(f"grantd: {said(error.words, language)}", file=sys.stderr)
        return _FAILED if isinstance(error, RunError) else _USAGE if error.is_usage else _BAD_INPUT
    except ImportError as error:
        missing = Words(
            f"缺少 {error.name}：请运行 pip install 'grantd[tables]'",
            f"{error.name} is not installed: pip install 'grantd[tables]'",
        )
        print(f"grantd: {said(missing, language)}", file=sys.stderr)
        return _FAILED
    except grpc.RpcError as error:
        print(f"grantd: {_refusal(error, language)}", file=sys.stderr)
        code: Any = getattr(error, "code", lambda: None)()
        return {grpc.StatusCode.UNAVAILABLE: _NO_DAEMON, grpc.StatusCode.INVALID_ARGUMENT: _BAD_INPUT}.get(code, _FAILED)
    except KeyboardInterrupt:
        words = Words(
            "已中断；已完成的结果保留，用同一命令继续",
            "interrupted; the results so far stay, and the same command goes on from them",
        )
        print(f"\ngrantd: {said(words, language)}", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAILED
    except (OSError, ValueError) as error:
        print(f"grantd: {error}", file=sys.stderr)
        return _USAGE if isinstance(error, ValueError) else _FAILED


def _run_daemon(given: list[str]) -> int:
    binary = find_binary()
    if binary is None:
        print("grantd: the daemon is not on PATH; of this package is `grantd table`", file=sys.stderr)
        return _USAGE
    os.execv(binary, ["grantd", *given])
    return None


def _language(given: Sequence[str]) -> Language:
    for place, word in enumerate(given):
        value = (
            given[place + 1 : place + 2] if word == "--lang" else [word.partition("=")[2]] if word.startswith("--lang=") else []
        )
        if value:
            return "en" if value[0] == "en" else "zh"
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def _parser(language: Language) -> argparse.ArgumentParser:
    def say(zh: str, en: str) -> str:
        return said(Words(zh, en), language)

    parser = argparse.ArgumentParser(
        prog="grantd", description=say("资金政策申请表的计算", "Tables of applications for funding measures")
    )
    parser._optionals.title = say("选项", "options")  # noqa: SLF001 - argparse has no other way to say it in Chinese
    outer = parser.add_subparsers(dest="table", metavar="table", required=True)
    commands = outer.add_parser(
        "table", help=say("电子表格的制作、检查、计算与比较", "make, check, score and compare spreadsheets")
    )
    inner = commands.add_subparsers(dest="command", metavar="template|check|score|compare", required=True)
    _add_template(inner, say)
    _add_check(inner, say)
    _add_score(inner, say)
    _add_compare(inner, say)
    return parser


Say = Callable[[str, str], str]


def _command(
    inner: Any, name: str, run: Callable[[argparse.Namespace, Language], int], text: str, say: Say
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = inner.add_parser(name, help=text, description=text)
    command.set_defaults(run=run)
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
    command.add_argument("--token-file", metavar="FILE", help=say("令牌文件", "a file with the daemon's token"))
    command.add_argument("--tls", action="store_true", help=say("用 TLS 连接", "connect over TLS"))


def _reading(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument(
        "input", metavar="IN", type=pathlib.Path, help=say(".xlsx、.csv、.parquet 或 .jsonl", ".xlsx, .csv, .parquet or .jsonl")
    )
    command.add_argument(
        "--measure",
        metavar="M",
        help=say(
            "措施，如 medical-device.common-platform；模板自带",
            "the measure, medical-device.common-platform say; templates know theirs",
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
        "--stage", choices=tuple(_STAGES), default="application", help=say("按哪一阶段的要求", "at which stage")
    )
    command.add_argument(
        "--assume-unset-bars-absent",
        action="store_true",
        help=say("没有填写的排除情形视为不存在", "bars that nothing is said about count as absent"),
    )


def _writing(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument("-o", "--output", metavar="OUT", type=pathlib.Path, required=True, help=say("输出文件", "the output"))
    command.add_argument("--force", action="store_true", help=say("覆盖已有的输出", "write over an output that is there"))


def _add_template(inner: Any, say: Say) -> None:
    command = _command(
        inner, "template", _template, say("制作一项措施的填报模板", "make a workbook to fill in for a measure"), say
    )
    command.add_argument(
        "measure",
        metavar="MEASURE",
        help=say("措施，如 medical-device.common-platform", "the measure, medical-device.common-platform say"),
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
    command = _command(
        inner, "check", _check, say("检查表格，不计算", "say what of a table does not fit, and assess nothing"), say
    )
    _reading(command, say)
    _connection(command, say)


def _add_score(inner: Any, say: Say) -> None:
    command = _command(inner, "score", _score, say("计算整张表", "assess a table"), say)
    _reading(command, say)
    _asking(command, say)
    _writing(command, say)
    command.add_argument(
        "--restart",
        action="store_true",
        help=say("不接续上次，重新开始", "begin anew instead of going on from a run that was cut off"),
    )
    award = command.add_argument_group(say("核定", "awarding"))
    award.add_argument("--award", action="store_true", help=say("按次序核定并记入台账", "award through the book, in order"))
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
        inner, "compare", _compare, say("比较两版规则对同一张表的结果", "what two sets of rules make of the same table"), say
    )
    _reading(command, say)
    _asking(command, say)
    _writing(command, say)
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
    command.add_argument("--token-file", metavar="FILE", help=say("令牌文件", "a file with the daemons' token"))
    command.add_argument("--tls", action="store_true", help=say("用 TLS 连接", "connect over TLS"))


# MARK: - Running


def _template(options: argparse.Namespace, language: Language) -> int:
    from grantd.table._form import form_of
    from grantd.table._template import write_template

    with _channel(options, options.address) as channel:
        form = form_of(channel, options.measure, options.as_of)
    if options.output.exists() and not options.force:
        raise TableError(
            Words(
                f"{options.output} 已存在；要覆盖请加 --force",
                f"{options.output} is there already; to write over it, give --force",
            ),
            is_usage=True,
        )
    write_template(form, options.output, language, options.rows)
    words = Words(
        f"已写入 {options.output}：{form.title.zh}，{len(form.facts)} 项事实",
        f"written to {options.output}: {form.title.en}, {len(form.facts)} facts",
    )
    print(said(words, language))
    return _OK


def _check(options: argparse.Namespace, language: Language) -> int:
    from grantd.table._check import check_table
    from grantd.table._page import check_page, notes
    from grantd.table._table import open_table

    with _channel(options, options.address) as channel:
        table = open_table(options.input, channel, _table_options(options))
        check = check_table(table, _shows_progress())
    for line in notes(table.notices, language):
        print(line)
    print(check_page(table, check, language))
    return _BAD_INPUT if check.count else _OK


def _score(options: argparse.Namespace, language: Language) -> int:
    from grantd.table._award import AwardOptions, award_table
    from grantd.table._page import notes, summary_page
    from grantd.table._run import score_table
    from grantd.table._table import open_table

    run = _run_options(options, language)
    with _channel(options, options.address) as channel:
        table = open_table(options.input, channel, _table_options(options))
        for line in notes(table.notices, language):
            print(line, file=sys.stderr)
        if options.award:
            award = AwardOptions(options.run_id, options.order_by, options.envelope, options.limit, options.dry_run)
            summary = award_table(table, options.output, channel, run, award)
        else:
            summary = score_table(table, options.output, channel, run)
    print(summary_page(table, summary, str(options.output), language))
    return _BAD_INPUT if summary.errors else _OK


def _compare(options: argparse.Namespace, language: Language) -> int:
    from grantd.table._compare import compare_table
    from grantd.table._compare_output import comparison_page, write_comparison
    from grantd.table._daemons import rules
    from grantd.table._form import form_of
    from grantd.table._table import open_table

    run = _run_options(options, language)
    with (
        rules(options.old, options.binary, _config(options)) as old,
        rules(options.new, options.binary, _config(options)) as new,
    ):
        reading = _table_options(options)
        table = open_table(options.input, new, reading)
        before = form_of(old, table.form.measure, reading.as_of)
        table = open_table(options.input, new, reading, also=tuple(before.all()))
        comparison = compare_table(table, old, new, run, options.by)
    write_comparison(comparison, options.output, language, options.force)
    print(comparison_page(comparison, str(options.output), language))
    return _BAD_INPUT if comparison.errors else _OK


def _run_options(options: argparse.Namespace, language: Language) -> Any:
    from grantd.table._run import RunOptions
    from grantd.table._scoring import Question

    question = Question(_day(options.as_of), _STAGES[options.stage], options.assume_unset_bars_absent)
    return RunOptions(question, language, getattr(options, "restart", False), options.force, _shows_progress())


def _table_options(options: argparse.Namespace) -> Any:
    from grantd.table._table import TableOptions

    columns = dict(_pair(one, "--column") for one in options.column)
    lists = {name: pathlib.Path(path) for name, path in (_pair(one, "--list") for one in options.list)}
    return TableOptions(
        options.measure, _day(options.as_of), options.sheet, columns, options.money, lists, options.keep_unknown
    )


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.rpartition("=")
    if not sign or not name:
        raise TableError(
            Words(f"{option} 应写作 名称=值，不是 {text}", f"{option} is written NAME=VALUE, not {text}"), is_usage=True
        )
    return name, value


def _day(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return _values.day(text)
    except _values.UnfitError:
        raise TableError(
            Words(f"--as-of 应为日期，如 2026-05-20，不是 {text}", f"--as-of is a day, 2026-05-20 say, not {text}"),
            is_usage=True,
        ) from None


def _config(options: argparse.Namespace) -> config.ChannelConfig:
    return config.ChannelConfig(token_file=options.token_file, tls=options.tls)


def _channel(options: argparse.Namespace, address: str | None) -> Channel:
    return Channel(address, _config(options))


def _shows_progress() -> bool:
    return sys.stderr.isatty()


def _refusal(error: grpc.RpcError, language: Language) -> str:
    code: Any = getattr(error, "code", lambda: None)()
    details = error.details() if isinstance(error, GrantdError) else str(error)
    if code is grpc.StatusCode.UNAVAILABLE:
        return said(Words(f"服务没有应答：{details}", f"the daemon does not answer: {details}"), language)
    return str(details)
