# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A daemon a host: the first task that needs one starts it, the others share it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from grantd.spark import _keeper

# How long a daemon that nobody uses is kept for the next job, in seconds.
IDLE = 60.0
_PATIENCE = 120.0


class HostDaemonError(RuntimeError):
    """A host's daemon that does not start: why, in its own words."""


@contextlib.contextmanager
def host_daemon(binary: str, policies: str | None = None, *, idle: float = IDLE) -> Iterator[str]:
    """The address of this host's daemon, which lives at least as long as the block.

    It belongs to no task: a program beside it, ``_keeper.py``, ends it ``idle`` seconds after the last user has gone, however
    that went. Hosts share nothing; on one, whoever asks for the same binary and policies as the same user, in the same folder
    for temporary files (``TMPDIR``), gets the same daemon. It listens on 127.0.0.1 alone.

    Args:
        binary: The daemon's program.
        policies: A folder of policies beside the built-in ones. What stands in it counts, not its name: another content is
            another daemon.
        idle: In seconds. That of the task that starts the daemon counts.

    Raises:
        HostDaemonError: Where it does not start.
    """
    directory = _directory(binary, policies)
    users = os.open(directory / "users", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(users, fcntl.LOCK_SH)
        yield _address(directory, binary, policies, idle)
    finally:
        os.close(users)


def _address(directory: pathlib.Path, binary: str, policies: str | None, idle: float) -> str:
    with open(directory / "start", "w", encoding="utf-8") as start:
        fcntl.flock(start, fcntl.LOCK_EX)
        if _is_kept(directory):
            with contextlib.suppress(FileNotFoundError):
                return (directory / "address").read_text(encoding="utf-8")
        command = [os.path.abspath(binary), "serve", "--port", "0"]
        if policies is not None:
            command += ["--policies", os.path.abspath(policies)]
        done = subprocess.run(
            [sys.executable, "-I", str(_keeper.__file__), str(directory), str(idle), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        said = done.stdout.strip()
        if not said or said.startswith("!"):
            why = said.removeprefix("!") or f"its keeper ended with {done.returncode}"
            raise HostDaemonError(f"no daemon on this host, {os.uname().nodename}: {why}")
        return said


def _is_kept(directory: pathlib.Path) -> bool:
    """Whether the program that keeps the daemon is alive."""
    with open(directory / "keeper", "a", encoding="utf-8") as keeper:
        try:
            fcntl.flock(keeper, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _directory(binary: str, policies: str | None) -> pathlib.Path:
    """The folder of the daemon's locks, which nobody else can write to."""
    try:
        told = os.stat(binary)
    except OSError as error:
        raise HostDaemonError(f"no daemon on this host, {os.uname().nodename}: {error}") from None
    key = hashlib.sha256(f"{os.path.realpath(binary)}\0{told.st_size}\0{told.st_mtime_ns}\0".encode())
    if policies is not None:
        folder = pathlib.Path(policies)
        if not folder.is_dir():
            raise HostDaemonError(f"no daemon on this host, {os.uname().nodename}: there is no folder {policies}")
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                name = file.relative_to(folder).as_posix().encode()
                key.update(b"%d\0%s%s" % (len(name), name, hashlib.sha256(file.read_bytes()).digest()))
    directory = pathlib.Path(tempfile.gettempdir()) / f"grantd-spark-{os.getuid()}"
    for each in (directory, directory / key.hexdigest()[:32]):
        with contextlib.suppress(FileExistsError):
            each.mkdir(mode=0o700)
        found = os.lstat(each)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise HostDaemonError(f"{each} is not a folder of this user's alone")
    return each
