# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What the results of a table come to."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from grantd._cells import Words, listed
from grantd.table._form import Form
from grantd.table._problems import Language, Problem, said
from grantd.v1.assessment_pb2 import Basis
from grantd.v1.awards_pb2 import Envelope

OUTCOMES = {
    "ELIGIBLE": Words("符合条件", "Eligible"),
    "EXHAUSTED": Words("符合条件，但额度已用完", "Eligible, cap used up"),
    "UNDETERMINED": Words("待定：信息不全", "Undetermined: facts missing"),
    "INELIGIBLE": Words("不符合条件", "Not eligible"),
    "NOT_IN_FORCE": Words("措施在该日不适用", "Not in force on that day"),
    "ERROR": Words("有问题，未计算", "Not assessed: see problem"),
}
BASES = {
    "EXACT": Words("标准由文件明确", "fixed by the text"),
    "CEILING": Words("文件规定的最高额", "the most that the text allows"),
    "UNPUBLISHED_RATE": Words("有上限，比例未公布", "capped; the rate is not published"),
    "AGENCY_RATE": Words("按主管部门确定的比例", "at the agency's rate"),
    "UNPUBLISHED_AMOUNT": Words("给予支持，金额未公布", "support without a published amount"),
    "NON_MONETARY": Words("非资金支持", "no money"),
    "FLOOR": Words("文件规定的最低额", "the least that the text grants"),
}
AmountKind = Literal["sum", "most", "least", "none"]
_AMOUNT_LABELS: Mapping[AmountKind, Words] = {
    "sum": Words("金额（元）", "Amount (yuan)"),
    "most": Words("最高金额（元）", "At most (yuan)"),
    "least": Words("不低于（元）", "At least (yuan)"),
}
# Problems that are listed one by one.
MOST_PROBLEMS = 10_000


class RowProblem(NamedTuple):
    """A row that was not assessed."""

    # Its number in the file, and where in it.
    row: int
    place: str
    application_id: str
    problem: str


@dataclasses.dataclass
class Total:
    """Rows of one outcome."""

    rows: int = 0
    amount_fen: int = 0
    potential_fen: int = 0


# Rows among which numbers that occur twice are looked for.
_MOST_NUMBERED = 2_000_000


class Tally:
    """Totals by outcome, what fails and what is missing, of any number of rows."""

    def __init__(self) -> None:
        self.rows = 0
        self.outcomes: dict[str, Total] = {name: Total() for name in OUTCOMES}
        self.failed: collections.Counter[str] = collections.Counter()
        self.missing: collections.Counter[str] = collections.Counter()
        self.caps: collections.Counter[str] = collections.Counter()

    def add(self, results: Any) -> None:
        """Counts more results."""
        self.rows += results.num_rows
        outcomes = pc.fill_null(results["outcome"], "ERROR")
        grouped = results.select(["amount_fen", "potential_amount_fen"]).append_column("outcome", outcomes).group_by("outcome")
        sums = grouped.aggregate([("outcome", "count"), ("amount_fen", "sum"), ("potential_amount_fen", "sum")])
        for row in sums.to_pylist():
            total = self.outcomes[row["outcome"]]
            total.rows += row["outcome_count"]
            total.amount_fen += row["amount_fen_sum"] or 0
            total.potential_fen += row["potential_amount_fen_sum"] or 0
        for name, counter in (("failed", self.failed), ("missing", self.missing)):
            _count(counter, pc.list_flatten(results[name]))
        _count(self.caps, results["binding_cap"].drop_null())

    @property
    def amount_fen(self) -> int:
        """All amounts together, in fen."""
        return sum(total.amount_fen for total in self.outcomes.values())

    @property
    def potential_fen(self) -> int:
        """What the undetermined may still come to, in fen: those of them that have a bound."""
        return self.outcomes["UNDETERMINED"].potential_fen


class Summary(Tally):
    """What all results come to, what is wrong, and what those of each measure come to."""

    def __init__(self, forms: Mapping[str, Form]) -> None:
        """``forms``: by measure."""
        super().__init__()
        self.forms = forms
        # Rows that were not assessed are no measure's; all the others are the one measure's, where there is one.
        self.measures: dict[str, Tally] = {measure: Tally() if len(forms) > 1 else self for measure in forms}
        self.digests: collections.Counter[str] = collections.Counter()
        self.problems: list[RowProblem] = []
        # Of rows that went through the book.
        self.awards: int | None = None
        # It was tried, and nothing of it is in the book.
        self.is_trial = False
        self.awarded_fen = 0
        self.envelope: Envelope | None = None
        # Entries of lists that no row has taken: an award whose number was misspelt would be one.
        self.unused: Sequence[Problem] = ()
        # The applications' numbers, of as many rows as people look at.
        self._ids: list[Any] = []

    def add(self, results: Any) -> None:
        """Counts more results."""
        super().add(results)
        if len(self.measures) > 1:
            for measure in results["measure"].drop_null().unique().to_pylist():
                self.measures[measure].add(results.filter(pc.equal(results["measure"], measure)))
        if "award_id" in results.column_names:
            self.awards = (self.awards or 0) + results.num_rows - results["award_id"].null_count
            self.awarded_fen += pc.sum(results["awarded_fen"]).as_py() or 0
        if self.rows <= _MOST_NUMBERED:
            self._ids.append(results["application_id"].combine_chunks())
        else:
            self._ids.clear()
        _count(self.digests, results["digest"].drop_null())
        if len(self.problems) < MOST_PROBLEMS and results["error"].null_count < results.num_rows:
            wrong = results.filter(pc.is_valid(results["error"])).slice(0, MOST_PROBLEMS - len(self.problems))
            for row in wrong.select(["error_row", "error_place", "application_id", "error"]).to_pylist():
                found = RowProblem(row["error_row"] or 0, row["error_place"] or "", row["application_id"] or "", row["error"])
                self.problems.append(found)

    @property
    def errors(self) -> int:
        """How many rows were not assessed."""
        return self.outcomes["ERROR"].rows

    @property
    def repeated(self) -> Words | None:
        """What to say of applications' numbers that occur twice: each of their rows is counted."""
        counts = pc.value_counts(pa.chunked_array(self._ids, pa.string()).drop_null())
        twice = counts.filter(pc.greater(counts.field("counts"), 1)).field("values").to_pylist()
        if not twice:
            return None
        zh, en = listed(twice)
        return Words(
            f"有 {len(twice):,} 个申请编号重复（{zh}）：各行分别计算，合计逐行计入，请核对",
            f"{len(twice):,} application number{'' if len(twice) == 1 else 's'} of several rows ({en}): each row is assessed "
            "and counted; look at them again",
        )

    def label(self, language: Language) -> str | None:
        """What all amounts are; ``None`` where the measures differ in that, and nothing may be added up."""
        labels = {amount_label(form, language) for form in self.forms.values()}
        return labels.pop() if len(labels) == 1 else None


def _count(counter: collections.Counter[str], values: Any) -> None:
    for pair in pc.value_counts(values).to_pylist():
        counter[pair["values"]] += pair["counts"]


def amount_kind(form: Form) -> AmountKind:
    """What the amounts of a measure are: sums, what is given at most or at least, or none at all."""
    if form.basis in (Basis.CEILING, Basis.UNPUBLISHED_RATE):
        return "most"
    if form.basis in (Basis.UNPUBLISHED_AMOUNT, Basis.NON_MONETARY):
        return "none"
    return "least" if form.basis == Basis.FLOOR else "sum"


def amount_label(form: Form, language: Language) -> str:
    """What the amounts of a measure are: a sum, or a bound, which is never shown as one."""
    return said(_AMOUNT_LABELS.get(amount_kind(form), _AMOUNT_LABELS["sum"]), language)


def money(fen: int, language: Language) -> str:
    """A sum as people write it: ``1,500万元``, ``15,000,000 yuan``."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    if language == "zh" and fen >= 10**10 and fen % 10**8 == 0:
        return f"{sign}{_decimal(fen // 10**8, 2)}亿元"
    if language == "zh" and fen >= 10**6 and fen % 10**4 == 0:
        return f"{sign}{_decimal(fen // 10**4, 2)}万元"
    whole, rest = divmod(fen, 100)
    text = f"{sign}{whole:,}" + (f".{rest:02}" if rest else "")
    return f"{text}元" if language == "zh" else f"{text} yuan"


def _decimal(number: int, places: int) -> str:
    whole, rest = divmod(number, 10**places)
    fraction = f"{rest:0{places}}".rstrip("0")
    return f"{whole:,}" + (f".{fraction}" if fraction else "")
