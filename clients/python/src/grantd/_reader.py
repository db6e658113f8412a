# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The thread of a blocking channel: connects, reads, sends what was left over, looks at deadlines and pauses."""

from __future__ import annotations

import logging
import math
import selectors
import socket
import time
from typing import Any

import grpc

from grantd._call import RpcCall
from grantd._dialler import Dialler
from grantd._frame import FrameDecoder, Reply
from grantd._machine import OnReply, Phase
from grantd._method import (
    STOPPING,
    connection_failed,
    connection_lost,
    connection_silent,
    deadline_exceeded,
    invalid_reply,
    reply_outcome,
)
from grantd._resolve import Lookup
from grantd._tls import HANDSHAKE_LATE, Handshake, TlsSocket, alert_of, problem_of
from grantd._wire import Wire
from grantd.config import ChannelConfig
from grantd.errors import GrantdError

_log = logging.getLogger("grantd")
_READ_BYTES = 256 * 1024


class Reader:
    """Runs until the machine is closed."""

    def __init__(self, wire: Wire, host: str, port: int, config: ChannelConfig) -> None:
        self._wire = wire
        self._host = host
        self._port = port
        self._config = config
        self._selector = selectors.DefaultSelector()
        self._selector.register(wire.wake_reader, selectors.EVENT_READ)
        # What is read is put here first: room for so much, made anew, costs more than a copy of the little that comes.
        self._space = memoryview(bytearray(_READ_BYTES))
        self._decoder = FrameDecoder(config.max_reply_bytes)
        self._dialler: Dialler | None = None
        self._tls = config.tls_context()
        self._handshake: Handshake | None = None
        # Kept while it runs: a name server that does not answer has one thread waiting for it, not one an attempt.
        self._lookup: Lookup | None = None
        # When the pause between two connections ends.
        self._resume_at = math.inf
        self._watched = 0
        self._told = grpc.ChannelConnectivity.IDLE

    def run(self) -> None:
        """The thread's body."""
        calls: list[RpcCall[Any]] = []
        try:
            while self._turn():
                pass
        except BaseException:
            _log.exception("the reading thread failed; its channel is closed")
            with self._wire.lock:
                calls = self._wire.machine.close()
        finally:
            self._stop()
        error = GrantdError(grpc.StatusCode.INTERNAL, "the client failed; its log says how")
        for call in calls:
            call.finish(error)

    def _stop(self) -> None:
        if self._dialler is not None:
            self._dialler.stop()
        if self._handshake is not None:
            self._handshake.stop()
        with self._wire.lock:
            self._wire.release()
        self._selector.close()
        self._tell()

    def _turn(self) -> bool:
        wire = self._wire
        machine = wire.machine
        if machine.phase is Phase.CONNECTING and self._dialler is None and self._handshake is None:
            self._dial()
        self._tell()
        now = time.monotonic()
        with wire.lock:
            if wire.is_abandoned:
                machine.close()
            if machine.phase is Phase.CLOSED:
                return False
            self._watch_socket()
            until = min(machine.next_deadline, machine.next_silence, self._resume_at)
            if self._dialler is not None:
                until = min(until, self._dialler.due)
            if self._handshake is not None:
                until = min(until, self._handshake.deadline)
            wire.sleeps_until = until
        # Half a millisecond more than needed beats a turn for nothing: the selector's clock counts in milliseconds.
        wait = None if until == math.inf else max(0.0, until - now + 0.0005)
        events = self._selector.select(wait)
        wire.sleeps_until = -math.inf
        for key, mask in events:
            if key.fileobj is wire.wake_reader:
                self._drain_wakes()
            elif isinstance(key.data, Dialler):
                if key.data is self._dialler and isinstance(key.fileobj, socket.socket):
                    self._dialled(key.data, key.fileobj)
            elif isinstance(key.data, Handshake):
                self._shake_hands()
            else:
                if mask & selectors.EVENT_WRITE:
                    with wire.lock:
                        wire.send_rest()
                if mask & selectors.EVENT_READ:
                    self._read()
        self._look_at_clock()
        self._look_at_machine()
        return True

    # The connection.

    def _dial(self) -> None:
        now = time.monotonic()
        if self._lookup is None or self._lookup.result is not None:
            self._lookup = Lookup(self._host, self._port, self._wire.wake)
        self._dialler = Dialler(self._host, self._lookup, self._selector, now + self._config.connect_timeout)
        self._look_at_dialler(now)

    def _look_at_dialler(self, now: float) -> None:
        if self._dialler is None:
            return
        self._dialler.advance(now)
        if self._dialler.is_over:
            self._dial_failed(self._dialler.problem)
        elif now >= self._dialler.deadline:
            self._dialler.stop()
            self._dial_failed("no answer in time")

    def _dialled(self, dialler: Dialler, sock: socket.socket) -> None:
        connected = dialler.writable(sock)
        if connected is None:
            return
        dialler.stop()
        self._dialler = None
        if self._tls is None:
            self._connected(connected)
            return
        name = self._config.tls_server_name or self._host
        try:
            self._handshake = Handshake(connected, self._tls, name, self._selector, dialler.deadline)
        except (OSError, ValueError) as error:
            self._dial_failed(problem_of(error) if isinstance(error, OSError) else f"TLS: {error}")
            return
        self._shake_hands()

    def _shake_hands(self) -> None:
        if self._handshake is None:
            return
        connected = self._handshake.advance()
        problem = self._handshake.problem
        if connected is not None or problem:
            self._handshake = None
        if problem:
            self._dial_failed(problem)
        elif connected is not None:
            self._connected(connected)

    def _connected(self, connected: socket.socket | TlsSocket) -> None:
        self._decoder = FrameDecoder(self._config.max_reply_bytes)
        with self._wire.lock:
            self._wire.socket = connected
            if self._wire.machine.phase is Phase.CLOSED:
                return
            self._wire.machine.connected()
            self._wire.send_waiting()

    def _dial_failed(self, problem: str) -> None:
        self._dialler = None
        with self._wire.lock:
            if self._wire.machine.phase is Phase.CLOSED:
                return
            failed, pause = self._wire.machine.connect_failed()
            self._resume_at = time.monotonic() + pause
        _end(failed, connection_failed(f"{self._host}:{self._port}: {problem}"))

    def _read(self) -> None:
        sock = self._wire.socket
        if sock is None:
            return
        try:
            size = sock.recv_into(self._space)
        except BlockingIOError:
            return
        except OSError as error:
            self._ended(connection_lost(alert_of(error)))
            return
        if not size:
            self._ended(connection_lost())
            return
        self._received(self._decoder.feed(bytes(self._space[:size])))
        if self._decoder.problem:
            self._ended(invalid_reply(self._decoder.problem), at_fault=True)

    def _received(self, replies: list[Reply]) -> None:
        wire = self._wire
        machine = wire.machine
        answered: list[tuple[RpcCall[Any], Reply]] = []
        now = time.monotonic()
        with wire.lock:
            for reply in replies:
                what, call = machine.replied(reply.correlation_id, reply.number == STOPPING, now)
                if what is OnReply.ANSWER and call is not None:
                    answered.append((call, reply))
            if self._decoder.partial_bytes:
                machine.partial(self._decoder.partial_bytes, self._decoder.partial_id, now)
            wire.send_waiting()
        limit = self._config.max_reply_bytes
        for call, reply in answered:
            call.finish(reply_outcome(reply, limit), reply.user_fields)

    def _ended(self, error: GrantdError, *, at_fault: bool = False) -> None:
        """The connection is no more; ``error`` is for the calls that have been tried enough."""
        with self._wire.lock:
            self._forget_socket()
            if self._wire.machine.phase is Phase.CLOSED:
                return
            failed, pause = self._wire.machine.lost(at_fault=at_fault)
            self._resume_at = math.inf if pause is None else time.monotonic() + pause
        _end(failed, error)

    # What is due.

    def _look_at_clock(self) -> None:
        now = time.monotonic()
        self._look_at_dialler(now)
        if self._handshake is not None and now >= self._handshake.deadline:
            self._handshake.stop()
            self._handshake = None
            self._dial_failed(HANDSHAKE_LATE)
        with self._wire.lock:
            if now >= self._resume_at:
                self._resume_at = math.inf
                self._wire.machine.backoff_ended()
            expired = self._wire.machine.expire(now)
            is_silent = self._wire.machine.is_silent(now)
        if expired:
            _end(expired, deadline_exceeded())
        if is_silent:
            self._ended(connection_silent(), at_fault=True)

    def _look_at_machine(self) -> None:
        with self._wire.lock:
            self._wire.send_waiting()
            is_drained = self._wire.machine.is_drained
        if is_drained:
            self._ended(connection_lost())

    def _watch_socket(self) -> None:
        sock = self._wire.socket
        wanted = 0
        if sock is not None:
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._wire.unsent else 0)
        if wanted == self._watched or sock is None:
            return
        if self._watched:
            self._selector.modify(sock, wanted)
        else:
            self._selector.register(sock, wanted)
        self._watched = wanted

    def _forget_socket(self) -> None:
        if self._watched and self._wire.socket is not None:
            self._selector.unregister(self._wire.socket)
        self._watched = 0
        self._wire.drop_socket()

    def _drain_wakes(self) -> None:
        try:
            while len(self._wire.wake_reader.recv(4096)) == 4096:
                pass
        except BlockingIOError:
            pass

    def _tell(self) -> None:
        connectivity = self._wire.machine.phase.connectivity
        if connectivity is self._told:
            return
        self._told = connectivity
        for watcher in tuple(self._wire.watchers):
            try:
                watcher(connectivity)
            except Exception:
                _log.exception("a callback of a channel failed")


def _end(calls: list[RpcCall[Any]], error: GrantdError) -> None:
    for call in calls:
        call.finish(error)
