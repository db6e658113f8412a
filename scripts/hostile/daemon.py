# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A daemon under attack: started, looked at, stopped."""

from __future__ import annotations

import contextlib
import os
import pathlib
import resource
import select
import signal
import subprocess
import time
from collections.abc import Sequence

GRACE = 5.0


class Daemon:
    """`grantd serve` with one thread on a free port.

    `files` bounds its descriptors, as `ulimit -n` does. `core` is the one that it runs on.
    """

    def __init__(self, program: pathlib.Path, options: Sequence[str], files: int | None, core: int | None) -> None:
        def prepare() -> None:
            if files is not None:
                resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
            if core is not None:
                os.sched_setaffinity(0, {core})

        self._process = subprocess.Popen(
            [program, "serve", "--port", "0", "--threads", "1", "--log-level", "error", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=prepare, text=True,
        )
        self.port = self._find_port()

    def _find_port(self) -> int:
        output = self._process.stdout
        assert output is not None
        ready, _, _ = select.select([output], [], [], 30)
        line = output.readline() if ready else ""
        if not line.startswith("listening on "):
            self.kill()
            assert self._process.stderr is not None
            raise RuntimeError(self._process.stderr.read().strip() or "no answer within 30 s")
        return int(line.rsplit(":", 1)[1])

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def peak_memory(self) -> float:
        """The most it ever had resident, in MiB; 0 when it is gone."""
        with contextlib.suppress(OSError):
            for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
        return 0.0

    def cpu_seconds(self) -> float:
        """The processor time that it has used."""
        with contextlib.suppress(OSError):
            stat = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
            return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0

    def stop(self) -> tuple[float, int | None]:
        """Sends SIGTERM: the seconds until it has ended, and its exit code; none when it had to be killed."""
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        try:
            code: int | None = self._process.wait(GRACE * 3)
        except subprocess.TimeoutExpired:
            code = None
        took = time.monotonic() - began
        self.kill()
        return took, code

    def kill(self) -> None:
        """Ends it, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
