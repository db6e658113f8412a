# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Watches a daemon under attack and a bystander beside it, and judges what was seen by what is promised."""

from __future__ import annotations

import dataclasses
import multiprocessing
import signal
import time
from collections.abc import Callable

import cores
from bystander import Bystander, Figures
from daemon import GRACE, Daemon

# What is promised.
P99_MILLISECONDS = 10.0
MEMORY_MIB = 512.0
# How long an attack is watched in the short form.
SHORT_SECONDS = 1.5

COLUMNS = f"{'calls':>8}{'p50 ms':>10}{'p99 ms':>10}{'refused':>9}{'MiB':>7}{'CPU':>6}{'stop s':>8}  verdict"


@dataclasses.dataclass(frozen=True)
class Seen:
    """What was seen of an attack."""

    figures: Figures
    memory: float
    """The most that the daemon had resident, in MiB."""
    share: float
    """Of a core, which it used."""
    took: float
    """Seconds from SIGTERM, sent while the attackers still attacked, to its end."""
    code: int | None
    crashed: bool
    gave_up: bool
    """Whether the attackers ended by themselves: without an attack everything holds."""

    def faults(self, *, judges_time: bool, cpu_limit: float | None = None) -> list[str]:
        """What of the promises did not hold."""
        found = []
        if self.gave_up:
            found.append("the attackers ended by themselves")
        if self.crashed:
            found.append(f"the daemon ended with {self.code}")
        if not self.figures.latencies:
            found.append("no call of the bystander ended")
        if judges_time and self.figures.percentile(0.99) >= P99_MILLISECONDS:
            found.append(f"p99 over {P99_MILLISECONDS:g} ms")
        if self.figures.refused:
            found.append("refused: " + ", ".join(sorted(self.figures.reasons)))
        if self.memory >= MEMORY_MIB:
            found.append(f"over {MEMORY_MIB:g} MiB")
        if judges_time and cpu_limit is not None and self.share > cpu_limit:
            found.append(f"uses over {cpu_limit:.0%} of a core")
        if not self.crashed and (self.code != 0 or self.took > GRACE + 0.5):
            found.append(f"SIGTERM ended it after {self.took:.1f} s with {self.code}")
        return found

    def row(self, faults: list[str]) -> str:
        """The figures below `COLUMNS`, and the verdict."""
        calls = len(self.figures.latencies)
        refused = f"{self.figures.refused}/{calls}" if self.figures.refused else "0"
        return (
            f"{calls:8}{self.figures.percentile(0.5):10.2f}{self.figures.percentile(0.99):10.2f}{refused:>9}{self.memory:7.0f}"
            f"{self.share:6.0%}{self.took:8.1f}  {'; '.join(faults) or 'holds'}"
        )


def watch(daemon: Daemon, bystander: Bystander, attack: Callable[[], None], seconds: float, *, is_short: bool) -> Seen:
    """Has the bystander call and `attack` attack in processes of their own, and stops the daemon while it is attacked."""
    bystander.start()
    time.sleep(0.25 if is_short else 0.5)
    attackers = multiprocessing.Process(target=_attack, args=(attack,), daemon=True)
    attackers.start()
    # Until all of them are there.
    time.sleep(0.75 if is_short else 1.5)
    bystander.count()
    cpu = daemon.cpu_seconds()
    time.sleep(seconds)
    share = (daemon.cpu_seconds() - cpu) / seconds
    figures = bystander.stop()
    gave_up = not attackers.is_alive()
    memory = daemon.peak_memory()
    crashed = not daemon.is_running
    took, code = daemon.stop()
    attackers.terminate()
    attackers.join()
    return Seen(figures, memory, share, took, code, crashed, gave_up)


def _attack(attack: Callable[[], None]) -> None:
    """The attackers' process, on the bystander's core."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cores.leave_first()
    cores.give_way()
    attack()
