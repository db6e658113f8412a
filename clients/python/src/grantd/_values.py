# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Python values as values of the contract's fields: of the right kind, exactly, or not at all."""

from __future__ import annotations

import datetime
import decimal
import difflib
import numbers
import re
from collections.abc import Iterable, Mapping
from typing import Any

# From here on a float no longer tells one whole number from the next; numpy's narrow ones sooner.
_INEXACT = {"float16": 2**11, "float32": 2**24}
_INEXACT_FLOAT = 2**53
_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# More digits than any whole number of the contract has.
_MOST_DIGITS = 19


class UnfitError(ValueError):
    """A value that its field does not take; says what would be right."""

    def __init__(self, problem: str, place: str = "") -> None:
        """``place`` is where it stands: ``prior_awards[0].amount_fen``."""
        super().__init__(problem)
        self.place = place


class UnknownNameError(UnfitError):
    """A name that the schema does not have; another one may."""


def plain(value: Any) -> Any:
    """What a scalar or an array of numpy holds; anything else as it is."""
    if type(value).__module__ == "numpy":
        return value.tolist()
    return value


def boolean(value: Any) -> bool:
    """True or false, and nothing that Python takes for it."""
    value = plain(value)
    if isinstance(value, bool):
        return value
    raise UnfitError(f"must be true or false, not {_kind(value)}")


def whole_number(value: Any, bits: int, *, takes_text: bool) -> int:
    """A whole number that fits into so many bits; ``takes_text``: digits in a text as well, as JSON may write an int64."""
    inexact = _INEXACT.get(type(value).__name__, _INEXACT_FLOAT)
    value = plain(value)
    whole: int | None = None
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        whole = int(value)
    elif isinstance(value, float) and value.is_integer():
        if abs(value) >= inexact:
            raise UnfitError("is a float too large to be exact; give an int (a column needs the dtype Int64)")
        whole = int(value)
    elif isinstance(value, decimal.Decimal):
        whole = _whole_of_text(format(value, "E"))
    elif takes_text and isinstance(value, str):
        whole = _whole_of_text(value)
    if whole is None:
        found = "" if isinstance(value, (float, decimal.Decimal, str)) else f", not {_kind(value)}"
        raise UnfitError(f"must be a whole number{found} (money is in fen)")
    if not -(2 ** (bits - 1)) <= whole < 2 ** (bits - 1):
        raise UnfitError(f"does not fit into {bits} bits")
    return whole


def enum_number(value: Any, by_name: Mapping[str, int]) -> int:
    """The number of an enum's value, by its name or by the number itself."""
    value = plain(value)
    if isinstance(value, str):
        if value in by_name:
            return by_name[value]
    elif not isinstance(value, (int, float)) or isinstance(value, bool):
        raise UnfitError(_one_of(by_name))
    elif value in by_name.values():
        return int(value)
    raise UnknownNameError(_one_of(by_name))


def text(value: Any) -> str:
    """A text that UTF-8 can hold."""
    value = plain(value)
    if not isinstance(value, str):
        raise UnfitError(f"must be a text, not {_kind(value)}; a day is written YYYY-MM-DD")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UnfitError("holds half of a surrogate pair, which is no character") from None
    return value


def text_or_day(value: Any) -> str:
    """A text, or a date, which becomes one: ``YYYY-MM-DD``. A time of the day is none."""
    value = plain(value)
    if not isinstance(value, datetime.date):
        return text(value)
    if isinstance(value, datetime.datetime):
        # pandas' NaT is one, and equals nothing; its Timestamp counts nanoseconds, which the time leaves out.
        nanoseconds: Any = getattr(value, "nanosecond", 0)
        if value != value or value.time() != datetime.time() or nanoseconds:
            raise UnfitError("must be a day, without a time")
        return value.date().isoformat()
    return value.isoformat()


def day(value: Any) -> str:
    """A civil date as the contract writes it, of a text or a date."""
    written = text_or_day(value)
    try:
        if _DAY.fullmatch(written):
            return datetime.date.fromisoformat(written).isoformat()
    except ValueError:
        pass
    raise UnfitError("must be a day, YYYY-MM-DD")


def suggestion(name: str, known: Iterable[str]) -> str:
    """``; did you mean …?`` where a known name is like this one, in either spelling of protobuf's; else nothing."""
    spelled = re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)
    near = difflib.get_close_matches(spelled, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _whole_of_text(written: str) -> int | None:
    """The whole number that a text writes as JSON would, exactly: ``18e8`` is one, ``0.5``, ``6_000`` and ``６`` are not."""
    match = _NUMBER.fullmatch(written)
    if match is None:
        return None
    sign, whole, fraction, exponent = match.groups(default="")
    digits = (whole + fraction).lstrip("0")
    scale = int(exponent[:8] or "0") - len(fraction)
    if not digits:
        return 0
    stripped = digits.rstrip("0")
    scale += len(digits) - len(stripped)
    if scale < 0:
        return None
    # What is longer fits nowhere; that is said of it without writing it out.
    number = int(stripped + "0" * scale) if len(stripped) + scale <= _MOST_DIGITS else 10**_MOST_DIGITS
    return -number if sign else number


def _one_of(names: Iterable[str]) -> str:
    return f"must be one of {', '.join(names)}"


def _kind(value: Any) -> str:
    return type(value).__name__
