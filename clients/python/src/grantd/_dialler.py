# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Connecting without blocking: the addresses of a host, one after the other."""

from __future__ import annotations

import errno
import os
import socket


class Dialler:
    """One attempt to connect. Its socket is to be watched for writing, and ``advance`` called when it may be."""

    __slots__ = ("_candidates", "_problem", "deadline", "sock")

    def __init__(self, host: str, port: int, deadline: float) -> None:
        # By the monotonic clock, in seconds.
        self.deadline = deadline
        self.sock: socket.socket | None = None
        self._problem = "the host has no address"
        try:
            self._candidates = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            self._candidates = []
            self._problem = f"{host}: {error.strerror or error}"

    @property
    def problem(self) -> str:
        """Why the last address did not answer."""
        return self._problem

    def start(self) -> bool:
        """Turns to the next address. Returns whether there is one; then ``sock`` is connecting."""
        self.stop()
        while self._candidates:
            family, kind, protocol, _, address = self._candidates.pop(0)
            try:
                sock = socket.socket(family, kind, protocol)
            except OSError as error:
                self._problem = str(error)
                continue
            sock.setblocking(False)
            result = sock.connect_ex(address)
            if result in (0, errno.EINPROGRESS):
                self.sock = sock
                return True
            sock.close()
            self._problem = os.strerror(result)
        return False

    def advance(self) -> socket.socket | None:
        """The socket may be written to: connected, and returned, or failed."""
        assert self.sock is not None
        result = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if result:
            self._problem = os.strerror(result)
            return None
        sock, self.sock = self.sock, None
        tune(sock)
        return sock

    def stop(self) -> None:
        """Gives the present address up."""
        if self.sock is not None:
            self.sock.close()
            self.sock = None


def tune(sock: socket.socket) -> None:
    """Sends small frames at once, and finds out within a minute that a peer has gone without a word."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 60_000)):
        option = getattr(socket, name, None)
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
