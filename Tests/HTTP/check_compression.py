# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Every conformance vector compressed, by libraries that share nothing with the daemon: Python's gzip and zlib, and the Rust snappy.

In frames in each of brpc's kinds, the reply in the same; over HTTP by `content-encoding`, the reply by `accept-encoding`.
"""

from __future__ import annotations

import gzip
import http.client
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import cramjam
from contract import HTTP, SECONDS, Failure, Frames, Vector, vectors

_LIMIT = 4 << 20


@dataclass
class Kind:
    """A way to compress: brpc's number, HTTP's name where it has one, and how."""

    number: int
    name: str
    pack: Callable[[bytes], bytes]
    unpack: Callable[[bytes], bytes]


def _gunzip(data: bytes) -> bytes:
    # Whole members and nothing behind them, as protobuf's GzipInputStream wants it.
    unzip = zlib.decompressobj(31)
    out = unzip.decompress(data) + unzip.flush()
    assert unzip.eof and not unzip.unused_data, "cut off, or something behind it"
    return out


KINDS = [
    Kind(1, "", lambda data: bytes(cramjam.snappy.compress_raw(data)), lambda data: bytes(cramjam.snappy.decompress_raw(data))),
    Kind(2, "gzip", lambda data: gzip.compress(data, 6), _gunzip),
    Kind(3, "deflate", lambda data: zlib.compress(data, 6), zlib.decompress),
]


def _check_frames(vector: Vector, frames: Frames, plain: bytes | Failure) -> None:
    for kind in KINDS:
        found = frames.call(vector.path, kind.pack(vector.payload), kind.number)
        if isinstance(plain, Failure):
            assert found == plain, f"kind {kind.number}: {found}"
        else:
            assert not isinstance(found, Failure), f"kind {kind.number}: {found}"
            assert frames.compress_type == kind.number, f"a reply of kind {frames.compress_type} to one of {kind.number}"
            assert kind.unpack(found) == plain, f"kind {kind.number}: another answer"


def _post(connection: http.client.HTTPConnection, path: str, body: bytes, **headers: str) -> tuple[int, str, bytes]:
    """Status, content-encoding and body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("POST", path, body, {"content-type": "application/proto", **named})
    reply = connection.getresponse()
    return reply.status, reply.headers.get("content-encoding", ""), reply.read()


def _check_http(vector: Vector, http: HTTP) -> bool:
    """Whether the reply came compressed."""
    status, _, plain = http.post(vector.path, "proto", vector.payload)
    packed = False
    for kind in KINDS[1:]:
        found, coding, body = _post(
            http.connection, vector.path, kind.pack(vector.payload), content_encoding=kind.name, accept_encoding="gzip, br"
        )
        assert found == status, f"{kind.name}: {found} in place of {status}: {body!r}"
        assert coding in ("", "gzip"), coding
        assert (gzip.decompress(body) if coding else body) == plain, f"{kind.name}: another answer"
        packed = packed or bool(coding)
    return packed


def _check_hostile(address: str, frames: Frames) -> None:
    """Bombs and what is broken: an error of the call alone."""
    for kind in KINDS:
        bomb = kind.pack(bytes(_LIMIT + 1))
        for method in ("Evaluate", "EvaluateBatch"):
            path = f"/grantd.v1.Calculator/{method}"
            found = frames.call(path, bomb, kind.number)
            assert isinstance(found, Failure) and found.status == "RESOURCE_EXHAUSTED", found
            for broken in (bomb[:-1], bomb[: len(bomb) // 2], b"\xff" * 20, b""):
                found = frames.call(path, broken, kind.number)
                words = ("INVALID_ARGUMENT", "RESOURCE_EXHAUSTED")
                assert isinstance(found, Failure) and found.status in words, found
    found = frames.call("/grantd.v1.Calculator/Evaluate", b"", 4)
    assert isinstance(found, Failure) and "1 (snappy), 2 (gzip) and 3 (zlib)" in found.message, found
    connection = http.client.HTTPConnection(address, timeout=SECONDS)
    status, _, body = _post(connection, "/grantd.v1.Calculator/Evaluate", gzip.compress(bytes(_LIMIT + 1)), content_encoding="gzip")
    assert status == 429, (status, body)
    status, _, body = _post(connection, "/grantd.v1.Calculator/Evaluate", b"x", content_encoding="br")
    assert status == 501, (status, body)


def check(address: str) -> str:
    http, frames = HTTP(address), Frames(address)
    count = packed = 0
    wrong: list[str] = []
    for vector in vectors():
        count += 1
        try:
            _check_frames(vector, frames, frames.call(vector.path, vector.payload))
            if vector.method is not None:
                packed += _check_http(vector, http)
        except AssertionError as error:
            wrong.append(f"{vector.id}: {error}")
    assert count and packed, "no vectors, or no reply that was compressed over HTTP"
    summary = f"{count} vectors in three kinds of frames and two codings of HTTP, {packed} with compressed replies there, {len(wrong)} differ"
    assert not wrong, "\n  ".join([summary, *wrong[:20]])
    _check_hostile(address, frames)
    return summary
