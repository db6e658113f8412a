# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A blocking channel to grantd, as stock gRPC stubs take it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic

import grpc
from typing_extensions import Self

from grantd import _address
from grantd._call import RpcCall
from grantd._connection import Connection
from grantd._method import Method, Request, Response, check_credentials, streams_unserved, user_fields
from grantd.config import ChannelConfig

__all__ = ["Channel"]

Metadata = Iterable[tuple[str, "str | bytes"]]

if TYPE_CHECKING:

    class _UnaryUnary(grpc.UnaryUnaryMultiCallable[Request, Response]):
        """A method of one request and one response."""
else:

    class _UnaryUnary(grpc.UnaryUnaryMultiCallable, Generic[Request, Response]):
        """A method of one request and one response."""


class Channel(grpc.Channel):
    """A channel that speaks baidu_std to a grantd daemon: ``CalculatorStub(channel)`` runs over it as it is.

    One channel for a whole program is enough. It may be used from any number of threads, carries many calls at once over
    one connection, makes that when it is first needed and again when it is lost, and repeats calls that a lost connection
    or a stopping daemon left without an answer. A call without a ``timeout`` has the configuration's deadline.
    """

    def __init__(self, target: str | None = None, config: ChannelConfig | None = None) -> None:
        """Makes a channel; nothing is connected before the first call.

        Args:
            target: ``HOST:PORT``; by default the environment's ``GRANTD_ADDRESS``, or ``127.0.0.1:7843``.
            config: Deadlines, limits, retries, the token; by default ``ChannelConfig()``.

        Raises:
            OSError: Where the token file cannot be read.
            ValueError: Where the target is no address, or the token file holds no token.
        """
        host, port = _address.parse(target)
        self._config = (config or ChannelConfig()).with_token()
        self._connection = Connection(host, port, self._config)

    def unary_unary(
        self,
        method: str,
        request_serializer: Callable[[Request], bytes] | None = None,
        response_deserializer: Callable[[bytes], Response] | None = None,
        _registered_method: bool | None = False,
    ) -> grpc.UnaryUnaryMultiCallable[Request, Response]:
        """A method by its path, ``/grantd.v1.Calculator/Evaluate``.

        Args:
            method: The path.
            request_serializer: Makes a request's bytes; by default requests are bytes.
            response_deserializer: Makes a response of bytes; by default responses are bytes.

        Returns:
            What calls the method: blocking, or as a future.
        """
        return UnaryUnary(
            self._connection, Method(method, request_serializer, response_deserializer, self._config), self._config
        )

    def unary_stream(self, method: str, *_: Any, **__: Any) -> Any:
        """A method that grantd's framing does not carry: a call of it is UNIMPLEMENTED."""
        return _Unserved(method)

    def stream_unary(self, method: str, *_: Any, **__: Any) -> Any:
        """A method that grantd's framing does not carry: a call of it is UNIMPLEMENTED."""
        return _Unserved(method)

    def stream_stream(self, method: str, *_: Any, **__: Any) -> Any:
        """A method that grantd's framing does not carry: a call of it is UNIMPLEMENTED."""
        return _Unserved(method)

    @property
    def config(self) -> ChannelConfig:
        """How the channel behaves."""
        return self._config

    def subscribe(self, callback: Callable[[grpc.ChannelConnectivity], None], try_to_connect: bool | None = False) -> None:
        """Tells ``callback`` of the connectivity, now and at every change, on the channel's own thread."""
        self._connection.watch(callback, bool(try_to_connect))

    def unsubscribe(self, callback: Callable[[grpc.ChannelConnectivity], None]) -> None:
        """Tells ``callback`` no more."""
        self._connection.unwatch(callback)

    def close(self) -> None:
        """Closes the channel for good; calls that have not ended end as CANCELLED."""
        self._connection.close()

    def __enter__(self) -> Self:
        """The channel, to be closed at the end of the block."""
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> bool | None:
        """Closes the channel."""
        self.close()
        return None


class UnaryUnary(_UnaryUnary[Request, Response]):
    """Calls a method of one request and one response.

    Every form takes the same arguments: ``timeout`` in seconds, retries included, by default the configuration's deadline;
    ``metadata``, texts that go with the call as the framing's user fields; ``wait_for_ready``, not to fail while the daemon
    refuses connections but to wait for it until the deadline. ``compression`` is not served and not used.
    """

    __slots__ = ("_config", "_connection", "_method")

    def __init__(self, connection: Connection, method: Method[Request, Response], config: ChannelConfig) -> None:
        self._connection = connection
        self._method = method
        self._config = config

    def __call__(
        self,
        request: Request,
        timeout: float | None = None,
        metadata: Metadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> Response:
        """Calls and waits for the response.

        Raises:
            GrantdError: A ``grpc.RpcError``, where there is none: with ``code()``, ``details()`` and ``field``.
            ValueError: Where the channel is closed.
        """
        return self._start(request, timeout, metadata, credentials, wait_for_ready).value()

    def with_call(
        self,
        request: Request,
        timeout: float | None = None,
        metadata: Metadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> tuple[Response, grpc.Call]:
        """Calls and waits for the response, and returns the call beside it. Raises as a call does."""
        call = self._start(request, timeout, metadata, credentials, wait_for_ready)
        return call.value(), call

    def future(
        self,
        request: Request,
        timeout: float | None = None,
        metadata: Metadata | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> RpcCall[Response]:
        """Calls and does not wait: what it returns is ``grpc.Future`` and ``grpc.Call`` in one.

        Raises:
            GrantdError: Where the request cannot be sent at all.
            ValueError: Where the channel is closed.
        """
        return self._start(request, timeout, metadata, credentials, wait_for_ready)

    def _start(
        self,
        request: Request,
        timeout: float | None,
        metadata: Metadata | None,
        credentials: grpc.CallCredentials | None,
        wait_for_ready: bool | None,
    ) -> RpcCall[Response]:
        check_credentials(credentials)
        payload = self._method.payload(request)
        deadline = time.monotonic() + (self._config.deadline if timeout is None else timeout)
        asked = self._method.asked(request)
        call: RpcCall[Response] = RpcCall(
            self._connection, self._method, payload, asked, user_fields(metadata), deadline, bool(wait_for_ready)
        )
        call.start()
        return call


class _Unserved:
    """A method with streams."""

    def __init__(self, method: str) -> None:
        self._method = method

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise streams_unserved(self._method)

    with_call = __call__
    future = __call__
