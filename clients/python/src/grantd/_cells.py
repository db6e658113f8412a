# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Cells of a table, as people write them, as values of facts: exactly, or not at all.

A cell is whatever a sheet or a data frame holds: a text, a number, a date, ``True``, or nothing. ``Reading`` says what a fact
takes; ``read`` gives the value, ``None`` where the cell says that nobody knows, or raises ``CellError``, in both languages.
``grantd._cell_columns`` reads whole columns by the same rules.
"""

from __future__ import annotations

import dataclasses
import datetime
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from grantd import _dates
from grantd._values import UnfitError, plain

Kind = Literal["bool", "whole", "date", "text", "enum", "enums", "list"]

# What says that nobody knows, whatever the fact: it is left unset.
_GAPS = frozenset({
    "", "-", "--", "---", "—", "——", "–", "/", "//", "?", "n/a", "na", "n.a.", "nan", "null", "none", "nil", "unknown",
    "notknown", "notavailable", "不详", "未知", "不清楚", "不知道", "不明", "待定", "待核", "待核实", "待补", "未填", "空",
})  # fmt: skip
# "None": a value for some facts, and no answer for others.
_NONE = frozenset({"无", "没有", "没", "均无", "都没有"})
_TRUE = frozenset(["是", "是的", "有", "对", "对的", "已", "真", "√", "✓", "✔", "☑", "y", "yes", "true", "t", "1"])
_FALSE = frozenset(["否", "不是", "不", "无", "没有", "没", "未", "假", "×", "✗", "✘", "x", "n", "no", "false", "f", "0"])
# A name that a sheet took for a number: the rest of its digits is lost.
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]{1,3}", re.IGNORECASE)
# What a sheet shows where a formula failed.
_SHEET_ERROR = re.compile(r"#(#{2,}|N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)", re.IGNORECASE)
_DECIMAL = re.compile(r"([+-]?)((?:[0-9]{1,3}(?:,[0-9]{3})+)|[0-9]+)?(?:\.([0-9]*))?(?:e([+-]?[0-9]{1,3}))?", re.IGNORECASE)
_CURRENCY = ("人民币", "rmb", "cny", "¥", "￥")
# The longest first: every one that ends in another stands before it.
_SCALES = (
    ("百亿", 10), ("千万", 7), ("百万", 6), ("十万", 5), ("亿", 8), ("万", 4), ("billion", 9), ("million", 6), ("thousand", 3),
)  # fmt: skip
_MONEY = ("元人民币", "人民币", "元整", "元", "圆", "块", "yuan", "rmb", "cny")
# The full-width forms stand in the order of ASCII; then spaces, signs and the full stop.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_PLAIN |= dict.fromkeys((0x3000, 0x00A0, 0x2007, 0x202F), 0x20) | dict.fromkeys((0x2212, 0xFE63), 0x2D) | {0x3002: 0x2E}
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
                        "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]")  # fmt: skip
# Those of them that people type, or that programs leave behind, by what they are called.
_BREAKS = {
    "\n": ("换行", "a line break"),
    "\r": ("换行", "a line break"),
    "\u2028": ("换行", "a line break"),
    "\t": ("制表符（Tab）", "a tab"),
    "\0": ("空字符（NUL），文件可能已损坏", "a NUL character, the file may be damaged"),
}
# From here on a float no longer tells one whole number from the next.
_INEXACT = 2**53
# The same of narrower floats, by their bits.
NARROW = {16: 2**11, 32: 2**24}
# Digits of a fraction that is exact in so few bits: 6000.5.
_SHORT = 6


class Words(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


def listed(names: Sequence[str], most: int = 5) -> Words:
    """Names one behind the other in a sentence: the first few, and that there are more."""
    zh, en = ("等", ", …") if len(names) > most else ("", "")
    return Words("、".join(names[:most]) + zh, ", ".join(names[:most]) + en)


class CellError(UnfitError):
    """A cell that its fact does not take: what is wrong and what would be right, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(zh, en)


class Choice(NamedTuple):
    """A value of an enum, and what people call it."""

    name: str
    number: int
    label: Words


class Unit(NamedTuple):
    """What a number counts."""

    # How many digits stand behind the point when people write it: 2 for fen, which people write in yuan.
    places: int
    words: Words
    # Whether a bare number may mean another unit as well, so that the heading or the cell has to name one.
    is_ambiguous: bool = False


UNITS: Mapping[str, Unit] = {
    "fen": Unit(2, Words("元", "yuan"), is_ambiguous=True),
    "m2": Unit(0, Words("平方米", "m²")),
    "e4yuan_per_kwh": Unit(4, Words("元/千瓦时", "yuan/kWh")),
    "kwh": Unit(0, Words("千瓦时", "kWh")),
    "w": Unit(0, Words("瓦", "W")),
    "count": Unit(0, Words("个", "")),
    "e2days": Unit(2, Words("天", "days")),
    "days": Unit(0, Words("天", "days")),
    "months": Unit(0, Words("个月", "months")),
    "points": Unit(0, Words("分", "points")),
    "bp": Unit(2, Words("%", "%"), is_ambiguous=True),
}
_UNIT_SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "m2": ("平方米", "平米", "㎡", "m2", "m²", "平"),
    "e4yuan_per_kwh": ("元/千瓦时", "元/度", "元/kwh", "yuan/kwh"),
    "kwh": ("千瓦时", "度", "kwh"),
    "w": ("瓦", "w"),
    "count": ("个", "家", "项", "次", "件", "人", "台", "套", "名", "种", "款"),
    "e2days": ("天", "日", "days", "day"),
    "days": ("个工作日", "工作日", "天", "日", "days", "day"),
    "months": ("个月", "月", "months", "month"),
    "points": ("分", "points", "point"),
    "bp": ("%",),
    "": ("年度", "年"),
}


@dataclasses.dataclass(frozen=True)
class Reading:
    """What a fact takes, and how its cells are read."""

    kind: Kind
    # Of a whole number: 32 or 64.
    bits: int = 64
    # Of a whole number, as its description names it: ``fen``, ``m2``; empty where there is none.
    unit: str = ""
    # Of a whole number: the power of ten by which a bare one is multiplied. ``None``: a bare one is refused, since it may count
    # this or that.
    power: int | None = 0
    choices: Sequence[Choice] = ()
    minimum: int | None = None
    maximum: int | None = None
    # Whether serial days count from 1904, as old workbooks of the Macintosh do.
    is_1904: bool = False
    # Of texts: one that applications are told apart by; neither "none" is one, nor what a sheet made of another.
    is_name: bool = False

    def read(self, cell: Any) -> Any:
        """The value of a cell.

        Args:
            cell: A text, a number, a date or a truth value; ``None`` and NaN are gaps.

        Returns:
            ``bool``, ``int`` (in the wire's unit: fen), ``datetime.date``, ``str``, the number of an enum's value, or a list
            of such; ``None`` where it is not known.

        Raises:
            CellError: Where the fact does not take it.
        """
        cell = plain(cell)
        if isinstance(cell, bytes):
            # Texts, as some programs write them to Parquet.
            try:
                cell = cell.decode()
            except UnicodeDecodeError:
                raise CellError("是二进制数据，不是文字", "is binary data, no text") from None
        if cell is None or (cell.is_nan() if isinstance(cell, Decimal) else cell != cell):
            return None
        if isinstance(cell, str):
            text = tidy(cell)
            if is_gap(text) and not self._has(text):
                return None
            if _SHEET_ERROR.fullmatch(text):
                raise CellError(
                    f"单元格是表格错误值 {text}；请改为正确的值，未知则留空",
                    f"holds the sheet's error {text}; mend it, or leave it empty",
                )
            if text.startswith("="):
                raise CellError("单元格是公式文本；请填写结果值", "holds a formula as text; give its value")
            cell = text
        elif _is_endless(cell):
            raise CellError("数值过大，请核对", "is too large a number; check it")
        try:
            return _READERS[self.kind](self, cell)
        except CellError:
            hidden = _INVISIBLE.search(cell) if isinstance(cell, str) else None
            if hidden is None:
                raise
            raise _hidden(hidden[0]) from None

    def _has(self, text: str) -> bool:
        """Whether a word is what people call one of an enum's values."""
        return bool(self.choices) and bool(_choices_called(folded(text), self.choices))


def _is_endless(cell: Any) -> bool:
    """Whether a number is of no fact at all, and too long to be shown."""
    if isinstance(cell, int):
        return cell.bit_length() > 128
    if isinstance(cell, Decimal):
        return not cell.is_finite() or cell.adjusted() > 40
    return isinstance(cell, float) and math.isinf(cell)


def tidy(text: str) -> str:
    """A text without what does not matter: full-width forms and spaces as ASCII ones, none at the ends.

    A spreadsheet's own marks of a text go as well: ``="00123"``, and the apostrophe before what would be a number or a formula.
    """
    text = text.translate(_PLAIN).strip()
    if len(text) >= 3 and text.startswith('="') and text.endswith('"'):
        return text[2:-1].strip()
    if len(text) >= 2 and text[0] == "'" and "'" not in text[1:]:
        return text[1:].strip()
    return text


def is_gap(text: str) -> bool:
    """Whether a tidy text says that nobody knows."""
    return text.lower().replace(" ", "") in _GAPS


def folded(text: str) -> str:
    """A text as labels are compared."""
    return tidy(text).lower().replace(" ", "")


# MARK: - Truth


def _boolean(reading: Reading, cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, (int, float, Decimal)) and cell in (0, 1):
        return bool(cell)
    if isinstance(cell, str):
        # 1.0: a number of a data frame with gaps.
        word = cell.lower().removesuffix(".0").rstrip(".!。！").strip()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
    raise CellError(f"应为“是”或“否”，不能是{_shown(cell)[0]}", f"must be yes or no, not {_shown(cell)[1]}")


# MARK: - Numbers


def _whole(reading: Reading, cell: Any) -> int:
    scaled = _scaled(reading, cell)
    if scaled != scaled.to_integral_value():
        raise _too_precise(reading)
    value = int(scaled)
    most = 2 ** (reading.bits - 1)
    if not -most <= value < most:
        raise CellError("数值过大，请核对", "is too large; check it")
    if reading.minimum is not None and value < reading.minimum:
        least = shown(reading.minimum, reading)
        raise CellError(f"不得小于 {least.zh}", f"must be at least {least.en}")
    if reading.maximum is not None and value > reading.maximum:
        most_words = shown(reading.maximum, reading)
        raise CellError(f"不得大于 {most_words.zh}", f"must be at most {most_words.en}")
    return value


def _scaled(reading: Reading, cell: Any) -> Decimal:
    """The number in the wire's unit."""
    power = reading.power
    if isinstance(cell, str):
        number, named = _decimal_of(cell, reading)
        power = named if named is not None else power
    elif isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal)):
        raise CellError(f"应为数字，不能是{_shown(cell)[0]}", f"must be a number, not {_shown(cell)[1]}")
    else:
        number = _decimal_of_float(cell) if isinstance(cell, float) else Decimal(cell)
        if not number.is_finite():
            raise CellError("应为数字", "must be a number")
    if power is None:
        if not number:
            return number
        if reading.unit == "fen":
            raise CellError(
                "金额没有单位；请在表头或单元格写明，如“（元）”“（万元）”“200万元”",
                "names no unit of money; name one in the heading or the cell: (yuan), 2 million yuan",
            )
        raise CellError("比例没有单位；请在表头或单元格写明“%”", "names no unit; write % in the heading or the cell")
    if number.adjusted() + power > 25:
        raise CellError("数值过大，请核对", "is too large; check it")
    return number.scaleb(power)


def _decimal_of(text: str, reading: Reading) -> tuple[Decimal, int | None]:
    """The number that a text writes, and the power of ten to the wire's unit where the text names a unit."""
    number = text.lower()
    if number in _NONE:
        raise CellError(
            "“无”可指零也可指未知：没有请填 0，未知请留空",
            "says none: write 0 where there is none, leave it empty where it is not known",
        )
    unit = UNITS.get(reading.unit)
    places = unit.places if unit is not None else 0
    power: int | None = None
    if reading.unit == "fen":
        number = _without_prefix(number)
        for suffix in _MONEY:
            if number.endswith(suffix):
                number = number[: -len(suffix)].strip()
                power = places
                break
        if power is None and number.endswith("分"):
            number, power = number[:-1].strip(), 0
    else:
        for suffix in _UNIT_SUFFIXES.get(reading.unit, ()):
            if number.endswith(suffix) and len(number) > len(suffix):
                number, power = number[: -len(suffix)].strip(), places
                break
    for suffix, scale in _SCALES:
        if number.endswith(suffix):
            # 200万 of a sum are 200万元; of a number with another unit, as many of the unit that a bare one has.
            base = power if power is not None else places if reading.unit == "fen" else reading.power
            number, power = number[: -len(suffix)].strip(), scale + (base or 0)
            break
    return _plain_decimal(number, text), power


def of_narrow(reading: Reading, value: float, text: str, bits: int) -> int | None:
    """The whole number of a float that keeps few digits, where it was written as it reads, as far as can be told.

    Args:
        reading: What the fact takes.
        value: The float, as one of 64 bits.
        text: The fewest digits that tell it from other floats of 32 bits.
        bits: How many it has, 16 or 32.

    Raises:
        CellError: Where the fact does not take it, or it may have lost its last digits.
    """
    if not math.isfinite(value):
        return _whole_or_gap(reading, value)
    written = Decimal(text)
    # So small that it differs from its neighbours by less than the wire's unit, a fen.
    is_told_apart = bits == 32 and abs(written.scaleb(reading.power or 0)) < NARROW[bits] // 2
    is_short = written == Decimal(value) and len(written.as_tuple().digits) <= _SHORT
    if abs(value) >= NARROW[bits] or not (value.is_integer() or is_told_apart or is_short):
        raise CellError(
            f"数字存为 {bits} 位浮点数，末位可能已失真；请改用整数或 64 位浮点数",
            f"is a float of {bits} bits, which may have lost its last digits; use whole numbers or float64",
        )
    return _whole_or_gap(reading, written)


def _whole_or_gap(reading: Reading, number: float | Decimal) -> int | None:
    value: int | None = reading.read(number)
    return value


def _without_prefix(number: str) -> str:
    for prefix in _CURRENCY:
        if number.startswith(prefix):
            return number[len(prefix) :].strip()
    return number


def _plain_decimal(number: str, written: str) -> Decimal:
    number = number.replace(" ", "").replace("'", "")
    match = _DECIMAL.fullmatch(number)
    if match is None or not (match[2] or match[3]):
        if re.fullmatch(r"[+-]?[0-9,]+(\.[0-9]*)?", number):
            raise CellError("逗号只能作千位分隔，如 1,234,567", "has commas elsewhere than between thousands: 1,234,567")
        raise CellError(f"应为数字，不能是“{_short(written)}”", f"must be a number, not “{_short(written)}”")
    return Decimal(number.replace(",", ""))


def _decimal_of_float(value: float) -> Decimal:
    """The number that a float was written as: sheets keep fifteen digits, and what is behind them is noise of sums."""
    if not math.isfinite(value):
        return Decimal(value)
    if value.is_integer():
        if abs(value) >= _INEXACT:
            raise CellError(
                "数字超过 15 位，已失去精度；请改为文本填写",
                "is a number with more digits than a sheet keeps; write it as text",
            )
        return Decimal(int(value))
    exact = Decimal(repr(value))
    tuple_ = exact.as_tuple()
    if len(tuple_.digits) <= 15:
        return exact
    rounded = Decimal(format(value, ".15g"))
    return rounded if abs(float(rounded) - value) <= 4 * math.ulp(value) else exact


def _too_precise(reading: Reading) -> CellError:
    unit = UNITS.get(reading.unit)
    if reading.unit == "fen":
        return CellError("金额最多精确到分（0.01 元），不会四舍五入", "goes beyond the fen (0.01 yuan), and is never rounded")
    if unit is None or unit.places == 0:
        return CellError("应为整数", "must be a whole number")
    return CellError(
        f"小数点后最多 {unit.places} 位，不会四舍五入",
        f"has more than {unit.places} digits behind the point, and is never rounded",
    )


def shown(value: int, reading: Reading) -> Words:
    """A whole number of the wire as people write it, with its unit."""
    unit = UNITS.get(reading.unit)
    if unit is None:
        return Words(f"{value:,}", f"{value:,}")
    number = f"{Decimal(value).scaleb(-unit.places).normalize():,f}"
    space = "" if unit.words.en == "%" else " "
    return Words(f"{number}{unit.words.zh}", f"{number}{space}{unit.words.en}".strip())


# MARK: - Days, texts, enums


def _date(reading: Reading, cell: Any) -> datetime.date:
    if isinstance(cell, str) and cell.lower() in _NONE:
        raise CellError("“无”不是日期；未知请留空", "says none, which is no day; leave it empty where it is not known")
    try:
        return _dates.day(cell, reading.is_1904)
    except _dates.NoDayError as error:
        raise CellError(error.zh, error.en) from None


def _text(reading: Reading, cell: Any) -> str:
    if isinstance(cell, bool):
        raise CellError("应为文字，不能是真假值", "must be a text, not true or false")
    if isinstance(cell, (list, tuple, dict)):
        raise CellError("应为文字，不能是一组值", "must be a text, not several values")
    if isinstance(cell, (int, float, Decimal)):
        if isinstance(cell, float) and not cell.is_integer():
            text = format(_decimal_of_float(cell), "f")
        else:
            if isinstance(cell, float) and abs(cell) >= 10**15:
                raise CellError(
                    "编号被存为数字且超过 15 位，末位已失真；请改为文本格式",
                    "is a number with more than 15 digits, whose last are lost; format it as text",
                )
            text = str(int(cell))
    elif isinstance(cell, datetime.date):
        if reading.is_name:
            raise CellError(
                f"编号被表格软件存为日期（{cell.isoformat()[:10]}）；请设为文本格式后重新填写",
                f"was made a day by the spreadsheet ({cell.isoformat()[:10]}); format the column as text and write it again",
            )
        text = cell.isoformat()
    else:
        text = str(cell)
    found = _INVISIBLE.search(text)
    if found is not None:
        raise _hidden(found[0])
    if reading.is_name and text in _NONE:
        raise CellError("“无”不是编号；没有请留空", "says none, which is no name; leave it empty")
    if reading.is_name and _ROUNDED.fullmatch(text):
        raise CellError(
            f"编号“{text}”被表格软件改成了科学计数，末位已失真；请设为文本格式后重新填写",
            f"was made {text} by a spreadsheet, which lost its last digits; format the column as text and write it again",
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CellError("含有残缺字符", "holds half of a character") from None
    return text


def _hidden(character: str) -> CellError:
    if character in _BREAKS:
        zh, en = _BREAKS[character]
        return CellError(f"含有{zh}，请删去", f"holds {en}; take it out")
    code = f"U+{ord(character):04X}"
    return CellError(f"含有不可见字符（{code}），请删去", f"holds a character that does not show ({code}); take it out")


def _choices_called(wanted: str, choices: Sequence[Choice]) -> set[int]:
    return {c.number for c in choices if wanted in (folded(c.label.zh), folded(c.label.en), c.name.lower())}


def _enum(reading: Reading, cell: Any) -> int:
    if isinstance(cell, str):
        wanted = folded(cell)
        found = _choices_called(wanted, reading.choices)
        if len(found) == 1:
            return found.pop()
        if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
            cell = int(wanted)
        elif wanted in _NONE:
            none = [c.number for c in reading.choices if c.number == 0 and c.name in ("NONE", "NO", "NEITHER")]
            if none:
                return none[0]
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and cell in {c.number for c in reading.choices}:
        return int(cell)
    labels = reading.choices[:8]
    zh, en = "、".join(c.label.zh or c.name for c in labels), ", ".join(c.label.en or c.name for c in labels)
    rest = len(reading.choices) > len(labels)
    raise CellError(
        f"没有“{_short(cell)}”这一选项；请选择：{zh}{'等' if rest else ''}",
        f"has no such choice as “{_short(cell)}”; choose one of: {en}{', …' if rest else ''}",
    )


def _enums(reading: Reading, cell: Any) -> list[int]:
    if isinstance(cell, (list, tuple)):
        return [_enum(reading, one) for one in cell]
    if isinstance(cell, str):
        if cell.lower() in _NONE:
            return []
        try:
            return [_enum(reading, cell)]
        except CellError:
            parts = [part.strip() for part in re.split("[,、;\n]", cell)]
            if len(parts) > 1:
                return [_enum(reading, part) for part in parts if part]
            raise
    return [_enum(reading, cell)]


def _list(reading: Reading, cell: Any) -> Any:
    if isinstance(cell, (list, tuple)):
        return list(cell)
    if isinstance(cell, str) and cell.lower() in _NONE:
        return []
    raise CellError("应为逐条填写的清单：请填在它自己的工作表", "must be a list of entries; they have a sheet of their own")


_READERS: Mapping[Kind, Callable[[Reading, Any], Any]] = {
    "bool": _boolean,
    "whole": _whole,
    "date": _date,
    "text": _text,
    "enum": _enum,
    "enums": _enums,
    "list": _list,
}


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 24 else text[:23] + "…"


def _shown(value: Any) -> Words:
    if isinstance(value, bool):
        return Words("真假值", "true or false")
    if isinstance(value, datetime.date):
        return Words(f"日期 {value.isoformat()[:10]}", f"the day {value.isoformat()[:10]}")
    return Words(f"“{_short(value)}”", f"“{_short(value)}”")
