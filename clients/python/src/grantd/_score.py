# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The scoring of many applications over a blocking channel."""

from __future__ import annotations

import collections
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

import grpc
from google.protobuf.message import Message

from grantd import _progress
from grantd._ask import fetch, opened
from grantd._batches import BATCH_PATH, Batch, BatchOptions, Entry, Gatherer, Score, most_decoded
from grantd._schema import known_of
from grantd.v1.application_pb2 import Application
from grantd.v1.calculator_pb2 import Stage

# A source that takes longer for one application, in seconds, is not read ahead of results that are due.
_SLOW = 0.005


def score(
    applications: Iterable[Application | Message | Mapping[str, Any]],
    progress: bool = False,
    *,
    channel: grpc.Channel | str | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    explain: bool = False,
    batch_size: int | None = None,
    batches_in_flight: int = 4,
    timeout: float = 60.0,
    total: int | None = None,
) -> Iterator[Score]:
    """Assesses as many applications as come, in batches, several of them in flight; scores in their order.

    The iterable is read no faster than scores are taken, so memory stays bounded however many applications there are.
    While nothing is in flight an application is sent at once, so a slow iterable waits for no batch to fill. A daemon that
    is restarted meanwhile is waited for, and its unanswered batches are sent again.

    Args:
        applications: What to assess: messages, or dictionaries with the .proto's names, read as strictly as
            ``grantctl`` reads JSON. What this package's own contract does not have, the facts of a programme that was
            added to the daemon, is read by the daemon's schema, which is asked for once a channel.
        progress: Show a progress bar (tqdm) on standard error.
        channel: Where to: a channel, also a stock one, or ``HOST:PORT``; by default as ``grantd.Channel()``.
        stage: Eligible at all, or payable: ``Stage.DISBURSEMENT`` asks further rules.
        assume_unset_bars_absent: Take a bar whose ground is unset as absent, and list it as assumed.
        explain: Ask for the whole reasoning, in Chinese and English.
        batch_size: The most applications in one call, 1 to 4,096, or to 256 with ``explain``; by default 512, or 64.
        batches_in_flight: The most batches sent and not yet read.
        timeout: How long one batch may take, in seconds, waiting for the daemon and further attempts included.
        total: How many applications there are, for the bar; by default the iterable's length where it has one.

    Returns:
        A score for each application. What is wrong with one application stands in its score.

    Raises:
        GrantdError: While iterating, where the scoring as a whole cannot go on.
        ValueError: Where a size is out of its range.
    """
    options = BatchOptions(stage, assume_unset_bars_absent, explain, batch_size)
    if batches_in_flight < 1:
        raise ValueError(f"batches_in_flight must be 1 or more, not {batches_in_flight}")
    bar = _progress.bar(progress, applications, total)
    return score_entries(applications, options, channel, batches_in_flight, timeout, bar)


def score_entries(
    entries: Iterable[Entry],
    options: BatchOptions,
    channel: grpc.Channel | str | None,
    batches_in_flight: int,
    timeout: float,
    bar: _progress.Bar,
) -> Iterator[Score]:
    """The same, with the arguments checked; an entry may be an error already."""
    try:
        with opened(channel) as used:
            for count, scores in _Scoring(used, options, batches_in_flight, timeout).run(iter(entries)):
                yield from scores
                bar.update(count)
    finally:
        bar.close()


class _Scoring:
    """A scoring under way: the batches that are sent and not read, in their order."""

    def __init__(self, channel: grpc.Channel, options: BatchOptions, most: int, timeout: float) -> None:
        self._channel = channel
        self._evaluate: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(BATCH_PATH)
        self._most_decoded = most_decoded(channel)
        self._gatherer = Gatherer(options, known_of(channel))
        self._most = most
        self._timeout = timeout
        self._sent: collections.deque[tuple[Batch, Any]] = collections.deque()
        # The calls that have ended since somebody looked.
        self._ended: list[Any] = []

    def run(self, source: Iterator[Entry]) -> Generator[tuple[int, Iterable[Score]], None, None]:
        failure: Exception | None = None
        has_ended = is_slow = False
        try:
            while True:
                # Cleared before anybody looks, so that none is overlooked.
                self._ended.clear()
                while self._sent and (has_ended or is_slow or len(self._sent) >= self._most or self._is_first_done):
                    yield self._take()
                if self._gatherer and not self._sent:
                    # Nothing is in flight, so nothing is won by waiting for a batch to fill.
                    self._send()
                    if is_slow or has_ended:
                        continue
                if has_ended:
                    break
                started = time.monotonic()
                try:
                    # Where nothing is in flight the first application is sent before the next one is asked for.
                    has_ended = not self._gatherer.read(source, None if self._sent else 1, self._ended)
                    is_slow = not self._sent and time.monotonic() - started > _SLOW
                    if self._gatherer.wants_schema:
                        self._gatherer.learn(fetch(self._channel, self._timeout, wait_for_ready=True))
                except Exception as error:
                    # What was read before is scored before.
                    failure, has_ended = error, True
                if self._gatherer.is_full or (has_ended and self._gatherer):
                    self._send()
        finally:
            for _, call in self._sent:
                if call is not None:
                    call.cancel()
        if failure is not None:
            raise failure

    @property
    def _is_first_done(self) -> bool:
        call = self._sent[0][1]
        return call is None or bool(call.done())

    def _send(self) -> None:
        batch, payload = self._gatherer.take()
        call = self._evaluate.future(payload, timeout=self._timeout, wait_for_ready=True) if payload else None
        self._sent.append((batch, call))
        if call is not None:
            call.add_done_callback(self._ended.append)

    def _take(self) -> tuple[int, Iterable[Score]]:
        batch, call = self._sent[0]
        scores = batch.scores(call.result() if call is not None else b"", self._most_decoded)
        self._sent.popleft()
        return len(batch), scores
