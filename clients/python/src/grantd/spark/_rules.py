# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Where the rules are that a task asks."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterator

from grantd.channel import Channel
from grantd.config import ChannelConfig
from grantd.spark._host import host_daemon

BUILT_IN = "built-in"
MakeConfig = Callable[[], ChannelConfig]


@dataclasses.dataclass(frozen=True)
class Rules:
    """A daemon at an address, or one a host: what is sent to the executors."""

    address: str | None = None
    binary: str | None = None
    policies: str | None = None
    config: ChannelConfig | MakeConfig | None = None

    @classmethod
    def of(
        cls, address: str | None, binary: str | None, policies: str | None, config: ChannelConfig | MakeConfig | None
    ) -> Rules:
        """The rules of the arguments.

        Raises:
            ValueError: Where they are of both kinds, or of none.
        """
        if (address is None) == (binary is None):
            raise ValueError("give either address, HOST:PORT of a daemon that every executor reaches, or binary")
        if policies is not None and binary is None:
            raise ValueError("policies are for a daemon a host: give binary too")
        return cls(address, binary, policies, config if binary is None else None)

    @classmethod
    def named(cls, where: str, binary: str | None, config: ChannelConfig | MakeConfig | None) -> Rules:
        """The rules of a name as ``grantd table compare`` takes it: an address, a folder of policies, or ``built-in``.

        Raises:
            ValueError: Where a daemon would have to be started, and there is no binary.
        """
        if where != BUILT_IN and os.sep not in where and not os.path.isdir(where):
            return cls.of(where, None, None, config)
        if binary is None:
            raise ValueError(f"give binary, the daemon's program: {where} needs a daemon on each host")
        return cls.of(None, binary, None if where == BUILT_IN else where, None)

    @contextlib.contextmanager
    def channel(self) -> Iterator[Channel]:
        """A channel for one partition, closed at the end whatever happens."""
        config = self.config() if callable(self.config) else self.config
        with contextlib.ExitStack() as stack:
            address = self.address
            if address is None:
                assert self.binary is not None
                address = stack.enter_context(host_daemon(self.binary, self.policies))
            yield stack.enter_context(Channel(address, config))
