# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""``score``: what the daemon says of each row."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import datetime
import itertools
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from grantd import _values
from grantd._columnar import ColumnOptions, evaluate_batches, with_first_day
from grantd.config import ChannelConfig
from grantd.spark._plan import Places, columns_read, form, narrowed, output, probe
from grantd.spark._rules import MakeConfig, Rules
from grantd.v1.calculator_pb2 import Stage

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

LINES = "lines."


def score(
    frame: DataFrame,
    measure: str,
    *,
    address: str | None = None,
    binary: str | None = None,
    policies: str | None = None,
    config: ChannelConfig | MakeConfig | None = None,
    columns: Mapping[str, str] | None = None,
    keep: Sequence[str] | None = None,
    results: Sequence[str] | None = None,
    prefix: str = "",
    as_of: str | datetime.date | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    reasons: bool = False,
    digest: str | None = None,
    timeout: float = 60.0,
) -> DataFrame:
    """Assesses a Spark data frame, a row an application for one measure.

    The driver asks the daemon once about no row: for the measure's fields, the schema of the result and the digest of the
    policy. Rows are asked about when the result is used, again in each use: ``cache()`` or write it. A row's answer depends on
    the row and the policy alone, so tasks may run again or twice.

    Args:
        frame: Columns named by the paths of fields, ``subject_id``, ``applicant.kind``, ``prior_awards`` or
            ``medical_device_common_platform.engineering_investment_fen``: bool, whole numbers (money in fen), texts, days, and
            lists of structs. A null is not known. Other columns, without a dot in their names, stay as they are.
        measure: The full id, ``medical-device.common-platform``.
        address: ``HOST:PORT`` of a daemon, or of several behind one name, that driver and executors reach.
        binary: Instead of it, the daemon's program, at this path on the driver's host and on each executor's: the first task
            on a host starts a daemon there, which the host's other tasks share. It ends 60 seconds after the last of them.
        policies: For ``binary``, a folder of policies, also on each host.
        config: How to speak to the daemon at ``address``: or a function that makes it on the executor, where a token or a TLS
            context is not to be sent there.
        columns: The paths by the frame's own names; then its other columns are not read.
        keep: The columns of the frame that the result has; by default all.
        results: The columns that are added, of those below; by default all. Spark takes each of them back from Python, also
            where nothing uses it.
        prefix: Stands before the names of the columns that are added.
        as_of: The day of the rows that have none in a column ``as_of``.
        stage: Eligible at all, or payable.
        assume_unset_bars_absent: Take a bar whose ground is unset as absent.
        reasons: Give the whole reasoning, a list of rule, clause, zh and en in the column ``reasons``.
        digest: The policy that must decide; by default the one that the driver finds. A task that meets a daemon with another
            one fails.
        timeout: How long one call may take, in seconds, waiting for the daemon and further attempts included.

    Returns:
        The columns kept and ``outcome``, ``amount_fen`` and ``potential_amount_fen`` in fen, ``basis``, ``binding_cap``,
        ``failed`` (rules), ``missing`` (paths, in the order to ask), ``missing_omitted``, ``in_force_from``, and for a row
        without an assessment ``error`` (gRPC's name), ``error_number``, ``error_field`` and ``error_details``; a struct
        ``lines`` where the measure has lines; ``reasons`` where they are asked for. The metadata of the first of these hold
        ``grantd.measure`` and ``grantd.digest``.

    Raises:
        GrantdError: Where the daemon does not answer the driver, or its policy is not that of ``digest``.
        HostDaemonError: Where no daemon starts on the driver's host.
        ValueError: Where columns or arguments do not fit.
    """
    rules = Rules.of(address, binary, policies, config)
    options = ColumnOptions(measure, day(as_of), stage, assume_unset_bars_absent, reasons)
    with rules.channel() as channel:
        read = columns_read(frame, columns, [form(channel, measure, options.as_of)])
        found = probe(channel, frame, read, options, digest)
    fields = [field for field in found.schema if not field.name.startswith(LINES)]
    lines = lines_type(found.schema)
    if lines is not None:
        fields.append(pa.field("lines", lines))
    fields = _chosen(fields, results)
    told = {"grantd.measure": measure, "grantd.digest": found.digest}
    kept, schema = output(frame, keep, fields, prefix, {fields[0].name: told})
    narrow, places = narrowed(frame, read, kept)
    task = ScoreTask(rules, found.digest, options, places, pa.schema(fields), tuple(schema.names), timeout)

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        yield from task.rows(batches)

    return narrow.mapInArrow(run, schema)


def _chosen(fields: list[Any], results: Sequence[str] | None) -> list[Any]:
    if results is None:
        return fields
    by_name = {field.name: field for field in fields}
    unknown = [name for name in results if name not in by_name]
    if unknown or not results:
        what = f"no column {unknown[0]!r}" if unknown else "a column at least"
        raise ValueError(f"results: the result has {what}, of {', '.join(by_name)}")
    return [by_name[name] for name in dict.fromkeys(results)]


def day(as_of: str | datetime.date | None) -> str | None:
    """A day as the contract writes it.

    Raises:
        ValueError: Where it is none.
    """
    try:
        return None if as_of is None else _values.day(as_of)
    except _values.UnfitError as error:
        raise ValueError(f"as_of {error}: {as_of!r}") from error


@dataclasses.dataclass(frozen=True)
class ScoreTask:
    """The scoring of one partition."""

    rules: Rules
    digest: str
    options: ColumnOptions
    places: Places
    # What is added, and the names of all columns of the result.
    added: Any
    names: tuple[str, ...]
    timeout: float

    def rows(self, batches: Iterator[Any]) -> Iterator[Any]:
        """The result's batches, in the order of the rows."""
        filled = (batch for batch in batches if batch.num_rows)
        first = next(filled, None)
        if first is None:
            return
        # Of the batches that are not wholly answered: how many rows have no answer yet, and the columns that are kept.
        waiting: collections.deque[tuple[int, list[Any]]] = collections.deque()

        def facts() -> Iterator[Any]:
            for batch in itertools.chain([first], filled):
                waiting.append((batch.num_rows, self.places.kept_of(batch)))
                yield self.places.facts_of(batch)

        with self.rules.channel() as channel:
            answers = evaluate_batches(channel, facts(), self.options, timeout=self.timeout, digest=self.digest)
            with contextlib.closing(cast("Generator[Any, None, None]", answers)):
                for answer in answers:
                    # Answers come in the order of the rows, and each is about rows of one batch.
                    left, kept = waiting.popleft()
                    arrays = [column.slice(len(column) - left, answer.num_rows) for column in kept]
                    if left > answer.num_rows:
                        waiting.appendleft((left - answer.num_rows, kept))
                    yield pa.RecordBatch.from_arrays([*arrays, *self._added(answer)], names=list(self.names))

    def _added(self, answer: Any) -> list[Any]:
        # The day of the version stands in each row: how rows are dealt out over calls is not to be seen.
        answer = with_first_day(answer)
        arrays = []
        for field in self.added:
            if field.name == "lines":
                arrays.append(lines_of(answer, field.type))
            else:
                arrays.append(_column(answer, field.name, field.type))
        return arrays


def lines_type(schema: Any) -> Any:
    """The struct of the lines that answers have; ``None`` where they have none."""
    lines = [pa.field(field.name.removeprefix(LINES), field.type) for field in schema if field.name.startswith(LINES)]
    return pa.struct(lines) if lines else None


def lines_of(answer: Any, wanted: Any) -> Any:
    """The lines of answers, as structs."""
    lines = [_column(answer, LINES + line.name, line.type) for line in wanted]
    return pa.StructArray.from_arrays(lines, fields=list(wanted))


def _column(answer: Any, name: str, wanted: Any) -> Any:
    if name not in answer.schema.names:
        return pa.nulls(answer.num_rows, wanted)
    array = answer.column(name)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array if array.type == wanted else array.cast(wanted)
