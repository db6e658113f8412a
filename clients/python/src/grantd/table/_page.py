# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What a terminal shows: 80 columns, in which a Chinese character takes two."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence

from grantd._cells import Words
from grantd.table._applications import Applications
from grantd.table._check import Check
from grantd.table._form import Form
from grantd.table._problems import Language, Problem, said
from grantd.table._summary import OUTCOMES, Summary, Tally, money
from grantd.v1.assessment_pb2 import Basis

WIDTH = 80
# Kinds of problems that are told, and rows of each.
_SHOWN = 20
_ROWS_SHOWN = 6


def wide(text: str) -> int:
    """How many columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, width: int, right: bool = False) -> str:
    """A text with as many spaces as make it so wide."""
    space = " " * max(0, width - wide(text))
    return space + text if right else text + space


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """A text in lines of at most 80 columns: broken between words, and between Chinese characters."""
    lines: list[str] = []
    line = first
    for piece in _pieces(text):
        if wide(line) + wide(piece.rstrip()) > WIDTH and line.strip():
            lines.append(line.rstrip())
            line = rest + piece.lstrip()
        else:
            line += piece
    return "\n".join([*lines, line.rstrip()])


def _pieces(text: str) -> Iterator[str]:
    """What must not be broken: words with the space behind them, single Chinese characters with the stop behind them."""
    piece = ""
    for letter in text:
        is_wide = unicodedata.east_asian_width(letter) in "WF"
        if piece and letter in "，。；：、）”》〕":
            piece += letter
            continue
        if (
            piece
            and (is_wide or piece[-1] == " " or unicodedata.east_asian_width(piece[-1]) in "WF")
            and piece[-1] not in "（“《〔"
        ):
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def notes(notices: Sequence[Words], language: Language) -> list[str]:
    """What the reader did, as lines."""
    return [wrapped(said(notice, language), "· ", "  ") for notice in notices]


def summary_page(summary: Summary, out: str, language: Language) -> str:
    """What a scoring came to."""

    def say(zh: str, en: str) -> str:
        return said(Words(zh, en), language)

    lines: list[str] = []
    is_several = len(summary.forms) > 1
    for measure, form in summary.forms.items():
        tally = summary.measures[measure]
        if tally.rows or not is_several:
            lines += [wrapped(_titled(form, language)), "", *_outcomes(tally, form, language)]
            lines += ["  " + "─" * 76] if not is_several else [*_reasons(tally, form, language), ""]
    if is_several and summary.errors:
        # They are no measure's.
        lines += _outcome("ERROR", summary.errors, "", language)
    lines.append("  " + padded(say("合计", "Total"), 34) + padded(f"{summary.rows:,}", 10, right=True))
    if summary.awards is not None:
        word = say("试算可核定", "Would be awarded") if summary.is_trial else say("已核定", "Awarded")
        row = "  " + padded(word, 34) + padded(f"{summary.awards:,}", 10, right=True)
        lines.append(row + "  " + padded(money(summary.awarded_fen, language), 30, right=True))
    if summary.envelope is not None:
        name, left = summary.envelope.envelope_id, money(summary.envelope.remaining_fen, language)
        limit = money(summary.envelope.limit_fen, language)
        lines.append("  " + say(f"预算“{name}”：总额 {limit}，余 {left}", f"Envelope “{name}”: {left} left of {limit}"))
    if not is_several:
        ((measure, form),) = summary.forms.items()
        lines += _reasons(summary.measures[measure], form, language)
    if summary.problems:
        lines += ["", say("有问题的行", "Rows with problems")]
        lines += _grouped([(one.row, one.place, one.problem) for one in summary.problems], language)
        if summary.errors > len(summary.problems):
            more = summary.errors - len(summary.problems)
            lines.append(say(f"  另有 {more:,} 行", f"  and {more:,} more"))
    if summary.unused:
        lines += ["", say("未使用的条目", "Entries that were not used")]
        found = [(one.row, _column_place(one, language), said(one.words, language)) for one in summary.unused]
        lines += _grouped(found, language)
    if not summary.rows:
        lines += ["", none_below(language)]
    if summary.repeated is not None:
        lines += ["", wrapped(said(summary.repeated, language))]
    if summary.is_trial:
        lines += ["", say("这是试算，没有记入台账。", "This was tried: nothing of it is in the book.")]
    lines += ["", say(f"已写入 {out}", f"written to {out}")]
    return "\n".join(lines)


def _titled(form: Form, language: Language) -> str:
    title = said(form.title, language)
    return f"{title} ({form.measure})" if language == "en" else f"{title}（{form.measure}）"


def _outcomes(tally: Tally, form: Form, language: Language) -> list[str]:
    """Rows and sums by outcome, a line each."""

    def say(zh: str, en: str) -> str:
        return said(Words(zh, en), language)

    is_bound = form.basis in (Basis.CEILING, Basis.UNPUBLISHED_RATE)
    has_sum = form.basis not in (Basis.UNPUBLISHED_AMOUNT, Basis.NON_MONETARY)
    lines = []
    for name in OUTCOMES:
        total = tally.outcomes[name]
        text = ""
        if name in ("ELIGIBLE", "EXHAUSTED") and has_sum:
            text = (say("最高 ", "at most ") if is_bound else "") + money(total.amount_fen, language)
        elif name == "UNDETERMINED" and total.potential_fen:
            text = say("最高可达 ", "up to ") + money(total.potential_fen, language)
        if total.rows:
            lines += _outcome(name, total.rows, text, language)
    return lines


def _outcome(name: str, rows: int, text: str, language: Language) -> list[str]:
    line = "  " + padded(said(OUTCOMES[name], language), 34) + padded(f"{rows:,}", 10, right=True)
    return [line + ("  " + padded(text, 30, right=True) if text else "")]


def _reasons(tally: Tally, form: Form, language: Language) -> list[str]:
    """What fails and what is missing, most often."""
    titles = (Words("不符合的主要原因", "Why not, most often"), Words("最常缺少的信息", "Missing most often"))
    lines: list[str] = []
    for title, counter, label in (
        (titles[0], tally.failed, _rule_label(form, language)),
        (titles[1], tally.missing, lambda path: said(form.label(path), language)),
    ):
        if counter:
            lines += ["", said(title, language)]
            lines += [_counted(label(name), count) for name, count in counter.most_common(5)]
    return lines


def check_page(table: Applications, check: Check, language: Language) -> str:
    """What a check found."""

    def say(zh: str, en: str) -> str:
        return said(Words(zh, en), language)

    labels: dict[str, str] = {}
    lines = []
    for one in table.tables:
        labels.update((fact.path, said(fact.label, language)) for fact in one.form.all())
        known = len(one.headings.matches)
        lines.append(wrapped(_titled(one.form, language) + say(f"：识别 {known} 列", f": {known} columns known")))
    lines.append(say(f"共 {check.rows:,} 行", f"{check.rows:,} row{'' if check.rows == 1 else 's'}"))
    if not check.rows:
        lines.append(none_below(language))
    if check.absent:
        names = say("、", ", ").join(said(fact.label, language) for fact in check.absent)
        lines += ["", wrapped(say("没有列的事实（按未知计算）：", "Facts without a column, taken as not known: ") + names)]
    if check.empty:
        lines += ["", say("空着的单元格（按未知计算）", "Empty cells, taken as not known")]
        lines += [_counted(labels.get(path, path), count) for path, count in check.empty.most_common()]
    if check.count:
        lines += ["", say(f"{check.count:,} 处问题", f"{check.count:,} problems")]
        found = [(one.row, _column_place(one, language), said(one.words, language)) for one in check.problems]
        lines += _grouped(found, language)
        if check.count > len(check.problems):
            more = check.count - len(check.problems)
            lines.append(say(f"  另有 {more:,} 处", f"  and {more:,} more"))
    else:
        lines += ["", say("没有发现问题", "no problems found")]
    return "\n".join(lines)


def none_below(language: Language) -> str:
    """What to say of a table without rows."""
    return said(Words("表头之下没有申请", "there is no application below the headings"), language)


def _column_place(problem: Problem, language: Language) -> str:
    """Where a problem stands, but for its row."""
    return problem._replace(row=0).place(language)


def _grouped(problems: Sequence[tuple[int, str, str]], language: Language) -> list[str]:
    """Problems, the same ones together: where, what, and in which rows."""
    groups: dict[tuple[str, str], list[int]] = {}
    for row, place, words in problems:
        groups.setdefault((place, words), []).append(row)
    lines = []
    for (place, words), rows in list(groups.items())[:_SHOWN]:
        numbers = [str(row) for row in rows[:_ROWS_SHOWN] if row]
        if language == "zh":
            named = f"第 {'、'.join(numbers)} 行{'等' if len(rows) > _ROWS_SHOWN else ''}" if numbers else ""
            count = f"（共 {len(rows):,} 行）" if len(rows) > _ROWS_SHOWN else ""
            lines.append(wrapped(f"{place}{named}{count}：{words}", "  ", "    "))
        else:
            named = (
                f"row{'s' if len(rows) > 1 else ''} {', '.join(numbers)}{', …' if len(rows) > _ROWS_SHOWN else ''}"
                if numbers
                else ""
            )
            count = f" ({len(rows):,} in all)" if len(rows) > _ROWS_SHOWN else ""
            lines.append(wrapped(f"{', '.join(filter(None, (place, named)))}{count}: {words}", "  ", "    "))
    if len(groups) > _SHOWN:
        more = len(groups) - _SHOWN
        lines.append(f"  另有 {more:,} 类问题" if language == "zh" else f"  and {more:,} problems of other kinds")
    return lines


def _rule_label(form: Form, language: Language) -> Callable[[str], str]:
    def label(rule: str) -> str:
        found = form.rules.get(rule)
        if found is None:
            return rule
        clause = f"（{found.clause}）" if language == "zh" else f" ({found.clause})"
        return (said(found.label, language) or rule) + (clause if found.clause else "")

    return label


def _counted(text: str, count: int) -> str:
    number = f"{count:,}"
    if wide(text) > 64:
        return wrapped(f"{text}  {number}", "  ", "    ")
    return "  " + padded(text, 66) + padded(number, 10, right=True)
