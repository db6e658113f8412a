# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Connecting without blocking: the addresses of a host, each a little after the one before, until one answers."""

from __future__ import annotations

import errno
import math
import os
import selectors
import socket

from grantd._resolve import ATTEMPT_DELAY, Address, Lookup, connect_problem, lookup_problem


class Dialler:
    """One attempt to connect. Its sockets are watched for writing, with it as their key's data."""

    __slots__ = ("_addresses", "_lookup", "_next_at", "_selector", "_sockets", "deadline", "host", "problem")

    def __init__(self, host: str, lookup: Lookup, selector: selectors.BaseSelector, deadline: float) -> None:
        self.host = host
        # By the monotonic clock, in seconds.
        self.deadline = deadline
        # Why the last address did not answer.
        self.problem = ""
        self._lookup = lookup
        self._selector = selector
        # The addresses that have not been tried; None while they are not known.
        self._addresses: list[Address] | None = None
        self._next_at = -math.inf
        self._sockets: set[socket.socket] = set()

    @property
    def due(self) -> float:
        """When ``advance`` is to be called at the latest."""
        return min(self.deadline, self._next_at) if self._addresses else self.deadline

    @property
    def is_over(self) -> bool:
        """Whether no address is left that could answer."""
        return self._addresses == [] and not self._sockets

    def advance(self, now: float) -> None:
        """Turns to the next address where that is due: none is under way, or the last one has had its time."""
        if self._addresses is None:
            result = self._lookup.result
            if isinstance(result, OSError):
                self.problem = lookup_problem(self.host, result)
                self._addresses = []
            elif result is not None:
                self._addresses = list(result)
                if not result:
                    self.problem = f"{self.host}: the host has no address"
        while self._addresses and (not self._sockets or now >= self._next_at):
            self._start(self._addresses.pop(0))
            self._next_at = now + ATTEMPT_DELAY

    def writable(self, sock: socket.socket) -> socket.socket | None:
        """A socket may be written to: it is connected, and returned, or has failed."""
        self._selector.unregister(sock)
        self._sockets.discard(sock)
        result = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if result:
            sock.close()
            self.problem = os.strerror(result)
            return None
        tune(sock)
        return sock

    def stop(self) -> None:
        """Gives up what is under way."""
        for sock in self._sockets:
            self._selector.unregister(sock)
            sock.close()
        self._sockets.clear()

    def _start(self, address: Address) -> None:
        try:
            sock = socket.socket(address.family, address.kind, address.protocol)
        except OSError as error:
            self.problem = connect_problem(error)
            return
        sock.setblocking(False)
        result = sock.connect_ex(address.where)
        if result in (0, errno.EINPROGRESS):
            self._sockets.add(sock)
            self._selector.register(sock, selectors.EVENT_WRITE, self)
        else:
            sock.close()
            self.problem = os.strerror(result)


def tune(sock: socket.socket) -> None:
    """Sends small frames at once, and finds out within a minute that a peer has gone without a word."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 60_000)):
        option = getattr(socket, name, None)
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
