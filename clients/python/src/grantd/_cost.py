# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What a message takes in memory once it is decoded, estimated over its bytes before anything of it is made.

Two bytes of an empty list entry become an object of a hundred and more, so that the size alone bounds nothing.
"""

from __future__ import annotations

import functools

from google.protobuf.descriptor import Descriptor, FieldDescriptor

# In bytes, on the safe side of what protobuf's C runtime takes: a message, each field in it, an entry's place in a list that
# grows, a field that is not known.
_MESSAGE = 16
_FIELD = 12
_ENTRY = 16
_UNKNOWN = 32
# Protobuf's own limit.
_MOST_DEPTH = 100
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_TEXTS = (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES)


class Shape:
    """A message type, as far as its cost goes."""

    __slots__ = ("cost", "fields", "most")

    def __init__(self, descriptor: Descriptor) -> None:
        # What an empty message takes, its place in a list included. The members of a oneof share one place.
        alone = sum(field.containing_oneof is None for field in descriptor.fields)
        self.cost = _MESSAGE + _ENTRY + _FIELD * (alone + 2 * len(descriptor.oneofs))
        # By tag: what a value takes beside its bytes, or in their place the type of a value that is a message.
        self.fields: dict[int, int | Shape] = {}
        # The most that a byte of such a message, with all that may be inside, becomes.
        self.most = 0


class DearError(Exception):
    """Decoding costs more than is allowed."""


@functools.cache
def shape_of(root: Descriptor) -> Shape:
    """The shape of a message type."""
    shapes = {root: Shape(root)}
    left = [root]
    while left:
        descriptor = left.pop()
        fields = shapes[descriptor].fields
        for field in descriptor.fields:
            inner = field.message_type
            if inner is None:
                kind = _LENGTH if field.type in _TEXTS else _VARINT
                fields[field.number << 3 | kind] = 2 * _ENTRY if field.is_repeated else 0
                continue
            if inner not in shapes:
                shapes[inner] = Shape(inner)
                left.append(inner)
            fields[field.number << 3 | _LENGTH] = shapes[inner]
    shape = shapes[root]
    # Nothing on the wire is shorter than a tag and a length.
    shape.most = max(_UNKNOWN, *(each.cost for each in shapes.values())) // 2 + 1
    return shape


def harmless(descriptor: Descriptor, most: int) -> int:
    """The size up to which a message cannot take more than ``most`` bytes, whatever it holds."""
    return most // shape_of(descriptor).most


def check(payload: bytes, descriptor: Descriptor, most: int) -> None:
    """Refuses a message that would take more than ``most`` bytes.

    What cannot, small as it is, is not looked at, so that this costs nothing where answers are of the usual size.

    Raises:
        DearError: Where it would take more.
        ValueError: Where it does not decode.
    """
    if len(payload) <= harmless(descriptor, most):
        return
    try:
        _count(payload, 0, len(payload), shape_of(descriptor), most - len(payload), 0)
    except IndexError:
        raise ValueError("cut off") from None


def _count(data: bytes, position: int, end: int, shape: Shape, left: int, depth: int) -> int:
    """What is left of the allowance after a message's fields. Written out: there may be millions."""
    if depth > _MOST_DEPTH:
        raise ValueError("nested too deep")
    find = shape.fields.get
    while position < end:
        tag = data[position]
        position += 1
        if tag > 127:
            tag, position = _varint(data, position - 1)
        kind = tag & 7
        cost = find(tag, _UNKNOWN)
        if kind == _LENGTH:
            size = data[position]
            position += 1
            if size > 127:
                size, position = _varint(data, position - 1)
            if isinstance(cost, int):
                # A packed list, which the contract has none of, holds no number shorter than a byte.
                left -= cost if cost != _UNKNOWN else cost + 8 * size
            else:
                left -= cost.cost
                if size:
                    if size > end - position:
                        raise ValueError("cut off")
                    left = _count(data, position, position + size, cost, left, depth + 1)
            position += size
        elif kind == _VARINT:
            position += 1
            if data[position - 1] > 127:
                _, position = _varint(data, position - 1)
            left -= cost if isinstance(cost, int) else _UNKNOWN
        elif kind in (_FIXED64, _FIXED32):
            position += 8 if kind == _FIXED64 else 4
            if position > end:
                raise ValueError("cut off")
            left -= _UNKNOWN
        else:
            raise ValueError("no answer of the contract holds a group")
        if left < 0:
            raise DearError
    if position > end:
        raise ValueError("cut off")
    return left


def _varint(data: bytes, position: int) -> tuple[int, int]:
    number = shift = 0
    while shift < 70:
        byte = data[position]
        position += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, position
        shift += 7
    raise ValueError("cut off")
