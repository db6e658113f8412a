# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Frames of baidu_std and just enough of protobuf to write requests that are as costly as they may be."""

from __future__ import annotations

import gzip
import struct

CALCULATOR = "grantd.v1.Calculator"
CATALOGUE = "grantd.v1.Catalogue"
HEADER = 12
TOKEN = "hostile-bench-0123456789abcdef0123456789"


def varint(value: int) -> bytes:
    """A base-128 varint of a number that is not negative."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field: int, value: int) -> bytes:
    """A field of an integer, bool or enum."""
    return varint(field << 3) + varint(value)


def text(field: int, value: str | bytes) -> bytes:
    """A field of a string, bytes or message."""
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def header(body: int, meta: int) -> bytes:
    """A frame's header, whatever comes behind it."""
    return b"PRPC" + struct.pack(">II", body, meta)


def frame(service: str, method: str, payload: bytes, call: int = 1, token: str = "") -> bytes:
    """A call."""
    meta = text(1, text(1, service) + text(2, method)) + number(4, call)
    if token:
        meta += text(7, token)
    return header(len(meta) + len(payload), len(meta)) + meta + payload


def compressed(service: str, method: str, payload: bytes, call: int = 1) -> bytes:
    """A call whose payload is gzip's, at its densest."""
    data = gzip.compress(payload, 9)
    meta = text(1, text(1, service) + text(2, method)) + number(3, 2) + number(4, call)
    return header(len(meta) + len(data), len(meta)) + meta + data


def error(meta: bytes) -> str:
    """The error number and text in a reply's meta; empty where there is none."""
    response = fields(fields(meta).get(2, b""))
    code, words = response.get(1, 0), response.get(2, b"")
    return f"{code} ({words.decode()})" if code else ""


def fields(message: bytes) -> dict[int, int | bytes]:
    """The varints and the length-delimited fields of a message, the last of each number."""
    out: dict[int, int | bytes] = {}
    at = 0

    def read() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        tag = read()
        value = read()
        if tag & 7 == 2:
            out[tag >> 3] = message[at : at + value]
            at += value
        else:
            out[tag >> 3] = value
    return out


# MARK: requests

_AS_OF = "2026-05-20"
_APPLICANT = number(3, 1) + number(4, 1)


def application(facts: bytes) -> bytes:
    """An Application with an applicant and one member of `facts`."""
    return text(2, _AS_OF) + text(3, "P-1") + text(4, _APPLICANT) + facts


# medical_device_common_platform, decided in about a microsecond.
SHORT = application(text(206, number(1, 1) + number(2, 800_000_000_00) + number(3, 1)))


def empty_items(count: int) -> bytes:
    """brain_stimulator_reimbursement_implant with that many items of which nothing is known."""
    return application(text(601, number(1, 1) + text(2, b"") * count))


def items(count: int) -> bytes:
    """The same with that many items of which all is known, 8 bytes each."""
    item = text(2, number(1, 1) + number(2, 100) + number(3, 1))
    return application(text(601, number(1, 1) + item * count))


def prior_awards(field: int, count: int) -> bytes:
    """Earlier awards that all count."""
    award = text(1, "medical-device.product-approval") + text(2, "P-1") + text(3, _AS_OF) + number(4, 100)
    return text(field, award) * count


def evaluate(of: bytes, explain: bool = False, call: int = 1, token: str = "") -> bytes:
    """A frame of Evaluate."""
    return frame(CALCULATOR, "Evaluate", text(1, of) + (number(4, 1) if explain else b""), call, token)


def batch(of: bytes, count: int, call: int = 1, token: str = "") -> bytes:
    """A frame of EvaluateBatch: the same application so many times."""
    return frame(CALCULATOR, "EvaluateBatch", text(1, of) * count, call, token)


def screen(awards: int, known: int) -> bytes:
    """A frame of Screen, explained in full."""
    payload = text(1, _AS_OF) + text(2, _APPLICANT) + prior_awards(3, awards)
    payload += text(4, empty_items(known)) + number(7, 1)
    return frame(CALCULATOR, "Screen", payload)


def get_schema() -> bytes:
    """A frame of GetSchema."""
    return frame(CATALOGUE, "GetSchema", b"")
