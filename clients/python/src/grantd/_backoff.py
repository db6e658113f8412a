# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The pauses between attempts to connect."""

from __future__ import annotations

from grantd.config import ChannelConfig


class Backoff:
    """Doubled by each failure in a row, bounded, shortened by chance."""

    __slots__ = ("_failures", "_initial", "_jitter", "_maximum")

    def __init__(self, config: ChannelConfig) -> None:
        self._initial = config.initial_backoff
        self._maximum = max(config.initial_backoff, config.max_backoff)
        self._jitter = config.jitter
        self._failures = 0

    def succeeded(self) -> None:
        """The peer answers: the next failure is a first one again."""
        self._failures = 0

    def failed(self, chance: float) -> float:
        """Notes a failure and returns the seconds to wait; ``chance``, 0 to 1, says how much of the jitter is taken."""
        pause: float = min(self._initial * 2 ** min(self._failures, 30), self._maximum)
        self._failures += 1
        return pause * (1 - self._jitter * chance)
