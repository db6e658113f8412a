# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Tables in Parquet files."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from grantd._cells import Words
from grantd.table._problems import TableError
from grantd.table._source import Chunk

# What Arrow raises of a file that is damaged.
_BROKEN = (pa.ArrowException, OSError, ValueError)


class ParquetSource:
    """A Parquet file, read a few row groups' pages at a time."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.sheet: str | None = None
        self.is_1904 = False
        self.notices: list[Words] = []
        try:
            self._file = pq.ParquetFile(path, memory_map=True)
            self.headings = _flattened(self._file.schema_arrow.empty_table()).column_names
        except _BROKEN as error:
            raise TableError(
                Words(
                    f"{path.name} 不是完整的 Parquet 文件（可能被截断）；请重新取得该文件",
                    f"{path.name} is no whole Parquet file, it may be cut: {str(error).strip()}",
                )
            ) from None
        self.total: int | None = self._file.metadata.num_rows

    def chunks(self, size: int, skip: int = 0) -> Iterator[Chunk]:
        """The rows, ``size`` at a time, without the first ``skip``."""
        groups = list(range(self._file.num_row_groups))
        first = 0
        # Whole groups that were done are not read again.
        while groups and first + self._file.metadata.row_group(groups[0]).num_rows <= skip:
            first += self._file.metadata.row_group(groups.pop(0)).num_rows
        left = skip - first
        number = skip + 1
        try:
            for batch in self._file.iter_batches(size, row_groups=groups, use_threads=False):
                if left >= len(batch):
                    left -= len(batch)
                    continue
                table = _flattened(pa.Table.from_batches([batch.slice(left)]))
                left = 0
                columns = [column.combine_chunks() for column in table.columns]
                yield Chunk(range(number, number + table.num_rows), columns)
                number += table.num_rows
        except _BROKEN as error:
            raise TableError(
                Words(
                    f"{self.path.name} 第 {number} 行之后无法读取，文件可能已损坏",
                    f"{self.path.name} cannot be read behind row {number}: {error}",
                )
            ) from None

    def values(self, place: int) -> Iterator[pa.Array]:
        """One column, piece by piece, without the others."""
        name = self.headings[place]
        for batch in self._file.iter_batches(1 << 20, columns=[name.partition(".")[0]], use_threads=False):
            yield _flattened(pa.Table.from_batches([batch]))[name].combine_chunks()

    def letter(self, place: int) -> str:
        """Parquet has no letters."""
        return ""


def _flattened(table: pa.Table) -> pa.Table:
    """A table whose structs are columns of their own, by path."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table
