# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""grantd for asyncio programs: the channel, single questions and the scoring of many applications."""

from grantd._batches import Score
from grantd.aio._ask import evaluate, screen
from grantd.aio._channel import Channel
from grantd.aio._score import score

__all__ = ["Channel", "Score", "evaluate", "score", "screen"]
