# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Someone with honest calls while others attack."""

from __future__ import annotations

import dataclasses
import multiprocessing
import socket
import ssl
import struct
import time
from collections.abc import Callable

import cores
import frames
from grpc_caller import EVALUATE, GRPCCaller

# Longer than any bystander is to wait; who waits longer counts as refused.
_PATIENCE = 15.0


@dataclasses.dataclass
class Figures:
    """What the bystander saw. Latencies are in milliseconds."""

    latencies: list[float] = dataclasses.field(default_factory=list)
    refused: int = 0
    reasons: set[str] = dataclasses.field(default_factory=set)

    def percentile(self, share: float) -> float:
        """The latency that this share of the calls did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("inf")


# Takes a connection that stands; what then makes one call over it and tells why it had no answer, or nothing.
Opening = Callable[[socket.socket], Callable[[], str]]


def in_frames(call: bytes) -> Opening:
    """Calls with a frame."""
    return lambda peer: lambda: _ask_in_frames(peer, call)


def over_http(request: bytes) -> Opening:
    """Calls with a request of HTTP."""
    return lambda peer: lambda: _ask_over_http(peer, request)


def over_grpc(message: bytes, token: str = "") -> Opening:
    """Calls Evaluate over gRPC."""

    def opening(peer: socket.socket) -> Callable[[], str]:
        caller = GRPCCaller(peer)
        return lambda: caller.call(EVALUATE, message, token)

    return opening


class Bystander:
    """One caller with one call in flight on a connection that it keeps, in a process of its own.

    `reconnects` has it open a connection for every call, as command-line tools do. `tls` is the certificate that the daemon
    must show, where it speaks TLS.
    """

    def __init__(
        self, port: int, opening: Opening, *, pause: float = 0.002, reconnects: bool = False, tls: str | None = None
    ) -> None:
        self._port, self._opening, self._pause, self._reconnects = port, opening, pause, reconnects
        self._tls = ssl.create_default_context(cafile=tls) if tls else None
        self._socket: socket.socket | None = None
        self._ask: Callable[[], str] | None = None
        self._counts = multiprocessing.Value("b", 0)
        self._ends = multiprocessing.Event()
        self._results: multiprocessing.Queue[Figures] = multiprocessing.Queue()
        self._process = multiprocessing.Process(target=self._run, daemon=True)

    def start(self) -> None:
        """Begins to call; nothing counts yet."""
        self._process.start()

    def count(self) -> None:
        """What is called from now on counts."""
        self._counts.value = 1

    def stop(self) -> Figures:
        """Ends it and returns what it saw."""
        self._ends.set()
        figures = self._results.get(timeout=_PATIENCE + 15)
        self._process.join()
        return figures

    def _run(self) -> None:
        cores.leave_first()
        figures = Figures()
        while not self._ends.is_set():
            counts = self._counts.value == 1
            began = time.perf_counter()
            reason = self._try()
            if counts or self._counts.value == 1:
                # A call that began before and still waited then is the attack's as well.
                figures.latencies.append((time.perf_counter() - began) * 1000)
                if reason:
                    figures.refused += 1
                    figures.reasons.add(reason)
            time.sleep(self._pause)
        self._results.put(figures)

    def _try(self) -> str:
        """One call; why it had no answer, or nothing."""
        try:
            if self._ask is None:
                self._ask = self._open()
            error = self._ask()
            if self._reconnects:
                self._close()
            return error
        except OSError as error:
            self._close()
            return type(error).__name__

    def _open(self) -> Callable[[], str]:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=_PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls:
            self._socket = self._tls.wrap_socket(self._socket, server_hostname="127.0.0.1")
        return self._opening(self._socket)

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = self._ask = None


def _ask_in_frames(peer: socket.socket, call: bytes) -> str:
    peer.sendall(call)
    header = _exactly(peer, frames.HEADER)
    body, meta = struct.unpack(">II", header[4:])
    return frames.error(_exactly(peer, body)[:meta])


def _ask_over_http(peer: socket.socket, call: bytes) -> str:
    peer.sendall(call)
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(peer, 1 << 16)
    head, _, body = data.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").lower().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    body += _exactly(peer, int(headers["content-length"]) - len(body))
    code = status.split(" ")[1]
    if code != "200":
        return f"{code} ({body.decode()})"
    return "the connection is not kept" if headers.get("connection") == "close" else ""


def _some(peer: socket.socket, most: int) -> bytes:
    part = peer.recv(most)
    if not part:
        raise ConnectionResetError("closed before the reply was there")
    return part


def _exactly(peer: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        data += _some(peer, min(count - len(data), 1 << 20))
    return bytes(data)


