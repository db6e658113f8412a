# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The headings of a table as columns of a form, with the units that they name."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from grantd._cells import UNITS, Reading, Words, folded
from grantd.table._form import Fact
from grantd.table._problems import Faults, TableError

_BRACKETS = re.compile(r"^(.*?)[\s]*[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕][:*]*$")
_TAIL = re.compile(r"^(.*?)\s*[/:,，、]\s*([^/:,]*)$")
_MARKS = "*:;#·. "
# Brackets that name no unit.
_REMARKS = re.compile("必填|选填|可选|是/?否|y/n|yes/no|yyyy|年/?月/?日|下拉|optional|required|如|例|e\\.g|备注|注")
_BASES: Mapping[str, Mapping[str, int]] = {
    "fen": {
        "元": 2,
        "人民币": 2,
        "元人民币": 2,
        "人民币元": 2,
        "yuan": 2,
        "rmb": 2,
        "cny": 2,
        "¥": 2,
        "角": 1,
        "分": 0,
        "fen": 0,
    },
    "m2": {"平方米": 0, "平米": 0, "㎡": 0, "m2": 0, "m²": 0, "公顷": 4},
    "e4yuan_per_kwh": {"元/千瓦时": 4, "元/度": 4, "元/kwh": 4, "yuan/kwh": 4},
    "kwh": {"千瓦时": 0, "度": 0, "kwh": 0, "兆瓦时": 3, "mwh": 3},
    "w": {"瓦": 0, "w": 0, "千瓦": 3, "kw": 3, "兆瓦": 6, "mw": 6},
    "count": {"个": 0, "家": 0, "项": 0, "次": 0, "件": 0, "人": 0, "台": 0, "套": 0, "名": 0, "种": 0, "款": 0},
    "e2days": {"天": 2, "日": 2, "days": 2},
    "days": {"天": 0, "日": 0, "days": 0, "工作日": 0, "个工作日": 0},
    "months": {"个月": 0, "月": 0, "months": 0},
    "points": {"分": 0, "points": 0},
    "bp": {"%": 2, "百分比": 2, "percent": 2, "‰": 1, "bp": 0, "基点": 0},
    "": {"年": 0, "年度": 0, "个": 0, "项": 0},
}
_SCALES = {
    "": 0, "十": 1, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "百亿": 10,
    "thousand ": 3, "10000 ": 4, "10,000 ": 4, "million ": 6, "billion ": 9,
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Match:
    """A column of the table that is a column of the form."""

    # The column's place in the table, from 0.
    place: int
    heading: str
    fact: Fact
    reading: Reading


@dataclasses.dataclass(frozen=True)
class Unknown:
    """A column that the form does not have."""

    place: int
    heading: str
    # What it may have been meant for.
    suggestion: Fact | None


@dataclasses.dataclass(frozen=True)
class Headings:
    """What the headings of a table come to."""

    matches: tuple[Match, ...]
    unknown: tuple[Unknown, ...]
    # What is wrong with columns: two that are for one fact, a unit that a fact cannot have.
    faults: tuple[Words, ...] = ()

    def check(self) -> Headings:
        """These, where nothing is wrong with them.

        Raises:
            TableError: With all that is.
        """
        faults = Faults()
        for words in self.faults:
            faults.add(words)
        faults.check()
        return self


def match_headings(
    headings: Sequence[str],
    facts: Iterable[Fact],
    *,
    named: Mapping[str, str] | None = None,
    money: str | None = None,
    letter: Callable[[int], str] | None = None,
) -> Headings:
    """Finds the form's column for each heading.

    Args:
        headings: The headings, empty where there is none.
        facts: The form's columns.
        named: Paths by heading, where the user says what a column is; an empty path: nothing.
        money: The unit of sums whose heading names none: ``元``, ``万元``, ``yuan``.
        letter: How the file names a column.

    Raises:
        TableError: Where there is no such unit of money.
    """
    known = list(facts)
    index = _Index(known)
    matches: list[Match] = []
    unknown: list[Unknown] = []
    faults: list[Words] = []
    taken: dict[str, int] = {}
    default = None if money is None else _power("fen", folded(money))
    if money is not None and default is None:
        raise TableError(
            Words(
                f"金额单位“{money}”无法识别；可用：元、万元、亿元",
                f"there is no unit of money {money!r}; use yuan, 万元 or 亿元",
            )
        )
    for place, heading in enumerate(headings):
        if not heading.strip():
            continue
        if named is not None and heading in named:
            if not named[heading]:
                continue
            fact = index.by_path.get(named[heading])
            if fact is None:
                faults.append(_no_path(named[heading], known))
                continue
            found: tuple[Fact, int | None] | None = (fact, index.power_of(fact, folded(heading)))
        else:
            try:
                found = index.find(heading)
            except _UnitError as error:
                faults.append(error.words(_column(place, heading, letter)))
                continue
        if found is None:
            unknown.append(Unknown(place, heading, index.suggestion(heading)))
            continue
        fact, power = found
        if fact.path in taken:
            first, second = (_column(one, headings[one], letter) for one in (taken[fact.path], place))
            # A letter wants a space before it.
            gap = " " if letter is not None and letter(place) else ""
            faults.append(
                Words(
                    f"{first.zh}和{gap}{second.zh}两列都是“{fact.label.zh}”；请只留一列",
                    f"the columns {first.en} and {second.en} are both {fact.label.en}; leave one of them",
                )
            )
            continue
        taken[fact.path] = place
        reading = fact.reading
        if reading.kind == "whole":
            if power is None and reading.unit == "fen":
                power = default
            reading = dataclasses.replace(reading, power=power)
        matches.append(Match(place, heading, fact, reading))
    return Headings(tuple(matches), tuple(unknown), tuple(faults))


def _column(place: int, heading: str, letter: Callable[[int], str] | None) -> Words:
    name = letter(place) if letter is not None else ""
    return Words(f"{name} 列“{heading}”" if name else f"“{heading}”", f"{name} “{heading}”".strip())


def count_known(headings: Iterable[str], facts: Iterable[Fact]) -> int:
    """How many of the headings the form knows."""
    index = _Index(list(facts))
    count = 0
    for heading in headings:
        try:
            count += bool(heading.strip()) and index.find(heading) is not None
        except _UnitError:
            count += 1
    return count


class _UnitError(Exception):
    """A heading that names a unit which its fact cannot have."""

    def __init__(self, fact: Fact, unit: str) -> None:
        super().__init__(unit)
        self._fact = fact
        self._unit = unit

    def words(self, column: Words) -> Words:
        """What to say of it, and which units there are."""
        unit = self._fact.reading.unit
        names = list(_BASES.get(unit, {}))
        zh = "元、万元、亿元" if unit == "fen" else f"{'、'.join(names[:3]) or '整数'}，前面可加“万”“亿”"
        # Names in other letters than Chinese ones, where there are such.
        en = [name for name in names if name.isascii()] or names
        return Words(
            f"{column.zh}的单位“{self._unit}”无法识别；可用：{zh}",
            f"the column {column.en} names a unit that {self._fact.label.en} cannot have; use one such as "
            f"{', '.join(en[:3]) or 'none'}",
        )


class _Index:
    """The form's columns by what people may call them."""

    def __init__(self, facts: list[Fact]) -> None:
        self.by_path = {fact.path: fact for fact in facts}
        self._by_label: dict[str, Fact] = {}
        last: dict[str, list[Fact]] = {}
        for fact in facts:
            # The form's own labels win over what people also call a thing.
            for name in (fact.label.zh, fact.label.en):
                if name:
                    self._by_label.setdefault(folded(name), fact)
            last.setdefault(fact.path.rpartition(".")[2], []).append(fact)
        for fact in facts:
            for name in fact.synonyms:
                self._by_label.setdefault(folded(name), fact)
        self._by_name = {name: found[0] for name, found in last.items() if len(found) == 1}

    def find(self, heading: str) -> tuple[Fact, int | None] | None:
        """The fact, and the power of ten of its numbers.

        Raises:
            _UnitError: Where the heading names a unit that the fact cannot have.
        """
        plain = heading.strip()
        fact = self.by_path.get(plain) or self._by_name.get(plain)
        if fact is not None:
            return fact, 0
        whole = folded(heading.replace("\n", "")).strip(_MARKS)
        for name in (whole, folded(heading.partition("\n")[0]).strip(_MARKS)):
            fact = self._by_label.get(name)
            if fact is not None:
                return fact, self._bare(fact.reading)
            for pattern in (_BRACKETS, _TAIL):
                match = pattern.match(name)
                fact = None if match is None else self._by_label.get(match[1].strip(_MARKS))
                if fact is not None and match is not None:
                    return fact, self._named(fact, match[2].strip())
        return None

    def power_of(self, fact: Fact, heading: str) -> int | None:
        """The power that a heading names, whatever else it says."""
        match = _BRACKETS.match(heading) or _TAIL.match(heading)
        power = None if match is None else _power(fact.reading.unit, match[2].strip())
        if power is not None:
            return power
        return 0 if heading == fact.path else self._bare(fact.reading)

    def suggestion(self, heading: str) -> Fact | None:
        name = folded(heading).strip(_MARKS)
        match = _BRACKETS.match(name)
        name = name if match is None else match[1]
        near = difflib.get_close_matches(name, self._by_label, n=1, cutoff=0.72)
        if near:
            return self._by_label[near[0]]
        paths = difflib.get_close_matches(heading.strip(), [*self.by_path, *self._by_name], n=1, cutoff=0.85)
        return (self.by_path.get(paths[0]) or self._by_name[paths[0]]) if paths else None

    def _named(self, fact: Fact, unit: str) -> int | None:
        if fact.reading.kind != "whole" or not unit or _REMARKS.search(unit):
            return self._bare(fact.reading)
        power = _power(fact.reading.unit, unit)
        if power is None:
            raise _UnitError(fact, unit)
        return power

    @staticmethod
    def _bare(reading: Reading) -> int | None:
        """The power of a number whose heading names no unit."""
        unit = UNITS.get(reading.unit)
        if unit is None:
            return 0
        return None if unit.is_ambiguous else unit.places


def _power(unit: str, named: str) -> int | None:
    """The power of ten from a named unit to the wire's: 6 from 万元 to fen."""
    bases = _BASES.get(unit, {})
    for scale, power in _SCALES.items():
        for joined in {scale, scale.strip()}:
            if named.startswith(joined) and named[len(joined) :] in bases:
                return power + bases[named[len(joined) :]]
    return None


def _no_path(path: str, facts: Iterable[Fact]) -> Words:
    near = difflib.get_close_matches(path, [fact.path for fact in facts], n=1)
    zh, en = (f"；是否指 {near[0]}？", f"; did you mean {near[0]}?") if near else ("", "")
    return Words(f"没有“{path}”这一字段{zh}", f"there is no field {path!r}{en}")
