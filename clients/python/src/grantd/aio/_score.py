# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The scoring of many applications over an asyncio channel."""

from __future__ import annotations

import asyncio
import collections
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from typing import Any

import grpc.aio
from google.protobuf.message import Message

from grantd import _progress
from grantd._batches import BATCH_PATH, Batch, BatchOptions, Entry, Gatherer, Score, most_decoded
from grantd._schema import known_of
from grantd.aio._ask import fetch, opened
from grantd.v1.calculator_pb2 import Stage

# How long an iterable is read, in seconds and in applications, before the event loop has its turn.
_SPELL = 0.001
_MOST_AT_ONCE = 256


def score(
    applications: Iterable[Message | Mapping[str, Any]] | AsyncIterable[Message | Mapping[str, Any]],
    progress: bool = False,
    *,
    channel: grpc.aio.Channel | str | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    explain: bool = False,
    batch_size: int | None = None,
    batches_in_flight: int = 4,
    timeout: float = 60.0,
    total: int | None = None,
) -> AsyncIterator[Score]:
    """Assesses as many applications as come, as ``grantd.score`` does, for asyncio.

    Args:
        applications: What to assess, an iterable or an asynchronous one: messages, or dictionaries as
            ``grantd.score`` takes them.
        progress: Show a progress bar (tqdm) on standard error.
        channel: Where to: a channel, also a stock one, or ``HOST:PORT``; by default as ``grantd.aio.Channel()``.
        stage: Eligible at all, or payable: ``Stage.DISBURSEMENT`` asks further rules.
        assume_unset_bars_absent: Take a bar whose ground is unset as absent, and list it as assumed.
        explain: Ask for the whole reasoning, in Chinese and English.
        batch_size: The most applications in one call, 1 to 4,096, or to 256 with ``explain``; by default 512, or 64.
        batches_in_flight: The most batches sent and not yet read.
        timeout: How long one batch may take, in seconds, waiting for the daemon and further attempts included.
        total: How many applications there are, for the bar; by default the iterable's length where it has one.

    Returns:
        A score for each application, in their order. What is wrong with one application stands in its score.

    Raises:
        GrantdError: While iterating, where the scoring as a whole cannot go on.
        ValueError: Where a size is out of its range.
    """
    options = BatchOptions(stage, assume_unset_bars_absent, explain, batch_size)
    if batches_in_flight < 1:
        raise ValueError(f"batches_in_flight must be 1 or more, not {batches_in_flight}")
    bar = _progress.bar(progress, applications, total)
    return _score(applications, options, channel, batches_in_flight, timeout, bar)


async def _score(
    applications: Iterable[Entry] | AsyncIterable[Entry],
    options: BatchOptions,
    channel: grpc.aio.Channel | str | None,
    batches_in_flight: int,
    timeout: float,
    bar: _progress.Bar,
) -> AsyncIterator[Score]:
    async with opened(channel) as used:
        scoring = _Scoring(used, options, batches_in_flight, timeout)
        feeding = asyncio.ensure_future(scoring.feed(applications))
        try:
            while (taken := await scoring.take()) is not None:
                count, scores = taken
                for one in scores:
                    yield one
                bar.update(count)
        finally:
            feeding.cancel()
            await asyncio.wait([feeding])
            scoring.cancel()
            bar.close()


class _Scoring:
    """A scoring under way. One task reads the source and sends; whoever iterates reads the answers."""

    def __init__(self, channel: grpc.aio.Channel, options: BatchOptions, most: int, timeout: float) -> None:
        self._channel = channel
        self._evaluate: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(BATCH_PATH)
        self._most_decoded = most_decoded(channel)
        self._gatherer = Gatherer(options, known_of(channel))
        self._most = most
        self._timeout = timeout
        # The batches that are sent and not read, in their order.
        self._sent: collections.deque[tuple[Batch, grpc.aio.UnaryUnaryCall[bytes, bytes] | None]] = collections.deque()
        self._changed = asyncio.Event()
        self._has_ended = False
        self._failure: Exception | None = None

    async def feed(self, applications: Iterable[Entry] | AsyncIterable[Entry]) -> None:
        """Reads the source, as far ahead as there is room, and sends."""
        try:
            try:
                await self._read(applications)
            except Exception as error:
                # What was read before is scored before.
                self._failure = error
            while self._gatherer:
                await self._room()
                # Meanwhile somebody may have sent it.
                if self._gatherer:
                    self._send()
        except Exception as error:
            self._failure = self._failure or error
        finally:
            self._has_ended = True
            self._changed.set()

    async def take(self) -> tuple[int, Iterable[Score]] | None:
        """The next batch's scores; ``None`` after the last."""
        while not self._sent:
            if self._gatherer:
                # The source is slow and nothing is in flight.
                self._send()
            elif self._has_ended:
                if self._failure is not None:
                    raise self._failure
                return None
            else:
                await self._change()
        batch, call = self._sent[0]
        payload = b"" if call is None else await call
        self._sent.popleft()
        self._changed.set()
        return len(batch), batch.scores(payload, self._most_decoded)

    def cancel(self) -> None:
        """Gives up what is in flight."""
        for _, call in self._sent:
            if call is not None:
                call.cancel()

    async def _read(self, applications: Iterable[Entry] | AsyncIterable[Entry]) -> None:
        if isinstance(applications, AsyncIterable):
            async for entry in applications:
                await self._make_room()
                self._gatherer.append(entry)
                await self._learn()
                if not self._sent:
                    self._send()
                    # An iterable that never waits would hold the first answer back.
                    await asyncio.sleep(0)
            return
        source = iter(applications)
        may_be_more, most = True, 1
        while may_be_more:
            await self._make_room()
            started = time.monotonic()
            may_be_more = self._gatherer.read(source, most if self._sent else 1)
            # Other tasks have their turn about every millisecond.
            most = min(2 * most, _MOST_AT_ONCE) if time.monotonic() - started < _SPELL else 1
            await self._learn()
            if self._gatherer and not self._sent:
                self._send()
            await asyncio.sleep(0)

    async def _learn(self) -> None:
        """Has the daemon's schema for a dictionary that waits for it."""
        if self._gatherer.wants_schema:
            self._gatherer.learn(await fetch(self._channel, self._timeout, wait_for_ready=True))

    async def _make_room(self) -> None:
        """Sends the batch once it is full and its turn has come."""
        if self._gatherer.is_full:
            await self._room()
            if self._gatherer.is_full:
                self._send()

    async def _room(self) -> None:
        while not self._has_room:
            await self._change()

    @property
    def _has_room(self) -> bool:
        return len(self._sent) < self._most

    def _send(self) -> None:
        batch, payload = self._gatherer.take()
        call = self._evaluate(payload, timeout=self._timeout, wait_for_ready=True) if payload else None
        self._sent.append((batch, call))
        self._changed.set()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()
