# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The daemon's binary, whose name this package's own command has too."""

from __future__ import annotations

import os
import pathlib


def find_binary(named: str | None = None) -> str | None:
    """The daemon on ``PATH``, or in the folder ``GRANTD_BIN``; ``None`` where there is none.

    Args:
        named: The one that is asked for.
    """
    if named is not None:
        return named if os.access(named, os.X_OK) else None
    folders = [os.environ.get("GRANTD_BIN", ""), *os.environ.get("PATH", "").split(os.pathsep)]
    for folder in folders:
        path = pathlib.Path(folder or ".") / "grantd"
        if folder and path.is_file() and os.access(path, os.X_OK) and not _is_script(path):
            return str(path)
    return None


def _is_script(path: pathlib.Path) -> bool:
    """Whether it is this package's command, or another script."""
    try:
        with path.open("rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return True
