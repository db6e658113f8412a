# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Columns of a table as fields of applications."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import grpc
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from grantd import _dictionaries, _values
from grantd._batches import Flawed
from grantd._schema import SHIPPED, Schema
from grantd._values import UnfitError, UnknownNameError
from grantd.errors import GrantdError

MEASURE = "measure"
_BITS = {FieldDescriptor.CPPTYPE_INT32: 32, FieldDescriptor.CPPTYPE_INT64: 64}


class UnknownColumnError(ValueError):
    """A path or a measure that the schema does not have; another one may."""


class Column:
    """A field of an application by its path, ``applicant.registered_in_beijing``, and the table's name for it."""

    __slots__ = ("_convert", "_descriptor", "_field", "_parents", "member", "name", "path")

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
        self._descriptor = found
        self._field = record.fields[last]
        self._convert = _converter(found)

    def check(self, holds_booleans: bool) -> None:
        """Refuses a column of which no value fits.

        Raises:
            ValueError: Where the column holds true and false, and the field takes something else.
        """
        if holds_booleans and self._descriptor.cpp_type != FieldDescriptor.CPPTYPE_BOOL:
            raise ValueError(f"the column {self.name!r} holds true and false; {self.path} takes {_wanted(self._descriptor)}")

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
        if column.member is not None:
            if facts is not None and facts.member != column.member:
                both = f"columns {facts.name!r} and {column.name!r}{where}"
                return _flawed(application, f"{both}: facts of {facts.member} and of {column.member}; give one's", "facts")
            facts = column
        try:
            column.set(application, value)
        except UnfitError as error:
            is_unknown = isinstance(error, UnknownNameError)
            return _flawed(application, f"column {column.name!r}{where}: {error}", error.place, is_unknown)
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
    if field.cpp_type in _BITS:
        bits = _BITS[field.cpp_type]
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
    return "whole numbers" if field.cpp_type in _BITS else "texts"
