# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A comparison of two sets of rules over a table, for notebooks and workbooks."""

from __future__ import annotations

import collections
import html
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from grantd._cells import Words
from grantd.table._form import Form
from grantd.table._problems import Language, said
from grantd.table._summary import OUTCOMES, money

_NAME = pa.dictionary(pa.int32(), pa.string())
_ROWS: list[tuple[str, Any]] = [
    # The row's number in the file.
    ("row", pa.int64()),
    ("application_id", pa.string()),
    # What stands in the column that winners and losers are counted by.
    ("group", _NAME),
    # SAME, GAIN, LOSS, OTHER (the outcome alone), OPEN (facts are missing, before or now) or ERROR.
    ("kind", _NAME),
    ("old_outcome", _NAME),
    ("new_outcome", _NAME),
    ("old_amount_fen", pa.int64()),
    ("new_amount_fen", pa.int64()),
    ("change_fen", pa.int64()),
    # Why, and by which clause of the document.
    ("reason", _NAME),
    ("clause", _NAME),
    ("error", pa.string()),
]
ROWS = pa.schema(_ROWS)
KINDS = {
    "GAIN": Words("增加", "Gain"),
    "LOSS": Words("减少", "Lose"),
    "OTHER": Words("金额不变，结论或所需信息有变", "Another outcome or question, same amount"),
    "OPEN": Words("待定，差额未知", "Undetermined: the difference is not known"),
    "SAME": Words("不变", "Same"),
    "ERROR": Words("有问题，未比较", "Not compared: see problem"),
}


class Group(NamedTuple):
    """What the change comes to for some of the rows."""

    name: str
    rows: int
    winners: int
    losers: int
    old_fen: int
    new_fen: int

    @property
    def change_fen(self) -> int:
        """By how much more is given, in fen; of the rows whose amounts are known on both sides."""
        return self.new_fen - self.old_fen


class ReasonCount(NamedTuple):
    """What one reason changes."""

    reason: str
    clause: str
    rows: int
    change_fen: int


class Comparison:
    """What changed, row by row, and what it comes to.

    ``rows`` is an Arrow table (``.to_pandas()`` for a data frame): ``row``, ``application_id``, ``group``, ``kind``, the
    outcomes and amounts before and now, ``change_fen``, ``reason``, ``clause``, ``error``. In a notebook it shows itself as a
    table; ``plot`` draws.
    """

    def __init__(self, old: Form, new: Form, rows: Any, by: str | None, language: Language) -> None:
        self.old = old
        self.new = new
        self.rows = rows
        self.by = by
        self.language: Language = language

    @property
    def counts(self) -> dict[str, int]:
        """How many rows gain, lose, stay the same, …."""
        counted = {pair["values"]: pair["counts"] for pair in pc.value_counts(self.rows["kind"]).to_pylist()}
        return {kind: counted.get(kind, 0) for kind in KINDS}

    @property
    def errors(self) -> int:
        """How many rows could not be compared."""
        return self.counts["ERROR"]

    @property
    def total(self) -> Group:
        """All rows together."""
        return self._group("", self.rows)

    @property
    def transitions(self) -> dict[tuple[str, str], int]:
        """How many rows went from which outcome to which."""
        pairs = zip(self.rows["old_outcome"].to_pylist(), self.rows["new_outcome"].to_pylist(), strict=True)
        counted = collections.Counter(pair for pair in pairs if pair[0] is not None)
        order = list(OUTCOMES)
        return dict(sorted(counted.items(), key=lambda one: (order.index(one[0][0]), order.index(one[0][1]))))

    def of_kind(self, kind: str) -> Group:
        """The rows of a kind together."""
        return self._group(kind, self.rows.filter(pc.equal(self.rows["kind"].cast(pa.string()), kind)))

    def groups(self) -> list[Group]:
        """The change by the column that was asked for, the greatest change first."""
        named = pc.fill_null(self.rows["group"].cast(pa.string()), "")
        rows = self.rows.set_column(self.rows.column_names.index("group"), "group", named)
        groups = [self._group(name, rows.filter(pc.equal(named, name))) for name in pc.unique(named).to_pylist()]
        return sorted(groups, key=lambda group: (-abs(group.change_fen), group.name))

    def reasons(self) -> list[ReasonCount]:
        """The change by reason, the one of most rows first."""
        changed = self.rows.filter(pc.is_valid(self.rows["reason"])).select(["reason", "clause", "change_fen"])
        plain = pa.table(
            {name: changed[name].cast(pa.string()) for name in ("reason", "clause")} | {"fen": changed["change_fen"]}
        )
        counted = plain.group_by(["reason", "clause"]).aggregate([([], "count_all"), ("fen", "sum")]).to_pylist()
        reasons = [ReasonCount(one["reason"], one["clause"], one["count_all"], one["fen_sum"] or 0) for one in counted]
        return sorted(reasons, key=lambda one: (-one.rows, one.reason))

    def largest(self, count: int = 20, gains: bool = True) -> list[dict[str, Any]]:
        """The rows with the largest gains, or losses."""
        change = self.rows["change_fen"]
        chosen = self.rows.filter(pc.greater(change, 0) if gains else pc.less(change, 0))
        order = [("change_fen", "descending" if gains else "ascending"), ("row", "ascending")]
        found: list[dict[str, Any]] = chosen.take(pc.sort_indices(chosen, order)[:count]).to_pylist()
        return found

    def plot(self, axes: Any = None) -> Any:
        """Draws the change: by the column that was asked for, else by outcome; wants matplotlib.

        Args:
            axes: Where to draw; by default a figure of its own.

        Returns:
            The axes.
        """
        from grantd.table._plots import plot_groups, plot_outcomes

        return plot_groups(self, axes) if self.by is not None else plot_outcomes(self, axes)

    def plot_outcomes(self, axes: Any = None) -> Any:
        """Draws the rows by outcome, before and now; wants matplotlib."""
        from grantd.table._plots import plot_outcomes

        return plot_outcomes(self, axes)

    def plot_changes(self, axes: Any = None) -> Any:
        """Draws how the differences are spread; wants matplotlib."""
        from grantd.table._plots import plot_changes

        return plot_changes(self, axes)

    def _group(self, name: str, rows: Any) -> Group:
        known = rows.filter(pc.is_valid(rows["change_fen"]))
        sums = [pc.sum(known[column]).as_py() or 0 for column in ("old_amount_fen", "new_amount_fen")]
        winners, losers = (pc.sum(test(known["change_fen"], 0)).as_py() or 0 for test in (pc.greater, pc.less))
        return Group(name, rows.num_rows, winners, losers, sums[0], sums[1])

    def __repr__(self) -> str:
        total, counts = self.total, self.counts
        return (
            f"<Comparison of {self.new.measure}: {total.rows:,} rows, {counts['GAIN']:,} gain, {counts['LOSS']:,} lose, "
            f"{money(total.old_fen, 'en')} → {money(total.new_fen, 'en')}>"
        )

    def _repr_html_(self) -> str:
        language = self.language
        cells = [(said(KINDS[kind], language), f"{count:,}") for kind, count in self.counts.items() if count]
        total = self.total
        cells += [
            (said(Words("原金额", "Before"), language), money(total.old_fen, language)),
            (said(Words("现金额", "Now"), language), money(total.new_fen, language)),
            (said(Words("差额", "Difference"), language), money(total.change_fen, language)),
        ]
        body = "".join(f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>" for name, value in cells)
        return f"<table><caption>{html.escape(said(self.new.title, language))}</caption>{body}</table>"
