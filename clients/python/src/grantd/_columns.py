# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Columns of a table as fields of applications."""

from __future__ import annotations

import datetime
import decimal
import numbers
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import grpc
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from grantd._batches import Flawed
from grantd.errors import GrantdError
from grantd.v1.application_pb2 import Application

MEASURE = "measure"
_FACTS = Application.DESCRIPTOR.oneofs_by_name["facts"]
_INTEGERS = {FieldDescriptor.CPPTYPE_INT32: 32, FieldDescriptor.CPPTYPE_INT64: 64}


class UnfitError(ValueError):
    """A value that its field does not take; says what would be right."""


class Column:
    """A field of an application by its path, ``applicant.registered_in_beijing``."""

    __slots__ = ("_convert", "_field", "_parents", "path")

    def __init__(self, path: str) -> None:
        """Finds the field.

        Raises:
            ValueError: Where there is none.
        """
        self.path = path
        *parents, name = path.split(".")
        descriptor = Application.DESCRIPTOR
        for parent in parents:
            field = descriptor.fields_by_name.get(parent)
            if field is None or field.message_type is None or field.is_repeated:
                raise ValueError(f"{path!r} is no field of an application: it has no message {parent!r}")
            descriptor = field.message_type
        found = descriptor.fields_by_name.get(name)
        if found is None:
            raise ValueError(f"{path!r} is no field of an application")
        self._parents = parents
        self._field = found
        self._convert = _converter(found)

    def set(self, application: Application, value: Any) -> None:
        """Puts a value there; ``None`` is none.

        Raises:
            UnfitError: Where the field does not take it.
        """
        message: Message = application
        for parent in self._parents:
            message = getattr(message, parent)
        name = self._field.name
        if self._convert is None:
            _parse(message, name, value)
        else:
            setattr(message, name, self._convert(value))


def application_of(columns: Sequence[Column], values: Sequence[Any], measure: str | None) -> Application | Flawed:
    """The application of a row. ``None`` among the values is a fact that is not known."""
    application = Application()
    for column, value in zip(columns, values, strict=True):
        if value is None:
            continue
        try:
            column.set(application, value)
        except UnfitError as error:
            return _flawed(application, str(error), column.path)
    if measure is not None:
        member = facts_of(measure)
        if member is None:
            return _flawed(application, f"there is no measure {measure!r}", MEASURE)
        # Set, though no fact of it may be known.
        getattr(application, member).SetInParent()
    return application


def facts_of(measure: str) -> str | None:
    """The member of ``facts`` that belongs to a measure's full id; ``None`` where there is no such measure."""
    member = measure.replace(".", "_").replace("-", "_")
    known = any(field.name == member for field in _FACTS.fields)
    return member if known and "." in measure else None


def _flawed(application: Application, details: str, field: str) -> Flawed:
    return Flawed(application, GrantdError(grpc.StatusCode.INVALID_ARGUMENT, details, number=1003, field=field))


def _converter(field: FieldDescriptor) -> Callable[[Any], Any] | None:
    if field.is_repeated or field.message_type is not None:
        return None
    if field.enum_type is not None:
        by_name = {value.name: value.number for value in field.enum_type.values}
        return lambda value: _enum(value, by_name)
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return _bool
    if field.cpp_type in _INTEGERS:
        bits = _INTEGERS[field.cpp_type]
        return lambda value: _integer(value, bits)
    return _text


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    # A column of numbers may have become one of floats by its gaps.
    if isinstance(value, numbers.Real) and value in (0, 1):
        return bool(value)
    raise UnfitError("true or false is wanted")


def _integer(value: Any, bits: int) -> int:
    whole: int | None = None
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        whole = int(value)
    elif isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
        # Beyond 2^53 a float cannot tell one whole number from the next.
        whole = int(value)
    elif isinstance(value, decimal.Decimal) and value.is_finite() and value == value.to_integral_value():
        whole = int(value)
    if whole is None:
        raise UnfitError("a whole number is wanted (money is in fen); a gap makes floats of a column: use the dtype Int64")
    if not -(2 ** (bits - 1)) <= whole < 2 ** (bits - 1):
        raise UnfitError(f"the number does not fit into {bits} bits")
    return whole


def _enum(value: Any, by_name: Mapping[str, int]) -> int:
    if isinstance(value, str) and value in by_name:
        return by_name[value]
    if isinstance(value, (int, float)) and value in by_name.values():
        return int(value)
    raise UnfitError(f"one of {', '.join(by_name)} is wanted")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, datetime.datetime):
        if value.time() != datetime.time():
            raise UnfitError("a day is wanted, without a time")
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise UnfitError("a text is wanted; a day is written YYYY-MM-DD")


def _parse(message: Message, name: str, value: Any) -> None:
    try:
        json_format.ParseDict({name: value}, message)
    except json_format.ParseError as error:
        raise UnfitError(f"a list or a dictionary in protobuf's JSON form is wanted: {error}") from error
