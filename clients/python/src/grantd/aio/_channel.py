# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""An asyncio channel to grantd, as stock gRPC stubs take it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

import grpc
import grpc.aio
from typing_extensions import Self

from grantd import _address
from grantd._method import Method, Request, Response, check_credentials, streams_unserved, user_fields
from grantd.aio._call import UnaryUnaryCall
from grantd.aio._connection import Connection
from grantd.config import ChannelConfig


class Channel(grpc.aio.Channel):
    """A channel that speaks baidu_std to a grantd daemon: ``CalculatorStub(channel)`` runs over it as it is.

    For the event loop of its first call, from any number of tasks. Otherwise as the blocking ``grantd.Channel``: many
    calls at once over one connection, reconnects, retries, deadlines.
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
    ) -> grpc.aio.UnaryUnaryMultiCallable[Request, Response]:
        """A method by its path, ``/grantd.v1.Calculator/Evaluate``.

        Args:
            method: The path.
            request_serializer: Makes a request's bytes; by default requests are bytes.
            response_deserializer: Makes a response of bytes; by default responses are bytes.

        Returns:
            What calls the method.
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

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        """The connectivity; with ``try_to_connect`` an idle channel begins to connect."""
        if try_to_connect:
            self._connection.loop()
            self._connection.connect()
        return self._connection.connectivity

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """Waits until the connectivity is another one."""
        while self._connection.connectivity is last_observed_state:
            await self._connection.changed()

    async def channel_ready(self) -> None:
        """Waits until the channel is connected."""
        self._connection.loop()
        await self._connection.ready()

    async def close(self, grace: float | None = None) -> None:
        """Closes the channel for good.

        Args:
            grace: How long to wait for calls that have not ended, in seconds; by default not at all. Then they end as
                CANCELLED.
        """
        await self._connection.close(grace)

    async def __aenter__(self) -> Self:
        """The channel, to be closed at the end of the block."""
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> bool | None:
        """Closes the channel."""
        await self.close()
        return None


class UnaryUnary(grpc.aio.UnaryUnaryMultiCallable[Request, Response]):
    """Calls a method of one request and one response."""

    def __init__(self, connection: Connection, method: Method[Request, Response], config: ChannelConfig) -> None:
        self._connection = connection
        self._method = method
        self._config = config

    def __call__(
        self,
        request: Request,
        *,
        timeout: float | None = None,
        metadata: Iterable[tuple[str, str | bytes]] | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> grpc.aio.UnaryUnaryCall[Request, Response]:
        """Starts the call; await what it returns.

        Args:
            request: The request.
            timeout: How long the call may take, in seconds, retries included; by default the configuration's deadline.
            metadata: Texts that go with the call as the framing's user fields.
            credentials: None may be given.
            wait_for_ready: Not to fail while the daemon refuses connections but to wait for it until the deadline.
            compression: Not served and not used.

        Raises:
            GrantdError: Where the request cannot be sent at all.
            grpc.aio.UsageError: Where the channel is closed.
        """
        loop = self._connection.loop()
        check_credentials(credentials)
        payload = self._method.payload(request)
        deadline = loop.time() + (self._config.deadline if timeout is None else timeout)
        asked = self._method.asked(request)
        call = UnaryUnaryCall(
            self._connection, self._method, payload, asked, user_fields(metadata), deadline, bool(wait_for_ready), loop
        )
        if not self._connection.submit(call):
            raise grpc.aio.UsageError("the channel is closed; make a new one")
        return call


class _Unserved:
    """A method with streams."""

    def __init__(self, method: str) -> None:
        self._method = method

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise streams_unserved(self._method)
