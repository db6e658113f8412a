# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What a message takes in memory once it is decoded, estimated over its bytes before anything of it is made.

Two bytes of an empty list entry become an object of a hundred and more, so that the size alone bounds nothing.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

from google.protobuf.descriptor import Descriptor, FieldDescriptor

# In bytes, on the safe side of what protobuf's C runtime takes: a message, each field in it, an entry's place in a list that
# grows, a field that is not known.
_MESSAGE = 32
_FIELD = 16
_ENTRY = 24
_UNKNOWN = 48
# Protobuf's own limit.
_MOST_DEPTH = 100
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


class Shape(NamedTuple):
    """A message type, as far as its cost goes."""

    # What an empty message takes, its place in a list included.
    cost: int
    # By field number: what a value takes beside its bytes, and the type of a value that is a message.
    fields: dict[int, tuple[int, Descriptor | None]]
    # The most that a byte of such a message, with all that may be inside, becomes.
    most: int


class DearError(Exception):
    """Decoding costs more than is allowed."""


@functools.cache
def shape_of(descriptor: Descriptor) -> Shape:
    """The shape of a message type."""
    fields: dict[int, tuple[int, Descriptor | None]] = {}
    for field in descriptor.fields:
        is_text = field.type in (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES)
        fields[field.number] = ((_FIELD if is_text else 8) + _ENTRY if field.is_repeated else 0, field.message_type)
    inside = [_own_cost(descriptor), *map(_own_cost, _reachable(descriptor)), _UNKNOWN, _FIELD + _ENTRY]
    # Nothing on the wire is shorter than a tag and a length.
    return Shape(_own_cost(descriptor), fields, max(inside) // 2 + 1)


def check(payload: bytes, descriptor: Descriptor, most: int) -> None:
    """Refuses a message that would take more than ``most`` bytes.

    What cannot, small as it is, is not looked at, so that this costs nothing where answers are of the usual size.

    Raises:
        DearError: Where it would take more.
        ValueError: Where it does not decode.
    """
    shape = shape_of(descriptor)
    if len(payload) * shape.most > most:
        _count(payload, 0, len(payload), descriptor, most - len(payload), 0)


def _own_cost(descriptor: Descriptor) -> int:
    # The members of a oneof share one place.
    alone = sum(field.containing_oneof is None for field in descriptor.fields)
    return _MESSAGE + _ENTRY + _FIELD * (alone + 2 * len(descriptor.oneofs))


def _reachable(descriptor: Descriptor) -> set[Descriptor]:
    found: set[Descriptor] = set()
    left = [descriptor]
    while left:
        for field in left.pop().fields:
            inner = field.message_type
            if inner is not None and inner not in found:
                found.add(inner)
                left.append(inner)
    return found


def _count(data: bytes, position: int, end: int, descriptor: Descriptor, left: int, depth: int) -> int:
    """What is left of the allowance after a message's fields."""
    if depth > _MOST_DEPTH:
        raise ValueError("nested too deep")
    fields = shape_of(descriptor).fields
    while position < end:
        tag = data[position]
        position += 1
        if tag > 127:
            tag, position = _varint(data, position - 1, end)
        kind = tag & 7
        known = fields.get(tag >> 3)
        if kind == _LENGTH:
            size, position = _varint(data, position, end)
            if size > end - position:
                raise ValueError("cut off")
            if known is None:
                left -= _UNKNOWN
            elif known[1] is None:
                # A packed list has no entry shorter than a byte.
                left -= known[0] + (size * 8 if known[0] == 8 + _ENTRY else 0)
            else:
                left = _count(data, position, position + size, known[1], left - shape_of(known[1]).cost, depth + 1)
            position += size
        elif kind == _VARINT:
            _, position = _varint(data, position, end)
            left -= _UNKNOWN if known is None or known[0] == 0 else known[0]
        elif kind in (_FIXED64, _FIXED32):
            position += 8 if kind == _FIXED64 else 4
            left -= _UNKNOWN
        else:
            raise ValueError("no answer of the contract holds a group")
        if left < 0:
            raise DearError
    if position > end:
        raise ValueError("cut off")
    return left


def _varint(data: bytes, position: int, end: int) -> tuple[int, int]:
    number = shift = 0
    while position < end and shift < 70:
        byte = data[position]
        position += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, position
        shift += 7
    raise ValueError("cut off")
