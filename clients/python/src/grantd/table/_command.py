# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""``grantd table``: tables of applications from a terminal."""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import grpc

from grantd import _values, config
from grantd._cells import Words
from grantd.channel import Channel
from grantd.errors import GrantdError
from grantd.table._arguments import STAGES, USAGE, parser_of
from grantd.table._binary import find_binary
from grantd.table._daemon_words import words as words_of_call
from grantd.table._problems import Language, RunError, TableError, said

# As the daemon's own tool has them.
_OK, _FAILED, _BAD_INPUT, _NO_DAEMON, _INTERRUPTED = 0, 1, 65, 69, 130


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
    options = parser_of(language).parse_args(given)
    try:
        return _COMMANDS[options.command](options, language)
    except TableError as error:
        print(f"grantd: {said(error.words, language)}", file=sys.stderr)
        return _FAILED if isinstance(error, RunError) else USAGE if error.is_usage else _BAD_INPUT
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
        print(f"\ngrantd: {said(_interrupted(options), language)}", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAILED
    except OSError as error:
        from grantd.table._parts import reason_of

        words, named = reason_of(error), f"{error.filename}: " if error.filename else ""
        print(f"grantd: {named}{said(words, language)}", file=sys.stderr)
        return _FAILED
    except ValueError as error:
        print(f"grantd: {said(words_of_call(str(error)), language)}", file=sys.stderr)
        return USAGE


def _interrupted(options: argparse.Namespace) -> Words:
    """That a command was interrupted, and what stays of it."""
    if getattr(options, "award", False):
        if options.dry_run:
            return Words("已中断", "interrupted")
        return Words(
            "已中断；已核定的不变，用同一命令继续，不会重复核定",
            "interrupted; what was awarded stays, and the same command goes on from there",
        )
    if options.command in ("score", "compare") and _kept(options.output).is_dir():
        return Words(
            "已中断；已完成的结果保留，用同一命令继续",
            "interrupted; the results so far stay, and the same command goes on from them",
        )
    return Words("已中断", "interrupted")


def _kept(output: pathlib.Path) -> pathlib.Path:
    """Where the results so far are."""
    return output.with_name(output.name + ".partial")


def _run_daemon(given: list[str]) -> int:
    binary = find_binary()
    if binary is None:
        words = Words(
            "PATH 中没有 grantd 服务程序；本软件包提供的命令是 `grantd table`",
            "the daemon is not on PATH; of this package is `grantd table`",
        )
        print(f"grantd: {said(words, _language(given))}", file=sys.stderr)
        return USAGE
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


def _template(options: argparse.Namespace, language: Language) -> int:
    from grantd.table._form import form_of
    from grantd.table._page import wrapped
    from grantd.table._template import write_template

    as_of = _day(options.as_of)
    with _channel(options, options.address) as channel:
        forms = [form_of(channel, measure, as_of) for measure in dict.fromkeys(options.measure)]
    if options.output.exists() and not options.force:
        raise TableError(
            Words(
                f"{options.output} 已存在；要覆盖请加 --force",
                f"{options.output} is there already; to write over it, give --force",
            ),
            is_usage=True,
        )
    write_template(forms, options.output, language, options.rows)
    print(said(Words(f"已写入 {options.output}", f"written to {options.output}"), language))
    for form in forms:
        words = Words(f"{form.title.zh}：{len(form.facts)} 项事实", f"{form.title.en}: {len(form.facts)} facts")
        print(wrapped(said(words, language), "  ", "    "))
    return _OK


def _check(options: argparse.Namespace, language: Language) -> int:
    from grantd.table._check import check_table
    from grantd.table._opening import open_applications
    from grantd.table._page import check_page, notes

    with _channel(options, options.address) as channel:
        table = open_applications(options.input, channel, _table_options(options))
        check = check_table(table, _shows_progress())
    for line in notes(table.notices, language):
        print(line)
    print(check_page(table, check, language))
    return _BAD_INPUT if check.count else _OK


def _score(options: argparse.Namespace, language: Language) -> int:
    from grantd.table._award import AwardOptions, award_table
    from grantd.table._opening import open_applications
    from grantd.table._page import notes, summary_page
    from grantd.table._run import score_table

    run = _run_options(options, language)
    with _channel(options, options.address) as channel:
        table = open_applications(options.input, channel, _table_options(options))
        for line in notes(table.notices, language):
            print(line, file=sys.stderr)
        if options.award:
            award = AwardOptions(options.run_id, options.order_by, options.envelope, options.limit, options.dry_run)
            summary = award_table(table, options.output, channel, run, award)
        else:
            with _telling_what_stays(options.output, language):
                summary = score_table(table, options.output, channel, run)
    print(summary_page(summary, str(options.output), language))
    return _BAD_INPUT if summary.errors else _OK


@contextlib.contextmanager
def _telling_what_stays(output: pathlib.Path, language: Language) -> Iterator[None]:
    """Says where the results so far are, where the daemon goes away."""
    try:
        yield
    except grpc.RpcError:
        folder = _kept(output)
        if folder.is_dir():
            words = Words(
                f"已完成的结果保存在 {folder}，用同一命令继续",
                f"the results so far stay in {folder}, and the same command goes on from them",
            )
            print(f"grantd: {said(words, language)}", file=sys.stderr)
        raise


def _compare(options: argparse.Namespace, language: Language) -> int:
    from grantd.table._compare import compare_table, question_of
    from grantd.table._compare_output import comparison_output, comparison_page
    from grantd.table._daemons import rules
    from grantd.table._form import form_of
    from grantd.table._opening import open_applications
    from grantd.table._page import notes
    from grantd.table._parts import running

    run = _run_options(options, language)
    reading = _table_options(options)
    with (
        rules(options.old, options.binary, _config(options)) as old,
        rules(options.new, options.binary, _config(options)) as new,
    ):
        table = open_applications(
            options.input, new, reading, also=lambda measure: [*form_of(old, measure, reading.as_of).all()]
        )
        for line in notes(table.notices, language):
            print(line, file=sys.stderr)
        question = question_of(table, old, run, options.by)
        with (
            comparison_output(options.output, table.source.path, question, run, options.by) as (output, parts),
            _telling_what_stays(options.output, language),
        ):
            comparison = compare_table(table, old, new, run, options.by, output.begin, parts)
            with running(parts):
                output.finish(comparison)
    print(comparison_page(comparison, str(options.output), language))
    return _BAD_INPUT if comparison.errors else _OK


def _run_options(options: argparse.Namespace, language: Language) -> Any:
    from grantd.table._run import RunOptions
    from grantd.table._scoring import Question

    if not options.timeout > 0:
        raise TableError(Words("--timeout 应大于 0", "--timeout must be over 0"), is_usage=True)
    question = Question(_day(options.as_of), STAGES[options.stage], options.assume_unset_bars_absent, options.timeout)
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
    tls: ssl.SSLContext | bool = options.tls
    if options.tls_ca is not None:
        try:
            tls = ssl.create_default_context(cafile=options.tls_ca)
        except OSError as error:
            raise _no_authorities(options.tls_ca, error) from None
    return config.ChannelConfig(token_file=options.token_file, tls=tls)


def _no_authorities(path: pathlib.Path, error: OSError) -> TableError:
    from grantd.table._parts import reason_of

    # Of what is in it Python says what OpenSSL says.
    is_content = isinstance(error, ssl.SSLError)
    reason = Words("其中没有 PEM 格式的证书", "it holds no certificate in PEM") if is_content else reason_of(error)
    return TableError(Words(f"--tls-ca {path}：{reason.zh}", f"--tls-ca {path}: {reason.en}"), is_usage=True)


def _channel(options: argparse.Namespace, address: str | None) -> Channel:
    return Channel(address, _config(options))


def _shows_progress() -> bool:
    return sys.stderr.isatty()


def _refusal(error: grpc.RpcError, language: Language) -> str:
    code: Any = getattr(error, "code", lambda: None)()
    details = error.details() or "" if isinstance(error, GrantdError) else str(error)
    words = words_of_call(details)
    if code is grpc.StatusCode.UNAVAILABLE:
        return said(Words(f"服务没有应答：{words.zh}", f"the daemon does not answer: {words.en}"), language)
    return said(words, language)


_COMMANDS: Mapping[str, Callable[[argparse.Namespace, Language], int]] = {
    "template": _template,
    "check": _check,
    "score": _score,
    "compare": _compare,
}
