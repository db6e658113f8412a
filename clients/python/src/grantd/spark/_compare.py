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
from grantd.spark._score import LINES, day, lines_of, lines_type
from grantd.table._changes import COMMA, changes_of, differ, joined, reasons_of, where_assessed
from grantd.table._differences import Differences
from grantd.table._form import Form
from grantd.table._problems import Language
from grantd.v1.calculator_pb2 import Stage

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# As ``grantd table compare`` has them; where a measure has lines, they stand between the two.
_CHANGES: tuple[Any, ...] = (
    pa.field("kind", pa.string()),
    pa.field("old_outcome", pa.string()),
    pa.field("new_outcome", pa.string()),
    pa.field("old_amount_fen", pa.int64()),
    pa.field("new_amount_fen", pa.int64()),
    pa.field("change_fen", pa.int64()),
    pa.field("old_potential_amount_fen", pa.int64()),
    pa.field("new_potential_amount_fen", pa.int64()),
    pa.field("old_basis", pa.string()),
    pa.field("new_basis", pa.string()),
)
_REASONS: tuple[Any, ...] = tuple(pa.field(name, pa.string()) for name in ("reason", "clause", "error"))


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
        The columns kept and ``kind`` (SAME, GAIN, LOSS, OTHER: another outcome, question or line and the same amount, OPEN:
        something changed and the difference is not known, ERROR), ``old_outcome``, ``new_outcome``, ``old_amount_fen``,
        ``new_amount_fen`` (0 where there is nothing, null where it is open), ``change_fen``, ``old_potential_amount_fen`` and
        ``new_potential_amount_fen`` (what the open ones may still come to), ``old_basis`` and ``new_basis`` (what an amount is:
        a CEILING or UNPUBLISHED_RATE is a bound, no sum; between a bound and a sum there is no ``change_fen``), structs
        ``old_lines`` and ``new_lines`` where the measure has lines, ``reason`` and ``clause`` where something changed,
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
        lines = []
        for channel, its, which in zip((before, now), forms, rules, strict=True):
            known = paths_of(its)
            own = tuple(one for one in read if one.path in known)
            found = probe(channel, frame, own, options)
            sides.append(Side(which, its, frozenset(one.path for one in own), found.digest))
            lines.append(lines_type(found.schema))
    names = zip(("old_lines", "new_lines"), lines, strict=True)
    added = pa.schema([*_CHANGES, *(pa.field(name, kind) for name, kind in names if kind is not None), *_REASONS])
    told = {"grantd.measure": measure, "grantd.old_digest": sides[0].digest, "grantd.new_digest": sides[1].digest}
    kept, schema = output(frame, keep, added, prefix, {"kind": told})
    narrow, places = narrowed(frame, read, kept)
    task = CompareTask(sides[0], sides[1], options, places, added, tuple(schema.names), language, timeout)

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
    # What is added, and the names of all columns of the result.
    added: Any
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
        lines = _changed_lines(old, new)
        found = changes_of(old, new, lines, (self.old.form, self.new.form))
        reason, clause = reasons_of(old, new, lines, found.changed, differences, self.language)
        added = {**found.columns, "reason": reason, "clause": clause, "error": pc.coalesce(_error(new), _error(old))}
        for name, answer in (("old_lines", old), ("new_lines", new)):
            if name in self.added.names:
                added[name] = where_assessed(lines_of(answer, self.added.field(name).type), found.is_wrong)
        arrays = self.places.kept_of(batch)
        arrays += [_array(added[field.name]).cast(field.type) for field in self.added]
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


def _error(answer: Any) -> Any:
    """Why a row has no assessment, with the place; null where it has one."""
    placed = pc.binary_join_element_wise(answer["error_field"], answer["error_details"], ": ")
    return pc.coalesce(placed, answer["error_details"], answer["error"])


def _changed_lines(old: Any, new: Any) -> Any:
    """The names of the lines that differ, one text a row."""
    told: Any = pa.array([""] * old.num_rows, pa.string())
    for name in dict.fromkeys(name for side in (old, new) for name in side.schema.names if name.startswith(LINES)):
        is_changed = differ(_texts(old, name), _texts(new, name), "")
        told = pc.binary_join_element_wise(told, pc.if_else(is_changed, COMMA + name.removeprefix(LINES), ""), "")
    # What stands before the first.
    return pc.utf8_slice_codeunits(told, len(COMMA))


def _texts(answer: Any, name: str) -> Any:
    """A line's values as texts, to be compared."""
    if name not in answer.schema.names:
        return pa.nulls(answer.num_rows, pa.string())
    column = answer.column(name)
    return joined(column) if pa.types.is_list(column.type) else column.cast(pa.string())


def _array(column: Any) -> Any:
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
