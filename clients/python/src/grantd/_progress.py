# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A progress bar, where one is asked for."""

from __future__ import annotations

from collections.abc import Sized
from typing import Protocol


class Bar(Protocol):
    """What is told of progress."""

    def update(self, n: int) -> object:
        """``n`` more applications are scored."""

    def close(self) -> None:
        """There are no more."""


class _NoBar:
    def update(self, n: int) -> object:
        return None

    def close(self) -> None:
        return None


def bar(is_wanted: bool, applications: object, total: int | None) -> Bar:
    """A bar of tqdm on standard error, or one that shows nothing.

    Raises:
        ImportError: Where tqdm is wanted and not installed.
    """
    if not is_wanted:
        return _NoBar()
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        raise ImportError("progress=True needs tqdm: pip install 'grantd[progress]'") from error
    if total is None and isinstance(applications, Sized):
        total = len(applications)
    shown: Bar = tqdm(total=total, unit="application", unit_scale=True)
    return shown


def rows(is_wanted: bool, total: int | None, done: int) -> Bar:
    """A bar over the rows of a table, of which some are done already; ``total`` may be a guess.

    Raises:
        ImportError: Where tqdm is wanted and not installed.
    """
    if not is_wanted:
        return _NoBar()
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        raise ImportError("a progress bar needs tqdm: pip install 'grantd[tables]'") from error
    shown: Bar = tqdm(total=total, initial=done, unit=" rows", unit_scale=True, smoothing=0.1, dynamic_ncols=True)
    return shown
