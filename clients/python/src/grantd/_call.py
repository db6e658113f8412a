# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A call on the blocking channel: stock gRPC's Call and Future in one."""

from __future__ import annotations

import logging
import threading
import time
import traceback as tracebacks
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic

import grpc

from grantd._machine import PendingCall
from grantd._method import Method, Request, Response, cancelled
from grantd.errors import GrantdError

if TYPE_CHECKING:
    from grpc import _CallFuture

    from grantd._connection import Connection
else:

    class _CallFuture(grpc.Call, grpc.Future, Generic[Response]):
        """A call that is a future."""


_log = logging.getLogger("grantd")


class RpcCall(PendingCall, _CallFuture[Response]):
    """One call. Its result is decoded by whoever asks for it, never by the thread that reads the socket."""

    __slots__ = ("_asked", "_callbacks", "_connection", "_done", "_method", "_outcome", "_response", "_trailing")

    def __init__(
        self,
        connection: Connection,
        method: Method[Request, Response],
        payload: bytes,
        asked: int | None,
        metadata: tuple[tuple[str, str], ...],
        deadline: float,
        wait_for_ready: bool,
    ) -> None:
        super().__init__(method.encoder, payload, metadata, deadline, wait_for_ready)
        self._connection = connection
        self._method: Method[Any, Response] = method
        self._asked = asked
        # The answer's bytes or the error; None while the call runs.
        self._outcome: bytes | GrantdError | None = None
        self._response: Response | None = None
        self._trailing: tuple[tuple[str, str], ...] = ()
        self._callbacks: list[Callable[[], None]] | None = None
        # Held until the call ends; a bare lock is the cheapest thing to wait for.
        self._done = threading.Lock()
        self._done.acquire()

    def start(self) -> None:
        """Hands the call to the connection.

        Raises:
            ValueError: Where the channel is closed.
        """
        if not self._connection.submit(self):
            raise ValueError("the channel is closed; make a new one")

    def finish(self, outcome: bytes | GrantdError, trailing: tuple[tuple[str, str], ...] = ()) -> None:
        """Ends the call, with what came beside its answer; called once, by whoever took it out of the machine."""
        with self._connection.callbacks_lock:
            self._trailing = trailing
            self._outcome = outcome
            callbacks, self._callbacks = self._callbacks, None
        self.payload = b""
        self._done.release()
        for callback in callbacks or ():
            _run(callback)

    def disown(self) -> None:
        """Ends the call in a forked child: its answer comes to the parent, and so do its callbacks."""
        self._callbacks = None
        self.finish(GrantdError(grpc.StatusCode.CANCELLED, "the call is the parent process's"))

    def wait(self) -> bytes | GrantdError:
        """The outcome, waited for until the call's deadline."""
        if self._outcome is None:
            while not self._done.acquire(timeout=max(0.0, self.deadline - time.monotonic())):
                # The reading thread looks at deadlines too, but may be busy with a name server.
                self._connection.expire()
            self._done.release()
        outcome = self._outcome
        assert outcome is not None
        return outcome

    def value(self) -> Response:
        """The response, waited for until the call's deadline.

        Raises:
            GrantdError: Where there is none.
        """
        error = self._error()
        if error is not None:
            raise error
        response: Any = self._response
        answer: Response = response
        return answer

    def _error(self) -> GrantdError | None:
        """Why there is no response; an answer that is none is an error wherever one asks. Waits for the call's end."""
        outcome = self.wait()
        if isinstance(outcome, GrantdError):
            return outcome
        if self._response is None:
            try:
                self._response = self._method.response(outcome, self._asked)
            except GrantdError as error:
                self._outcome = error
                return error
        return None

    # grpc.Future

    def cancel(self) -> bool:
        """Gives the call up. Returns whether it was still running."""
        if not self._connection.withdraw(self):
            return False
        self.finish(cancelled())
        return True

    def cancelled(self) -> bool:
        """Whether the call was given up, or its channel closed under it."""
        outcome = self._outcome
        return isinstance(outcome, GrantdError) and outcome.code() is grpc.StatusCode.CANCELLED

    def running(self) -> bool:
        """Whether the call has not ended."""
        return self._outcome is None

    def done(self) -> bool:
        """Whether the call has ended."""
        return self._outcome is not None

    def result(self, timeout: float | None = None) -> Response:
        """The response.

        Args:
            timeout: How long to wait, in seconds; by default until the call's own deadline.

        Raises:
            grpc.FutureTimeoutError: Where ``timeout`` passes first.
            grpc.FutureCancelledError: Where the call was cancelled.
            GrantdError: Where the call failed.
        """
        self._wait_at_most(timeout)
        if self.cancelled():
            raise grpc.FutureCancelledError
        return self.value()

    def exception(self, timeout: float | None = None) -> Exception | None:
        """The error of the call, or ``None``; waits and raises as ``result`` does."""
        try:
            self.result(timeout)
        except GrantdError as error:
            return error
        return None

    def traceback(self, timeout: float | None = None) -> TracebackType | None:
        """The traceback of the call's error, or ``None``; waits and raises as ``result`` does."""
        error = self.exception(timeout)
        return None if error is None else error.__traceback__

    def add_done_callback(self, fn: Callable[[Any], None]) -> None:
        """Calls ``fn(self)`` when the call ends, on the thread that ends it; at once where it has ended."""
        callback = _Bound(fn, self)
        if not self.add_callback(callback):
            _run(callback)

    # grpc.Call

    def is_active(self) -> bool:
        """Whether the call has not ended."""
        return self._outcome is None

    def time_remaining(self) -> float:
        """The seconds until the call's deadline, 0 or more."""
        return max(0.0, self.deadline - time.monotonic())

    def add_callback(self, callback: Callable[[], None]) -> bool:
        """Asks to be told of the call's end. Returns ``False``, and takes nothing, where it has ended."""
        with self._connection.callbacks_lock:
            if self._outcome is not None:
                return False
            if self._callbacks is None:
                self._callbacks = []
            self._callbacks.append(callback)
        return True

    def initial_metadata(self) -> Any:
        """None: the framing has none."""
        self.wait()
        return ()

    def trailing_metadata(self) -> Any:
        """Of an answer the framing's user fields: ``request-hash``, where the daemon keeps a log of decisions.

        Of an error its field under ``field``, where there is one. Waits for the call's end.
        """
        error = self._error()
        return self._trailing if error is None else tuple(error.trailing_metadata())

    def code(self) -> grpc.StatusCode:
        """The status; waits for the call's end."""
        error = self._error()
        return grpc.StatusCode.OK if error is None else error.code()

    def details(self) -> str:
        """What went wrong, empty where nothing did; waits for the call's end."""
        error = self._error()
        return "" if error is None else error.details() or ""

    def _wait_at_most(self, timeout: float | None) -> None:
        if timeout is None:
            self.wait()
        elif self._outcome is None:
            remaining = self.deadline - time.monotonic()
            if remaining <= timeout:
                self.wait()
            elif self._done.acquire(timeout=max(0.0, timeout)):
                self._done.release()
            else:
                raise grpc.FutureTimeoutError


class _Bound:
    """A done callback with its call."""

    __slots__ = ("_call", "_fn")

    def __init__(self, fn: Callable[[Any], None], call: RpcCall[Any]) -> None:
        self._fn = fn
        self._call = call

    def __call__(self) -> None:
        self._fn(self._call)


def _run(callback: Callable[[], None]) -> None:
    try:
        callback()
    except Exception:
        _log.error("a callback of a call failed: %s", tracebacks.format_exc())
