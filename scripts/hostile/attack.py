# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""An attack, as the lists of them have it."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable

import frames
from bystander import Opening, in_frames


@dataclasses.dataclass(frozen=True)
class Attack:
    """What is done to the daemon, and beside whom."""

    name: str
    run: Callable[[int], None]
    """Attacks the port until its process is ended."""
    bystander: Opening = in_frames(frames.evaluate(frames.SHORT))
    """What the bystander calls, and in which protocol."""
    reconnects: bool = False
    """Whether the bystander opens a connection for every call."""
    needs_tokens: bool = False
    tls: bool = False
    """Whether the port speaks TLS, the bystander too."""
    is_grpc: bool = False
    """Whether the port is the one for gRPC, the bystander's too; the daemon must be built with it."""
    files: int | None = None
    """The daemon's bound on descriptors."""
    cpu_limit: float | None = None
    """The most of a core that the daemon may use."""
    prepare: Callable[[pathlib.Path], None] | None = None
    """Writes the files of `--policies`."""
