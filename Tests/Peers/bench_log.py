# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Measures the log of decisions and prints each figure beside its target: bench_log.py BUILD PEERS_FOLDER ENTRIES

BUILD holds grantd, grantctl and grantd-bench, PEERS_FOLDER holds frame_load. The environment stands in scripts/bench-log.sh."""

import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import peers
from bench import LOAD_CORE, SERVER_CORE, machine

SECONDS = float(os.environ.get("SECONDS_EACH", "5"))
ROUNDS = int(os.environ.get("ROUNDS", "7"))
CONNECTIONS, DEPTH = 64, 4
POLICIES = pathlib.Path(__file__).parents[2] / "Sources/GrantdPolicy/Policies"
# The targets.
MOST_NANOSECONDS, MOST_LOSS_PERCENT, LEAST_REPLAYED, MOST_GROWTH_MIB = 1_500, 10, 300_000, 16
# What an entry takes on the disk at most, on average over the worked cases.
BYTES_AN_ENTRY = 1_000


def told(label: str, figure: str, target: str, is_met: bool) -> None:
    print(f"{label:<58}{figure:>14}   target {target}: {'met' if is_met else 'MISSED'}", flush=True)


def said(label: str, figure: str) -> None:
    print(f"{label:<58}{figure:>14}", flush=True)


class Daemon(peers.Server):
    """A daemon of one event loop, with a log or without one."""

    def __init__(self, build: pathlib.Path, log: pathlib.Path | None, cores: str) -> None:
        options = [] if log is None else ["--decision-log", str(log), "--decision-log-keep-size", "1GiB"]
        super().__init__("grantd", [str(build / "grantd"), "serve", "--port", "0", "--threads", "1", *options], cores)

    def log_nanoseconds(self) -> int:
        """What its threads have used so far that yield to the event loop: without batches and book those are the log's."""
        used = 0
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            # Behind the name, which may hold anything: nice is the 19th field of all.
            nice = int((task / "stat").read_text().rpartition(")")[2].split()[16])
            if nice > 0:
                used += int((task / "schedstat").read_text().split()[0])
        return used


def load(daemon: Daemon, folder: pathlib.Path, frames: pathlib.Path, seconds: float) -> dict:
    """A round of calls; beside the report what the log's threads took for each call."""
    words = [daemon.address, daemon.pid, CONNECTIONS, DEPTH, seconds, frames]
    command = ["taskset", "-c", str(LOAD_CORE), str(folder / "frame_load"), *map(str, words)]
    before, began = daemon.log_nanoseconds(), time.monotonic()
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"frame_load: {result.stderr}")
    report = json.loads(result.stdout)
    if report["calls"] == 0:
        raise SystemExit("a round without an answer: this machine is too busy for rounds so short; raise SECONDS_EACH")
    report["per_second"] = report["calls"] / report["seconds"]
    # What was asked before the measurement began counts for the log's threads, too.
    calls = report["per_second"] * (time.monotonic() - began)
    report["log"] = (daemon.log_nanoseconds() - before) / calls
    report["cpu"] = report["server_nanoseconds"] / report["calls"]
    return report


def placements() -> dict[str, str]:
    """The cores of the daemon, by what they are: its log may have a core beside the event loop's, or none."""
    found = {"one core for the daemon and its log": str(SERVER_CORE)}
    spare = sorted(os.sched_getaffinity(0) - {SERVER_CORE, LOAD_CORE})
    if spare:
        found["another core for its log"] = f"{SERVER_CORE},{spare[0]}"
    else:
        found["its log beside the load generator, for want of a third core"] = f"{SERVER_CORE},{LOAD_CORE}"
    return found


def throughput(build: pathlib.Path, folder: pathlib.Path, work: pathlib.Path, placement: str, cores: str) -> None:
    """With and without the log in alternating rounds, each first in turn; medians of the rounds, and of the rounds' ratios."""
    payload = peers.single()
    frames = work / "frames"
    frames.write_bytes(b"".join(peers.frame("Evaluate", payload, index) for index in range(DEPTH)))
    daemons = {"without": Daemon(build, None, cores), "with": Daemon(build, work / f"served-{cores}", cores)}
    rounds: dict[str, list[dict]] = {name: [] for name in daemons}
    try:
        for turn in range(ROUNDS):
            for name in list(daemons)[:: 1 if turn % 2 == 0 else -1]:
                rounds[name].append(load(daemons[name], folder, frames, SECONDS / ROUNDS))
    finally:
        for daemon in daemons.values():
            daemon.stop()
        shutil.rmtree(work / f"served-{cores}", ignore_errors=True)
    print(f"\n{CONNECTIONS} connections, {DEPTH} in flight; {placement}")
    for name, reports in rounds.items():
        rate = statistics.median(each["per_second"] for each in reports)
        cpu = statistics.median(each["cpu"] for each in reports)
        said(f"{name} the log, calls/s; CPU a call", f"{rate:,.0f}; {cpu:,.0f} ns")
    own = statistics.median(each["log"] for each in rounds["with"])
    told("of that the log's threads, ns a call", f"{own:,.0f}", f"<= {MOST_NANOSECONDS:,}", own <= MOST_NANOSECONDS)
    pairs = zip(rounds["with"], rounds["without"], strict=True)
    loss = 100 - 100 * statistics.median(ours["per_second"] / plain["per_second"] for ours, plain in pairs)
    told("calls/s lost to the log, percent", f"{loss:.1f}", f"<= {MOST_LOSS_PERCENT}", loss <= MOST_LOSS_PERCENT)


def write_and_replay(build: pathlib.Path, entries: int, log: pathlib.Path, is_whole: bool) -> None:
    """Writes a log of the worked cases in turn, as fast as it can be written, and replays it; the whole one has targets."""
    command = [build / "grantd-bench", "log", "--calls", str(entries), "--directory", str(log)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print(f"\n{entries:,} entries, in process\n" + "".join(f"  {line}\n" for line in output.splitlines()), end="")
    if not is_whole:
        return
    own = figure(r"(\d+) ns on the log's threads", output)
    told("the log's threads, ns of CPU a call", f"{own:,}", f"<= {MOST_NANOSECONDS:,}", own <= MOST_NANOSECONDS)
    rate = figure(r"replayed: (\d+) decisions/s", output)
    told("replayed on one core, decisions/s", f"{rate:,}", f">= {LEAST_REPLAYED:,}", rate >= LEAST_REPLAYED)
    differing = figure(r"(\d+) of \d+ differ", output)
    told("replayed with another answer", f"{differing:,}", "0", differing == 0)


def figure(pattern: str, output: str) -> int:
    found = re.search(pattern, output)
    if found is None:
        raise SystemExit(f"no {pattern!r} in what grantd-bench says:\n{output}")
    return int(found[1])


def policies(work: pathlib.Path) -> pathlib.Path:
    """A programme with another cap, so that answers differ."""
    text = (POLICIES / "medical-device.yaml").read_text(encoding="utf-8")
    changed = text.replace("subject: 50,000,000 yuan", "subject: 1,000,000 yuan")
    if changed == text:
        raise SystemExit("medical-device.yaml has no such cap any more; change another figure")
    path = work / "medical-device.yaml"
    path.write_text(changed, encoding="utf-8")
    return path


def diff(build: pathlib.Path, new: pathlib.Path, log: pathlib.Path) -> float:
    """Compares a log with other policies; the most memory that it took, in MiB."""
    command = [build / "grantctl", "log", "diff", "--policies", new, log, "--json"]
    began = time.monotonic()
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        last, lines = b"{}", 0
        assert process.stdout is not None
        for last in process.stdout:
            lines += 1
        # Popen keeps no account of what a process used.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"grantctl log diff ended with {process.returncode}")
    seconds = time.monotonic() - began
    totals = json.loads(last)["totals"]
    if not totals["differing"]:
        raise SystemExit("nothing differs: the diff has shown nothing")
    applications, memory = totals["applications"], usage.ru_maxrss / 1024
    label = f"log diff of {applications:,} applications, {lines - 1:,} other answers"
    said(label, f"{memory:.1f} MiB")
    said("  applications/s", f"{applications / seconds:,.0f}")
    return memory


def main() -> None:
    build, folder, entries = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    place = os.environ.get("BENCH_FOLDER", "/var/tmp")
    wanted = entries * BYTES_AN_ENTRY * 11 // 10
    if shutil.disk_usage(place).free < wanted:
        raise SystemExit(f"{place} has no {wanted / 1e9:.0f} GB free; name another folder with BENCH_FOLDER")
    print(f"{machine()}; {ROUNDS} rounds, {SECONDS:g} s a daemon")
    with tempfile.TemporaryDirectory(prefix="grantd-bench-log.", dir=place) as name:
        work = pathlib.Path(name)
        for placement, cores in placements().items():
            throughput(build, folder, work, placement, cores)
        new = policies(work)
        memory = []
        for count in (entries // 10, entries):
            log = work / f"log-{count}"
            write_and_replay(build, count, log, is_whole=count == entries)
            memory.append(diff(build, new, log))
            shutil.rmtree(log)
        grown = memory[1] - memory[0]
        told("ten times the entries take more memory by, MiB", f"{grown:.1f}", f"<= {MOST_GROWTH_MIB}", grown <= MOST_GROWTH_MIB)


if __name__ == "__main__":
    main()
