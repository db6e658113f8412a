# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What every part of the check needs: the files, the programs, a daemon, a question."""

from __future__ import annotations

import contextlib
import json
import pathlib
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "operating"

sys.path.insert(0, str(ROOT / "scripts"))
from listening_process import ListeningProcess  # noqa: E402

QUESTION = json.dumps({
    "application": {
        "as_of": "2026-05-20",
        "applicant": {"registered_in_beijing": True},
        "medical_device_common_platform": {},
    }
})


@dataclass(frozen=True)
class Programs:
    """Where the built programs are."""

    folder: pathlib.Path

    @property
    def grantd(self) -> pathlib.Path:
        """The daemon."""
        return self.folder / "grantd"

    @property
    def grantctl(self) -> pathlib.Path:
        """The tool."""
        return self.folder / "grantctl"

    @contextlib.contextmanager
    def serve(self, *options: str, errors: pathlib.Path | None = None) -> Iterator[ListeningProcess]:
        """A daemon on a free port, with its log in `errors`."""
        log = (errors or pathlib.Path("/dev/null")).open("wb")
        with log:
            daemon = ListeningProcess([self.grantd, "serve", "--port", "0", *options], errors=log)
            try:
                yield daemon
            finally:
                daemon.kill()


def run(*command: str | pathlib.Path, quiet: Sequence[int] = (0,)) -> str:
    """Runs a command, and gives what it prints.

    Raises:
        SystemExit: where its exit code is another than those that are expected.
    """
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in quiet:
        raise SystemExit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def ask(
    url: str, body: str | None = None, *, headers: dict[str, str] | None = None, timeout: float = 10
) -> tuple[int, str, dict[str, str]]:
    """The status, the text and the headers of an answer. A body is JSON, unless the headers say otherwise."""
    sent = {"connection": "close", **(headers or {})}
    if body is not None:
        sent.setdefault("content-type", "application/json")
    request = urllib.request.Request(url, data=body.encode() if body is not None else None, headers=sent)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.headers.items()}
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), {k.lower(): v for k, v in error.headers.items()}


def expect(condition: object, message: str) -> None:
    """Ends the check where something is not as it should be.

    Raises:
        SystemExit: where it is not.
    """
    if not condition:
        raise SystemExit(message)
