# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Keeps a daemon that the tasks of one host share: a program of its own, which imports nothing of this package.

_keeper.py DIRECTORY IDLE_SECONDS COMMAND...

Prints the daemon's address once it is ready, or ``!`` and why it is not, and goes on in the background. In DIRECTORY:

- ``keeper``, with this program's number, is locked for as long as it lives; the kernel unlocks it however that ends.
- ``users`` is locked, shared, by each task that uses the daemon. Once it has not been for IDLE_SECONDS, the daemon is stopped:
  tasks that are killed count no more, since the kernel unlocks for them.
- ``address`` stands there while the daemon answers, ``log`` is what it writes to standard error.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time

_READY = "listening on "
_PATIENCE = 60.0
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def main() -> int:
    """Runs the keeper."""
    directory, idle, *command = sys.argv[1:]
    if os.fork():
        return 0
    os.setsid()
    os.chdir(directory)
    keeper = open("keeper", "a", encoding="utf-8")  # noqa: SIM115 - open until this program ends
    # One that is about to end is waited for.
    fcntl.flock(keeper, fcntl.LOCK_EX)
    keeper.truncate(0)
    keeper.write(f"{os.getpid()}\n")
    keeper.flush()
    libc = ctypes.CDLL(None)
    with open("log", "wb") as log:
        daemon = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            # Killed, this program takes the daemon with it.
            preexec_fn=lambda: libc.prctl(_DIE_WITH_PARENT, signal.SIGTERM),
        )
    try:
        address = _address(daemon)
        if address is None:
            with open("log", "rb") as log:
                said = log.read()[-4000:].decode("utf-8", "replace").strip()
            _say("!" + (said or f"{command[0]} ended with {daemon.returncode}"))
            return 1
        with open("address.new", "w", encoding="utf-8") as file:
            file.write(address)
        os.replace("address.new", "address")
        _say(address)
        _keep(daemon, float(idle))
    finally:
        daemon.terminate()
        try:
            daemon.wait(10)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()
    return 0


def _address(daemon: subprocess.Popen[bytes]) -> str | None:
    # One that never gets ready is ended, and the line below comes to its end.
    patience = threading.Timer(_PATIENCE, daemon.kill)
    patience.start()
    assert daemon.stdout is not None
    line = daemon.stdout.readline().decode("utf-8", "replace")
    patience.cancel()
    if not line.startswith(_READY):
        daemon.wait()
        return None
    return line.removeprefix(_READY).strip()


def _say(text: str) -> None:
    """Prints it, and lets go of whoever waits for it."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)


def _keep(daemon: subprocess.Popen[bytes], idle: float) -> None:
    """Until nobody has used the daemon for so many seconds, or it has ended."""
    users = os.open("users", os.O_RDWR | os.O_CREAT, 0o600)
    used = time.monotonic()
    while daemon.poll() is None:
        time.sleep(min(1.0, idle / 4))
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            used = time.monotonic()
            continue
        if time.monotonic() - used >= idle:
            break  # Locked: whoever comes now waits for the end of this program, and finds no address.
        fcntl.flock(users, fcntl.LOCK_UN)
    os.unlink("address")


if __name__ == "__main__":
    sys.exit(main())
