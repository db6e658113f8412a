# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A round of awards over an asyncio channel."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from typing import Any

import grpc.aio

from grantd import _progress
from grantd._award import AwardResult, Round, Row
from grantd.aio._bridge import worker
from grantd.v1.calculator_pb2 import Stage


def award(
    rows: Iterable[Row] | AsyncIterable[Row],
    run_id: str,
    progress: bool = False,
    *,
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
) -> AsyncIterator[AwardResult]:
    """Awards a round, as ``grantd.award`` does, for asyncio; the event loop is not held up meanwhile.

    Args:
        rows: As for ``grantd.award``, also an asynchronous iterable. All of them are read before anything is awarded.
        run_id: As for ``grantd.award``.
        progress: As for ``grantd.award``.
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
        A result for each row, in the order of awarding. Rows are awarded as results are taken.

    Raises:
        GrantdError: While iterating, as ``grantd.award``.
        ValueError: As ``grantd.award``.
    """
    terms = Round(
        run_id, order_by, reverse, dry_run, reserve_seconds, stage, assume_unset_bars_absent, explain, batch_size, timeout
    )
    return _award(rows, terms, channel, progress)


async def _award(
    rows: Iterable[Row] | AsyncIterable[Row], terms: Round, channel: grpc.aio.Channel | str | None, progress: bool
) -> AsyncIterator[AwardResult]:
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
