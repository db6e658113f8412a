# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Attacks a daemon, and says what a bystander saw of it. Run by scripts/bench-hostile.sh.

For each attack a daemon with one thread is started, a bystander with one call in flight, in frames or, where HTTP is
attacked, over HTTP, and then the attackers; SIGTERM comes while they still attack. The exit code is 1 where a promise is
broken.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import pathlib
import signal
import sys
import tempfile
import time

from attacks import ATTACKS, Attack, calls_before_malformed
from bystander import Bystander
from daemon import GRACE, Daemon
from frames import TOKEN
from tls_attacks import make_certificate, reload_under_load

# What is promised.
P99_MILLISECONDS = 10.0
MEMORY_MIB = 512.0
# How long an attack is watched in the short form.
SHORT_SECONDS = 1.75


def main() -> int:
    """Runs the attacks that are asked for."""
    parser = argparse.ArgumentParser(prog="bench-hostile.sh", description=__doc__)
    parser.add_argument("--grantd", type=pathlib.Path, required=True, help="the daemon's program")
    parser.add_argument("--seconds", type=float, default=6, help="how long each attack is watched")
    short = f"{SHORT_SECONDS:g} s an attack, and no verdict on times: for CI"
    parser.add_argument("--short", action="store_true", help=short)
    parser.add_argument("attacks", nargs="*", metavar="ATTACK", help="the beginning of an attack's name; all unless given")
    options = parser.parse_args()
    if options.short:
        options.seconds = min(options.seconds, SHORT_SECONDS)
    print(f"{'attack':24}{'calls':>8}{'p50 ms':>10}{'p99 ms':>10}{'refused':>9}{'MiB':>7}{'CPU':>6}{'stop s':>8}  verdict")
    broken = 0
    for attack in ATTACKS:
        if not options.attacks or attack.name.startswith(tuple(options.attacks)):
            broken += not run(attack, options.grantd, options.seconds, judges_time=not options.short)
    specials = {"malformed-after-call": after_call, "tls-reload x64": tls_reload, "full-pipe": full_pipe}
    for name, check in specials.items():
        if not options.attacks or name.startswith(tuple(options.attacks)):
            problem = check(options.grantd)
            print(f"{name:24}{'':58}  {problem or 'holds'}", flush=True)
            broken += bool(problem)
    return 1 if broken else 0


def run(attack: Attack, program: pathlib.Path, seconds: float, *, judges_time: bool) -> bool:
    """Runs one attack and prints its row; whether all promises held."""
    with tempfile.TemporaryDirectory() as folder:
        daemon = start(attack, program, pathlib.Path(folder))
        if isinstance(daemon, str):
            print(f"{attack.name:24}{'':58}  not begun: {daemon}", flush=True)
            return True
        tls = str(pathlib.Path(folder) / "tls.pem") if attack.tls else None
        bystander = Bystander(daemon.port, attack.bystander, reconnects=attack.reconnects, tls=tls)
        bystander.start()
        time.sleep(0.5)
        attackers = multiprocessing.Process(target=be_nice, args=(attack, daemon.port), daemon=True)
        attackers.start()
        # Until all of them are there.
        time.sleep(1.5)
        bystander.count()
        cpu = daemon.cpu_seconds()
        time.sleep(seconds)
        share = (daemon.cpu_seconds() - cpu) / seconds
        figures = bystander.stop()
        # Without an attack everything holds.
        gave_up = not attackers.is_alive()
        memory = daemon.peak_memory()
        crashed = not daemon.is_running
        took, code = daemon.stop()
        attackers.terminate()
        attackers.join()
    p50, p99 = figures.percentile(0.5), figures.percentile(0.99)
    faults = []
    if gave_up:
        faults.append("the attackers ended by themselves")
    if crashed:
        faults.append(f"the daemon ended with {code}")
    if judges_time and p99 >= P99_MILLISECONDS:
        faults.append(f"p99 over {P99_MILLISECONDS:g} ms")
    if figures.refused:
        faults.append("refused: " + ", ".join(sorted(figures.reasons)))
    if memory >= MEMORY_MIB:
        faults.append(f"over {MEMORY_MIB:g} MiB")
    if judges_time and attack.cpu_limit is not None and share > attack.cpu_limit:
        faults.append(f"uses over {attack.cpu_limit:.0%} of a core")
    if not crashed and (code != 0 or took > GRACE + 0.5):
        faults.append(f"SIGTERM ended it after {took:.1f} s with {code}")
    refused = f"{figures.refused}/{len(figures.latencies)}" if figures.refused else "0"
    print(
        f"{attack.name:24}{len(figures.latencies):8}{p50:10.2f}{p99:10.2f}{refused:>9}{memory:7.0f}{share:6.0%}{took:8.1f}"
        f"  {'; '.join(faults) or 'holds'}",
        flush=True,
    )
    return not faults


def start(attack: Attack, program: pathlib.Path, folder: pathlib.Path) -> Daemon | str:
    """Starts the daemon for an attack; why it refused, where that is its answer."""
    options = ["--grace-period", f"{GRACE:g}"]
    if attack.needs_tokens:
        tokens = folder / "tokens"
        tokens.write_text(TOKEN + "\n")
        options += ["--token-file", str(tokens)]
    if attack.tls:
        options += make_certificate(folder)
    if attack.prepare is not None:
        attack.prepare(folder)
        options += ["--policies", str(folder)]
    try:
        return Daemon(program, options, attack.files, first_core())
    except RuntimeError as error:
        if attack.prepare is None:
            raise
        # A file that is refused when it is loaded can hurt nobody.
        return str(error).splitlines()[0]


def be_nice(attack: Attack, port: int) -> None:
    """The attackers' process: the bystander, who shares a core with it, is to measure the daemon and not them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(10)
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, set(cores[1:]))
    attack.run(port)


def first_core() -> int | None:
    """The daemon's core, where there is another one for its callers."""
    cores = sorted(os.sched_getaffinity(0))
    return cores[0] if len(cores) > 1 else None


def after_call(program: pathlib.Path) -> str:
    """Calls that a malformed frame follows have their answers."""
    daemon = Daemon(program, [], None, first_core())
    try:
        return calls_before_malformed(daemon.port)
    finally:
        daemon.stop()


def tls_reload(program: pathlib.Path) -> str:
    """SIGHUP with new certificates loses none of 64 connections that call."""
    daemons: list[Daemon] = []

    def start_one(options: list[str]) -> tuple[int, int]:
        daemons.append(Daemon(program, options, None, first_core()))
        return daemons[0].port, daemons[0].pid

    with tempfile.TemporaryDirectory() as folder:
        try:
            return reload_under_load(start_one, pathlib.Path(folder))
        finally:
            for daemon in daemons:
                daemon.stop()


def full_pipe(program: pathlib.Path) -> str:
    """SIGTERM ends a daemon whose standard output is a pipe that is full."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, bytes(4096))
    os.set_blocking(writer, True)
    pid = os.posix_spawn(
        program, [str(program), "serve", "--port", "0", "--threads", "1", "--log-level", "error"], dict(os.environ),
        file_actions=[(os.POSIX_SPAWN_DUP2, writer, 1)],
    )
    try:
        time.sleep(2)
        os.kill(pid, signal.SIGTERM)
        for _ in range(int(GRACE * 10)):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return "" if status == 0 else f"ended with {status}"
            time.sleep(0.1)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return "SIGTERM did not end it"
    finally:
        os.close(reader)
        os.close(writer)


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    sys.exit(main())
