# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Days as people and sheets write them."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

_MARKED = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})[日号]?")
_SEPARATED = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})\.?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00(\.0+)?)?(Z|[+-]00:?00)?$")
_TIME = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}")
_NO_YEAR = re.compile(r"[0-9]{1,2}[-/.月][0-9]{1,2}[日号]?")
_MONTH = re.compile(r"[0-9]{4}[-/.年][0-9]{1,2}月?")
_OTHER_ORDER = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1([0-9]{4}|[0-9]{2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CHINESE = re.compile("([〇零○一二三四五六七八九]{4})年([元一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿]{1,3})[日号]?")
_NUMBER = re.compile("(?:([一二三])?(十))?([一二三四五六七八九])?")
_DIGITS = {sign: str(value) for value, sign in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
# Where sheets begin to count: what is shown as a day of these is a number in a cell with a day's format, and sheets have a day
# too many among them, 29 February 1900.
_FIRST_DAYS = (datetime.date(1899, 12, 1), datetime.date(1900, 2, 28))
# Serial days of sheets from 1954 to 2119; other numbers are taken for mistakes.
_SERIALS = range(20_000, 80_000)


class NoDayError(ValueError):
    """What is no day: why, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def day(cell: Any, is_1904: bool = False) -> datetime.date:
    """The day of a cell: a text, a date, or a sheet's serial number.

    Args:
        cell: ``2026年5月20日``, ``2026-05-20``, ``2026/5/20``, ``20260520``, ``二〇二六年五月二十日``, ``20 May 2026``,
            a date, a timestamp at midnight, a serial day such as 46162.
        is_1904: Whether serial days count from 1904.

    Raises:
        NoDayError: Where it is none.
    """
    if isinstance(cell, datetime.datetime):
        nanoseconds: Any = getattr(cell, "nanosecond", 0)
        if cell.time() != datetime.time() or nanoseconds:
            raise NoDayError("日期带有时刻；请只填日期", "has a time of the day; give the day alone")
        cell = cell.date()
    if isinstance(cell, datetime.date):
        if _FIRST_DAYS[0] <= cell <= _FIRST_DAYS[1]:
            raise NoDayError(
                f"{cell.isoformat()} 多半是数字被设成了日期格式，表格软件对 1900 年 3 月以前的日期也会错算；请以文本填写日期",
                f"is {cell.isoformat()}: a number in a day's format, most likely, and sheets are wrong about days before "
                "March 1900; write the day as text",
            )
        return cell
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        return _of_number(cell, is_1904)
    if isinstance(cell, str):
        return _of_text(cell, is_1904)
    raise NoDayError("应为日期，如 2026-05-20", "must be a day, such as 2026-05-20")


def _of_number(number: float | Decimal, is_1904: bool) -> datetime.date:
    whole = int(number)
    if number != whole and whole in _SERIALS:
        raise NoDayError("日期带有时刻；请只填日期", "has a time of the day; give the day alone")
    if number != whole and 1900 <= whole < 2200:
        raise NoDayError(
            f"“{number}”被表格软件当作数字，末位的零可能已丢失；请写全，如 2026-05-20",
            f"{number} is a number, and may have lost a zero; give the whole day: 2026-05-20",
        )
    if whole in _SERIALS:
        start = datetime.date(1904, 1, 1) if is_1904 else datetime.date(1899, 12, 30)
        return start + datetime.timedelta(whole)
    match = _COMPACT.fullmatch(str(whole))
    if number == whole and match is not None:
        return _date(match[1], match[2], match[3])
    raise NoDayError("应为日期，如 2026-05-20", "must be a day, such as 2026-05-20")


def _of_text(text: str, is_1904: bool) -> datetime.date:
    plain = _MIDNIGHT.sub("", text).strip()
    if _TIME.search(plain):
        raise NoDayError("日期带有时刻；请只填日期", "has a time of the day; give the day alone")
    compact = plain.replace(" ", "")
    marked = _MARKED.fullmatch(compact) or _COMPACT.fullmatch(compact)
    if marked is not None:
        return _date(marked[1], marked[2], marked[3])
    separated = _SEPARATED.fullmatch(compact)
    if separated is not None:
        return _date(separated[1], separated[3], separated[4])
    chinese = _CHINESE.fullmatch(compact)
    if chinese is not None:
        year = "".join(_DIGITS[sign] for sign in chinese[1])
        return _date(year, _chinese_number(chinese[2].replace("元", "一")), _chinese_number(chinese[3]))
    if re.fullmatch("[0-9]{5}(\\.0+)?", compact):
        return _of_number(Decimal(compact), is_1904)
    english = _english(plain)
    if english is not None:
        return english
    if _MONTH.fullmatch(compact):
        raise NoDayError("只有年月；请写到日，如 2026-05-20", "names no day of the month; give the whole day: 2026-05-20")
    if _NO_YEAR.fullmatch(compact):
        raise NoDayError("没有年份；请写全，如 2026-05-20", "names no year; give the whole day: 2026-05-20")
    if _OTHER_ORDER.fullmatch(compact):
        raise NoDayError(
            "日期顺序不明；请按年-月-日填写，如 2026-05-20", "may be read in two ways; write year, month, day: 2026-05-20"
        )
    raise NoDayError("应为日期，如 2026-05-20", "must be a day, such as 2026-05-20")


def _english(text: str) -> datetime.date | None:
    words = text.lower().replace(",", " ").split()
    if len(words) != 3 or not re.fullmatch("[0-9]{4}", words[2]):
        return None
    for place in (0, 1):
        name, number = words[place], words[1 - place]
        months = [month for month, short in enumerate(_MONTHS, 1) if name[:3] == short]
        if months and name.isalpha() and re.fullmatch("[0-9]{1,2}", number):
            return _date(words[2], months[0], number)
    return None


def _chinese_number(text: str) -> int:
    """Up to 39: 十二, 二十, 廿三; 0 of what is no number."""
    found = _NUMBER.fullmatch(text.replace("廿", "二十"))
    if found is None:
        return 0
    tens, ten, ones = found.groups()
    return 10 * int(_DIGITS[tens or "一"]) * bool(ten) + int(_DIGITS[ones or "零"])


def _date(year: str | int, month: str | int, day_of_month: str | int) -> datetime.date:
    try:
        return datetime.date(int(year), int(month), int(day_of_month))
    except ValueError:
        raise NoDayError(
            f"没有 {year}-{month}-{day_of_month} 这一天", f"there is no day {year}-{month}-{day_of_month}"
        ) from None
