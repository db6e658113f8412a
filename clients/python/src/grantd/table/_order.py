# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The order in which a table's rows have their turn."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, Protocol, TypeVar

from grantd._cells import Words, folded, tidy
from grantd.table._applications import Applications, Rows
from grantd.table._problems import TableError


class _Placed(Protocol):
    place: int


_Row = TypeVar("_Row", bound=_Placed)


class _Key(NamedTuple):
    """A column that the order goes by."""

    place: int
    # The fact's path, where the column is one: then its typed values are compared.
    path: str | None
    descends: bool


class Order:
    """Columns in the order in which they decide; what is empty comes last, and the rows' own order decides between equals."""

    def __init__(self, wanted: str | None, table: Applications) -> None:
        """Reads the columns: ``评分 desc, 申请编号``.

        Raises:
            TableError: Where the table has no such column.
        """
        self._keys = [_key(part, table) for part in (wanted or "").split(",") if part.strip()]
        self._columns: list[list[Any]] = [[] for _ in self._keys]

    def read(self, rows: Rows) -> None:
        """Takes the values of more rows."""
        for key, column in zip(self._keys, self._columns, strict=True):
            if key.path is None:
                values = rows.chunk.columns[key.place]
                column.extend(values.to_pylist() if hasattr(values, "to_pylist") else values)
                continue
            typed: list[Any] = [None] * len(rows.chunk)
            for part in rows.parts:
                values = part.rows.table.get(key.path)
                if values is not None:
                    plain = values.to_pylist() if hasattr(values, "to_pylist") else values
                    for place, value in zip(part.places, plain, strict=True):
                        typed[place] = value
            column.extend(typed)

    def sorted(self, rows: Sequence[_Row]) -> list[_Row]:
        """The rows in order; each one's place is that among the rows that were read."""
        ordered = list(rows)
        for key, column in reversed(list(zip(self._keys, self._columns, strict=True))):
            values = _comparable(column)
            known = [row for row in ordered if values[row.place] is not None]
            unknown = [row for row in ordered if values[row.place] is None]
            known.sort(key=lambda row: values[row.place], reverse=key.descends)
            ordered = known + unknown
        return ordered


def _key(part: str, table: Applications) -> _Key:
    words = part.split()
    descends = words[-1].lower() in ("desc", "降序")
    name = " ".join(words[:-1] if words[-1].lower() in ("desc", "asc", "降序", "升序") else words)
    for match in (match for one in table.tables for match in one.headings.matches):
        fact = match.fact
        if folded(name) in {folded(one) for one in (match.heading, fact.path, fact.label.zh, fact.label.en)}:
            return _Key(match.place, fact.path, descends)
    for place, heading in enumerate(table.source.headings):
        if folded(heading) == folded(name):
            return _Key(place, None, descends)
    known = "、".join(heading for heading in table.source.headings if heading)
    raise TableError(
        Words(f"--order-by：没有“{name}”这一列；有：{known}", f"--order-by: there is no column “{name}”; there are: {known}"),
        is_usage=True,
    )


def _comparable(cells: Sequence[Any]) -> list[Any]:
    """Numbers, where all of them are; else texts."""
    plain = [tidy(cell) if isinstance(cell, str) else cell for cell in cells]
    plain = [None if cell is None or cell == "" or cell != cell else cell for cell in plain]
    numbers = [None if cell is None else _number(cell) for cell in plain]
    if all((number is None) == (cell is None) for number, cell in zip(numbers, plain, strict=True)):
        return numbers
    # Days as texts are in order as well.
    return [None if cell is None else str(cell) for cell in plain]


def _number(cell: Any) -> Decimal | None:
    if isinstance(cell, bool):
        return Decimal(int(cell))
    if isinstance(cell, (int, float, Decimal)):
        return Decimal(str(cell))
    if isinstance(cell, str):
        try:
            number = Decimal(cell.replace(",", ""))
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
    return None
