# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Attacks a daemon, and says what a bystander saw of it. Run by scripts/bench-hostile.sh.

For each attack a daemon with one thread is started, a bystander with one call in flight, in frames or, where HTTP or gRPC
is attacked, over that, and then the attackers; SIGTERM comes while they still attack. The exit code is 1 where a promise is
broken.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import multiprocessing
import os
import pathlib
import signal
import sys
import tempfile
import time

import cores
from attack import Attack
from attacks import ATTACKS, calls_before_malformed
from bystander import Bystander
from daemon import GRACE, Daemon
from frames import TOKEN
from tls_attacks import make_certificate, reload_under_load
from watch import COLUMNS, SHORT_SECONDS, watch

# The width of the names.
_NAME = 27


def main() -> int:
    """Runs the attacks that are asked for."""
    parser = argparse.ArgumentParser(prog="bench-hostile.sh", description=__doc__)
    parser.add_argument("--grantd", type=pathlib.Path, required=True, help="the daemon's program")
    parser.add_argument("--grpc-grantd", type=pathlib.Path, help="the one that has gRPC, where it is another")
    parser.add_argument("--seconds", type=float, default=6, help="how long each attack is watched")
    short = f"{SHORT_SECONDS:g} s an attack, and no verdict on times: for CI"
    parser.add_argument("--short", action="store_true", help=short)
    parser.add_argument("attacks", nargs="*", metavar="ATTACK", help="the beginning of an attack's name; all unless given")
    options = parser.parse_args()
    if options.short:
        options.seconds = min(options.seconds, SHORT_SECONDS)
    print(f"{'attack':{_NAME}}{COLUMNS}")
    broken = 0
    for attack in ATTACKS:
        if not options.attacks or attack.name.startswith(tuple(options.attacks)):
            program = (attack.is_grpc and options.grpc_grantd) or options.grantd
            broken += not run(attack, program, options.seconds, is_short=options.short)
    specials = {"malformed-after-call": after_call, "tls-reload x64": tls_reload, "full-pipe": full_pipe}
    for name, check in specials.items():
        if not options.attacks or name.startswith(tuple(options.attacks)):
            problem = check(options.grantd)
            tell(name, problem or "holds")
            broken += bool(problem)
    return 1 if broken else 0


def tell(name: str, verdict: str) -> None:
    """Prints a row without figures."""
    print(f"{name:{_NAME}}{'':58}  {verdict}", flush=True)


def run(attack: Attack, program: pathlib.Path, seconds: float, *, is_short: bool) -> bool:
    """Runs one attack and prints its row; whether all promises held."""
    with tempfile.TemporaryDirectory() as folder:
        daemon = start(attack, program, pathlib.Path(folder))
        if isinstance(daemon, str):
            tell(attack.name, f"not begun: {daemon}")
            return True
        port = daemon.ports["grpc"] if attack.is_grpc else daemon.port
        tls = str(pathlib.Path(folder) / "tls.pem") if attack.tls else None
        bystander = Bystander(port, attack.bystander, reconnects=attack.reconnects, tls=tls)
        seen = watch(daemon, bystander, functools.partial(attack.run, port), seconds, is_short=is_short)
    faults = seen.faults(judges_time=not is_short, cpu_limit=attack.cpu_limit)
    print(f"{attack.name:{_NAME}}{seen.row(faults)}", flush=True)
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
        return Daemon(program, options, files=attack.files, core=cores.first(), is_grpc=attack.is_grpc)
    except RuntimeError as error:
        said = str(error).splitlines()[0]
        # A file that is refused when it is loaded can hurt nobody, nor can a transport that is not there.
        if attack.prepare is None and not (attack.is_grpc and "has no gRPC" in said):
            raise
        return said


def after_call(program: pathlib.Path) -> str:
    """Calls that a malformed frame follows have their answers."""
    daemon = Daemon(program, [], core=cores.first())
    try:
        return calls_before_malformed(daemon.port)
    finally:
        daemon.stop()


def tls_reload(program: pathlib.Path) -> str:
    """SIGHUP with new certificates loses none of 64 connections that call."""
    daemons: list[Daemon] = []

    def start_one(options: list[str]) -> tuple[int, int]:
        daemons.append(Daemon(program, options, core=cores.first()))
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
