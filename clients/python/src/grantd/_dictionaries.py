# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Dictionaries as messages, strictly: the .proto's own names, one member of a oneof, values of the right kind.

As ``grantctl`` reads JSON. protobuf's own reader takes ``asOf`` beside ``as_of``, true for an enum and ``"6_000"`` for 6000.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from grantd import _values
from grantd._values import UnfitError

_Convert = Callable[[Any], Any]
_BITS = {FieldDescriptor.CPPTYPE_INT32: 32, FieldDescriptor.CPPTYPE_INT64: 64}


class _Field(NamedTuple):
    name: str
    # Makes a value of what is given; None where the value is a message.
    convert: _Convert | None
    is_repeated: bool
    # The oneof it is a member of.
    oneof: str | None


def fill(message: Message, values: Any, place: str = "") -> None:
    """Sets a message's fields. ``None`` leaves a field unset, as JSON's null does.

    Args:
        message: Empty as yet.
        values: The values by the fields' names.
        place: Where it all stands in the request.

    Raises:
        UnfitError: The first thing that is wrong, with its place.
    """
    if not isinstance(values, Mapping):
        raise UnfitError(f"must be a dictionary, not {type(values).__name__}", place)
    fields = _fields(message.DESCRIPTOR)
    members: dict[str, str] = {}
    for name, value in values.items():
        here = f"{place}.{name}" if place else str(name)
        field = fields.get(name)
        if field is None:
            hint = _values.suggestion(str(name), fields)
            raise UnfitError(f"no field of {message.DESCRIPTOR.name} has this name{hint}", here[:200])
        if value is None:
            continue
        if field.oneof is not None and members.setdefault(field.oneof, name) != name:
            both = f"{members[field.oneof]} and {name}"
            raise UnfitError(f"holds {both}; give one of them", f"{place}.{field.oneof}" if place else field.oneof)
        set_field(message, field, value, here)


def set_field(message: Message, field: _Field, value: Any, place: str) -> None:
    """Sets one field; raises as ``fill`` does."""
    if field.is_repeated:
        entries = _values.plain(value)
        if not isinstance(entries, (list, tuple)):
            raise UnfitError(f"must be a list, not {type(value).__name__}", place)
        repeated = getattr(message, field.name)
        for number, entry in enumerate(entries):
            here = f"{place}[{number}]"
            if field.convert is None:
                fill(repeated.add(), entry, here)
            else:
                repeated.append(_converted(field.convert, entry, here))
    elif field.convert is None:
        member = getattr(message, field.name)
        # Set, though nothing may be known of it.
        member.SetInParent()
        fill(member, value, place)
    else:
        setattr(message, field.name, _converted(field.convert, value, place))


def field_of(descriptor: FieldDescriptor) -> _Field:
    """How a field is read."""
    oneof = descriptor.containing_oneof
    convert = None if descriptor.message_type is not None else _converter(descriptor)
    return _Field(descriptor.name, convert, descriptor.is_repeated, None if oneof is None else oneof.name)


@functools.cache
def _fields(descriptor: Descriptor) -> dict[str, _Field]:
    return {field.name: field_of(field) for field in descriptor.fields}


def _converted(convert: _Convert, value: Any, place: str) -> Any:
    try:
        return convert(value)
    except UnfitError as error:
        raise UnfitError(str(error), place) from None


def _converter(field: FieldDescriptor) -> _Convert:
    if field.enum_type is not None:
        by_name = {value.name: value.number for value in field.enum_type.values}
        return lambda value: _values.enum_number(value, by_name)
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return _values.boolean
    if field.cpp_type in _BITS:
        bits = _BITS[field.cpp_type]
        return lambda value: _values.whole_number(value, bits, takes_text=True)
    if field.type == FieldDescriptor.TYPE_STRING:
        return _values.text
    return _cannot


def _cannot(_: Any) -> Any:
    raise UnfitError("cannot be given in a dictionary")
