# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Results in words: what a clerk hands on."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from grantd._cells import UNITS, Words
from grantd.table._form import Form
from grantd.table._problems import Language, said
from grantd.table._summary import BASES, OUTCOMES, amount_label, money

ColumnKind = Literal["outcome", "money", "reasons", "text", "number", "digest"]
# Whether rows that went through the book were awarded, or tried.
Awards = Literal["made", "tried"]
# Headings that results have in either language, so that a table that was scored may be scored again.
_POTENTIAL = Words("最高可达（元）", "May still come to (yuan)")
_FAILED = Words("不符合的原因", "Why not")
_MISSING = Words("缺少的信息", "What is missing")
_CAP = Words("起作用的上限", "Cap that binds")
_BASIS = Words("金额性质", "What the amount is")
_PROBLEM = Words("问题", "Problem")
_OUTCOME = Words("结论", "Outcome")
_DIGEST = Words("规则版本", "Rules")
_AWARDED: Mapping[Awards, Words] = {
    "made": Words("已核定（元）", "Awarded (yuan)"),
    "tried": Words("试算可核定（元）", "Would be awarded (yuan)"),
}
_AWARD = Words("台账编号", "Award id")
_MEASURE = Words("措施", "Measure")


class ResultColumn(NamedTuple):
    """A column of results in words."""

    heading: str
    kind: ColumnKind
    # Its values, of a table of results.
    values: Callable[[Any], list[Any]]


def result_columns(
    forms: Mapping[str, Form], language: Language, awards: Awards | None = None, with_measure: bool = True
) -> list[ResultColumn]:
    """The columns that stand behind the table's own.

    Args:
        forms: By measure. Where there are several, each row is told in the words of its own.
        language: The language.
        awards: Whether the rows went through the book, and for good.
        with_measure: Whether rows of several measures are to say which they are of.
    """
    labels = {measure: _Labels(form, language) for measure, form in forms.items()}

    def column(words: Words, kind: ColumnKind, name: str, value: Callable[[Any], Any]) -> ResultColumn:
        return ResultColumn(said(words, language), kind, lambda results: [value(one) for one in results[name].to_pylist()])

    def named(words: Words, kind: ColumnKind, name: str, value: Callable[[_Labels, Any], Any]) -> ResultColumn:
        """A column whose words are its row's measure's."""
        by_measure = {measure: functools.partial(value, of) for measure, of in labels.items()}
        return ResultColumn(said(words, language), kind, lambda results: _by_measure(results, name, by_measure))

    outcome = {name: said(words, language) for name, words in OUTCOMES.items()}
    columns = []
    if len(forms) > 1 and with_measure:
        columns.append(named(_MEASURE, "text", "measure", lambda of, _: of.title))
    columns.append(column(_OUTCOME, "outcome", "outcome", lambda name: outcome[name or "ERROR"]))
    # Sums and bounds never stand in one column.
    columns += [
        ResultColumn(label, "money", functools.partial(_amounts, _of_label(forms, label, language)))
        for label in dict.fromkeys(amount_label(form, language) for form in forms.values())
    ]
    if awards is not None:
        columns.append(column(_AWARDED[awards], "money", "awarded_fen", lambda fen: fen))
    columns += [
        ResultColumn(said(_POTENTIAL, language), "money", _open_amounts),
        named(_FAILED, "reasons", "failed", _Labels.rules),
        named(_MISSING, "reasons", "missing", _Labels.facts),
        named(_CAP, "text", "binding_cap", _Labels.cap),
        *_lines(forms, language),
        column(_BASIS, "text", "basis", lambda name: said(BASES[name], language) if name else None),
    ]
    # What was tried has no number in the book.
    if awards == "made":
        columns.append(column(_AWARD, "text", "award_id", lambda name: name))
    columns += [
        ResultColumn(said(_PROBLEM, language), "reasons", lambda results: _problems(results, language)),
        column(_DIGEST, "digest", "digest", lambda digest: digest[:12] if digest else None),
    ]
    return columns


def is_result_heading(heading: str, form: Form) -> bool:
    """Whether a heading is one that results have, in words or by its name on the wire."""
    return heading in _NAMES or any(
        heading == one.heading
        for language in _LANGUAGES
        for awards in _AWARDED
        for one in result_columns({form.measure: form}, language, awards)
    )


_NAMES = frozenset({
    "outcome", "amount_fen", "potential_amount_fen", "basis", "binding_cap", "failed", "missing", "lines", "digest", "error",
    "error_row", "error_place", "awarded_fen", "award_id",
})  # fmt: skip
_LANGUAGES: tuple[Language, Language] = ("zh", "en")


class _Labels:
    """Lists of rules and facts in words, each list once."""

    def __init__(self, form: Form, language: Language) -> None:
        self._form = form
        self._language = language
        self.title = said(form.title, language)
        self._known: dict[tuple[str, ...], str] = {}

    def rules(self, rules: Sequence[str] | None) -> str | None:
        return self._joined(rules, self._rule)

    def facts(self, paths: Sequence[str] | None) -> str | None:
        return self._joined(paths, lambda path: said(self._form.label(path), self._language))

    def cap(self, cap: str | None) -> str | None:
        if cap is None:
            return None
        if cap.startswith("envelope:"):
            name = cap.partition(":")[2]
            return said(Words(f"预算“{name}”", f"envelope “{name}”"), self._language)
        words = self._form.caps.get(cap)
        return said(words, self._language) if words is not None else cap

    def _rule(self, rule: str) -> str:
        found = self._form.rules.get(rule)
        if found is None:
            return rule
        label = said(found.label, self._language) or rule
        if self._language == "zh":
            clause = f"（{found.clause}）" if found.clause else ""
            return f"{'存在' if found.is_bar else '不满足'}：{label}{clause}"
        clause = f" ({found.clause})" if found.clause else ""
        return f"{'holds' if found.is_bar else 'not met'}: {label}{clause}"

    def _joined(self, names: Sequence[str] | None, label: Callable[[str], str]) -> str | None:
        if not names:
            return None
        key = tuple(names)
        text = self._known.get(key)
        if text is None:
            text = ("；" if self._language == "zh" else "; ").join(map(label, names))
            if len(self._known) < 100_000:
                self._known[key] = text
        return text


def _open_amounts(results: Any) -> list[Any]:
    pairs = zip(results["outcome"].to_pylist(), results["potential_amount_fen"].to_pylist(), strict=True)
    return [fen if outcome == "UNDETERMINED" else None for outcome, fen in pairs]


def _problems(results: Any, language: Language) -> list[str | None]:
    colon = "：" if language == "zh" else ": "
    pairs = zip(results["error_place"].to_pylist(), results["error"].to_pylist(), strict=True)
    return [None if error is None else f"{place}{colon}{error}" if place else error for place, error in pairs]


def _by_measure(results: Any, name: str, values: Mapping[str, Callable[[Any], Any]]) -> list[Any]:
    """A column's values, each by its row's measure; of a row without an assessment there is none."""
    pairs = zip(results["measure"].to_pylist(), results[name].to_pylist(), strict=True)
    return [None if measure is None else values[measure](value) for measure, value in pairs]


def _of_label(forms: Mapping[str, Form], label: str, language: Language) -> frozenset[str] | None:
    """The measures whose amounts are called so; ``None``: all."""
    found = frozenset(measure for measure, form in forms.items() if amount_label(form, language) == label)
    return None if len(found) == len(forms) else found


def _amounts(measures: frozenset[str] | None, results: Any) -> list[Any]:
    amounts: list[Any] = results["amount_fen"].to_pylist()
    if measures is None:
        return amounts
    return [fen if measure in measures else None for measure, fen in zip(results["measure"].to_pylist(), amounts, strict=True)]


class LineColumn(NamedTuple):
    """A column of lines: those of the same heading are one, whichever measure has them."""

    heading: str
    kind: ColumnKind
    # By measure, what tells the value from all lines of a row.
    shown: Mapping[str, Callable[[str | None], Any]]


def line_columns(forms: Mapping[str, Form], language: Language) -> list[LineColumn]:
    """The measures' lines."""
    found: dict[str, dict[str, Callable[[Any], Any]]] = {}
    kinds: dict[str, ColumnKind] = {}
    for measure, form in forms.items():
        for name, (label, unit, values) in form.lines.items():
            heading, kind, shown = _line(name, label, unit, values, language)
            found.setdefault(heading, {})[measure] = shown
            kinds[heading] = kind
    return [LineColumn(heading, kinds[heading], by_measure) for heading, by_measure in found.items()]


def _lines(forms: Mapping[str, Form], language: Language) -> list[ResultColumn]:
    return [
        ResultColumn(
            line.heading,
            line.kind,
            functools.partial(
                _by_measure, name="lines", values={measure: line.shown.get(measure, _nothing) for measure in forms}
            ),
        )
        for line in line_columns(forms, language)
    ]


def _nothing(_: Any) -> None:
    return None


def _line(name: str, label: Words, unit: str, values: Any, language: Language) -> tuple[str, ColumnKind, Callable[[Any], Any]]:
    """Of a line its column's heading and kind, and what tells its value from all lines of a row."""
    known = UNITS.get(unit.replace("-", "_"))
    suffix = "" if known is None else said(known.words, language)
    heading = said(label, language) or name
    bracketed = f"{heading}（{suffix}）" if language == "zh" else f"{heading} ({suffix})"
    places = 0 if known is None else known.places

    def shown(lines: str | None) -> Any:
        value = json.loads(lines).get(name) if lines is not None else None
        if value is None or value == []:
            return None
        if isinstance(value, bool):
            return said(Words("是", "yes") if value else Words("否", "no"), language)
        if isinstance(value, int):
            if not unit:
                # A quantity has a unit: this is a sum.
                return money(value, language)
            return value / 10**places if places else value
        names = value if isinstance(value, list) else [value]
        return "、".join(said(values[one], language) if one in values else str(one) for one in names)

    return bracketed if suffix else heading, "number" if known else "text", shown
