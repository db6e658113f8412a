# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A daemon under attack: started, looked at, stopped."""

from __future__ import annotations

import contextlib
import os
import pathlib
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import IO

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from listening_process import ListeningProcess  # noqa: E402

GRACE = 5.0


class Daemon(ListeningProcess):
    """`grantd serve` with one thread on a free port.

    `files` bounds its descriptors, as `ulimit -n` does. `core` is the one that it runs on. `log` takes what it logs; without
    it that is but errors, and told where the daemon does not listen.
    """

    def __init__(
        self,
        program: pathlib.Path,
        options: Sequence[str],
        *,
        core: int | None,
        files: int | None = None,
        is_grpc: bool = False,
        log: IO[bytes] | None = None,
    ) -> None:
        def prepare() -> None:
            if files is not None:
                resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
            if core is not None:
                os.sched_setaffinity(0, {core})

        options = ["--port", "0", "--threads", "1", "--log-level", "info" if log else "error", *options]
        if is_grpc:
            options += ["--grpc", "127.0.0.1:0"]
        super().__init__(
            [program, "serve", *options], errors=log or subprocess.PIPE, prepare=prepare, also=["grpc"] if is_grpc else []
        )

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

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
        code = self.terminate(GRACE * 3)
        return time.monotonic() - began, code

