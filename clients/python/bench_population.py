# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Measures one measure over a population, by grantd and by others: scripts/bench-population.sh runs it.

bench_population.py [--rows N] [--rounds N]

All are given the same rows. Without Spark each contender runs in a process of its own, on the first core, and the daemon on
the second; the rounds go over the contenders in turn. On Spark they share one session in ``local[2]``, and all cores with the
daemon.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from typing_extensions import Self

import bench_contenders as bare


class Contender(NamedTuple):
    """Who is measured."""

    name: str
    make: Callable[[Any, str], Callable[[], int]]
    lacks: str


GRANTD_LACKS = "nothing of these; reasons in words by reasons=True"
ZEN_LACKS = "what is missing, clauses, caps over awards, exact money by type"
CONTENDERS = {
    "numpy": Contender(
        "bare numpy, the formula by hand", bare.by_numpy, "reasons, what is missing, caps that earlier awards eat"
    ),
    "zen": Contender("zen-engine, a row at a time", bare.by_zen, ZEN_LACKS),
    "score": Contender("grantd.score, dictionaries", bare.by_score, GRANTD_LACKS),
    "messages": Contender("grantd.score, ready messages", bare.by_messages, GRANTD_LACKS),
    "frame": Contender("grantd.score_frame, pandas", bare.by_frame, GRANTD_LACKS),
    "written": Contender("the same, as people write values", bare.by_written, GRANTD_LACKS),
    "columns": Contender("grantd columns, Arrow to Arrow", bare.by_columns, GRANTD_LACKS),
}


def spark_contenders() -> dict[str, Contender]:
    """Those on Spark."""
    import bench_spark as spark

    return {
        "spark-zen": Contender("zen-engine on Spark, its recipe", spark.by_recipe, ZEN_LACKS),
        "spark-zen-batches": Contender("zen-engine on Spark, mapInArrow", spark.by_batches, ZEN_LACKS),
        "spark": Contender("grantd.spark.score", spark.by_grantd, GRANTD_LACKS),
        "spark-three": Contender("grantd.spark.score, 3 results", spark.by_grantd_as_zen, GRANTD_LACKS),
    }


class Ratio(NamedTuple):
    """How many times as fast one is as another, and how many times it is to be."""

    what: str
    over: str
    under: str
    least: float | None = None
    most: float | None = None

    def verdict(self, times: float) -> str:
        """What is wanted, and whether it is so."""
        if self.least is not None:
            return f">= {self.least:g}: {'held' if times >= self.least else 'missed'}"
        if self.most is not None:
            return f"<= {self.most:g}: {'held' if times <= self.most else 'missed'}"
        return ""


RATIOS = (
    Ratio("columns against zen-engine", "columns", "zen", least=50),
    # Dictionaries are its slower form.
    Ratio("columns against score of messages", "columns", "messages", least=2.5),
    Ratio("score_frame against score of messages", "frame", "messages", least=2.5),
    Ratio("score_frame against score of dictionaries", "frame", "score"),
    Ratio("score_frame, as people write, against the same", "written", "score"),
    Ratio("numpy against columns", "numpy", "columns", most=30),
    Ratio("Spark: grantd against zen-engine's recipe", "spark", "spark-zen", least=50),
    Ratio("Spark: the same, the same 3 results", "spark-three", "spark-zen"),
    Ratio("Spark: the same, zen-engine by mapInArrow", "spark-three", "spark-zen-batches"),
)


# MARK: - Measuring


class Meter:
    """Time, processor time and memory of what runs in a block: of this process and all that it has started.

    The daemon's processor time is in it, too; its memory is not.
    """

    def __init__(self, daemon: int) -> None:
        self._daemon = daemon
        self._ended = threading.Event()
        # The kernel's ticks of the other processes, by number and beginning: at first, and when they were last seen. Some end.
        self._first: dict[tuple[int, str], int] = {}
        self._last: dict[tuple[int, str], int] = {}
        self._looking = 0.0
        self.seconds = 0.0
        self.processor = 0.0
        self.mib = 0

    def __enter__(self) -> Self:
        gc.collect()
        self._first = self._ticks()
        self._watch = threading.Thread(target=self._look)
        self._watch.start()
        self._began = time.monotonic(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.monotonic() - self._began[0]
        self._ended.set()
        self._watch.join()
        own = time.process_time() - self._began[1] - self._looking
        others = sum(ticks - self._first.get(process, 0) for process, ticks in self._last.items())
        self.processor = own + others / os.sysconf("SC_CLK_TCK")

    def figures(self) -> dict[str, float]:
        """What is told of one round."""
        return {"seconds": self.seconds, "processor": self.processor, "mib": self.mib}

    def _look(self) -> None:
        is_last = False
        while not is_last:
            is_last = self._ended.wait(0.2)
            self._last.update(self._ticks())
            self.mib = max(self.mib, sum(map(_held, _processes(os.getpid()))) // 1024)
        # What this costs is no contender's.
        self._looking = time.thread_time()

    def _ticks(self) -> dict[tuple[int, str], int]:
        found: dict[tuple[int, str], int] = {}
        for process in {*_processes(os.getpid()), self._daemon} - {os.getpid()}:
            with contextlib.suppress(OSError):
                stat = _stat(process)
                found[process, stat[19]] = int(stat[11]) + int(stat[12])
        return found


def _processes(root: int) -> list[int]:
    """A process and all that came of it."""
    parents: dict[int, list[int]] = {}
    for each in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents.setdefault(int(_stat(int(each.name))[1]), []).append(int(each.name))
    found = [root]
    for process in found:
        found += parents.get(process, [])
    return found


def _stat(process: int) -> list[str]:
    return pathlib.Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2].split()


def _held(process: int) -> int:
    """In KiB; what processes share counts to each by its part."""
    with contextlib.suppress(OSError):
        lines = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return 0


def measured(name: str, work: Callable[[], int], expected: int, daemon: int) -> dict[str, float]:
    """One round."""
    with Meter(daemon) as meter:
        total = work()
    if total != expected:
        raise SystemExit(f"{name} comes to {total}, and {expected} is right")
    return meter.figures()


# MARK: - The contenders' processes: each prints its figures


def run_bare(key: str, rows: int, address: str, daemon: int) -> None:
    """One contender, one round."""
    given = bare.population(rows)
    expected = bare.by_numpy(given, "")()
    work = CONTENDERS[key].make(given, address)
    work()  # Warm.
    sys.stdout.write(json.dumps({key: [measured(key, work, expected, daemon)]}) + "\n")


def run_spark(rows: int, rounds: int, address: str, daemon: int) -> None:
    """All that run on Spark, in turn."""
    import bench_spark as spark

    given = bare.population(rows)
    expected = bare.by_numpy(given, "")()
    with tempfile.TemporaryDirectory() as scratch:
        session = spark.session(scratch)
        frame = spark.frame_of(session, given, scratch)
        works = {key: contender.make(frame, address) for key, contender in spark_contenders().items()}
        for work in works.values():
            work()  # Warm.
        figures: dict[str, list[dict[str, float]]] = {key: [] for key in works}
        for _ in range(rounds):
            for key, work in works.items():
                figures[key].append(measured(key, work, expected, daemon))
        session.stop()
    sys.stdout.write(json.dumps(figures) + "\n")


@contextlib.contextmanager
def daemon(core: int | None) -> Iterator[tuple[str, int]]:
    """A daemon of this run, its address and its process."""
    command = [str(pathlib.Path(os.environ["GRANTD_BIN"]) / "grantd"), "serve", "--port", "0"]
    with subprocess.Popen(_pinned(command, core), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().removeprefix("listening on ").strip(), process.pid
        finally:
            process.terminate()


def _pinned(command: list[str], core: int | None) -> list[str]:
    return command if core is None else ["taskset", "--cpu-list", str(core), *command]


# MARK: - The tables


def main() -> int:
    """Measures all and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", choices=[*CONTENDERS, "spark"])
    parser.add_argument("--address", default="")
    parser.add_argument("--daemon", type=int)
    arguments = parser.parse_args()
    if arguments.one == "spark":
        run_spark(arguments.rows, arguments.rounds, arguments.address, arguments.daemon)
        return 0
    if arguments.one:
        run_bare(arguments.one, arguments.rows, arguments.address, arguments.daemon)
        return 0
    figures: dict[str, list[dict[str, float]]] = {}
    has_two = (os.cpu_count() or 1) > 1

    def ask(one: str, core: int | None, address: str, process: int) -> None:
        command = [sys.executable, __file__, "--one", one, "--rows", str(arguments.rows), "--rounds", str(arguments.rounds)]
        command += ["--address", address, "--daemon", str(process)]
        done = subprocess.run(_pinned(command, core), capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{one} failed:\n{done.stderr[-4000:]}")
        for key, rounds in json.loads(done.stdout.splitlines()[-1]).items():
            figures.setdefault(key, []).extend(rounds)

    with daemon(1 if has_two else None) as (address, process):
        for _ in range(arguments.rounds):
            for key in CONTENDERS:
                ask(key, 0 if has_two else None, address, process)
        held = _peak(process)
    with daemon(None) as (address, process):
        ask("spark", None, address, process)
    print_tables(arguments.rows, figures, held)
    return 0


def _peak(process: int) -> int:
    """The most memory that a process has held, in MiB."""
    status = pathlib.Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024


def print_tables(rows: int, figures: dict[str, list[dict[str, float]]], held: int) -> None:
    """Medians of the rounds, and their ratios."""

    def say(line: str) -> None:
        sys.stdout.write(line.rstrip() + "\n")

    def cost(key: str, what: str) -> float:
        """In nanoseconds a row."""
        return max(1e-3, 1e9 * statistics.median(each[what] for each in figures[key]) / rows)

    say(f"{rows:,} rows{'':<{27 - len(f'{rows:,}')}}{'rows/s':>13}{'ns/row':>9}{'CPU ns/row':>12}{'MiB':>7}  cannot say")
    for key, contender in {**CONTENDERS, **spark_contenders()}.items():
        clock, own = cost(key, "seconds"), cost(key, "processor")
        memory = max(each["mib"] for each in figures[key])
        say(f"{contender.name:<32}{1e9 / clock:>13,.0f}{clock:>9,.0f}{own:>12,.0f}{memory:>7,.0f}  {contender.lacks}")
    say(f"{'the daemon, at its largest':<32}{'':>34}{held:>7,}")
    say("\nCPU: of all processes of the contender and the daemon together, whatever else the machine does.\n")
    say(f"{'':<48}{'by the clock':>14}{'by CPU':>10}")
    for ratio in RATIOS:
        clock, own = (cost(ratio.under, each) / cost(ratio.over, each) for each in ("seconds", "processor"))
        say(f"{ratio.what:<48}{clock:>12.1f} x{own:>8.1f} x   {ratio.verdict(clock)}")


if __name__ == "__main__":
    sys.exit(main())
