# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A call on the asyncio channel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio

from grantd._machine import PendingCall
from grantd._method import Method, Request, Response, cancelled
from grantd.errors import GrantdError

if TYPE_CHECKING:
    from grantd.aio._connection import Connection


class UnaryUnaryCall(PendingCall, grpc.aio.UnaryUnaryCall[Request, Response]):
    """One call: await it for its response. It runs whether it is awaited or not."""

    __slots__ = ("_asked", "_callbacks", "_connection", "_loop", "_method", "_outcome", "_response", "_trailing", "_waiters")

    def __init__(
        self,
        connection: Connection,
        method: Method[Request, Response],
        payload: bytes,
        asked: int | None,
        metadata: tuple[tuple[str, str], ...],
        deadline: float,
        wait_for_ready: bool,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(method.encoder, payload, metadata, deadline, wait_for_ready)
        self._connection = connection
        self._method = method
        self._asked = asked
        self._loop = loop
        # The answer's bytes or the error; None while the call runs.
        self._outcome: bytes | GrantdError | None = None
        self._response: Response | None = None
        self._trailing: tuple[tuple[str, str], ...] = ()
        self._waiters: list[asyncio.Future[None]] = []
        self._callbacks: list[Callable[[Any], None]] = []

    def finish(self, outcome: bytes | GrantdError, trailing: tuple[tuple[str, str], ...] = ()) -> None:
        """Ends the call, with what came beside its answer; called once, by whoever took it out of the machine."""
        self._outcome = outcome
        self._trailing = trailing
        self.payload = b""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()
        for callback in self._callbacks:
            self._loop.call_soon(callback, self)
        self._callbacks.clear()

    def __await__(self) -> Generator[Any, None, Response]:
        """The response.

        Raises:
            GrantdError: A ``grpc.aio.AioRpcError``, where there is none.
            asyncio.CancelledError: Where the call was cancelled; cancelling the task that awaits it cancels the call.
        """
        outcome = yield from self._wait()
        error = self._settle(outcome)
        if error is not None:
            if error.code() is grpc.StatusCode.CANCELLED:
                raise asyncio.CancelledError(error.details())
            raise error
        response: Any = self._response
        answer: Response = response
        return answer

    def _settle(self, outcome: bytes | GrantdError) -> GrantdError | None:
        """Why there is no response; an answer that is none is an error wherever one asks."""
        if isinstance(outcome, GrantdError):
            return outcome
        if self._response is None:
            try:
                self._response = self._method.response(outcome, self._asked)
            except GrantdError as error:
                self._outcome = error
                return error
        return None

    def _wait(self) -> Generator[Any, None, bytes | GrantdError]:
        while self._outcome is None:
            waiter: asyncio.Future[None] = self._loop.create_future()
            self._waiters.append(waiter)
            try:
                yield from waiter
            except asyncio.CancelledError:
                self.cancel()
                raise
        return self._outcome

    async def _error(self) -> GrantdError | None:
        # Asks that do not cancel the call when they are cancelled.
        while self._outcome is None:
            waiter: asyncio.Future[None] = self._loop.create_future()
            self._waiters.append(waiter)
            await waiter
        return self._settle(self._outcome)

    def cancel(self) -> bool:
        """Gives the call up. Returns whether it was still running."""
        if self._outcome is not None or not self._connection.withdraw(self):
            return False
        self.finish(cancelled())
        return True

    def cancelled(self) -> bool:
        """Whether the call was given up, or its channel closed under it."""
        outcome = self._outcome
        return isinstance(outcome, GrantdError) and outcome.code() is grpc.StatusCode.CANCELLED

    def done(self) -> bool:
        """Whether the call has ended."""
        return self._outcome is not None

    def time_remaining(self) -> float:
        """The seconds until the call's deadline, 0 or more."""
        return max(0.0, self.deadline - self._loop.time())

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        """Calls ``callback(self)`` soon after the call has ended."""
        if self._outcome is None:
            self._callbacks.append(callback)
        else:
            self._loop.call_soon(callback, self)

    async def initial_metadata(self) -> grpc.aio.Metadata:
        """None: the framing has none."""
        await self._error()
        return grpc.aio.Metadata()

    async def trailing_metadata(self) -> grpc.aio.Metadata:
        """Of an answer the framing's user fields: ``request-hash``, where the daemon keeps a log of decisions.

        Of an error its field under ``field``, where there is one. Waits for the call's end.
        """
        error = await self._error()
        return grpc.aio.Metadata(*self._trailing) if error is None else error.trailing_metadata() or grpc.aio.Metadata()

    async def code(self) -> grpc.StatusCode:
        """The status; waits for the call's end."""
        error = await self._error()
        return grpc.StatusCode.OK if error is None else error.code()

    async def details(self) -> str:
        """What went wrong, empty where nothing did; waits for the call's end."""
        error = await self._error()
        return "" if error is None else error.details() or ""

    async def wait_for_connection(self) -> None:
        """Waits until the call is sent, or has ended.

        Raises:
            GrantdError: Where it has failed.
        """
        await self._connection.ready(until=self.done)
        if isinstance(self._outcome, GrantdError):
            raise self._outcome
