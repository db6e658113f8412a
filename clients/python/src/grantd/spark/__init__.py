# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Scoring of Spark data frames: ``score`` adds what the daemon says to each row, ``compare`` what two sets of rules say.

Both go by ``mapInArrow`` over columns, one channel a partition, and are pure: what a task says of a row depends on the row and
on the rules alone, whose digest is pinned for the whole job. So a task that Spark runs again, or twice, doubles nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grantd.spark._compare import compare
    from grantd.spark._host import HostDaemonError
    from grantd.spark._score import score

__all__ = ["HostDaemonError", "compare", "score"]


def __getattr__(name: str) -> Any:
    # Found when it is asked for: the daemon of a host needs no Spark.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "HostDaemonError":
        from grantd.spark._host import HostDaemonError

        return HostDaemonError
    from grantd.spark import _compare, _score

    return _compare.compare if name == "compare" else _score.score
