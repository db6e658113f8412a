# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A round of awards over an asyncio channel."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable
from typing import Any

import grpc.aio

from grantd import _progress
from grantd._award import AwardResult, Round, Row, budget_of
from grantd._award_summary import AwardSummary
from grantd.aio._bridge import worker
from grantd.v1.awards_pb2 import Envelope
from grantd.v1.calculator_pb2 import Stage


class AwardRun(AsyncIterator[AwardResult]):
    """A round of awards under way, as ``grantd.AwardRun``, for asyncio."""

    summary: AwardSummary
    """By measure and outcome; of the whole round once the last result is taken."""

    def __init__(self, results: AsyncGenerator[AwardResult, None]) -> None:
        self._results = results
        self.summary = AwardSummary()

    async def __anext__(self) -> AwardResult:
        """The next result; awards more rows where they are needed for it."""
        result = await anext(self._results)
        self.summary.add(result.response)
        return result

    async def aclose(self) -> None:
        """Ends the round here; the same call goes on from there."""
        await self._results.aclose()


def award(
    rows: Iterable[Row] | AsyncIterable[Row],
    run_id: str,
    progress: bool = False,
    *,
    envelope: Envelope | str | None = None,
    limit_fen: int | None = None,
    order_by: Callable[[Any], Any] | None = None,
    reverse: bool = False,
    dry_run: bool = False,
    reserve_seconds: int | None = None,
    channel: grpc.aio.Channel | str | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    explain: bool = False,
    batch_size: int | None = None,
    timeout: float = 60.0,
) -> AwardRun:
    """Awards a round, as ``grantd.award`` does, for asyncio; the event loop is not held up meanwhile.

    Args:
        rows: As for ``grantd.award``, also an asynchronous iterable. All of them are read before anything is awarded.
        run_id: As for ``grantd.award``.
        progress: As for ``grantd.award``.
        envelope: As for ``grantd.award``.
        limit_fen: As for ``grantd.award``.
        order_by: As for ``grantd.award``; called in another thread.
        reverse: As for ``grantd.award``.
        dry_run: As for ``grantd.award``.
        reserve_seconds: As for ``grantd.award``.
        channel: Where to: a channel, also a stock one, or ``HOST:PORT``; by default as ``grantd.aio.Channel()``.
        stage: As for ``grantd.award``.
        assume_unset_bars_absent: As for ``grantd.award``.
        explain: As for ``grantd.award``.
        batch_size: As for ``grantd.award``.
        timeout: As for ``grantd.award``.

    Returns:
        A result for each row, in the order of awarding; its ``summary`` adds them up. Rows are awarded as results are taken.

    Raises:
        GrantdError: While iterating, as ``grantd.award``.
        ValueError: As ``grantd.award``.
    """
    budget = budget_of(envelope, limit_fen)
    terms = Round(
        run_id,
        budget,
        order_by,
        reverse,
        dry_run,
        reserve_seconds,
        stage,
        assume_unset_bars_absent,
        explain,
        batch_size,
        timeout,
    )
    return AwardRun(_award(rows, terms, channel, progress))


async def _award(
    rows: Iterable[Row] | AsyncIterable[Row], terms: Round, channel: grpc.aio.Channel | str | None, progress: bool
) -> AsyncGenerator[AwardResult, None]:
    async with worker(channel) as used:
        given = [row async for row in rows] if isinstance(rows, AsyncIterable) else await used.run(lambda: list(rows))
        bar = _progress.bar(progress, given, None)
        try:
            batches = terms.results(given, used.channel)
            while (results := await used.run(lambda: next(batches, None))) is not None:
                for result in results:
                    yield result
                bar.update(len(results))
        finally:
            bar.close()
