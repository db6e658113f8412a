# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A server in a process of its own: started, asked where it listens, stopped. For the benchmarks and the attacks."""

from __future__ import annotations

import contextlib
import select
import subprocess
from collections.abc import Callable, Sequence
from typing import IO, Any


class NotListeningError(RuntimeError):
    """A process does not listen; `code` is what it ended with, or nothing where it still ran."""

    def __init__(self, said: str, code: int | None) -> None:
        super().__init__(said)
        self.code = code


class ListeningProcess:
    """A process that prints `listening on HOST:PORT` once it does; with `also`, `NAME listening on HOST:PORT` of each name too.

    `errors` takes its standard error; without it that is what `NotListeningError` says where it does not listen within 30 s.
    """

    def __init__(
        self,
        command: Sequence[Any],
        errors: IO[bytes] | int = subprocess.PIPE,
        prepare: Callable[[], None] | None = None,
        also: Sequence[str] = (),
    ) -> None:
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, preexec_fn=prepare, text=True
        )
        output = self.process.stdout
        assert output is not None
        ready, _, _ = select.select([output], [], [], 30)
        # In any order; those behind the first come at once, or the end does.
        lines = [output.readline().strip() for _ in range(1 + len(also))] if ready else []
        addresses = dict(line.split("listening on ") for line in lines if "listening on " in line)
        if addresses.keys() != {"", *(f"{name} " for name in also)}:
            if ready:
                # It has closed its output: it ends.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(5)
            code = self.process.poll()
            self.kill()
            said = self.process.stderr.read().strip() if self.process.stderr is not None else ""
            raise NotListeningError(said or "no answer within 30 s", code)
        self.address = addresses[""]
        self.port = _port(self.address)
        self.ports = {name: _port(addresses[f"{name} "]) for name in also}
        self.pid = self.process.pid

    def terminate(self, patience: float = 10) -> int | None:
        """Sends SIGTERM and waits so many seconds: its exit code; none when it had to be killed."""
        self.process.terminate()
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def kill(self) -> None:
        """Ends it, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()


def _port(address: str) -> int:
    return int(address.rsplit(":", 1)[1])
