# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A client of grantd, which says whether an applicant may have a Beijing funding measure's support, how much, and why.

``Channel`` goes under the stock gRPC stubs of ``grantd.v1``; ``evaluate`` and ``screen`` ask one question, a message or a
dictionary; ``describe`` tells what a measure asks for; ``score`` assesses any number of applications, ``score_frame`` a data
frame, ``score_columns`` and ``score_batches`` typed Arrow columns; ``award`` awards a round. ``grantd.aio`` asks and scores for
asyncio. ``read_table`` and ``compare`` read spreadsheets, as ``grantd table`` does in a terminal.
"""

from typing import TYPE_CHECKING, Any

from grantd._ask import describe, evaluate, screen
from grantd._award import AwardResult, AwardRun, award
from grantd._award_summary import AwardMeasure, AwardSummary
from grantd._batches import Score
from grantd._score import score
from grantd._table import score_frame
from grantd._version import __version__
from grantd.channel import Channel
from grantd.config import ChannelConfig
from grantd.errors import GrantdError

if TYPE_CHECKING:
    from grantd._score_columns import score_batches, score_columns
    from grantd.table import compare, read_table

__all__ = [
    "AwardMeasure",
    "AwardResult",
    "AwardRun",
    "AwardSummary",
    "Channel",
    "ChannelConfig",
    "GrantdError",
    "Score",
    "__version__",
    "award",
    "compare",
    "describe",
    "evaluate",
    "read_table",
    "score",
    "score_batches",
    "score_columns",
    "score_frame",
    "screen",
]


def __getattr__(name: str) -> Any:
    # What wants Arrow is found when it is asked for.
    if name in ("compare", "read_table"):
        from grantd import table

        return getattr(table, name)
    if name in ("score_batches", "score_columns"):
        from grantd import _score_columns

        return getattr(_score_columns, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
