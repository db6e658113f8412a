# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Has policy files read that cost the most, and says what a bystander saw. Run by scripts/bench-hostile-policies.sh.

For each directory: what becomes of it in `grantctl policy check`, and in what time and memory; then a daemon with one thread
reads it again and again, beside a bystander with one call in flight, until SIGTERM comes while it still reads. The exit code
is 1 where a promise is broken.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import functools
import multiprocessing
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import frames
import policy_directories
from bystander import Bystander, in_frames
from daemon import Daemon
from watch import COLUMNS, MEMORY_MIB, SHORT_SECONDS, watch

# What `grantctl policy check` ends with: files that are served, and files that are not.
_VERDICTS = (0, 65)
# So many percent of each directory's files in the short form.
_SHORT_SHARE = 5


def main() -> int:
    """Has the directories read that are asked for."""
    parser = argparse.ArgumentParser(prog="bench-hostile-policies.sh", description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="the folder of grantd and grantctl")
    parser.add_argument("--seconds", type=float, default=6, help="how long each directory is watched")
    parser.add_argument("--share", type=int, default=100, help="so many percent of the files of each")
    short = f"{_SHORT_SHARE} %% of the files, {SHORT_SECONDS:g} s a directory, and no verdict on times: for CI"
    parser.add_argument("--short", action="store_true", help=short)
    parser.add_argument("directories", nargs="*", metavar="DIRECTORY", help="the beginning of a name; all unless given")
    options = parser.parse_args()
    if options.short:
        options.share = min(options.share, _SHORT_SHARE)
        options.seconds = min(options.seconds, SHORT_SECONDS)
    print(f"{'directory':10}{'MiB':>6}{'exit':>5}{'read s':>8}{'CPU s':>7}{'MiB':>6}{COLUMNS}")
    broken = 0
    for name in policy_directories.DIRECTORIES:
        if not options.directories or name.startswith(tuple(options.directories)):
            with tempfile.TemporaryDirectory() as work:
                broken += not run(name, options, pathlib.Path(work))
    return 1 if broken else 0


def run(name: str, options: argparse.Namespace, work: pathlib.Path) -> bool:
    """Has one directory read and prints its row; whether all promises held."""
    hostile, served, harmless = work / name, work / "served", work / "harmless"
    size = policy_directories.write(hostile, name, options.share)
    check = Check.of(options.bin / "grantctl", hostile)
    harmless.mkdir()
    (harmless / "harmless.yaml").write_text(policy_directories.harmless(), encoding="utf-8")
    served.symlink_to(harmless)
    log = work / "log"
    with log.open("wb") as output:
        # On whatever core there is: the files are read beside the event loop.
        daemon = Daemon(options.bin / "grantd", ["--policies", str(served)], core=None, log=output)
    served.unlink()
    served.symlink_to(hostile)
    bystander = Bystander(daemon.port, in_frames(frames.evaluate(frames.SHORT)))
    reading = functools.partial(read_again_and_again, daemon.pid, log)
    seen = watch(daemon, bystander, reading, options.seconds, is_short=options.short)
    faults = check.faults() + seen.faults(judges_time=not options.short)
    if not loads(log):
        faults.append("not read once")
    print(f"{name:10}{size:6.1f}{check.row()}{seen.row(faults)} ({check.problem[:100]})", flush=True)
    return not faults


@dataclasses.dataclass(frozen=True)
class Check:
    """What `grantctl policy check` made of a directory."""

    code: int
    seconds: float
    cpu: float
    memory: float
    problem: str
    """The first, or the last line of all."""

    @classmethod
    def of(cls, program: pathlib.Path, folder: pathlib.Path) -> Check:
        """Checks a directory."""
        began = time.monotonic()
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen([program, "policy", "check", "--lang", "en", folder], stdout=output)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            lines = output.read().decode().splitlines() or [""]
        problem = next((line for line in lines if ": error: " in line), lines[-1]).split("/")[-1]
        cpu = usage.ru_utime + usage.ru_stime
        return cls(process.returncode, time.monotonic() - began, cpu, usage.ru_maxrss / 1024, problem)

    def faults(self) -> list[str]:
        """What of the promises did not hold."""
        found = [] if self.code in _VERDICTS else [f"grantctl ended with {self.code}"]
        return found if self.memory < MEMORY_MIB else [*found, f"grantctl over {MEMORY_MIB:g} MiB"]

    def row(self) -> str:
        """The figures."""
        return f"{self.code:5}{self.seconds:8.2f}{self.cpu:7.2f}{self.memory:6.0f}"


def loads(log: pathlib.Path) -> int:
    """How many times the policies were read: to the end, or until the daemon was to stop."""
    text = log.read_text(encoding="utf-8")
    return text.count("policies loaded anew") + text.count("policies not loaded anew")


def read_again_and_again(daemon: int, log: pathlib.Path) -> None:
    """Has the daemon read its policies, and again once it has."""
    while True:
        before = loads(log)
        with contextlib.suppress(ProcessLookupError):
            os.kill(daemon, signal.SIGHUP)
        while loads(log) == before:
            time.sleep(0.02)


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    sys.exit(main())
