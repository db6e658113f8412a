# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Columns of cells as typed Arrow columns, by the rules of ``grantd._cells``.

What a column holds already is taken as it is; numbers are scaled and checked whole; of everything else each value that differs
is read once. A cell that does not fit is null in the typed column, and its problem stands beside it by row.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from grantd._cells import NARROW, CellError, Reading, of_narrow

_INEXACT = 2**53


class _Pattern:
    """A pattern that all texts of a column may have."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    def is_all_of(self, column: Any) -> bool:
        return pc.all(pc.match_substring_regex(column, self._pattern)).as_py() is True


# Numbers without groups, units or exponents: what most files hold.
_PLAIN_NUMBERS = _Pattern(r"^-?[0-9]{1,14}(\.[0-9]{1,8})?$")
# Names with a digit, and nothing in them that would be taken off or means that nobody knows.
_PLAIN_NAMES = _Pattern(r"^[A-Za-z\x{4e00}-\x{9fff}._-]*[0-9][0-9A-Za-z\x{4e00}-\x{9fff}._-]*$")


class ReadColumn(NamedTuple):
    """A typed column, and what did not fit."""

    # bool, int32 or int64, date32, string; of an enum int32, its numbers; of lists a list of Python's, whose entries may be of
    # any kinds, as nobody has read them yet.
    values: Any
    # By row, from 0.
    problems: dict[int, CellError]


def read_column(column: Any, reading: Reading) -> ReadColumn:
    """Reads a column.

    Args:
        column: A ``pyarrow.Array`` or ``ChunkedArray`` of whatever type, or a sequence of plain values of any kinds.
        reading: What the fact takes.

    Returns:
        The typed column, of the same length.
    """
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if reading.kind == "list" and isinstance(column, pa.Array):
        return _of_values(column.to_pylist(), reading)
    if not isinstance(column, pa.Array):
        return _of_values(list(column), reading)
    if pa.types.is_dictionary(column.type):
        return _of_dictionary(column, reading)
    taken = _as_it_is(column, reading)
    if taken is not None:
        return ReadColumn(taken, {})
    if pa.types.is_nested(column.type) or pa.types.is_null(column.type):
        return _of_values(column.to_pylist(), reading)
    try:
        encoded = column.dictionary_encode()
    except pa.ArrowNotImplementedError:
        # Of a type that Arrow keeps and no more: each cell by itself.
        return _of_values(column.to_pylist(), reading)
    return _of_dictionary(encoded, reading)


def arrow_type(reading: Reading) -> Any:
    """The type of the typed column."""
    match reading.kind:
        case "bool":
            return pa.bool_()
        case "whole":
            return pa.int32() if reading.bits == 32 else pa.int64()
        case "date":
            return pa.date32()
        case "enum":
            return pa.int32()
        case "enums":
            return pa.list_(pa.int32())
        case _:
            return pa.string()


def _as_it_is(column: Any, reading: Reading) -> Any | None:
    """The typed column where all of it fits without a look at its single cells."""
    kind, given = reading.kind, column.type
    if kind == "bool" and pa.types.is_boolean(given):
        return column
    if kind == "date" and pa.types.is_date32(given):
        return column
    if kind == "date" and pa.types.is_timestamp(given):
        local = column if given.tz is None else pc.local_timestamp(column)
        days = local.cast(pa.date32())
        # Where one of them has a time of the day, each is looked at.
        return days if pc.all(pc.equal(days.cast(local.type), local)).as_py() is not False else None
    if kind == "text" and pa.types.is_string(given) and _PLAIN_NAMES.is_all_of(column):
        return column
    if kind == "enum" and pa.types.is_integer(given):
        numbers = pa.array([choice.number for choice in reading.choices], pa.int32())
        try:
            whole = column.cast(pa.int32())
        except pa.ArrowInvalid:
            return None
        return whole if pc.all(pc.is_in(whole, numbers)).as_py() is not False or len(whole) == whole.null_count else None
    # Of the floats of 16 bits Arrow does no sums.
    if kind == "whole" and (pa.types.is_integer(given) or pa.types.is_float32(given) or pa.types.is_float64(given)):
        return _whole_numbers(column, reading)
    if kind == "whole" and pa.types.is_string(given) and _PLAIN_NUMBERS.is_all_of(column):
        return _whole_numbers(column.cast(pa.decimal128(22, 8)), reading)
    return None


def _whole_numbers(column: Any, reading: Reading) -> Any | None:
    if reading.power is None:
        return None
    try:
        if pa.types.is_floating(column.type):
            # A gap in a data frame of floats.
            column = pc.if_else(pc.is_nan(column), None, column)
            inexact = NARROW.get(column.type.bit_width, _INEXACT)
            ends: Any = pc.min_max(column).as_py()
            if ends["max"] is not None and max(abs(ends["min"]), abs(ends["max"])) >= inexact:
                return None
        if pa.types.is_decimal(column.type):
            column = pc.multiply(column, pa.scalar(Decimal(10**reading.power), pa.decimal128(12, 0)))
            values = column.cast(pa.int64())
        else:
            values = column.cast(pa.int64())
            if reading.power:
                values = pc.multiply_checked(values, pa.scalar(10**reading.power, pa.int64()))
        ends = pc.min_max(values).as_py()
        least = -(2 ** (reading.bits - 1)) if reading.minimum is None else reading.minimum
        most = 2 ** (reading.bits - 1) - 1 if reading.maximum is None else reading.maximum
        if ends["min"] is not None and not least <= ends["min"] <= ends["max"] <= most:
            return None
        return values.cast(arrow_type(reading))
    except pa.ArrowInvalid:
        # A fraction, or too much: each cell is looked at.
        return None


def _of_narrow(column: Any, reading: Reading) -> ReadColumn:
    """Numbers of floats that keep few digits: those that were written as they read, as far as can be told, and no others."""
    bits = column.type.bit_width
    wide = column.cast(pa.float32())
    values: list[Any] = []
    problems: dict[int, CellError] = {}
    for row, (value, text) in enumerate(zip(wide.to_pylist(), wide.cast(pa.string()).to_pylist(), strict=True)):
        values.append(None)
        if value is not None:
            try:
                values[row] = of_narrow(reading, value, text, bits)
            except CellError as error:
                problems[row] = error
    return ReadColumn(pa.array(values, arrow_type(reading)), problems)


def _of_dictionary(column: Any, reading: Reading) -> ReadColumn:
    """Reads each value once."""
    known = column.dictionary
    is_narrow = reading.kind == "whole" and pa.types.is_floating(known.type) and known.type.bit_width in NARROW
    read = _of_narrow(known, reading) if is_narrow else _of_values(known.to_pylist(), reading)
    values = read.values.take(column.indices)
    if not read.problems:
        return ReadColumn(values, {})
    indices = column.indices
    bad = pc.indices_nonzero(pc.is_in(indices, pa.array(list(read.problems), indices.type)))
    problems = {row: read.problems[indices[row].as_py()] for row in bad.to_pylist()}
    return ReadColumn(values, problems)


def _of_values(cells: list[Any], reading: Reading) -> ReadColumn:
    values: list[Any] = []
    problems: dict[int, CellError] = {}
    known: dict[Any, Any] = {}
    for row, cell in enumerate(cells):
        key = (cell.__class__, cell) if cell.__hash__ is not None else None
        value = known.get(key, known) if key is not None else known
        if value is known:
            try:
                value = reading.read(cell)
            except CellError as error:
                value = error
            if key is not None:
                known[key] = value
        if isinstance(value, CellError):
            problems[row] = value
            value = None
        values.append(value)
    if reading.kind == "list":
        return ReadColumn(values, problems)
    return ReadColumn(pa.array(values, arrow_type(reading)), problems)
