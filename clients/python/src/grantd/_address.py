# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Where the daemon listens."""

from __future__ import annotations

import os

DEFAULT_PORT = 7843


def parse(target: str | None) -> tuple[str, int]:
    """The host and the port of ``HOST:PORT``, ``[IPv6]:PORT`` or a host alone.

    Without a target the environment's ``GRANTD_ADDRESS`` holds, and without that ``127.0.0.1:7843``.

    Raises:
        ValueError: Where it is no such thing.
    """
    if target is None:
        target = os.environ.get("GRANTD_ADDRESS") or f"127.0.0.1:{DEFAULT_PORT}"
    host, port = target, str(DEFAULT_PORT)
    if target.startswith("["):
        host, closed, rest = target[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise ValueError(f"{target!r} is no address; an IPv6 host is written [::1]:7843")
        port = rest[1:] or port
    elif ":" in target:
        host, _, port = target.partition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"{target!r} is no address; HOST:PORT is wanted, 127.0.0.1:7843 say")
    return host, int(port)
