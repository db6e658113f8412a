# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Holds the daemon's HTTP against stock clients, the conformance vectors, validators and its own README.

Usage: check_http.py GRANTD [--short] [--only CHECK]…
"""

from __future__ import annotations

import argparse
import contextlib
import pathlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

import check_access
import check_compression
import check_connect
import check_metrics
import check_openapi
import check_readme
import check_vectors
from contract import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from listening_process import ListeningProcess  # noqa: E402

TOKEN = "correct-horse-battery-staple"


@contextlib.contextmanager
def daemon(program: str, *options: str) -> Iterator[str]:
    """The address of a daemon that runs meanwhile, and must end well."""
    process = ListeningProcess([program, "serve", "--port", "0", "--log-level", "error", *options], errors=2)
    try:
        yield process.address
    except BaseException:
        process.kill()
        raise
    code = process.terminate()
    assert code == 0, f"the daemon ended with {code}"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("grantd")
    arguments.add_argument("--short", action="store_true", help="ask less")
    arguments.add_argument("--only", action="append", help="these checks only", metavar="CHECK")
    asked = arguments.parse_args()
    program = str(pathlib.Path(asked.grantd).resolve())
    with contextlib.ExitStack() as daemons:
        folder = pathlib.Path(daemons.enter_context(tempfile.TemporaryDirectory()))
        tokens = folder / "tokens"
        tokens.touch(0o600)
        tokens.write_text(f"checker [agency]: {TOKEN}\n")
        asks = ("--token-file", str(tokens))
        origins = ("--http-allow-origin", "*", "--http-allow-origin", check_access.NAMED)
        tls = check_access.make_certificate(folder)
        plain = daemons.enter_context(daemon(program))
        closed = daemons.enter_context(daemon(program, *asks))
        public = daemons.enter_context(daemon(program, *asks, "--public-health", *origins))
        secure = daemons.enter_context(daemon(program, *tls))
        book = daemons.enter_context(daemon(program, "--ledger", str(folder / "book.sqlite")))
        own = daemons.enter_context(daemon(program, "--policies", str(ROOT / "examples" / "custom-policies" / "policies")))
        checks: dict[str, Callable[[], str]] = {
            "vectors": lambda: check_vectors.check(plain),
            "compression": lambda: check_compression.check(plain),
            "access": lambda: check_access.check(closed, public, secure, tls[1], TOKEN),
            "connect": lambda: check_connect.check(closed, TOKEN),
            "readme": lambda: check_readme.check(plain, closed, book, TOKEN),
            "metrics": lambda: check_metrics.check(plain),
            "openapi": lambda: check_openapi.check({"built-in": plain, "custom-policies": own}),
            "schemathesis": lambda: check_openapi.attack(plain, book, asked.short),
        }
        failed = 0
        for name, check in checks.items():
            if asked.only and name not in asked.only:
                continue
            started = time.monotonic()
            try:
                said, mark = check(), "ok"
            except AssertionError as error:
                said, mark = str(error), "FAILED"
                failed += 1
            print(f"{name}: {mark} in {time.monotonic() - started:.0f} s: {said}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
