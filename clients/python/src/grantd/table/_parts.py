# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The results of a run so far, in a folder beside its output: what a run that was cut off goes on from."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import pathlib
import shutil
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from grantd._cells import Words
from grantd.table._problems import RunError, TableError

_NAMES = {
    "file": ("输入文件", "the file"),
    "measure": ("措施", "the measure"),
    "digest": ("规则版本", "the rules"),
    "old": ("原规则版本", "the old rules"),
    "as_of": ("计算日期", "the day"),
}


class Parts:
    """Results by the ten thousand, each part whole or not there."""

    def __init__(self, out: pathlib.Path, question: Mapping[str, Any], restarts: bool) -> None:
        """Opens the folder, or makes it.

        Args:
            out: The output.
            question: What the results are the answers to: another question has other parts.
            restarts: Whether parts of another run go.

        Raises:
            TableError: Where there are parts of another run.
        """
        self.folder = out.with_name(out.name + ".partial")
        self._state = self.folder / "run.json"
        self._parts: list[pathlib.Path] = []
        self.rows = 0
        with running(self):
            if restarts and self.folder.exists():
                shutil.rmtree(self.folder)
            if self._state.exists():
                self._compare(question)
            else:
                self.folder.mkdir(parents=True, exist_ok=True)
                _write(self._state, json.dumps(question, ensure_ascii=False, indent=1).encode())
        self._parts = sorted(self.folder.glob("part-*.parquet"))
        for part in self._parts:
            self.rows += pq.read_metadata(part).num_rows

    def add(self, table: Any) -> None:
        """Keeps more results."""
        part = self.folder / f"part-{len(self._parts):08}.parquet"
        unfinished = part.with_suffix(".unfinished")
        pq.write_table(table, unfinished, compression="zstd")
        unfinished.rename(part)
        self._parts.append(part)
        self.rows += table.num_rows

    def tables(self) -> Iterator[Any]:
        """The results, in their order."""
        for part in self._parts:
            yield pq.read_table(part, memory_map=True)

    def remove(self) -> None:
        """Takes the folder away, once its output is whole."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _compare(self, question: Mapping[str, Any]) -> None:
        before = json.loads(self._state.read_text(encoding="utf-8"))
        # As JSON has it.
        now = json.loads(json.dumps(question))
        other = [name for name in {**before, **now} if before.get(name) != now.get(name)]
        if other:
            zh, en = _NAMES.get(other[0], ("选项", "an option"))
            raise TableError(
                Words(
                    f"{self.folder} 中有另一次运行的结果（{zh}不同）；要重新开始请加 --restart",
                    f"{self.folder} has results of another run: {en} differs; to begin anew, give --restart",
                )
            )


class Aligned:
    """Results taken by as many rows as are wanted, whatever the parts they lie in."""

    def __init__(self, parts: Parts) -> None:
        self._tables = parts.tables()
        self._rest: Any = None

    def take(self, count: int) -> Any:
        """The next results; fewer where there are no more."""
        taken: list[Any] = []
        while count > 0:
            if self._rest is None or not self._rest.num_rows:
                self._rest = next(self._tables, None)
                if self._rest is None:
                    break
            piece = self._rest.slice(0, count)
            self._rest = self._rest.slice(piece.num_rows)
            count -= piece.num_rows
            taken.append(piece)
        return pa.concat_tables(taken)


@contextlib.contextmanager
def running(parts: Parts) -> Iterator[None]:
    """Says of what goes wrong with files that the results so far stay."""
    try:
        yield
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        rows, reason = parts.rows, reason_of(error)
        raise RunError(
            Words(
                f"写入失败（{reason.zh}）；已完成的 {rows:,} 行结果保存在 {parts.folder}，排除原因后用同一命令继续",
                f"cannot write ({reason.en}); the results of {rows:,} rows stay in {parts.folder}: "
                "mend it, and the same command goes on from there",
            )
        ) from error


def reason_of(error: Exception) -> Words:
    """Why a file cannot be read or written."""
    known = {
        errno.ENOSPC: Words("磁盘空间不足", "no space left"),
        errno.EDQUOT: Words("磁盘配额已用完", "no space left in the quota"),
        errno.ENOENT: Words("没有这个文件或文件夹", "there is no such file"),
        errno.EACCES: Words("没有权限，或文件正在别的程序中打开", "no permission"),
        errno.EFBIG: Words("文件过大", "the file is too large"),
        errno.EROFS: Words("磁盘只读", "the disk is read-only"),
        errno.EPERM: Words("系统不允许", "not permitted"),
        errno.EISDIR: Words("这是文件夹", "it is a folder"),
        errno.ENOTDIR: Words("路径中有一段不是文件夹", "a part of the path is no folder"),
        errno.ENAMETOOLONG: Words("文件名过长", "the name is too long"),
        errno.EBUSY: Words("文件正被别的程序使用", "it is in use"),
        errno.ETXTBSY: Words("文件正被别的程序使用", "it is in use"),
        errno.EIO: Words("读写磁盘出错", "the disk fails"),
        errno.EMFILE: Words("打开的文件过多", "too many files are open"),
    }
    # xlsxwriter wraps what the system says.
    cause = error if isinstance(error, OSError) else error.args[0] if error.args else error
    number = cause.errno if isinstance(cause, OSError) else None
    text = str((cause.strerror if isinstance(cause, OSError) else None) or cause)
    return known.get(number or 0, Words(f"系统报告“{text}”", text))


def _write(path: pathlib.Path, data: bytes) -> None:
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
