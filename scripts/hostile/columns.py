# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Attacks by columns: calls whose few bytes stand for many, and calls whose numbers lead out of their buffers."""

from __future__ import annotations

import struct

import frames

MEASURE = "medical-device.common-platform"
_FACTS = "medical_device_common_platform."
# Of ColumnType.Value.
_INT64, _UTF8, _DICTIONARY, _LIST = 3, 4, 6, 7
_MOST_ROWS = 65_536


def _numbers(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}i", *values)


def _column(path: str, kind: int, data: bytes = b"", offsets: bytes = b"", rest: bytes = b"") -> bytes:
    return frames.text(1, path) + frames.number(2, kind) + frames.text(4, data) + frames.text(5, offsets) + rest


def _dictionary(offsets: bytes, data: bytes) -> bytes:
    return frames.text(6, frames.text(1, offsets) + frames.text(2, data))


def _call(rows: int, *columns: bytes) -> bytes:
    """The payload of an EvaluateColumns."""
    payload = frames.text(1, MEASURE) + frames.text(2, "2026-05-20") + frames.number(3, rows)
    return payload + b"".join(frames.text(4, column) for column in columns)


def _framed(payload: bytes) -> bytes:
    return frames.frame(frames.CALCULATOR, "EvaluateColumns", payload)


def _long_text(size: int) -> bytes:
    """A text that every row names."""
    return _column("subject_id", _DICTIONARY, bytes(4 * _MOST_ROWS), rest=_dictionary(_numbers(0, size), b"x" * size))


def long_texts() -> bytes:
    """16 KB that come to a terabyte, were the text looked at for each row."""
    return frames.compressed(frames.CALCULATOR, "EvaluateColumns", _call(_MOST_ROWS, _long_text(15 << 20)))


def texts_within_bounds() -> bytes:
    """As much of the same as a call may have."""
    return frames.compressed(frames.CALCULATOR, "EvaluateColumns", _call(_MOST_ROWS, _long_text(4096)))


def many_rows() -> bytes:
    """As many rows as there may be, of which nothing is known but a sum."""
    sums = struct.pack(f"<{_MOST_ROWS}q", *range(_MOST_ROWS))
    return _framed(_call(_MOST_ROWS, _column(_FACTS + "engineering_investment_fen", _INT64, sums)))


def broken() -> bytes:
    """Calls whose buffers are wrong in one place each."""
    two = _column("subject_id", _DICTIONARY, _numbers(0, 1), rest=_dictionary(_numbers(0, 1, 2), b"ab"))

    def texts(*offsets: int) -> bytes:
        return _column("subject_id", _UTF8, b"abcdef", _numbers(*offsets))

    def entries(*offsets: int) -> bytes:
        entry = frames.text(1, "amount_fen") + frames.number(2, _INT64) + frames.text(4, bytes(16))
        return _column("prior_awards", _LIST, offsets=_numbers(*offsets), rest=frames.text(7, entry))

    lowest, highest = -(1 << 31), (1 << 31) - 1
    columns = [
        texts(0, 4, 2), texts(0, 4, 20), texts(-4, 0, 2), texts(lowest, 0, 2), texts(0, highest, highest), texts(0, 4),
        entries(0, 2, 1), entries(0, 1, 200), entries(-1, 1, 2), entries(0, highest, highest), entries(lowest, lowest, lowest),
        _column("subject_id", _DICTIONARY, _numbers(0, 2), rest=_dictionary(_numbers(0, 1, 2), b"ab")),
        _column("subject_id", _DICTIONARY, _numbers(0, -1), rest=_dictionary(_numbers(0, 1, 2), b"ab")),
        _column("subject_id", _DICTIONARY, _numbers(0, 0), rest=_dictionary(_numbers(0, 5, 2), b"ab")),
        _column("subject_id", _DICTIONARY, _numbers(0, 0)),
        _column("subject_id", _DICTIONARY, _numbers(0, lowest), rest=frames.text(3, b"\x01") + _dictionary(b"", b"")),
        _column(_FACTS + "engineering_investment_fen", _INT64, bytes(15)),
        _column("no.such", _INT64, bytes(16)), _column("x" * 4000, _INT64, bytes(16)), _column("a\0b", 99, bytes(16)),
    ]
    rows = [-1, 0, 3, 1 << 16, 1 << 62]
    calls = [_call(2, column) for column in columns] + [_call(count & (1 << 64) - 1, two) for count in rows]
    return b"".join(map(_framed, [*calls, _call(2, two, two)]))
