# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The attacks, by name."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable

import columns
import costly_policy
import frames
import grpc_attacks
import http_attacks
import tls_attacks
from attack import Attack
from bystander import in_frames, over_grpc, over_http
from crowd import Churn, Crowd, Surge, connect

_SHORT = frames.evaluate(frames.SHORT)
_EXPLAINED = frames.evaluate(frames.empty_items(10_000), explain=True)
# Under 2 KiB: short by its bytes.
_SHORT_LISTS = frames.evaluate(frames.empty_items(1_000))
_BODY = 4 << 20


def _crowd(count: int, data: bytes, *, depth: int = 1, addresses: int = 1, rate: int | None = None) -> Callable[[int], None]:
    return lambda port: Crowd(port, count, data, depth=depth, addresses=addresses, bytes_per_second=rate).run()


def _idle(count: int, addresses: int) -> Callable[[int], None]:
    """Connections that say nothing; those that are closed come back."""

    def run(port: int) -> None:
        peers: list[socket.socket] = []
        while True:
            for index in range(count):
                if index >= len(peers):
                    peers.append(connect(port, index, addresses))
                    continue
                with contextlib.suppress(BlockingIOError, OSError):
                    if peers[index].recv(1):
                        continue
                    peers[index].close()
                    peers[index] = connect(port, index, addresses)
            time.sleep(0.05)

    return run


def _noise() -> bytes:
    """Calls whose bytes are wrong in one place each: NULs, no UTF-8, endless varints, other wire types."""
    good = frames.SHORT
    wrong = [
        frames.text(2, b"2026\x0005-20"), frames.text(3, b"P\x00"), frames.text(3, b"\xff\xfe"), b"\xff" * 12,
        b"\x0b", frames.text(206, b"\x08" + b"\x80" * 11), frames.text(206, b"\x00" * 64), frames.number(206, 1),
    ]
    return b"".join(frames.evaluate(good + part) for part in wrong)


def _large_batch() -> bytes:
    """The payload of a batch of nearly 4 MiB, as alike as can be."""
    return frames.text(1, frames.items(225)) * 2200


def _broken_inside() -> bytes:
    """Calls whose compressed bytes are wrong in one place each, short ones and long ones."""
    calls = []
    for payload in (frames.text(1, frames.SHORT), bytes(1 << 20)):
        whole = frames.compressed(frames.CALCULATOR, "Evaluate", payload)
        for at in range(1, 9):
            calls.append(whole[:-at] + bytes([whole[-at] ^ 0x55]) + whole[len(whole) - at + 1 :])
    return b"".join(calls)


def _unknown() -> bytes:
    return b"".join(
        frames.frame(service, method, b"\x00" * 64)
        for service in ("", "grantd.v1.Nothing", frames.CALCULATOR, "x" * 4000)
        for method in ("", "Nothing", "evaluate", "\x00" * 64, "y" * 4000)
    )


def _malformed_after_call(port: int) -> None:
    data = _SHORT * 4 + b"GET / HTTP/1.1\r\n\r\n"
    Churn(port, data).run()


ATTACKS = [
    Attack("explained-lists x4", _crowd(4, _EXPLAINED)),
    Attack("explained-lists x64", _crowd(64, _EXPLAINED)),
    Attack("screens x64", _crowd(64, frames.screen(2000, 2000))),
    Attack("large-batches x4", _crowd(4, frames.batch(frames.items(225), 2200))),
    Attack("failing-batches x4", _crowd(4, frames.batch(frames.empty_items(900), 2200))),
    Attack("costly-policy x4", _crowd(4, costly_policy.call()), prepare=costly_policy.write),
    Attack("short-costly-policy x64", _crowd(64, costly_policy.short_call(), depth=4), prepare=costly_policy.write),
    Attack("short-lists x64", _crowd(64, _SHORT_LISTS, depth=16)),
    Attack("slow-readers x40", _crowd(40, _EXPLAINED, depth=8, rate=9_000)),
    Attack("schema-readers x900", _crowd(900, frames.get_schema(), depth=8, addresses=8, rate=1_000)),
    Attack("not-reading x20", _crowd(20, _EXPLAINED, depth=1_000, rate=0)),
    Attack("costly-calls x1000", _crowd(1000, _EXPLAINED, addresses=8)),
    Attack("descriptors", _idle(200, 8), files=64, cpu_limit=0.3),
    Attack("strangers-bodies x300",
           _crowd(300, frames.header(_BODY, 0) + bytes(_BODY - 1), addresses=4),
           bystander=in_frames(frames.batch(frames.SHORT, 1500, token=frames.TOKEN)), needs_tokens=True),
    Attack("strangers-idle x1100", _idle(1100, 8), reconnects=True, needs_tokens=True,
           bystander=in_frames(frames.evaluate(frames.SHORT, token=frames.TOKEN))),
    Attack("idle x1100", _idle(1100, 8), reconnects=True),
    Attack("truncated-frames", lambda port: Churn(port, _SHORT, addresses=8).run()),
    Attack("malformed-frames", _malformed_after_call),
    Attack("surges-of-calls x64", lambda port: Surge(port, 64, _SHORT * 400).run()),
    Attack("surges-of-noise x64", lambda port: Surge(port, 64, bytes(64 << 10)).run()),
    Attack("unknown-methods x8", _crowd(8, _unknown(), depth=4)),
    Attack("nuls x8", _crowd(8, _noise(), depth=4)),
    Attack("gzip-bombs x64", _crowd(64, frames.compressed(frames.CALCULATOR, "Evaluate", bytes(64 << 20)), depth=4)),
    Attack("gzip-batches x4", _crowd(4, frames.compressed(frames.CALCULATOR, "EvaluateBatch", _large_batch()))),
    Attack("gzip-batches x900", _crowd(900, frames.compressed(frames.CALCULATOR, "EvaluateBatch", _large_batch()), addresses=8)),
    Attack("gzip-broken x16", _crowd(16, _broken_inside(), depth=4)),
    Attack("gzip-short x16", _crowd(16, frames.compressed(frames.CALCULATOR, "Evaluate", frames.text(1, frames.SHORT)), depth=64)),
    Attack("columns-long-texts x16", _crowd(16, columns.long_texts(), depth=4)),
    Attack("columns-texts x16", _crowd(16, columns.texts_within_bounds(), depth=4)),
    Attack("columns-broken x8", _crowd(8, columns.broken(), depth=4)),
    Attack("columns-not-reading x40", _crowd(40, columns.many_rows(), depth=64, rate=0)),
    *(Attack(name, run, bystander=over_http(http_attacks.CALL)) for name, run in http_attacks.ATTACKS.items()),
    Attack("http-surges x64", lambda port: Surge(port, 64, http_attacks.HEALTH_CALL * 400).run(),
           bystander=over_http(http_attacks.CALL)),
    *(Attack(name, run, tls=True) for name, run in tls_attacks.ATTACKS.items()),
    *(Attack(name, run, bystander=over_grpc(grpc_attacks.CALL), is_grpc=True) for name, run in grpc_attacks.ATTACKS.items()),
    Attack("grpc-strangers-idle x1100", _idle(1100, 8), reconnects=True, needs_tokens=True, is_grpc=True,
           bystander=over_grpc(grpc_attacks.CALL, token=frames.TOKEN)),
]


# MARK: those that need no bystander


def calls_before_malformed(port: int) -> str:
    """Whether calls are answered that a malformed frame follows at once; what is wrong, or nothing."""
    calls = {"short": _SHORT, "batch": frames.batch(frames.SHORT, 4096), "explained": _EXPLAINED}
    for name, call in calls.items():
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", port), timeout=15) as peer:
                peer.sendall(call + b"no frame at all, " * 100)
                data = bytearray()
                with contextlib.suppress(ConnectionResetError):
                    while part := peer.recv(1 << 20):
                        data += part
                whole = len(data) >= frames.HEADER and len(data) >= frames.HEADER + int.from_bytes(data[4:8], "big")
                if not whole:
                    return f"{name}: {len(data)} bytes of a reply came, and then the end"
    return ""
