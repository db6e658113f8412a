# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The connection of an asyncio channel: a transport and a machine, all on one event loop."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Any

import grpc

from grantd._dialler import tune
from grantd._frame import FrameDecoder
from grantd._machine import Machine, OnReply, OnSubmit, Phase
from grantd._method import (
    STOPPING,
    channel_closed,
    connection_failed,
    connection_lost,
    connection_silent,
    deadline_exceeded,
    invalid_reply,
    reply_outcome,
)
from grantd._resolve import connect_problem
from grantd._tls import HANDSHAKE_LATE, alert_of, problem_of
from grantd.aio._call import UnaryUnaryCall
from grantd.aio._dialler import DialError, dial
from grantd.config import ChannelConfig
from grantd.errors import GrantdError

_Call = UnaryUnaryCall[Any, Any]


class Connection:
    """Carries the calls of one channel. Bound to the event loop of its first call."""

    def __init__(self, host: str, port: int, config: ChannelConfig) -> None:
        self._host = host
        self._port = port
        self._config = config
        self._machine: Machine[_Call] = Machine(config)
        self._tls = config.tls_context()
        # Whether a socket is connected and TLS is being agreed on.
        self._shakes_hands = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._transport: asyncio.Transport | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._unsent: list[bytes] = []
        # Whether frames are kept until the end of this turn of the loop.
        self._gathers = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = math.inf
        # What the present transport was given to send, and what the peer had taken of it at the last look, in bytes.
        self._sent_bytes = self._taken_bytes = 0
        # When to look again, where something was left to be sent then. A transport does not say when the peer takes bytes;
        # a few looks within the silence timeout are near enough.
        self._look_at = math.inf
        self._look_every = (config.silence_timeout or math.inf) / 4
        self._changed: list[asyncio.Future[None]] = []

    # What callers do.

    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop.

        Raises:
            RuntimeError: Outside the event loop that the channel is bound to.
        """
        running = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = running
        elif self._loop is not running:
            raise RuntimeError("the channel belongs to another event loop; make one for each")
        return running

    def submit(self, call: _Call) -> bool:
        """Takes a call. Returns ``False`` where the channel is closed."""
        assert self._loop is not None
        todo = self._machine.submit(call, self._loop.time())
        if todo is OnSubmit.REFUSE:
            return False
        if todo is OnSubmit.SEND:
            self._send(call)
        elif todo is OnSubmit.CONNECT:
            self._connect()
        self._set_timer()
        return True

    def withdraw(self, call: _Call) -> bool:
        """Forgets a call. Returns whether it was still open; then the caller ends it."""
        found = self._machine.withdraw(call)
        if found:
            self._look_around()
        return found

    def connect(self) -> None:
        """Makes a connection where there is none."""
        if self._machine.connect():
            self._connect()

    @property
    def connectivity(self) -> grpc.ChannelConnectivity:
        """Where the connection is."""
        return self._machine.phase.connectivity

    @property
    def late_replies(self) -> int:
        """Replies whose callers had given up."""
        return self._machine.late_replies

    @property
    def unknown_replies(self) -> int:
        """Replies that no call ever had asked for."""
        return self._machine.unknown_replies

    async def changed(self) -> None:
        """Waits for a change of the connectivity."""
        waiter = self.loop().create_future()
        self._changed.append(waiter)
        await waiter

    async def ready(self, until: Callable[[], bool] = lambda: False) -> None:
        """Waits for a connection, or until ``until()`` holds at a change."""
        while self.connectivity is not grpc.ChannelConnectivity.READY and not until():
            if self._machine.phase is Phase.CLOSED:
                raise channel_closed()
            self.connect()
            await self.changed()

    async def close(self, grace: float | None) -> None:
        """Ends every call as cancelled, after waiting ``grace`` seconds for them. For good."""
        open_calls = [*self._machine.in_flight.values(), *self._machine.waiting]
        if grace and open_calls:
            await asyncio.wait([asyncio.ensure_future(call.code()) for call in open_calls], timeout=grace)
        calls = self._machine.close()
        self._flush()
        self._drop_transport()
        if self._timer is not None:
            self._timer.cancel()
        connecting, self._connecting = self._connecting, None
        for call in calls:
            call.finish(channel_closed())
        self._tell()
        if connecting is not None:
            connecting.cancel()
            await asyncio.wait([connecting])

    # Sending.

    def _send(self, call: _Call) -> None:
        assert self._loop is not None
        frame = call.frame(self._loop.time())
        if self._gathers:
            self._unsent.append(frame)
        elif self._transport is not None:
            # The first call of a turn of the loop goes out at once, those after it together.
            self._gathers = True
            self._loop.call_soon(self._flush)
            self._write(frame)

    def _flush(self) -> None:
        self._gathers = False
        if self._unsent and self._transport is not None:
            self._write(b"".join(self._unsent))
            self._set_timer()
        self._unsent.clear()

    def _write(self, data: bytes) -> None:
        assert self._transport is not None
        self._sent_bytes += len(data)
        self._transport.write(data)
        self._look_at_sending()

    def _look_at_sending(self) -> None:
        """Tells the machine where the peer has taken more of what was left to be sent."""
        if self._loop is None or self._transport is None:
            return
        now = self._loop.time()
        unsent = self._transport.get_write_buffer_size()
        taken = self._sent_bytes - unsent
        if taken > self._taken_bytes and self._look_at < math.inf:
            self._machine.taken(now)
        self._taken_bytes = taken
        self._look_at = now + self._look_every if unsent else math.inf

    def _look_around(self) -> None:
        assert self._loop is not None
        for call in self._machine.room(self._loop.time()):
            self._send(call)
        self._set_timer()
        if self._machine.is_drained:
            self._end(connection_lost())

    # The connection.

    def _connect(self) -> None:
        assert self._loop is not None
        self._connecting = self._loop.create_task(self._dial())
        self._tell()

    async def _dial(self) -> None:
        assert self._loop is not None
        problem = ""
        try:
            await asyncio.wait_for(self._make(self._loop), self._config.connect_timeout)
        except asyncio.TimeoutError:
            problem = HANDSHAKE_LATE if self._shakes_hands else "no answer in time"
        except DialError as error:
            problem = str(error)
        except OSError as error:
            problem = problem_of(error) if self._shakes_hands else connect_problem(error)
        except ValueError as error:
            problem = f"TLS: {error}"
        # A connection that was lost at once may have begun the next attempt already.
        if self._connecting is asyncio.current_task():
            self._connecting = None
        # A connection may have been made just as the time for it was up.
        if problem and self._machine.phase is Phase.CONNECTING:
            failed, pause = self._machine.connect_failed()
            self._back_off(failed, connection_failed(f"{self._host}:{self._port}: {problem}"), pause)

    async def _make(self, loop: asyncio.AbstractEventLoop) -> None:
        self._shakes_hands = False
        sock = await dial(self._host, self._port)
        self._shakes_hands = self._tls is not None
        name = (self._config.tls_server_name or self._host) if self._tls else None
        try:
            await loop.create_connection(
                lambda: _Protocol(self, self._config.max_reply_bytes), sock=sock, ssl=self._tls, server_hostname=name
            )
        except BaseException:
            sock.close()
            raise

    def made(self, transport: asyncio.Transport) -> None:
        """A connection is made."""
        if self._machine.phase is not Phase.CONNECTING:
            transport.abort()
            return
        self._transport = transport
        self._unsent.clear()
        self._machine.connected()
        self._tell()
        self._look_around()

    def holds(self, transport: asyncio.Transport | None) -> bool:
        """Whether this is the present connection."""
        return transport is not None and self._transport is transport

    def received(self, decoder: FrameDecoder, data: bytes) -> None:
        """Bytes came."""
        assert self._loop is not None
        now = self._loop.time()
        for reply in decoder.feed(data):
            what, call = self._machine.replied(reply.correlation_id, reply.number == STOPPING, now)
            if what is OnReply.ANSWER and call is not None:
                call.finish(reply_outcome(reply, self._config.max_reply_bytes), reply.user_fields)
        if decoder.problem:
            self._end(invalid_reply(decoder.problem), at_fault=True)
            return
        if decoder.partial_bytes:
            self._machine.partial(decoder.partial_bytes, decoder.partial_id, now)
        if self._machine.waiting or self._machine.phase is Phase.DRAINING:
            self._look_around()

    def congested(self, is_congested: bool) -> None:
        """The transport's buffer is full, or has room again."""
        self._machine.congested = is_congested
        if not is_congested:
            self._look_around()

    def lost(self, error: Exception | None) -> None:
        """The peer has ended the connection."""
        self._end(connection_lost(alert_of(error)))

    def _end(self, error: GrantdError, *, at_fault: bool = False) -> None:
        """The connection is no more; ``error`` is for the calls that have been tried enough."""
        self._drop_transport()
        self._unsent.clear()
        if self._machine.phase is Phase.CLOSED:
            return
        failed, pause = self._machine.lost(at_fault=at_fault)
        if pause is not None:
            self._back_off(failed, error, pause)
            return
        for call in failed:
            call.finish(error)
        if self._machine.phase is Phase.CONNECTING:
            self._connect()
        self._tell()

    def _back_off(self, failed: list[_Call], error: GrantdError, pause: float) -> None:
        assert self._loop is not None
        for call in failed:
            call.finish(error)
        self._loop.call_later(pause, self._resume)
        self._tell()

    def _resume(self) -> None:
        if self._machine.backoff_ended():
            self._connect()
        self._tell()

    def _drop_transport(self) -> None:
        transport, self._transport = self._transport, None
        self._sent_bytes = self._taken_bytes = 0
        self._look_at = math.inf
        if transport is not None:
            transport.close() if self._machine.phase is Phase.CLOSED else transport.abort()

    # What is due.

    def _set_timer(self) -> None:
        """Lets ``_look_at_clock`` run when something may be due."""
        assert self._loop is not None
        due = min(self._machine.next_deadline, self._machine.next_silence, self._look_at)
        if due >= self._timer_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = due
        self._timer = self._loop.call_at(due, self._look_at_clock)

    def _look_at_clock(self) -> None:
        assert self._loop is not None
        self._timer, self._timer_at = None, math.inf
        now = self._loop.time()
        expired = self._machine.expire(now)
        for call in expired:
            call.finish(deadline_exceeded())
        self._look_at_sending()
        if self._machine.is_silent(now):
            self._end(connection_silent(), at_fault=True)
        elif expired:
            self._look_around()
        self._set_timer()

    def _tell(self) -> None:
        for waiter in self._changed:
            if not waiter.done():
                waiter.set_result(None)
        self._changed.clear()


class _Protocol(asyncio.Protocol):
    """Passes on what a transport says, as long as it is the connection's present one."""

    def __init__(self, connection: Connection, max_reply_bytes: int) -> None:
        self._connection = connection
        self._transport: asyncio.Transport | None = None
        self._decoder = FrameDecoder(max_reply_bytes)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        sock = transport.get_extra_info("socket")
        if sock is not None:
            tune(sock)
        self._connection.made(transport)

    def data_received(self, data: bytes) -> None:
        if self._connection.holds(self._transport):
            self._connection.received(self._decoder, data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._connection.holds(self._transport):
            self._connection.lost(exc)

    def pause_writing(self) -> None:
        if self._connection.holds(self._transport):
            self._connection.congested(True)

    def resume_writing(self) -> None:
        if self._connection.holds(self._transport):
            self._connection.congested(False)
