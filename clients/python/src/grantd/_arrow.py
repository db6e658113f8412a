# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Arrow's arrays as columns of the contract, and back: buffers are handed over as they lie in memory."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from grantd.v1.columns_pb2 import Column, ColumnType, EntryColumn, TextValues

# A dictionary of more bytes is not worth sending with every call.
_MOST_DICTIONARY_BYTES = 256 * 1024


class UnfitColumnError(ValueError):
    """An array of a type that no column of the contract has."""


def wire_array(array: Any) -> Any:
    """The same values in a type that goes over the wire.

    Args:
        array: A ``pyarrow.Array`` or ``ChunkedArray``.

    Returns:
        One array of bool, int32, int64, string, date32, a dictionary of strings, or a list of such or of structs of such;
        ``None`` where it holds nothing but nulls.

    Raises:
        UnfitColumnError: Where there is none.
    """
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    given = array.type
    if array.null_count == len(array) and len(array):
        return None
    if pa.types.is_list(given) or pa.types.is_large_list(given) or pa.types.is_fixed_size_list(given):
        return array if pa.types.is_list(given) else array.cast(pa.list_(given.value_type))
    if pa.types.is_dictionary(given):
        return _of_dictionary(array)
    wanted = _type_of(given)
    if wanted is None:
        raise UnfitColumnError(f"holds {given}; bool, whole numbers, texts, days or lists of these are wanted")
    try:
        return array if given == wanted else array.cast(wanted)
    except pa.ArrowInvalid as error:
        raise UnfitColumnError(str(error)) from None


def _type_of(given: Any) -> Any:
    types = pa.types
    if types.is_boolean(given) or types.is_int32(given) or types.is_int64(given):
        return given
    if types.is_string(given) or types.is_date32(given):
        return given
    if types.is_integer(given):
        return pa.int32() if given.bit_width < 32 else pa.int64()
    if types.is_large_string(given) or types.is_string_view(given):
        return pa.string()
    if types.is_date64(given):
        return pa.date32()
    if types.is_null(given):
        return pa.bool_()
    return None


def _of_dictionary(array: Any) -> Any:
    texts = array.dictionary
    if _type_of(texts.type) != pa.string():
        return wire_array(array.dictionary_decode())
    if texts.null_count or texts.nbytes > _MOST_DICTIONARY_BYTES:
        return array.dictionary_decode().cast(pa.string())
    indices = array.indices if array.indices.type == pa.int32() else array.indices.cast(pa.int32())
    return pa.DictionaryArray.from_arrays(indices, texts.cast(pa.string()))


# MARK: - To the wire


def column(path: str, array: Any) -> Column:
    """A column of an array that ``wire_array`` has given, or of a slice of one."""
    message = Column(path=path)
    _fill(message, array)
    return message


def _fill(message: Column | EntryColumn, array: Any) -> None:
    given = array.type
    # A bitmap that does not begin with a byte: the values are laid out anew.
    if array.offset % 8 and (array.null_count or pa.types.is_boolean(given)):
        array = pa.concat_arrays([array, array.slice(0, 0)])
    start, count = array.offset, len(array)
    buffers = array.buffers()
    if array.null_count:
        message.validity = _bits(buffers[0], start, count)
    if pa.types.is_boolean(given):
        message.type = ColumnType.BOOL
        message.data = _bits(buffers[1], start, count)
    elif pa.types.is_dictionary(given):
        message.type = ColumnType.DICTIONARY
        message.data = _piece(buffers[1], start * 4, count * 4)
        texts = TextValues()
        _fill_texts(texts, array.dictionary)
        message.dictionary.CopyFrom(texts)
    elif pa.types.is_string(given):
        message.type = ColumnType.UTF8
        _fill_texts(message, array)
    elif pa.types.is_list(given) and isinstance(message, Column):
        message.type = ColumnType.LIST
        first, offsets, last = _offsets(buffers[1], start, count)
        message.offsets = offsets
        _fill_entries(message, array.values.slice(first, last - first))
    else:
        wide = given == pa.int64()
        message.type = ColumnType.INT64 if wide else ColumnType.DATE32 if pa.types.is_date32(given) else ColumnType.INT32
        width = 8 if wide else 4
        message.data = _piece(buffers[1], start * width, count * width)


def _fill_entries(message: Column, values: Any) -> None:
    if not pa.types.is_struct(values.type):
        entries = wire_array(values)
        _fill(message.entries.add(), pa.array([], pa.int32()) if entries is None else entries)
        return
    for field, part in zip(values.type, values.flatten(), strict=True):
        array = wire_array(part)
        if array is not None:
            entry = message.entries.add(path=field.name)
            _fill(entry, array)
    if not message.entries:
        # Entries of which nothing is known are entries all the same.
        entry = message.entries.add(path=values.type[0].name if values.type.num_fields else "")
        _fill(entry, pa.nulls(len(values), pa.int64()))


def _fill_texts(message: Column | EntryColumn | TextValues, array: Any) -> None:
    _, offsets, data = array.buffers()
    first, message.offsets, last = _offsets(offsets, array.offset, len(array))
    message.data = _piece(data, first, last - first)


def _offsets(buffer: Any, start: int, count: int) -> tuple[int, bytes, int]:
    """Where the values of some rows begin, their offsets from there, and where they end."""
    if count == 0 or buffer is None:
        return 0, bytes(4), 0
    offsets = pa.Array.from_buffers(pa.int32(), count + 1, [None, buffer], 0, start)
    first, last = offsets[0].as_py(), offsets[count].as_py()
    if first:
        offsets = pc.subtract(offsets, pa.scalar(first, pa.int32()))
        return first, _piece(offsets.buffers()[1], 0, 4 * (count + 1)), last
    return 0, _piece(buffer, start * 4, 4 * (count + 1)), last


def _bits(buffer: Any, start: int, count: int) -> bytes:
    return _piece(buffer, start // 8, (count + 7) // 8)


def _piece(buffer: Any, start: int, size: int) -> bytes:
    return b"" if buffer is None or size == 0 else bytes(memoryview(buffer)[start : start + size])


# MARK: - From the wire


def array_of(message: Column | EntryColumn, rows: int) -> Any:
    """The values of a column of an answer: texts of dictionaries as texts.

    Raises:
        ValueError: Where the buffers do not hold together.
    """
    validity = pa.py_buffer(message.validity) if message.validity else None
    data = pa.py_buffer(message.data)
    kind = message.type
    if kind == ColumnType.LIST and isinstance(message, Column):
        offsets = pa.Array.from_buffers(pa.int32(), rows + 1, [None, pa.py_buffer(_sized(message.offsets, 4 * (rows + 1)))])
        last = offsets[rows].as_py()
        values = _entries(message, last)
        array = pa.Array.from_buffers(pa.list_(values.type), rows, [validity, offsets.buffers()[1]], children=[values])
    elif kind == ColumnType.DICTIONARY:
        indices = pa.Array.from_buffers(pa.int32(), rows, [validity, pa.py_buffer(_sized(message.data, 4 * rows))])
        texts = _texts(message.dictionary, len(message.dictionary.offsets) // 4 - 1)
        array = texts.take(indices) if len(texts) else pa.nulls(rows, pa.string())
    elif kind == ColumnType.UTF8:
        array = _texts(message, rows, validity)
    elif kind == ColumnType.BOOL:
        _sized(message.data, (rows + 7) // 8)
        array = pa.Array.from_buffers(pa.bool_(), rows, [validity, data])
    else:
        wide = kind == ColumnType.INT64
        _sized(message.data, (8 if wide else 4) * rows)
        given = pa.int64() if wide else pa.date32() if kind == ColumnType.DATE32 else pa.int32()
        array = pa.Array.from_buffers(given, rows, [validity, data])
    if message.validity:
        _sized(message.validity, (rows + 7) // 8)
    if kind in (ColumnType.LIST, ColumnType.UTF8):
        array.validate()
    return array


def _entries(message: Column, count: int) -> Any:
    arrays = [array_of(entry, count) for entry in message.entries]
    names = [entry.path for entry in message.entries]
    return arrays[0] if names == [""] else pa.StructArray.from_arrays(arrays, names)


def _texts(message: Column | EntryColumn | TextValues, count: int, validity: Any = None) -> Any:
    if count <= 0:
        return pa.array([], pa.string())
    offsets = pa.py_buffer(_sized(message.offsets, 4 * (count + 1)))
    texts = pa.Array.from_buffers(pa.string(), count, [validity, offsets, pa.py_buffer(message.data)])
    texts.validate()
    return texts


def _sized(buffer: bytes, size: int) -> bytes:
    if len(buffer) < size:
        raise ValueError(f"a buffer of {size} bytes is wanted, and there are {len(buffer)}")
    return buffer
