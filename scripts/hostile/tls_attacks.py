# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Attacks on the daemon's TLS, and a reload of its certificate under load."""

from __future__ import annotations

import contextlib
import itertools
import os
import pathlib
import signal
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable

import frames
from crowd import connect
from http_attacks import Flood

_SINK = 1 << 20
_CALL = frames.evaluate(frames.SHORT)
# A ClientHello has a few hundred bytes; a record's header has five.
_RECORD_HEADER = 5


def make_certificate(folder: pathlib.Path, name: str = "tls") -> list[str]:
    """Writes a certificate for 127.0.0.1 that vouches for itself, and its key; the daemon's options for them."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-keyout", key, "-out", certificate, "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )
    return ["--tls-cert", str(certificate), "--tls-key", str(key)]


def _careless() -> ssl.SSLContext:
    """What attackers speak TLS with."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _hello() -> bytes:
    """A ClientHello as a client sends it."""
    sent = ssl.MemoryBIO()
    client = _careless().wrap_bio(ssl.MemoryBIO(), sent, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return sent.read()


def _in_crumbs(record: bytes) -> list[bytes]:
    """A record's message in records of one byte each."""
    return [record[:3] + struct.pack(">H", 1) + bytes([byte]) for byte in record[_RECORD_HEADER:]]


def _flood(count: int, *pieces: bytes, then: bytes = b"", interval: float = 0) -> Callable[[int], None]:
    """Each connection sends the pieces, and `then` without end."""
    def all_of(_: int) -> itertools.chain[bytes]:
        return itertools.chain(pieces, itertools.repeat(then) if then else [])

    return lambda port: Flood(port, count, all_of, interval=interval).run()


class _Crowd:
    """Connections over TLS that send `data` in records of `record` bytes, again and again; lost ones come back."""

    def __init__(self, port: int, count: int, data: bytes, *, record: int = 1 << 14, reads: bool = True) -> None:
        self._port, self._count, self._reads = port, count, reads
        self._pieces = [data[place : place + record] for place in range(0, len(data), record)]
        self._context = _careless()

    def run(self) -> None:
        """Attacks until the process is ended."""
        peers: dict[int, tuple[ssl.SSLSocket, itertools.cycle[bytes]]] = {}
        while True:
            for index in range(self._count):
                if index not in peers:
                    with contextlib.suppress(OSError):
                        peers[index] = self._connect(index), itertools.cycle(self._pieces)
            for index, (peer, pieces) in list(peers.items()):
                if not self._advance(peer, pieces):
                    peer.close()
                    del peers[index]
            time.sleep(0.01)

    def _connect(self, index: int) -> ssl.SSLSocket:
        plain = connect(self._port, index, 8, slow=not self._reads)
        plain.settimeout(5)
        peer = self._context.wrap_socket(plain, server_hostname="localhost")
        peer.setblocking(False)
        return peer

    def _advance(self, peer: ssl.SSLSocket, pieces: itertools.cycle[bytes]) -> bool:
        try:
            with contextlib.suppress(ssl.SSLWantWriteError, ssl.SSLWantReadError):
                for piece in itertools.islice(pieces, 64):
                    peer.send(piece)
            with contextlib.suppress(ssl.SSLWantReadError):
                while self._reads:
                    if not peer.recv(_SINK):
                        return False
        except OSError:
            return False
        return True


def _handshakes(port: int) -> None:
    """Handshakes that are agreed on and left, one after the other."""
    context = _careless()
    for index in itertools.count():
        with contextlib.suppress(OSError):
            plain = connect(port, index, 8)
            plain.settimeout(5)
            context.wrap_socket(plain, server_hostname="localhost").close()


_HELLO = _hello()

ATTACKS: dict[str, Callable[[int], None]] = {
    "tls-half-handshakes x1000": _flood(1000, _HELLO[: len(_HELLO) // 2]),
    "tls-garbage x64": _flood(64, _HELLO, then=b"\x17\x03\x03\x40\x00" + bytes(1 << 14)),
    "tls-hello-crumbs x900": _flood(900, *_in_crumbs(_HELLO), interval=0.5),
    "tls-tiny-records x16": lambda port: _Crowd(port, 16, _CALL, record=1).run(),
    "tls-not-reading x40": lambda port: _Crowd(port, 40, frames.get_schema() * 100, reads=False).run(),
    "tls-plain-frames x64": _flood(64, then=_CALL),
    "tls-handshakes": _handshakes,
}


# MARK: a reload under load


class _Caller(threading.Thread):
    """One connection with one call after the other."""

    def __init__(self, peer: ssl.SSLSocket) -> None:
        super().__init__(daemon=True)
        self.peer, self.calls, self.problem, self.ends = peer, 0, "", threading.Event()

    def run(self) -> None:
        """Calls until it is told to end, or the connection has ended."""
        stream = self.peer.makefile("rb")
        try:
            while not self.ends.is_set():
                self.peer.sendall(_CALL)
                header = stream.read(frames.HEADER)
                if len(header) < frames.HEADER:
                    raise ConnectionResetError("closed before the reply was there")
                body, meta = struct.unpack(">II", header[4:])
                self.problem = frames.error(stream.read(body)[:meta])
                if self.problem:
                    return
                self.calls += 1
        except OSError as error:
            self.problem = f"{type(error).__name__}: {error}"


def reload_under_load(daemon_of: Callable[[list[str]], tuple[int, int]], folder: pathlib.Path) -> str:
    """SIGHUP with another certificate, ten times, while 64 connections call; what was wrong, or nothing.

    `daemon_of` starts a daemon with these options; its port and process.
    """
    options = make_certificate(folder)
    certificate, key = pathlib.Path(options[1]), pathlib.Path(options[3])
    port, process = daemon_of(options)
    context = _careless()

    def secured() -> ssl.SSLSocket:
        return context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=15), server_hostname="localhost")

    callers = [_Caller(secured()) for _ in range(64)]
    for caller in callers:
        caller.start()
    for turn in range(10):
        make_certificate(folder, f"next{turn}")
        os.replace(folder / f"next{turn}.key", key)
        os.replace(folder / f"next{turn}.pem", certificate)
        os.kill(process, signal.SIGHUP)
        wanted = ssl.PEM_cert_to_DER_cert(certificate.read_text())
        for _ in range(100):
            with secured() as peer:
                if peer.getpeercert(binary_form=True) == wanted:
                    break
            time.sleep(0.05)
        else:
            return "a new certificate was not served within 5 s"
    counts = [caller.calls for caller in callers]
    for caller in callers:
        caller.ends.set()
    for caller in callers:
        caller.join(15)
    problems = {caller.problem for caller in callers if caller.problem}
    if problems:
        return "connections were lost: " + ", ".join(sorted(problems))
    return "" if min(counts) > 0 else "a connection had no answer"
