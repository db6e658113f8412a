# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What the callers of a blocking channel and its reading thread share: one lock and what it guards."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import grpc

from grantd._call import RpcCall
from grantd._machine import Machine
from grantd._tls import TlsSocket
from grantd.config import ChannelConfig

Watcher = Callable[[grpc.ChannelConnectivity], None]

# Unsent bytes at which no more calls are sent.
_CONGESTED_BYTES = 1024 * 1024


class Wire:
    """The machine, the socket, what is not sent yet. Everything is done under ``lock``; no call is ended under it."""

    def __init__(self, config: ChannelConfig) -> None:
        self.lock = threading.Lock()
        self.machine: Machine[RpcCall[Any]] = Machine(config)
        self.socket: socket.socket | TlsSocket | None = None
        self.unsent = bytearray()
        self.watchers: list[Watcher] = []
        # Nobody is left who could make a call; the reading thread is to end.
        self.is_abandoned = False
        self.thread: threading.Thread | None = None
        # Until when the reading thread sleeps if nothing comes; minus infinity while it is awake.
        self.sleeps_until = -math.inf
        self.wake_reader, self._wake_writer = socket.socketpair()
        self.wake_reader.setblocking(False)
        self._wake_writer.setblocking(False)

    def send(self, frame: bytes) -> None:
        """Sends as much as the socket takes at once; the reading thread sends the rest."""
        sent = 0
        if self.socket is None:
            return
        if not self.unsent:
            try:
                sent = self.socket.send(frame)
            except BlockingIOError:
                pass
            except OSError:
                # The reading thread sees the same end, after the replies that still came.
                return
        if sent < len(frame):
            self.unsent += memoryview(frame)[sent:]
            self.machine.congested = len(self.unsent) >= _CONGESTED_BYTES
            self.wake()

    def send_rest(self) -> None:
        """The socket takes more."""
        if self.socket is None:
            return
        try:
            sent = self.socket.send(self.unsent)
        except OSError:
            return
        del self.unsent[:sent]
        if sent:
            self.machine.taken(time.monotonic())
        self.machine.congested = len(self.unsent) >= _CONGESTED_BYTES

    def send_waiting(self) -> None:
        """Sends the calls that there is room for."""
        if not self.machine.waiting:
            return
        now = time.monotonic()
        for call in self.machine.room(now):
            self.send(call.frame(now))

    def wake(self) -> None:
        """Lets the reading thread look around."""
        with contextlib.suppress(OSError):  # Full: enough wakes are under way. Closed: nobody is left to wake.
            self._wake_writer.send(b"\0")

    def abandon(self) -> None:
        """Nobody holds the connection any more. Takes no lock: the garbage collector may call it anywhere."""
        self.is_abandoned = True
        if self.thread is None:
            self.release()
        else:
            self.wake()

    def drop_socket(self) -> None:
        """Closes the connection."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None
        self.unsent.clear()

    def release(self) -> None:
        """Closes every socket, for good."""
        self.drop_socket()
        self.wake_reader.close()
        self._wake_writer.close()
