# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A comparison of two sets of rules over a table, for notebooks and workbooks."""

from __future__ import annotations

import collections
import dataclasses
import html
import pathlib
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from grantd._cells import Words
from grantd.table._form import Form
from grantd.table._problems import Language, TableError, said
from grantd.table._summary import OUTCOMES, AmountKind, amount_kind, money

_NAME = pa.dictionary(pa.int32(), pa.string())
_ROWS: list[tuple[str, Any]] = [
    # The row's number in the file.
    ("row", pa.int64()),
    ("application_id", pa.string()),
    ("measure", _NAME),
    # What stands in the column that winners and losers are counted by.
    ("group", _NAME),
    # SAME, GAIN, LOSS, OTHER (something else than the amount), OPEN (the difference is not known: facts are missing, before or
    # now, or one amount is a bound and the other is none) or ERROR.
    ("kind", _NAME),
    ("old_outcome", _NAME),
    ("new_outcome", _NAME),
    ("old_amount_fen", pa.int64()),
    ("new_amount_fen", pa.int64()),
    ("change_fen", pa.int64()),
    # Where facts are missing: what it may still come to.
    ("old_potential_amount_fen", pa.int64()),
    ("new_potential_amount_fen", pa.int64()),
    # What the amounts are: a bound is never a sum.
    ("old_basis", _NAME),
    ("new_basis", _NAME),
    # JSON objects by the lines' ids; null where there are none.
    ("old_lines", pa.string()),
    ("new_lines", pa.string()),
    # Why, and by which clause of the document.
    ("reason", _NAME),
    ("clause", _NAME),
    ("error", pa.string()),
]
ROWS = pa.schema(_ROWS)
KINDS = {
    "GAIN": Words("增加", "Gain"),
    "LOSS": Words("减少", "Lose"),
    "OTHER": Words("金额不变，其他结果有变", "Another result, same amount"),
    "OPEN": Words("有变化，差额未知", "Changed: the difference is not known"),
    "SAME": Words("不变", "Same"),
    "ERROR": Words("有问题，未比较", "Not compared: see problem"),
}


class AmountWords(NamedTuple):
    """What amounts of a kind are called, without their unit."""

    before: Words
    now: Words
    change: Words


AMOUNTS: Mapping[AmountKind, AmountWords] = {
    "sum": AmountWords(Words("原金额", "Before"), Words("现金额", "Now"), Words("差额", "Difference")),
    "most": AmountWords(
        Words("原最高金额", "Before, at most"),
        Words("现最高金额", "Now, at most"),
        Words("最高金额之差", "Difference of the bounds"),
    ),
    "least": AmountWords(
        Words("原最低金额", "Before, at least"),
        Words("现最低金额", "Now, at least"),
        Words("最低金额之差", "Difference of the bounds"),
    ),
}
# Rows with the largest gains, and with the largest losses, that are kept.
MOST_LARGEST = 1_000
# Groups that are told one by one; the rows of all others are counted together.
MOST_GROUPS = 100_000
OTHER_GROUPS = "…"


@dataclasses.dataclass
class Group:
    """What the change comes to for some of the rows."""

    name: str
    rows: int = 0
    winners: int = 0
    losers: int = 0
    # In fen, of the rows whose difference is known; nothing where sums and bounds would be added up.
    old_fen: int | None = 0
    new_fen: int | None = 0

    @property
    def change_fen(self) -> int | None:
        """By how much more is given, in fen, or by how much the bound is higher."""
        return None if self.old_fen is None or self.new_fen is None else self.new_fen - self.old_fen


class ReasonCount(NamedTuple):
    """What one reason changes."""

    reason: str
    clause: str
    rows: int
    # Nothing where no row's difference is known, or sums and bounds would be added up.
    change_fen: int | None


class Comparison:
    """What changed, row by row, and what it comes to.

    ``rows`` is an Arrow table (``.to_pandas()`` for a data frame): ``row``, ``application_id``, ``measure``, ``group``,
    ``kind``, the outcomes, amounts, potential amounts, bases and lines before and now, ``change_fen``, ``reason``, ``clause``,
    ``error``. It stands in a file until it is asked for; all else is counted as the rows come, so that as many of them as
    there are need no memory. In a notebook it shows itself as a table; ``plot`` draws.

    ``amounts`` says what its amounts are: ``sum``, ``most`` or ``least``, and ``none`` where there are none, or where they
    differ in that: sums and bounds are never added up, and totals are ``None``.
    """

    def __init__(self, forms: Sequence[tuple[Form, Form]], by: str | None, language: Language) -> None:
        """``forms``: of each measure by the old rules and by the new ones."""
        self.forms = list(forms)
        self.by = by
        self.language: Language = language
        # What amounts are, in the order in which columns of them stand.
        found = {amount_kind(form) for pair in self.forms for form in pair}
        self.amount_kinds: list[AmountKind] = [kind for kind in AMOUNTS if kind in found]
        self.amounts: AmountKind = self.amount_kinds[0] if len(self.amount_kinds) == 1 else "none"
        self._kinds = {kind: self._group(kind) for kind in KINDS}
        self._groups: dict[str, Group] = {}
        self._transitions: collections.Counter[tuple[str, str]] = collections.Counter()
        self._reasons: dict[tuple[str, str], list[int]] = {}
        self._largest: dict[bool, Any] = {True: ROWS.empty_table(), False: ROWS.empty_table()}
        self._file: pathlib.Path | None = None
        self._writer: Any = None

    # While it is made.

    def add(self, rows: Any) -> None:
        """Counts more rows, a table of the schema ``ROWS``."""
        change = pc.fill_null(rows["change_fen"], 0)
        is_known = pc.is_valid(rows["change_fen"])
        names = ("kind", "group", "old_outcome", "new_outcome", "reason", "clause")
        counted = pa.table(
            {name: pc.fill_null(rows[name].cast(pa.string()), "") for name in names}
            | {
                "change": change,
                "old": pc.if_else(is_known, pc.fill_null(rows["old_amount_fen"], 0), 0),
                "new": pc.if_else(is_known, pc.fill_null(rows["new_amount_fen"], 0), 0),
                "winners": pc.greater(change, 0).cast(pa.int64()),
                "losers": pc.less(change, 0).cast(pa.int64()),
                "known": is_known.cast(pa.int64()),
            }
        )
        for name, group in _sums(counted, "kind"):
            _join(self._kinds[name], group)
        if self.by is not None:
            for name, group in _sums(counted, "group"):
                known = name in self._groups or len(self._groups) < MOST_GROUPS
                kept = name if known else OTHER_GROUPS
                _join(self._groups.setdefault(kept, self._group(kept)), group)
        for one in counted.group_by(["old_outcome", "new_outcome"]).aggregate([([], "count_all")]).to_pylist():
            if one["old_outcome"]:
                self._transitions[one["old_outcome"], one["new_outcome"]] += one["count_all"]
        sums = [([], "count_all"), ("known", "sum"), ("change", "sum")]
        for one in counted.group_by(["reason", "clause"]).aggregate(sums).to_pylist():
            if one["reason"]:
                totals = self._reasons.setdefault((one["reason"], one["clause"]), [0, 0, 0])
                for place, name in enumerate(("count_all", "known_sum", "change_sum")):
                    totals[place] += one[name]
        for gains in (True, False):
            chosen = rows.filter(pc.greater(change, 0) if gains else pc.less(change, 0))
            if chosen.num_rows:
                self._largest[gains] = _first(pa.concat_tables([self._largest[gains], _first(chosen, gains)]), gains)

    def keep(self, rows: Any) -> None:
        """Writes more rows to a file of the comparison's own."""
        if self._file is None:
            folder = tempfile.mkdtemp(prefix="grantd-compare-")
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            self._file = pathlib.Path(folder) / "rows.parquet"
            self._writer = pq.ParquetWriter(self._file, ROWS, compression="zstd")
        self._writer.write_table(rows)

    def finish(self) -> None:
        """Ends the file of rows."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _group(self, name: str) -> Group:
        return Group(name) if self.amounts != "none" else Group(name, old_fen=None, new_fen=None)

    # What it came to.

    @property
    def rows(self) -> Any:
        """All rows, an Arrow table.

        Raises:
            TableError: Where they were written to an output, and are there.
        """
        if self._file is None:
            if self.total.rows:
                raise TableError(Words("各行已写入输出文件", "the rows stand in the output"))
            return ROWS.empty_table()
        return pq.read_table(self._file).cast(ROWS)

    def changes(self) -> Any:
        """The differences that are not 0, in fen, an array of numpy."""
        if self._file is None:
            return self.rows["change_fen"].to_numpy()
        change = pq.read_table(self._file, columns=["change_fen"])["change_fen"]
        return change.filter(pc.not_equal(change, 0)).to_numpy()

    @property
    def counts(self) -> dict[str, int]:
        """How many rows gain, lose, stay the same, …."""
        return {kind: group.rows for kind, group in self._kinds.items()}

    @property
    def errors(self) -> int:
        """How many rows could not be compared."""
        return self._kinds["ERROR"].rows

    @property
    def total(self) -> Group:
        """All rows together."""
        total = self._group("")
        for group in self._kinds.values():
            _join(total, group)
        return total

    @property
    def transitions(self) -> dict[tuple[str, str], int]:
        """How many rows went from which outcome to which."""
        order = list(OUTCOMES)
        return dict(sorted(self._transitions.items(), key=lambda one: (order.index(one[0][0]), order.index(one[0][1]))))

    def of_kind(self, kind: str) -> Group:
        """The rows of a kind together."""
        return self._kinds[kind]

    def groups(self) -> list[Group]:
        """The change by the column that was asked for, the greatest change first; where nothing adds up, that of most rows."""
        return sorted(
            self._groups.values(),
            key=lambda group: (-abs(group.change_fen or 0), -group.winners - group.losers, group.name),
        )

    def reasons(self) -> list[ReasonCount]:
        """The change by reason, the one of most rows first."""
        adds = self.amounts != "none"
        reasons = [
            ReasonCount(*key, rows, change if adds and known else None) for key, (rows, known, change) in self._reasons.items()
        ]
        return sorted(reasons, key=lambda one: (-one.rows, one.reason))

    def largest(self, count: int = 20, gains: bool = True) -> list[dict[str, Any]]:
        """The rows with the largest gains, or losses; 1,000 of them at most."""
        found: list[dict[str, Any]] = self._largest[gains].slice(0, count).to_pylist()
        return found

    def plot(self, axes: Any = None) -> Any:
        """Draws the change: by the column that was asked for, else, or where nothing adds up, by outcome; wants matplotlib.

        Args:
            axes: Where to draw; by default a figure of its own.

        Returns:
            The axes.
        """
        from grantd.table._plots import plot_groups, plot_outcomes

        return plot_groups(self, axes) if self.by is not None and self.amounts != "none" else plot_outcomes(self, axes)

    def plot_outcomes(self, axes: Any = None) -> Any:
        """Draws the rows by outcome, before and now; wants matplotlib."""
        from grantd.table._plots import plot_outcomes

        return plot_outcomes(self, axes)

    def plot_changes(self, axes: Any = None) -> Any:
        """Draws how the differences are spread; wants matplotlib.

        Raises:
            TableError: Where some are of sums and some of bounds, or there are no amounts.
        """
        from grantd.table._plots import plot_changes

        return plot_changes(self, axes)

    def __repr__(self) -> str:
        total, counts = self.total, self.counts
        measures = ", ".join(new.measure for _, new in self.forms)
        sums = ""
        if self.amounts != "none":
            bound = {"most": "at most ", "least": "at least "}.get(self.amounts, "")
            sums = f", {bound}{money(total.old_fen or 0, 'en')} → {money(total.new_fen or 0, 'en')}"
        return f"<Comparison of {measures}: {total.rows:,} rows, {counts['GAIN']:,} gain, {counts['LOSS']:,} lose{sums}>"

    def _repr_html_(self) -> str:
        language = self.language
        cells = [(said(KINDS[kind], language), f"{count:,}") for kind, count in self.counts.items() if count]
        cells += [(said(words, language), money(fen, language)) for words, fen in self.sums()]
        body = "".join(f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>" for name, value in cells)
        return f"<table><caption>{html.escape(titles(self))}</caption>{body}</table>"

    def sums(self, group: Group | None = None) -> list[tuple[Words, int]]:
        """What is given before and now, and the difference, by what it is called: nothing where nothing adds up."""
        found = self.total if group is None else group
        if found.old_fen is None or found.new_fen is None:
            return []
        return list(zip(AMOUNTS[self.amounts], (found.old_fen, found.new_fen, found.new_fen - found.old_fen), strict=True))


def titles(comparison: Comparison) -> str:
    """The measures that are compared, as people call them."""
    language = comparison.language
    return said(Words("、", ", "), language).join(said(new.title, language) for _, new in comparison.forms)


def _sums(counted: Any, name: str) -> Iterator[tuple[str, Group]]:
    """What the rows come to by a column."""
    names = ("old", "new", "winners", "losers")
    sums = counted.group_by(name).aggregate([([], "count_all"), *((one, "sum") for one in names)]).to_pylist()
    for one in sums:
        group = Group(one[name], one["count_all"], one["winners_sum"], one["losers_sum"], one["old_sum"], one["new_sum"])
        yield one[name], group


def _join(into: Group, group: Group) -> None:
    into.rows += group.rows
    into.winners += group.winners
    into.losers += group.losers
    if into.old_fen is not None and into.new_fen is not None:
        into.old_fen += group.old_fen or 0
        into.new_fen += group.new_fen or 0


def _first(rows: Any, gains: bool) -> Any:
    """The rows with the largest gains, or losses, in order."""
    order = [("change_fen", "descending" if gains else "ascending"), ("row", "ascending")]
    # Dictionaries of several pieces differ.
    return rows.unify_dictionaries().take(pc.sort_indices(rows, order)[:MOST_LARGEST]).combine_chunks()
