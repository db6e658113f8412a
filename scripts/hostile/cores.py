# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Who runs where: what a bystander waits for is to be the daemon, and not a core that somebody else has."""

from __future__ import annotations

import os


def first() -> int | None:
    """The daemon's core, where there is another one for its callers."""
    cores = sorted(os.sched_getaffinity(0))
    return cores[0] if len(cores) > 1 else None


def leave_first() -> None:
    """Leaves the daemon's core to it."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, set(cores[1:]))


def give_way() -> None:
    """Gives the core up to whoever else is ready, at once and not at the end of a time slice."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
