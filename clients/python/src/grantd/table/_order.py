# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The order in which a table's rows have their turn."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, Protocol, TypeVar

from grantd._cells import Words, folded, is_gap, tidy
from grantd.table._applications import Applications, Rows
from grantd.table._problems import Problem, TableError


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
        self._source = table.source
        self._keys = [_key(part, table) for part in (wanted or "").split(",") if part.strip()]
        # Of each row its number in the file.
        self._numbers: list[int] = []
        self._columns: list[list[Any]] = [[] for _ in self._keys]

    def read(self, rows: Rows) -> None:
        """Takes the values of more rows."""
        self._numbers.extend(rows.chunk.rows)
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
        """The rows in order; each one's place is that among the rows that were read.

        Raises:
            TableError: Where a column of the user's own has numbers and other things, whose order nobody knows.
        """
        ordered = list(rows)
        for key, column in reversed(list(zip(self._keys, self._columns, strict=True))):
            values = self._values(key, column, sorted(row.place for row in ordered))
            known = [row for row in ordered if values[row.place] is not None]
            unknown = [row for row in ordered if values[row.place] is None]
            known.sort(key=lambda row: values[row.place], reverse=key.descends)
            ordered = known + unknown
        return ordered

    def _values(self, key: _Key, column: Sequence[Any], places: Sequence[int]) -> dict[int, Any]:
        """What is compared of each row; ``None`` where there is nothing."""
        cells = [_plain(column[place]) for place in places]
        numbers = [None if cell is None else _number(cell) for cell in cells]
        others = [
            place for place, cell, number in zip(places, cells, numbers, strict=True) if (cell is None) != (number is None)
        ]
        if not others:
            return dict(zip(places, numbers, strict=True))
        if key.path is None and any(number is not None for number in numbers):
            heading, letter = self._source.headings[key.place], self._source.letter(key.place)
            cell = str(column[others[0]]).strip()
            words = Words(
                f"“{cell}”不是数字，而该列其他行是数字，无法排序；请改为数字，没有则留空",
                f"“{cell}” is no number, and other rows have numbers: there is no order; write a number, or leave it empty",
            )
            problem = Problem(self._numbers[others[0]], self._source.sheet, letter, heading, words)
            raise TableError(Words(f"--order-by：{problem.text('zh')}", f"--order-by: {problem.text('en')}"))
        # Days as texts are in order as well.
        return {place: None if cell is None else str(cell) for place, cell in zip(places, cells, strict=True)}


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


def _plain(cell: Any) -> Any:
    """A cell as it is compared; ``None`` where it says that there is nothing."""
    if isinstance(cell, str):
        cell = tidy(cell)
        return None if is_gap(cell) else cell
    return None if cell is None or cell != cell else cell


def _number(cell: Any) -> Decimal | None:
    if isinstance(cell, bool):
        return Decimal(int(cell))
    if isinstance(cell, (int, float, Decimal)):
        return Decimal(str(cell))
    if isinstance(cell, str):
        try:
            # 95分 is no more than 100分, nor 95% than 100%, which may be a number elsewhere in the column.
            written = cell.replace(",", "").removesuffix("分")
            number = Decimal(written.removesuffix("%")).scaleb(-2 if written.endswith("%") else 0)
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
    return None
