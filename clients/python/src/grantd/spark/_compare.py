# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""``compare``: what two sets of rules say of each row."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from grantd._columnar import ColumnOptions, evaluate_table
from grantd.channel import Channel
from grantd.config import ChannelConfig
from grantd.spark._plan import Places, columns_read, form, narrowed, output, paths_of, probe
from grantd.spark._rules import MakeConfig, Rules
from grantd.spark._score import day
from grantd.table._differences import Differences
from grantd.table._form import Form
from grantd.table._problems import Language, said
from grantd.v1.calculator_pb2 import Stage

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# As ``grantd table compare`` has them.
_ADDED = pa.schema(
    [
        pa.field("kind", pa.string()),
        pa.field("old_outcome", pa.string()),
        pa.field("new_outcome", pa.string()),
        pa.field("old_amount_fen", pa.int64()),
        pa.field("new_amount_fen", pa.int64()),
        pa.field("change_fen", pa.int64()),
        pa.field("reason", pa.string()),
        pa.field("clause", pa.string()),
        pa.field("error", pa.string()),
    ]
)
# What reasons are found by.
_CAUSES = ("outcome", "failed", "missing", "binding_cap", "basis")


def compare(
    frame: DataFrame,
    measure: str,
    old: str,
    new: str,
    *,
    binary: str | None = None,
    config: ChannelConfig | MakeConfig | None = None,
    columns: Mapping[str, str] | None = None,
    keep: Sequence[str] | None = None,
    prefix: str = "",
    as_of: str | datetime.date | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    language: Language = "zh",
    timeout: float = 60.0,
) -> DataFrame:
    """Asks two sets of rules about each row.

    Args:
        frame: As for ``score``. A column that one of the two has no field for is read for the other alone.
        measure: The full id; both have it.
        old: The rules as they are: ``HOST:PORT``, a folder of policies, or ``built-in``. For the latter two each host has a
            daemon of its own, as ``score(binary=…)`` describes.
        new: The rules as they would be.
        binary: The daemon's program on each host, for folders and ``built-in``.
        config: As for ``score``, for both addresses.
        columns: As for ``score``.
        keep: As for ``score``.
        prefix: As for ``score``.
        as_of: As for ``score``.
        stage: As for ``score``.
        assume_unset_bars_absent: As for ``score``.
        language: Of the reasons, ``zh`` or ``en``.
        timeout: As for ``score``.

    Returns:
        The columns kept and ``kind`` (SAME, GAIN, LOSS, OTHER: another outcome or question and the same amount, OPEN: something
        changed and an amount is not known, ERROR), ``old_outcome``, ``new_outcome``, ``old_amount_fen``, ``new_amount_fen`` (0
        where there is nothing, null where it is open), ``change_fen``, ``reason`` and ``clause`` where something changed,
        ``error``. The metadata of the field ``kind`` hold ``grantd.measure``, ``grantd.old_digest`` and ``grantd.new_digest``,
        pinned for the job.

    Raises:
        GrantdError: Where a daemon does not answer the driver.
        HostDaemonError: Where no daemon starts on the driver's host.
        ValueError: Where columns or arguments do not fit.
    """
    options = ColumnOptions(measure, day(as_of), stage, assume_unset_bars_absent)
    rules = (Rules.named(old, binary, config), Rules.named(new, binary, config))
    with rules[0].channel() as before, rules[1].channel() as now:
        forms = (form(before, measure, options.as_of), form(now, measure, options.as_of))
        read = columns_read(frame, columns, forms)
        sides = []
        for channel, its, which in zip((before, now), forms, rules, strict=True):
            known = paths_of(its)
            own = tuple(one for one in read if one.path in known)
            sides.append(Side(which, its, frozenset(one.path for one in own), probe(channel, frame, own, options).digest))
    told = {"grantd.measure": measure, "grantd.old_digest": sides[0].digest, "grantd.new_digest": sides[1].digest}
    kept, schema = output(frame, keep, _ADDED, prefix, {"kind": told})
    narrow, places = narrowed(frame, read, kept)
    task = CompareTask(sides[0], sides[1], options, places, tuple(schema.names), language, timeout)

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        yield from task.rows(batches)

    return narrow.mapInArrow(run, schema)


@dataclasses.dataclass(frozen=True)
class Side:
    """One of the two sets of rules."""

    rules: Rules
    form: Form
    # Of the columns that are read, those it has a field for.
    paths: frozenset[str]
    digest: str


@dataclasses.dataclass(frozen=True)
class CompareTask:
    """The comparison of one partition."""

    old: Side
    new: Side
    options: ColumnOptions
    places: Places
    names: tuple[str, ...]
    language: Language
    timeout: float

    def rows(self, batches: Iterator[Any]) -> Iterator[Any]:
        """The result's batches, in the order of the rows."""
        filled = (batch for batch in batches if batch.num_rows)
        first = next(filled, None)
        if first is None:
            return
        differences = Differences(self.old.form, self.new.form)
        with self.old.rules.channel() as before, self.new.rules.channel() as now:
            yield self._compared(first, before, now, differences)
            for batch in filled:
                yield self._compared(batch, before, now, differences)

    def _compared(self, batch: Any, before: Channel, now: Channel, differences: Differences) -> Any:
        old, new = self._answer(batch, self.old, before), self._answer(batch, self.new, now)
        error = pc.coalesce(_error(new), _error(old))
        is_error = pc.or_(pc.is_valid(old["error"]), pc.is_valid(new["error"]))
        amounts = [pc.if_else(is_error, None, _amount(side)) for side in (old, new)]
        change = pc.subtract(amounts[1], amounts[0])
        changed = pc.invert(pc.and_(_same(amounts[0], amounts[1]), _all_same(old, new)))
        kind = pc.case_when(
            pc.make_struct(
                is_error,
                pc.invert(changed),
                pc.is_null(change),
                pc.fill_null(pc.greater(change, 0), False),
                pc.fill_null(pc.less(change, 0), False),
            ),
            *("ERROR", "SAME", "OPEN", "GAIN", "LOSS", "OTHER"),
        )
        reasons, clauses = self._reasons(old, new, pc.and_not(changed, is_error), differences)
        outcomes = [pc.if_else(is_error, None, side["outcome"]) for side in (old, new)]
        added = [kind, *outcomes, *amounts, change, reasons, clauses, error]
        arrays = self.places.kept_of(batch)
        arrays += [_array(column).cast(field.type) for column, field in zip(added, _ADDED, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, names=list(self.names))

    def _answer(self, batch: Any, side: Side, channel: Channel) -> Any:
        """The answers to a batch, as a batch: each column one array."""
        table = evaluate_table(
            channel,
            self.places.facts_of(batch, side.paths),
            self.options.measure,
            as_of=self.options.as_of,
            stage=self.options.stage,
            assume_unset_bars_absent=self.options.assume_unset_bars_absent,
            timeout=self.timeout,
            digest=side.digest,
        )
        return table.combine_chunks().to_batches()[0]

    def _reasons(self, old: Any, new: Any, where: Any, differences: Differences) -> tuple[Any, Any]:
        """Why the marked rows differ, and by which clause: of the others null."""
        before, now = (_causes(side.filter(where)) for side in (old, new))
        found = [differences.reason(one, other) for one, other in zip(before, now, strict=True)]
        words = pa.array([said(reason.words, self.language) for reason in found], pa.string())
        clauses = pa.array([reason.clause for reason in found], pa.string())
        nothing = pa.nulls(old.num_rows, pa.string())
        mask = _array(where)
        return pc.replace_with_mask(nothing, mask, words), pc.replace_with_mask(nothing, mask, clauses)


def _error(answer: Any) -> Any:
    """Why a row has no assessment, with the place; null where it has one."""
    placed = pc.binary_join_element_wise(answer["error_field"], answer["error_details"], ": ")
    return pc.coalesce(placed, answer["error_details"], answer["error"])


def _amount(answer: Any) -> Any:
    """What an answer comes to, in fen: nothing where there is none; null while it is open."""
    is_open = pc.equal(answer["outcome"], "UNDETERMINED")
    return pc.if_else(is_open, pa.scalar(None, pa.int64()), pc.fill_null(answer["amount_fen"], 0))


def _all_same(old: Any, new: Any) -> Any:
    return pc.and_(_same(old["outcome"], new["outcome"]), _same(_joined(old["missing"]), _joined(new["missing"])))


def _joined(texts: Any) -> Any:
    return pc.fill_null(pc.binary_join(texts, "\n"), "")


def _same(one: Any, other: Any) -> Any:
    """Whether values are equal, where null is equal to null."""
    both_null = pc.and_(pc.is_null(one), pc.is_null(other))
    return pc.or_(both_null, pc.fill_null(pc.equal(one, other), False))


def _causes(answer: Any) -> Iterator[dict[str, Any]]:
    columns = [answer[name].to_pylist() for name in _CAUSES]
    return (dict(zip(_CAUSES, values, strict=True)) for values in zip(*columns, strict=True))


def _array(column: Any) -> Any:
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
