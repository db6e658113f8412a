# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A client of grantd, which says whether an applicant may have a Beijing funding measure's support, how much, and why.

``Channel`` goes under the stock gRPC stubs of ``grantd.v1``; ``evaluate`` and ``screen`` ask one question, a message or a
dictionary; ``score`` assesses any number of applications, ``score_frame`` a pandas DataFrame. ``grantd.aio`` has the same for
asyncio.
"""

from grantd._ask import evaluate, screen
from grantd._batches import Score
from grantd._score import score
from grantd._table import score_frame
from grantd._version import __version__
from grantd.channel import Channel
from grantd.config import ChannelConfig
from grantd.errors import GrantdError

__all__ = ["Channel", "ChannelConfig", "GrantdError", "Score", "__version__", "evaluate", "score", "score_frame", "screen"]
