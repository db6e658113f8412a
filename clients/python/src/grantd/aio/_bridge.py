# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What works over a blocking channel, for asyncio: in a thread of its own, while its calls run on the event loop."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import grpc
import grpc.aio
from typing_extensions import Self

from grantd._schema import known_of, share
from grantd.aio._ask import opened
from grantd.errors import GrantdError

_Result = TypeVar("_Result")


class Bridge(grpc.Channel):
    """An asyncio channel as a blocking one, for one thread that is not the loop's."""

    def __init__(self, channel: grpc.aio.Channel, loop: asyncio.AbstractEventLoop) -> None:
        self._channel = channel
        self._loop = loop
        self._calls: set[concurrent.futures.Future[Any]] = set()
        self._is_closed = False
        share(self, known_of(channel))

    @property
    def config(self) -> Any:
        """How the channel behaves; ``None`` of a stock one."""
        return getattr(self._channel, "config", None)

    def unary_unary(self, method: str, *arguments: Any, **more: Any) -> Any:
        """A method by its path, as of the channel itself."""
        return _Method(self, self._channel.unary_unary(method, *arguments, **more))

    def start(self, call: Callable[[], Any]) -> concurrent.futures.Future[Any]:
        """Starts a call on the loop."""
        if self._is_closed:
            raise _given_up()

        async def run() -> Any:
            return await call()

        future = asyncio.run_coroutine_threadsafe(run(), self._loop)
        self._calls.add(future)
        future.add_done_callback(self._calls.discard)
        return future

    def close(self) -> None:
        """Gives up all calls: whoever waits for one is told so."""
        self._is_closed = True
        for call in list(self._calls):
            call.cancel()

    def subscribe(self, callback: Callable[[grpc.ChannelConnectivity], None], try_to_connect: bool | None = False) -> None:
        """Nobody asks for it here."""
        raise NotImplementedError

    def unsubscribe(self, callback: Callable[[grpc.ChannelConnectivity], None]) -> None:
        """Nobody asks for it here."""
        raise NotImplementedError

    def unary_stream(self, *arguments: Any, **more: Any) -> Any:
        """A method that grantd's framing does not carry."""
        return self._channel.unary_stream(*arguments, **more)

    def stream_unary(self, *arguments: Any, **more: Any) -> Any:
        """A method that grantd's framing does not carry."""
        return self._channel.stream_unary(*arguments, **more)

    def stream_stream(self, *arguments: Any, **more: Any) -> Any:
        """A method that grantd's framing does not carry."""
        return self._channel.stream_stream(*arguments, **more)

    def __enter__(self) -> Self:
        """The bridge, to be closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the bridge."""
        self.close()


class _Method:
    """Calls a method, and waits."""

    def __init__(self, bridge: Bridge, method: Callable[..., Any]) -> None:
        self._bridge = bridge
        self._method = method

    def __call__(self, request: Any, **options: Any) -> Any:
        try:
            return self.future(request, **options).result()
        except concurrent.futures.CancelledError:
            raise _given_up() from None

    def future(self, request: Any, **options: Any) -> concurrent.futures.Future[Any]:
        return self._bridge.start(lambda: self._method(request, **options))


class Worker:
    """The thread, and the blocking channel that it has."""

    def __init__(self, bridge: Bridge, pool: concurrent.futures.ThreadPoolExecutor, loop: asyncio.AbstractEventLoop) -> None:
        self.channel = bridge
        self._pool = pool
        self._loop = loop

    async def run(self, work: Callable[[], _Result]) -> _Result:
        """Does a piece of the work in the thread."""
        return await self._loop.run_in_executor(self._pool, work)


@contextlib.asynccontextmanager
async def worker(channel: grpc.aio.Channel | str | None) -> AsyncIterator[Worker]:
    """A thread for as long as it is used.

    One of its own: those of the loop's pool, which looks names up too, may all wait for calls that wait for a name.
    """
    loop = asyncio.get_running_loop()
    async with opened(channel) as used:
        pool = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="grantd")
        bridge = Bridge(used, loop)
        try:
            yield Worker(bridge, pool, loop)
        finally:
            # The thread ends at its next call, where it is at work still.
            bridge.close()
            pool.shutdown(wait=False, cancel_futures=True)


def _given_up() -> GrantdError:
    return GrantdError(grpc.StatusCode.CANCELLED, "the call was cancelled")
