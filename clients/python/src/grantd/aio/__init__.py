# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""grantd for asyncio programs: the channel, single questions, the scoring of many applications and of frames, and awards."""

from grantd._award import AwardResult
from grantd._award_summary import AwardMeasure, AwardSummary
from grantd._batches import Score
from grantd.aio._ask import describe, evaluate, screen
from grantd.aio._award import AwardRun, award
from grantd.aio._channel import Channel
from grantd.aio._score import score
from grantd.aio._table import score_frame

__all__ = [
    "AwardMeasure",
    "AwardResult",
    "AwardRun",
    "AwardSummary",
    "Channel",
    "Score",
    "award",
    "describe",
    "evaluate",
    "score",
    "score_frame",
    "screen",
]
