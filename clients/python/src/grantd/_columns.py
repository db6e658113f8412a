# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Columns of a table as fields of applications."""

from __future__ import annotations

import dataclasses
import datetime
import numbers
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import grpc
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from grantd import _dictionaries, _values
from grantd._batches import Flawed
from grantd._cells import CellError, Choice, Reading, of_narrow
from grantd._schema import SHIPPED, Schema
from grantd._values import UnfitError, UnknownNameError
from grantd.errors import GrantdError

MEASURE = "measure"
# Cells that are read as people write them; whatever else a frame holds is taken as it is, or refused.
_CELLS = (str, bytes, int, float, Decimal, datetime.date)
# Texts of a column whose values are kept.
_MOST_KNOWN = 1024
# Numpy's floats that lose digits sooner than Python's.
_NARROW = {"float16": 16, "float32": 32}


class UnknownColumnError(ValueError):
    """A path or a measure that the schema does not have; another one may."""


class Column:
    """A field of an application by its path, ``applicant.registered_in_beijing``, and the table's name for it."""

    __slots__ = (
        "_choices",
        "_convert",
        "_field",
        "_is_whole",
        "_known",
        "_parents",
        "_reading",
        "descriptor",
        "member",
        "name",
        "path",
    )

    def __init__(self, path: str, name: Any = None, schema: Schema = SHIPPED) -> None:
        """Finds the field.

        Args:
            path: The field's path.
            name: The column's name in the table; by default the path.
            schema: The schema of the applications.

        Raises:
            UnknownColumnError: Where there is no such field.
        """
        self.path = path
        self.name = path if name is None else name
        *parents, last = path.split(".")
        # The member of ``facts`` that it belongs to.
        self.member = path.split(".")[0] if path.split(".")[0] in schema.members else None
        descriptor: Any = schema.application_type.DESCRIPTOR
        record = schema.record
        for parent in parents:
            field = descriptor.fields_by_name.get(parent)
            if field is None or field.message_type is None or field.is_repeated:
                hint = _values.suggestion(parent, _messages(descriptor))
                raise UnknownColumnError(f"{path!r} is no field of an application: it has no message {parent!r}{hint}")
            descriptor, inner = field.message_type, record.fields[parent].record
            assert inner is not None
            record = inner
        found = descriptor.fields_by_name.get(last)
        if found is None:
            hint = _values.suggestion(last, descriptor.fields_by_name)
            raise UnknownColumnError(f"{path!r} is no field of an application{hint}")
        self._parents = parents
        self.descriptor = found
        self._field = record.fields[last]
        self._convert = _converter(found)
        self._reading: Reading | None = None
        self._is_whole = False
        # The values of texts.
        self._known: dict[str, Any] = {}
        self._choices: Callable[[], Sequence[Choice]] | None = None

    def check(self, holds_booleans: bool) -> None:
        """Refuses a column of which no value fits.

        Raises:
            ValueError: Where the column holds true and false, and the field takes something else.
        """
        if holds_booleans and self.descriptor.cpp_type != FieldDescriptor.CPPTYPE_BOOL:
            raise ValueError(f"the column {self.name!r} holds true and false; {self.path} takes {_wanted(self.descriptor)}")

    def read_by(self, reading: Reading, choices: Callable[[], Sequence[Choice]]) -> None:
        """Has its cells read as people write them.

        Args:
            reading: What the field takes.
            choices: Tells what people call an enum's values, where a cell says none of their names; asked once.
        """
        self._reading = reading
        self._is_whole = reading.kind == "whole"
        self._choices = choices

    def value(self, cell: Any) -> Any:
        """The value of a cell; ``None`` where it says that nobody knows.

        Raises:
            UnfitError: Where the field does not take it; its place is the path.
        """
        reading = self._reading
        kind = cell.__class__
        # What needs no reading, and texts that were read before: most of a column.
        if (
            reading is None
            or (kind is bool and reading.kind == "bool")
            or (kind is int and reading.power == 0 and self._is_whole)
        ):
            return cell
        if kind is not str:
            return self._read(cell, reading)
        value = self._known.get(cell, self._known)
        if value is self._known:
            value = self._read(cell, reading)
            if len(self._known) < _MOST_KNOWN:
                self._known[cell] = value
        return value

    def _read(self, cell: Any, reading: Reading) -> Any:
        try:
            bits = _NARROW.get(type(cell).__name__) if reading.kind == "whole" else None
            if bits is not None:
                return of_narrow(reading, float(cell), str(cell.astype("float32")), bits)
            cell = _values.plain(cell)
            is_read = isinstance(cell, _CELLS) or (reading.kind == "enums" and isinstance(cell, (list, tuple)))
            return reading.read(cell) if is_read else cell
        except CellError as error:
            is_enum = reading.kind in ("enum", "enums")
            if is_enum and self._choices is not None:
                labelled = self._choices()
                self._choices = None
                if labelled:
                    # A value that the measure does not offer is one all the same, as in the rows before this one.
                    offered = {choice.number for choice in labelled}
                    others = (choice for choice in reading.choices if choice.number not in offered)
                    self._reading = dataclasses.replace(reading, choices=(*labelled, *others))
                    return self._read(cell, self._reading)
            if is_enum and not isinstance(cell, bool):
                raise UnknownNameError(str(error), self.path) from None
            error.place = self.path
            raise

    def set(self, application: Message, value: Any) -> None:
        """Puts a value there.

        Raises:
            UnfitError: Where the field does not take it; its place begins with the path.
        """
        message: Message = application
        for parent in self._parents:
            message = getattr(message, parent)
        if self._convert is None:
            _dictionaries.set_field(message, self._field, value, self.path)
            return
        try:
            setattr(message, self._field.name, self._convert(value))
        except UnfitError as error:
            raise type(error)(str(error), self.path) from None


def check_columns(columns: Iterable[Column]) -> None:
    """Refuses two columns for one field.

    Raises:
        ValueError: Where there are such, also one for a message and another for a field of it.
    """
    by_path: dict[str, Any] = {}
    for column in columns:
        if column.path in by_path:
            raise ValueError(f"the columns {by_path[column.path]!r} and {column.name!r} are both {column.path}; give one")
        by_path[column.path] = column.name
    for path, name in by_path.items():
        parts = path.split(".")
        for length in range(1, len(parts)):
            whole = ".".join(parts[:length])
            if whole in by_path:
                raise ValueError(f"the column {by_path[whole]!r} is all of {whole}, and {name!r} a part of it; give one")


def application_of(
    columns: Sequence[Column],
    values: Sequence[Any],
    measure: str | None,
    row: object = None,
    schema: Schema = SHIPPED,
) -> Message | Flawed:
    """The application of a row. ``None`` among the values is a fact that is not known; the columns are of the schema."""
    application = schema.application_type()
    where = "" if row is None else f", row {row!r}"
    facts: Column | None = None
    for column, value in zip(columns, values, strict=True):
        if value is None:
            continue
        try:
            read = column.value(value)
        except UnfitError as error:
            return _unfit(application, column, where, error)
        if read is None:
            continue
        if column.member is not None:
            if facts is not None and facts.member != column.member:
                both = f"columns {facts.name!r} and {column.name!r}{where}"
                return _flawed(application, f"{both}: facts of {facts.member} and of {column.member}; give one's", "facts")
            facts = column
        try:
            column.set(application, read)
        except UnfitError as error:
            return _unfit(application, column, where, error)
    if measure is not None:
        member = schema.member_of(measure)
        if member is None:
            return _flawed(application, f"there is no measure {measure!r}{where}", MEASURE, is_unknown=True)
        if facts is not None and facts.member != member:
            problem = f"column {facts.name!r}{where}: a fact of {facts.member}, but the measure is {measure}"
            return _flawed(application, problem, "facts")
        # Set, though no fact of it may be known.
        getattr(application, member).SetInParent()
    return application


def _messages(descriptor: Descriptor) -> list[str]:
    return [field.name for field in descriptor.fields if field.message_type is not None and not field.is_repeated]


def _unfit(application: Message, column: Column, where: str, error: UnfitError) -> Flawed:
    is_unknown = isinstance(error, UnknownNameError)
    return _flawed(application, f"column {column.name!r}{where}: {error}", error.place, is_unknown)


def _flawed(application: Message, details: str, field: str, is_unknown: bool = False) -> Flawed:
    error = GrantdError(grpc.StatusCode.INVALID_ARGUMENT, details, number=1003, field=field)
    return Flawed(application, error, is_unknown)


def _converter(field: FieldDescriptor) -> Callable[[Any], Any] | None:
    if field.is_repeated or field.message_type is not None:
        return None
    if field.enum_type is not None:
        by_name = {value.name: value.number for value in field.enum_type.values}
        return lambda value: _values.enum_number(value, by_name)
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return _boolean
    if field.cpp_type in _dictionaries.BITS:
        bits = _dictionaries.BITS[field.cpp_type]
        return lambda value: _values.whole_number(value, bits, takes_text=False)
    return _values.text_or_day


def _boolean(value: Any) -> bool:
    # A column of true and false may have become one of numbers, by its gaps or by the file it came from.
    if isinstance(value, numbers.Real) and value in (0, 1):
        return bool(value)
    return _values.boolean(value)


def _wanted(field: FieldDescriptor) -> str:
    if field.is_repeated:
        return "lists"
    if field.message_type is not None:
        return "dictionaries"
    if field.enum_type is not None:
        return f"one of {', '.join(value.name for value in field.enum_type.values)}"
    return "whole numbers" if field.cpp_type in _dictionaries.BITS else "texts"
