# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The blocking and the asyncio channel behind one face, so that a test holds for both."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine, Iterable, Iterator
from typing import Any, Protocol, TypeVar

import grpc
import grpc.aio
from google.protobuf.message import Message

import grantd
import grantd.aio
from grantd import ChannelConfig, Score
from grantd.v1.assessment_pb2 import Assessment
from grantd.v1.calculator_pb2 import ScreenResponse

M = TypeVar("M", bound=Message)
Metadata = tuple[tuple[str, str], ...]


class Caller(Protocol):
    """Makes calls of bytes."""

    def start(self, path: str, payload: bytes = b"", **options: Any) -> concurrent.futures.Future[bytes]:
        """Starts a call."""

    def call(self, path: str, payload: bytes = b"", **options: Any) -> bytes:
        """Makes a call."""

    def ask(self, path: str, request: Message, response: type[M], **options: Any) -> M:
        """Makes a call of messages."""

    def score(self, applications: Iterable[Any], **options: Any) -> Iterator[Score]:
        """Scores."""

    def evaluate(self, application: Any, **options: Any) -> Assessment:
        """Assesses one application."""

    def screen(self, request: Any, **options: Any) -> ScreenResponse:
        """Screens."""

    def connection(self) -> Any:
        """The channel's connection."""

    def close_channel(self) -> None:
        """Closes the channel."""

    def close(self) -> None:
        """Closes the channel and what it runs on."""


class SyncCaller:
    """Over the blocking channel."""

    def __init__(self, address: str, config: ChannelConfig) -> None:
        self.channel = grantd.Channel(address, config)

    def start(self, path: str, payload: bytes = b"", **options: Any) -> concurrent.futures.Future[bytes]:
        ended: concurrent.futures.Future[bytes] = concurrent.futures.Future()

        def run() -> None:
            try:
                ended.set_result(self.call(path, payload, **options))
            except BaseException as error:
                ended.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        return ended

    def call(self, path: str, payload: bytes = b"", **options: Any) -> bytes:
        method: grpc.UnaryUnaryMultiCallable[bytes, bytes] = self.channel.unary_unary(path)
        return method(payload, **options)

    def ask(self, path: str, request: Message, response: type[M], **options: Any) -> M:
        method: grpc.UnaryUnaryMultiCallable[Message, M] = self.channel.unary_unary(
            path, type(request).SerializeToString, response.FromString
        )
        return method(request, **options)

    def score(self, applications: Iterable[Any], **options: Any) -> Iterator[Score]:
        return grantd.score(applications, channel=self.channel, **options)

    def evaluate(self, application: Any, **options: Any) -> Assessment:
        answer: Assessment = grantd.evaluate(application, channel=self.channel, **options)
        return answer

    def screen(self, request: Any, **options: Any) -> ScreenResponse:
        answer: ScreenResponse = grantd.screen(request, channel=self.channel, **options)
        return answer

    def connection(self) -> Any:
        return self.channel._connection

    def close_channel(self) -> None:
        self.channel.close()

    def close(self) -> None:
        self.close_channel()


class AioCaller:
    """Over the asyncio channel, on an event loop of its own thread."""

    def __init__(self, address: str, config: ChannelConfig) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.channel = grantd.aio.Channel(address, config)

    def start(self, path: str, payload: bytes = b"", **options: Any) -> concurrent.futures.Future[bytes]:
        async def run() -> bytes:
            method: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = self.channel.unary_unary(path)
            return await method(payload, **options)

        return asyncio.run_coroutine_threadsafe(run(), self.loop)

    def call(self, path: str, payload: bytes = b"", **options: Any) -> bytes:
        return self.start(path, payload, **options).result()

    def ask(self, path: str, request: Message, response: type[M], **options: Any) -> M:
        async def run() -> M:
            method: grpc.aio.UnaryUnaryMultiCallable[Message, M] = self.channel.unary_unary(
                path, type(request).SerializeToString, response.FromString
            )
            return await method(request, **options)

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result()

    def score(self, applications: Iterable[Any], **options: Any) -> Iterator[Score]:
        scores = grantd.aio.score(applications, channel=self.channel, **options)
        while True:
            try:
                yield asyncio.run_coroutine_threadsafe(_next(scores), self.loop).result()
            except StopAsyncIteration:
                return

    def evaluate(self, application: Any, **options: Any) -> Assessment:
        answer: Assessment = self._run(grantd.aio.evaluate(application, channel=self.channel, **options))
        return answer

    def screen(self, request: Any, **options: Any) -> ScreenResponse:
        answer: ScreenResponse = self._run(grantd.aio.screen(request, channel=self.channel, **options))
        return answer

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    def connection(self) -> Any:
        return self.channel._connection

    def close_channel(self) -> None:
        asyncio.run_coroutine_threadsafe(self.channel.close(), self.loop).result()

    def close(self) -> None:
        self.close_channel()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


async def _next(scores: Any) -> Score:
    score: Score = await anext(scores)
    return score
