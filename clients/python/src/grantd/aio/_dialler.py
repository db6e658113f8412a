# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Connecting on an event loop: the addresses of a host, each a little after the one before, until one answers."""

from __future__ import annotations

import asyncio
import socket

from grantd._resolve import ATTEMPT_DELAY, Address, connect_problem, look_up, lookup_problem, numeric


class DialError(Exception):
    """No address answered; says what the last one said."""


async def dial(host: str, port: int) -> socket.socket:
    """A connected socket.

    Raises:
        DialError: Where there is none.
    """
    loop = asyncio.get_running_loop()
    addresses = numeric(host, port)
    if addresses is None:
        try:
            addresses = await loop.run_in_executor(None, look_up, host, port)
        except (OSError, UnicodeError) as error:
            raise DialError(lookup_problem(host, error if isinstance(error, OSError) else OSError(str(error)))) from error
    problem = f"{host}: the host has no address"
    attempts: set[asyncio.Task[socket.socket]] = set()
    try:
        while addresses or attempts:
            if addresses:
                attempts.add(loop.create_task(_connect(loop, addresses.pop(0))))
            done, attempts = await asyncio.wait(
                attempts, timeout=ATTEMPT_DELAY if addresses else None, return_when=asyncio.FIRST_COMPLETED
            )
            for attempt in done:
                failure = attempt.exception()
                if failure is None:
                    attempts |= done - {attempt}
                    return attempt.result()
                problem = connect_problem(failure) if isinstance(failure, OSError) else str(failure)
    finally:
        for attempt in attempts:
            attempt.add_done_callback(_discard)
            attempt.cancel()
    raise DialError(problem)


async def _connect(loop: asyncio.AbstractEventLoop, address: Address) -> socket.socket:
    sock = socket.socket(address.family, address.kind, address.protocol)
    try:
        sock.setblocking(False)
        await loop.sock_connect(sock, address.where)
    except BaseException:
        sock.close()
        raise
    return sock


def _discard(attempt: asyncio.Task[socket.socket]) -> None:
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().close()
