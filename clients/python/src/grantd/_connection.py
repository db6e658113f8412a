# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The connection of a blocking channel, as its callers see it."""

from __future__ import annotations

import os
import threading
import time
import weakref
from typing import Any

import grpc

from grantd._call import RpcCall
from grantd._machine import OnSubmit
from grantd._method import channel_closed, deadline_exceeded
from grantd._reader import Reader
from grantd._wire import Watcher, Wire
from grantd.config import ChannelConfig


class Connection:
    """Carries the calls of one channel.

    A caller's thread sends its own call, as far as the socket takes it at once; everything else is the reading thread's. It
    starts with the first call. A forked child starts over with a connection of its own.
    """

    def __init__(self, host: str, port: int, config: ChannelConfig) -> None:
        self._host = host
        self._port = port
        self._config = config
        self._start_over()
        _connections.add(self)

    def _start_over(self) -> None:
        self.callbacks_lock = threading.Lock()
        self._wire = Wire(self._config)
        self._abandon = weakref.finalize(self, self._wire.abandon)

    def submit(self, call: RpcCall[Any]) -> bool:
        """Takes a call. Returns ``False`` where the channel is closed."""
        wire = self._wire
        with wire.lock:
            now = time.monotonic()
            todo = wire.machine.submit(call, now)
            if todo is OnSubmit.SEND:
                wire.send(call.frame(now))
            elif todo is OnSubmit.REFUSE:
                return False
            if todo is OnSubmit.CONNECT:
                self._wake()
            elif call.deadline < wire.sleeps_until or wire.machine.next_silence < wire.sleeps_until:
                wire.wake()
        return True

    def withdraw(self, call: RpcCall[Any]) -> bool:
        """Forgets a call. Returns whether it was still open; then the caller ends it."""
        with self._wire.lock:
            found = self._wire.machine.withdraw(call)
            if found:
                self._wire.wake()
        return found

    def expire(self) -> None:
        """Ends the calls whose time is up."""
        with self._wire.lock:
            expired = self._wire.machine.expire(time.monotonic())
            if expired:
                self._wire.wake()
        for call in expired:
            call.finish(deadline_exceeded())

    def watch(self, watcher: Watcher, try_to_connect: bool) -> None:
        """Tells ``watcher`` of the present connectivity, and from now on of every change."""
        told = self.connectivity
        watcher(told)
        with self._wire.lock:
            connectivity = self.connectivity
            self._wire.watchers.append(watcher)
            if try_to_connect and self._wire.machine.connect():
                self._wake()
        if connectivity is not told:
            watcher(connectivity)

    def unwatch(self, watcher: Watcher) -> None:
        """Tells ``watcher`` no more."""
        with self._wire.lock:
            self._wire.watchers = [other for other in self._wire.watchers if other is not watcher]

    @property
    def connectivity(self) -> grpc.ChannelConnectivity:
        """Where the connection is."""
        return self._wire.machine.phase.connectivity

    @property
    def late_replies(self) -> int:
        """Replies whose callers had given up."""
        return self._wire.machine.late_replies

    @property
    def unknown_replies(self) -> int:
        """Replies that no call ever had asked for."""
        return self._wire.machine.unknown_replies

    def close(self) -> None:
        """Ends every call as cancelled, and the thread. For good."""
        with self._wire.lock:
            calls = self._wire.machine.close()
            thread = self._wire.thread
            self._wire.wake()
            if thread is None:
                self._wire.release()
        for call in calls:
            call.finish(channel_closed())
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _wake(self) -> None:
        if self._wire.thread is None:
            # The thread holds the wire, not the connection, so that a connection that nobody holds ends.
            reader = Reader(self._wire, self._host, self._port, self._config)
            self._wire.thread = threading.Thread(target=reader.run, name="grantd", daemon=True)
            self._wire.thread.start()
        else:
            self._wire.wake()

    def after_fork(self) -> None:
        """In a forked child: the parent keeps its connection and its calls."""
        self._abandon.detach()
        parents = self._wire.machine.close()
        # Closes the child's copies only.
        self._wire.release()
        self._start_over()
        for call in parents:
            call.disown()


_connections: weakref.WeakSet[Connection] = weakref.WeakSet()


def _after_fork() -> None:
    for connection in tuple(_connections):
        connection.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
