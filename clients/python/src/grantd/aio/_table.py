# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The scoring of a data frame over an asyncio channel."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import grpc.aio

from grantd import _table
from grantd.aio._bridge import worker
from grantd.v1.calculator_pb2 import Stage


async def score_frame(
    frame: Any,
    progress: bool = False,
    *,
    columns: Mapping[str, str] | None = None,
    measure: str | None = None,
    as_of: str | datetime.date | None = None,
    channel: grpc.aio.Channel | str | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    reasons: bool = False,
    money: str | None = None,
    batch_size: int | None = None,
    batches_in_flight: int = 4,
    timeout: float = 60.0,
) -> Any:
    """Assesses a table, as ``grantd.score_frame`` does, for asyncio; the event loop is not held up meanwhile.

    Args:
        frame: As for ``grantd.score_frame``; it is read in another thread, and is not to be changed before the end.
        progress: As for ``grantd.score_frame``.
        columns: As for ``grantd.score_frame``.
        measure: As for ``grantd.score_frame``.
        as_of: As for ``grantd.score_frame``.
        channel: Where to: a channel, also a stock one, or ``HOST:PORT``; by default as ``grantd.aio.Channel()``.
        stage: As for ``grantd.score_frame``.
        assume_unset_bars_absent: As for ``grantd.score_frame``.
        reasons: As for ``grantd.score_frame``.
        money: As for ``grantd.score_frame``.
        batch_size: As for ``grantd.score_frame``.
        batches_in_flight: As for ``grantd.score_frame``.
        timeout: As for ``grantd.score_frame``.

    Returns:
        A table of the same kind, as of ``grantd.score_frame``.

    Raises:
        GrantdError: As ``grantd.score_frame``.
        ImportError: As ``grantd.score_frame``.
        TypeError: As ``grantd.score_frame``.
        ValueError: As ``grantd.score_frame``.
    """
    async with worker(channel) as used:
        return await used.run(
            lambda: _table.score_frame(
                frame,
                progress,
                columns=columns,
                measure=measure,
                as_of=as_of,
                channel=used.channel,
                stage=stage,
                assume_unset_bars_absent=assume_unset_bars_absent,
                reasons=reasons,
                money=money,
                batch_size=batch_size,
                batches_in_flight=batches_in_flight,
                timeout=timeout,
            )
        )
