# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The addresses of a host, in the order in which they are tried."""

from __future__ import annotations

import itertools
import os
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

# How long an address is waited for before the next one is tried beside it, in seconds (RFC 8305).
ATTEMPT_DELAY = 0.25


class Address(NamedTuple):
    """Where to connect: what makes the socket, and where it goes."""

    family: int
    kind: int
    protocol: int
    where: Any


def numeric(host: str, port: int) -> list[Address] | None:
    """The address that ``host`` is itself; ``None`` where it is a name, which has to be looked up."""
    try:
        return _addresses(host, port, socket.AI_NUMERICHOST)
    except OSError:
        return None


def look_up(host: str, port: int) -> list[Address]:
    """The addresses of a name: the resolver's order, families alternating. Blocks.

    Raises:
        OSError: Where it has none.
    """
    by_family: dict[int, list[Address]] = {}
    for address in _addresses(host, port, 0):
        by_family.setdefault(address.family, []).append(address)
    rounds = itertools.zip_longest(*by_family.values())
    return [address for each in rounds for address in each if address is not None]


def lookup_problem(host: str, error: OSError) -> str:
    """What to say of a name that has no address."""
    return f"{host}: {error.strerror or error}"


def connect_problem(error: OSError) -> str:
    """What to say of an address that did not answer."""
    # An event loop words it by itself.
    return os.strerror(error.errno) if error.errno else str(error)


class Lookup:
    """The look-up of a name on a thread of its own: a resolver may take longer than a connection has time."""

    __slots__ = ("_done", "_host", "_port", "_result")

    def __init__(self, host: str, port: int, done: Callable[[], None]) -> None:
        """Begins; ``done`` is called on the other thread once ``result`` is there."""
        self._host = host
        self._port = port
        self._done = done
        self._result: list[Address] | OSError | None = numeric(host, port)
        if self._result is None:
            threading.Thread(target=self._run, name="grantd look-up", daemon=True).start()

    @property
    def result(self) -> list[Address] | OSError | None:
        """The addresses, or why there are none; ``None`` while nobody knows."""
        return self._result

    def _run(self) -> None:
        try:
            self._result = look_up(self._host, self._port)
        except (OSError, UnicodeError) as error:
            self._result = error if isinstance(error, OSError) else OSError(str(error))
        self._done()


def _addresses(host: str, port: int, flags: int) -> list[Address]:
    found: Iterable[Any] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [Address(family, kind, protocol, where) for family, kind, protocol, _, where in found]
