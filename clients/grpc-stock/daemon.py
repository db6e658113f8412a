# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
# SPDX-License-Identifier: Apache-2.0
"""Starts a daemon for a test and stops it."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import grpc

MESSAGE_BYTES = 32 << 20


@dataclass
class Daemon:
    process: subprocess.Popen[str]
    address: str

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def channel(self, credentials: grpc.ChannelCredentials | None = None) -> grpc.Channel:
        """A channel with a connection of its own, over TLS where there are credentials."""
        options = [
            ("grpc.max_receive_message_length", MESSAGE_BYTES),
            ("grpc.max_send_message_length", MESSAGE_BYTES),
            ("grpc.use_local_subchannel_pool", 1),
        ]
        if credentials is None:
            return grpc.insecure_channel(self.address, options=options)
        return grpc.secure_channel(self.address, credentials, options=options)


def binary() -> str:
    return os.path.join(os.environ.get("GRANTD_BIN", ".build/debug"), "grantd")


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[Daemon]:
    """A daemon on free ports, with further arguments; killed at the end if it still runs."""
    process = subprocess.Popen(
        [binary(), "serve", "--port", "0", "--grpc", "127.0.0.1:0", "--log-level", "error", *arguments],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = ""
        # Two lines, in either order.
        for _ in range(2):
            line = process.stdout.readline().strip()
            if line.startswith("grpc listening on "):
                address = line.removeprefix("grpc listening on ")
        if not address:
            raise RuntimeError("the daemon did not say where it listens for gRPC")
        yield Daemon(process, address)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
