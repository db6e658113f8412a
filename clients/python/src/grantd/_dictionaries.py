# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Dictionaries as messages, strictly: the .proto's own names, one member of a oneof, values of the right kind.

As ``grantctl`` reads JSON. protobuf's own reader takes ``asOf`` beside ``as_of``, true for an enum and ``"6_000"`` for 6000.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from grantd import _values
from grantd._values import UnfitError, UnknownNameError

_Convert = Callable[[Any], Any]
BITS = {FieldDescriptor.CPPTYPE_INT32: 32, FieldDescriptor.CPPTYPE_INT64: 64}


class Field(NamedTuple):
    """How a field is read."""

    name: str
    # Makes a value of what is given; None where the value is a message.
    convert: _Convert | None
    # The message's type; None where the value is none.
    record: Record | None
    is_repeated: bool
    # The oneof it is a member of.
    oneof: str | None


class Record:
    """How a message type is read. Its fields are looked at when the first dictionary comes: there are many types."""

    __slots__ = ("_descriptor", "_fields", "_records", "name")

    def __init__(self, descriptor: Descriptor, records: dict[str, Record] | None = None) -> None:
        """``records`` are those of the same schema that there are already, by their full names."""
        self.name = descriptor.name
        self._descriptor = descriptor
        self._fields: dict[str, Field] | None = None
        self._records = {} if records is None else records
        self._records[descriptor.full_name] = self

    @property
    def fields(self) -> dict[str, Field]:
        """The fields by their names."""
        fields = self._fields
        if fields is None:
            fields = self._fields = {field.name: self._field(field) for field in self._descriptor.fields}
        return fields

    def _field(self, descriptor: FieldDescriptor) -> Field:
        oneof = None if descriptor.containing_oneof is None else descriptor.containing_oneof.name
        inner = descriptor.message_type
        if inner is None:
            return Field(descriptor.name, _converter(descriptor), None, descriptor.is_repeated, oneof)
        record = self._records.get(inner.full_name) or Record(inner, self._records)
        return Field(descriptor.name, None, record, descriptor.is_repeated, oneof)


def fill(message: Message, values: Any, record: Record, place: str = "") -> None:
    """Sets a message's fields. ``None`` leaves a field unset, as JSON's null does.

    Args:
        message: Empty as yet.
        values: The values by the fields' names.
        record: The message's type.
        place: Where it all stands in the request.

    Raises:
        UnfitError: The first thing that is wrong, with its place; ``UnknownNameError`` where a schema that has more could
            take it.
    """
    if not isinstance(values, Mapping):
        raise UnfitError(f"must be a dictionary, not {type(values).__name__}", place)
    fields = record.fields
    members: dict[str, str] = {}
    for name, value in values.items():
        here = f"{place}.{name}" if place else str(name)
        field = fields.get(name)
        if field is None:
            hint = _values.suggestion(str(name), fields)
            raise UnknownNameError(f"no field of {record.name} has this name{hint}", here[:200])
        if value is None:
            continue
        if field.oneof is not None and members.setdefault(field.oneof, name) != name:
            both = f"{members[field.oneof]} and {name}"
            raise UnfitError(f"holds {both}; give one of them", f"{place}.{field.oneof}" if place else field.oneof)
        set_field(message, field, value, here)


def set_field(message: Message, field: Field, value: Any, place: str) -> None:
    """Sets one field; raises as ``fill`` does."""
    if field.is_repeated:
        entries = _values.plain(value)
        if not isinstance(entries, (list, tuple)):
            raise UnfitError(f"must be a list, not {type(value).__name__}", place)
        repeated = getattr(message, field.name)
        for number, entry in enumerate(entries):
            here = f"{place}[{number}]"
            if field.record is not None:
                fill(repeated.add(), entry, field.record, here)
            else:
                repeated.append(_converted(field.convert, entry, here))
    elif field.record is not None:
        member = getattr(message, field.name)
        # Set, though nothing may be known of it.
        member.SetInParent()
        fill(member, value, field.record, place)
    else:
        setattr(message, field.name, _converted(field.convert, value, place))


def of_message(message: Message) -> dict[str, Any]:
    """A message as a dictionary with the .proto's names: what is set, whole numbers as ``int``, enums by their names."""
    return {field.name: _value_of(field, value) for field, value in message.ListFields()}


def _value_of(field: FieldDescriptor, value: Any) -> Any:
    if field.is_repeated:
        return [_single_value(field, each) for each in value]
    return _single_value(field, value)


def _single_value(field: FieldDescriptor, value: Any) -> Any:
    if field.message_type is not None:
        return of_message(value)
    if field.enum_type is not None:
        named = field.enum_type.values_by_number.get(value)
        return value if named is None else named.name
    return value


def _converted(convert: _Convert | None, value: Any, place: str) -> Any:
    assert convert is not None
    try:
        return convert(value)
    except UnfitError as error:
        raise type(error)(str(error), place) from None


def _converter(field: FieldDescriptor) -> _Convert:
    if field.enum_type is not None:
        by_name = {value.name: value.number for value in field.enum_type.values}
        return lambda value: _values.enum_number(value, by_name)
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return _values.boolean
    if field.cpp_type in BITS:
        bits = BITS[field.cpp_type]
        return lambda value: _values.whole_number(value, bits, takes_text=True)
    if field.type == FieldDescriptor.TYPE_STRING:
        return _values.text
    return _cannot


def _cannot(_: Any) -> Any:
    raise UnfitError("cannot be given in a dictionary")
