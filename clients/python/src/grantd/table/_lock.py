# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""One run at a time for one output: two would mix their results."""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import sys
from collections.abc import Iterator
from typing import IO

from grantd._cells import Words
from grantd.table._parts import reason_of
from grantd.table._problems import RunError, TableError

# A file system that has no locks: the run goes on without.
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP})


@contextlib.contextmanager
def locked(out: pathlib.Path) -> Iterator[None]:
    """Holds an output for one run, by a lock on a hidden file beside it.

    The system lets go of it where a run dies, however it does.

    Args:
        out: The output, which need not be there.

    Raises:
        RunError: Where another run holds it.
        TableError: Where nothing can be written there.
    """
    path = out.with_name(f".{out.name}.lock")
    file = _taken(path, out)
    try:
        yield
    finally:
        # Before it is let go of: who has opened it meanwhile sees that it is the file no more, and makes another.
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        file.close()


def _taken(path: pathlib.Path, out: pathlib.Path) -> IO[bytes]:
    while True:
        try:
            # Without a buffer: on a full disk one that could not be written would fail again, wordless, at the end.
            file = path.open("a+b", buffering=0)
        except OSError as error:
            reason = reason_of(error)
            raise TableError(Words(f"无法写入 {out}：{reason.zh}", f"{out} cannot be written: {reason.en}")) from None
        if not _lock(file):
            file.seek(0)
            number = file.read(20).decode("ascii", "replace")
            file.close()
            zh, en = (f"（进程 {number}）", f" (process {number})") if number.isdecimal() else ("", "")
            raise RunError(
                Words(
                    f"另一次运行{zh}正在写入 {out}；请等它结束，或换一个输出文件名",
                    f"another run{en} is writing {out}; wait for its end, or name another output",
                )
            )
        if _is_there(path, file):
            # Who it is, for whoever comes second; a full disk is told where results are written.
            with contextlib.suppress(OSError):
                file.truncate(0)
                file.write(str(os.getpid()).encode())
            return file
        file.close()


def _is_there(path: pathlib.Path, file: IO[bytes]) -> bool:
    """Whether the path still names the file that was opened."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _lock(file: IO[bytes]) -> bool:
    """Takes the lock; ``False`` where another has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            # Behind what the file holds: a locked byte cannot be read there.
            file.seek(1 << 20)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _NO_LOCKS
    return True
