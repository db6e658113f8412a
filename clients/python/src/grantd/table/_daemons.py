# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Rules to compare: a daemon's at an address, or those of a folder, for which a daemon is started."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import subprocess
import tempfile
import threading
from collections.abc import Iterator

from grantd._cells import Words
from grantd.channel import Channel
from grantd.config import ChannelConfig
from grantd.table._binary import find_binary
from grantd.table._problems import TableError

BUILT_IN = "built-in"
_PATIENCE = 60.0


@contextlib.contextmanager
def rules(where: str, binary: str | None = None, config: ChannelConfig | None = None) -> Iterator[Channel]:
    """A channel to the rules that are named.

    Args:
        where: ``HOST:PORT``; a folder of policies, which replace or add to the built-in ones; or ``built-in``.
        binary: The daemon's binary, for the latter two; by default the one on ``PATH`` or in ``GRANTD_BIN``.
        config: How to speak to a daemon at an address.

    Raises:
        TableError: Where the folder's rules do not load, or there is no binary.
    """
    if where != BUILT_IN and not os.path.isdir(where):
        if os.sep in where:
            raise TableError(Words(f"没有 {where} 这个文件夹", f"there is no folder {where}"), is_usage=True)
        with Channel(where, config) as channel:
            yield channel
        return
    folder = None if where == BUILT_IN else pathlib.Path(where)
    # A daemon of one's own asks for no token.
    plain = dataclasses.replace(config or ChannelConfig(), tls=False, tls_server_name=None, token=None, token_file=None)
    with _started(folder, binary) as address, Channel(address, plain) as channel:
        yield channel


@contextlib.contextmanager
def _started(folder: pathlib.Path | None, named: str | None) -> Iterator[str]:
    """The address of a daemon that is started for as long as it is used."""
    binary = find_binary(named)
    if binary is None:
        words = Words("找不到 grantd 程序；请用 --binary 指明", "the daemon's binary is not found; give --binary")
        if named is not None:
            words = Words(f"--binary {named} 不是可运行的程序", f"--binary {named} is no program that can be run")
        raise TableError(words, is_usage=True)
    command = [binary, "serve", "--port", "0", *([] if folder is None else ["--policies", str(folder)])]
    with tempfile.TemporaryFile() as log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        # One that never gets ready is ended, and the line below comes to its end.
        patience = threading.Timer(_PATIENCE, process.kill)
        patience.start()
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            patience.cancel()
            if not line.startswith("listening on "):
                process.wait()
                log.seek(0)
                said = log.read().decode("utf-8", "replace").strip()[-2000:]
                place = folder or BUILT_IN
                raise TableError(Words(f"{place} 的规则无法加载：\n{said}", f"the rules of {place} do not load:\n{said}"))
            yield line.removeprefix("listening on ").strip()
        finally:
            patience.cancel()
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
