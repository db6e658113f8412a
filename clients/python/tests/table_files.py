# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Tables as files, as tests make them, and what is asked of them."""

from __future__ import annotations

import pathlib
import struct
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

import grantd
from grantd.table._check import Check, check_table
from grantd.table._opening import open_applications
from grantd.table._problems import TableError
from grantd.table._run import RunOptions, score_table
from grantd.table._scoring import Question
from grantd.table._table import Table, TableOptions

MEASURE = "medical-device.common-platform"
MEMBER = "medical_device_common_platform"
DAY = "2026-05-20"
HEADS = ["申请编号", "单位名称", "在京注册", "申请对象", "服务医疗器械产业", "产业共性平台", "项目工程投资（万元）"]
GOOD = ["A-1", "甲公司", "是", "P-1", "有", "✓", "6,000"]
OPTIONS = TableOptions(measure=MEASURE, as_of=DAY)
Open = Callable[..., Table]


def open_table(path: str | pathlib.Path, channel: grantd.Channel, options: TableOptions) -> Table:
    """A file of applications for one measure, opened as the commands do."""
    table = open_applications(path, channel, options)
    assert isinstance(table, Table)
    return table


def text_file(path: pathlib.Path, rows: Sequence[Sequence[Any]], encoding: str = "utf-8", sign: str = ",") -> pathlib.Path:
    lines = [sign.join(f'"{cell}"' if sign in str(cell) else str(cell) for cell in row) for row in rows]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def sheet_file(path: pathlib.Path, rows: Sequence[Sequence[Any]], edit: Callable[[Any], None] | None = None) -> pathlib.Path:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "申请"
    for row in rows:
        sheet.append(list(row))
    if edit is not None:
        edit(sheet)
    book.save(path)
    return path


def outcomes(table: Table, channel: grantd.Channel, tmp_path: pathlib.Path) -> list[tuple[str | None, int | None]]:
    out = tmp_path / "results.parquet"
    score_table(table, out, channel, RunOptions(Question(as_of=DAY), overwrites=True))
    results = pq.read_table(out).to_pydict()
    return list(zip(results["outcome"], results["amount_fen"], strict=True))


def problems(table: Table) -> list[tuple[int, str, str]]:
    check: Check = check_table(table)
    return [(one.row, one.column, one.words.en) for one in check.problems]


def refused(call: Callable[[], object], *words: str) -> TableError:
    with pytest.raises(TableError) as caught:
        call()
    for word in words:
        assert word in caught.value.words.en or word in caught.value.words.zh, caught.value.words
    assert caught.value.words.zh
    return caught.value


def bomb(path: pathlib.Path, size: int) -> pathlib.Path:
    """A workbook that says that it inflates to so much."""
    sheet_file(path, [HEADS, GOOD])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(1024))
    data = bytearray(path.read_bytes())
    # The size of the last member, in the table of contents.
    place = data.rindex(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<I", size)
    path.write_bytes(data)
    return path


def edited(path: pathlib.Path, member: str, old: bytes, new: bytes) -> pathlib.Path:
    """A workbook whose XML says something else."""
    other = path.with_stem(f"{path.stem}-edited")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(other, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name.endswith(member):
                assert old in data
                data = data.replace(old, new)
            after.writestr(name, data)
    return other
