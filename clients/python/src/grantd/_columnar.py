# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The scoring of Arrow tables over ``Calculator/EvaluateColumns``: no Python object a row, on either side.

``evaluate_table`` takes typed columns and gives typed columns; ``evaluate_batches`` does the same for a stream of any length in
bounded memory. Programs have them as ``grantd.score_columns`` and ``grantd.score_batches``. What people write in cells becomes
typed columns by ``grantd._cell_columns``.
"""

from __future__ import annotations

import collections
import datetime
import functools
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import grpc
import pyarrow as pa
import pyarrow.compute as pc

from grantd import _values
from grantd._arrow import UnfitColumnError, array_of, column, wire_array
from grantd._method import incomplete, undecodable
from grantd.errors import GrantdError
from grantd.v1.assessment_pb2 import Basis, Finding, Outcome
from grantd.v1.calculator_pb2 import EvaluateColumnsRequest, EvaluateColumnsResponse, Explain, Stage

COLUMNS_PATH = "/grantd.v1.Calculator/EvaluateColumns"

# The daemon's limits.
MOST_ROWS = 65_536
MOST_EXPLAINED_ROWS = 4_096
# Requests are made for so many rows and about so many bytes, far under these limits: rows differ, and both sides use memory of
# this size again from call to call, where larger blocks come from the kernel anew each time.
_WANTED_ROWS = 16_384
_WANTED_BYTES = 6 * 1024 * 1024
_OUTCOMES = pa.array(["", *(name for _, name in sorted((number, name) for name, number in Outcome.Value.items()))], pa.string())
_BASES = pa.array(["", *(name for _, name in sorted((number, name) for name, number in Basis.Value.items()))], pa.string())

# What every result has, in this order; the lines of the measure, `lines.ID`, stand behind them.
RESULT_FIELDS: tuple[Any, ...] = (
    pa.field("outcome", pa.string()),
    pa.field("amount_fen", pa.int64()),
    pa.field("potential_amount_fen", pa.int64()),
    pa.field("basis", pa.string()),
    pa.field("binding_cap", pa.string()),
    pa.field("failed", pa.list_(pa.string())),
    pa.field("missing", pa.list_(pa.string())),
    pa.field("missing_omitted", pa.int32()),
    pa.field("in_force_from", pa.date32()),
    pa.field("error", pa.string()),
    pa.field("error_number", pa.int32()),
    pa.field("error_field", pa.string()),
    pa.field("error_details", pa.string()),
)
REASONS_FIELD: Any = pa.field(
    "reasons",
    pa.list_(pa.struct([pa.field(name, pa.string()) for name in ("rule", "clause", "zh", "en")])),
)
# What a data frame has of the rules in `failed`, where reasons are asked for.
FAILED_RULES_FIELD: Any = pa.field(
    "failed_rules",
    pa.list_(pa.struct([pa.field(name, pa.string()) for name in ("rule", "kind", "clause", "zh", "en")])),
)
# What the contract calls the columns that have another name in a result.
_NAMES = {
    "error.code": "error_number",
    "error.status": "error",
    "error.field": "error_field",
    "error.message": "error_details",
    "explanation": "reasons",
}


class ColumnOptions(NamedTuple):
    """What is asked about every row."""

    measure: str
    # The day of the rows that have none of their own, `YYYY-MM-DD`.
    as_of: str | None = None
    stage: Stage.Value.ValueType = Stage.APPLICATION
    assume_unset_bars_absent: bool = False
    reasons: bool = False
    use_ledger: bool = False


def evaluate_table(
    channel: grpc.Channel,
    table: pa.Table | pa.RecordBatch,
    measure: str,
    *,
    as_of: str | datetime.date | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    reasons: bool = False,
    use_ledger: bool = False,
    calls_in_flight: int = 4,
    timeout: float = 60.0,
    digest: str | None = None,
) -> pa.Table:
    """Assesses a table, a row an application for one measure: what ``grantd.score_columns`` does, over a channel."""
    options = options_of(measure, as_of, stage, assume_unset_bars_absent, reasons, use_ledger)
    batches = [table] if isinstance(table, pa.RecordBatch) else [table.combine_chunks()]
    parts = list(evaluate_batches(channel, batches, options, calls_in_flight=calls_in_flight, timeout=timeout, digest=digest))
    return joined(parts)


def options_of(
    measure: str,
    as_of: str | datetime.date | None,
    stage: Stage.Value.ValueType,
    assume_unset_bars_absent: bool,
    reasons: bool,
    use_ledger: bool,
) -> ColumnOptions:
    """What is asked about every row; raises ValueError where ``as_of`` is no day."""
    return ColumnOptions(measure, _day(as_of), stage, assume_unset_bars_absent, reasons, use_ledger)


def evaluate_batches(
    channel: grpc.Channel,
    batches: Iterable[pa.Table | pa.RecordBatch],
    options: ColumnOptions,
    *,
    calls_in_flight: int = 4,
    timeout: float = 60.0,
    digest: str | None = None,
) -> Iterator[pa.Table]:
    """Assesses tables as they come; results in their order, a piece of a table each, as ``evaluate_table`` gives the whole.

    No more is read ahead than the calls in flight. Raises as ``evaluate_table``, while iterating.
    """
    if calls_in_flight < 1:
        raise ValueError(f"batches_in_flight must be 1 or more, not {calls_in_flight}")
    yield from _Run(channel, options, calls_in_flight, timeout, digest).run(batches)


class _Piece(NamedTuple):
    """Rows of one call."""

    arrays: list[tuple[str, Any]]
    start: int
    rows: int

    def request(self, options: ColumnOptions) -> bytes:
        request = EvaluateColumnsRequest(measure=options.measure, rows=self.rows)
        if options.as_of is not None:
            request.as_of = options.as_of
        if options.stage != Stage.APPLICATION:
            request.stage = options.stage
        if options.assume_unset_bars_absent:
            request.assume_unset_bars_absent = True
        if options.reasons:
            request.explain = Explain.FULL
        if options.use_ledger:
            request.use_ledger = True
        request.columns.extend(column(path, array.slice(self.start, self.rows)) for path, array in self.arrays)
        return request.SerializeToString()

    def halves(self) -> tuple[_Piece, _Piece]:
        # Bitmaps begin with a byte.
        half = max(8, self.rows // 2 // 8 * 8)
        return _Piece(self.arrays, self.start, half), _Piece(self.arrays, self.start + half, self.rows - half)


class _Run:
    """A scoring under way."""

    def __init__(self, channel: grpc.Channel, options: ColumnOptions, most: int, timeout: float, digest: str | None) -> None:
        self._evaluate: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(COLUMNS_PATH)
        self._options = options
        self._most = most
        self._timeout = timeout
        self._digest = digest
        self._sent: collections.deque[tuple[_Piece, Any]] = collections.deque()

    def run(self, batches: Iterable[Any]) -> Iterator[pa.Table]:
        try:
            for batch in batches:
                for piece in self._pieces(batch):
                    if len(self._sent) >= self._most:
                        yield from self._take()
                    self._send(piece)
            while self._sent:
                yield from self._take()
        finally:
            for _, call in self._sent:
                call.cancel()

    def _pieces(self, batch: Any) -> Iterator[_Piece]:
        arrays: list[tuple[str, Any]] = []
        for path, array in zip(batch.schema.names, batch.columns, strict=True):
            try:
                wired = wire_array(array)
            except UnfitColumnError as error:
                raise ValueError(f"the column {path!r} {error}") from None
            if wired is not None:
                arrays.append((path, wired))
        rows = batch.num_rows
        size = sum(array.nbytes for _, array in arrays)
        most = MOST_EXPLAINED_ROWS if self._options.reasons else _WANTED_ROWS
        # Whole bytes of bitmaps.
        step = max(8, min(most, int(_WANTED_BYTES / max(1.0, size / max(1, rows)))) // 8 * 8)
        for start in range(0, max(rows, 1), step):
            yield _Piece(arrays, start, min(step, rows - start))

    def _send(self, piece: _Piece) -> None:
        call = self._evaluate.future(piece.request(self._options), timeout=self._timeout, wait_for_ready=True)
        self._sent.append((piece, call))

    def _take(self) -> Iterator[pa.Table]:
        piece, call = self._sent.popleft()
        try:
            payload = call.result()
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED or piece.rows <= 8:
                raise
            # Too much for one call, there or back: half of it each.
            for half in piece.halves():
                self._sent.appendleft((half, self._evaluate.future(half.request(self._options), timeout=self._timeout)))
                yield from self._take()
            return
        yield self._table(payload, piece.rows)

    def _table(self, payload: bytes, rows: int) -> pa.Table:
        try:
            response = EvaluateColumnsResponse.FromString(payload)
        except Exception as error:
            raise undecodable() from error
        if response.rows != rows:
            raise incomplete(f"{response.rows} rows for {rows}")
        policy = response.policy
        if not policy.HasField("digest"):
            raise incomplete("an answer without policy.digest")
        if self._digest is None:
            self._digest = policy.digest
        elif self._digest != policy.digest:
            raise GrantdError(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"the daemon decides by policy {policy.digest}, and {self._digest} is wanted; a table is decided by one",
            )
        try:
            columns = {message.path: array_of(message, rows) for message in response.columns}
        except (ValueError, pa.ArrowException) as error:
            raise incomplete(f"columns that hold together: {error}") from error
        return _result(columns, rows, response, self._options)


def _result(columns: dict[str, Any], rows: int, response: EvaluateColumnsResponse, options: ColumnOptions) -> pa.Table:
    if "outcome" not in columns:
        raise incomplete("an answer without outcome")
    columns = {_NAMES.get(path, path): array for path, array in columns.items()}
    columns["outcome"] = _OUTCOMES.take(columns["outcome"])
    columns["basis"] = _BASES.take(columns["basis"])
    fields: list[Any] = list(RESULT_FIELDS)
    fields += [pa.field(name, array.type) for name, array in columns.items() if name.startswith("lines.")]
    if options.reasons:
        fields.append(REASONS_FIELD)
    if options.use_ledger:
        fields += [pa.field("ledger_awards", pa.list_(pa.string())), pa.field("ledger_awards_omitted", pa.int32())]
    arrays = []
    for field in fields:
        array = columns.get(field.name)
        arrays.append(
            _nulls(field.type, rows) if array is None else array if array.type == field.type else array.cast(field.type)
        )
    policy = response.policy
    told = {
        "measure": options.measure,
        "digest": policy.digest,
        "programme": policy.programme,
        "document_number": policy.document_number,
        "engine_version": policy.engine_version,
        "in_force_from": policy.in_force_from,
        "in_force_until": policy.in_force_until,
        "failed_rules": json.dumps(
            {
                rule.rule: {"kind": rule.kind, "clause": rule.clause, "zh": rule.label.zh, "en": rule.label.en}
                for rule in response.failed_rules
            },
            ensure_ascii=False,
        ),
    }
    metadata: dict[bytes | str, bytes | str] = {f"grantd.{name}": value for name, value in told.items() if value}
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata))


def _nulls(given: Any, rows: int) -> Any:
    """A column in which there is nothing: a piece of the one that all results share."""
    return _all_nulls(given).slice(0, rows)


@functools.cache
def _all_nulls(given: Any) -> Any:
    return pa.nulls(MOST_ROWS, given)


def told_rules(table: pa.Table) -> Any:
    """By row what is told of the rules in ``failed``: a column of lists, null where there is no assessment."""
    rules = failed_rules(table)
    told = [{**rule, "rule": name, "kind": Finding.Kind.Name(rule["kind"])} for name, rule in rules.items()]
    known, names = pa.array(told, FAILED_RULES_FIELD.type.value_type), pa.array(list(rules), pa.string())
    pieces = []
    for failed in table["failed"].chunks:
        ends = pc.cumulative_sum(pc.fill_null(pc.list_value_length(failed), 0))
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends])
        values = known.take(pc.index_in(failed.flatten(), names))
        pieces.append(pa.ListArray.from_arrays(offsets, values, mask=pc.is_null(failed)))
    return pa.chunked_array(pieces, FAILED_RULES_FIELD.type)


def failed_rules(table: pa.Table) -> dict[str, dict[str, Any]]:
    """What is told of the rules in ``failed``: by id ``kind``, ``clause``, ``zh`` and ``en``."""
    rules: dict[str, dict[str, Any]] = json.loads((table.schema.metadata or {}).get(b"grantd.failed_rules", b"{}"))
    return rules


def joined(parts: list[pa.Table]) -> pa.Table:
    """One table of its pieces, which are of one schema but for what is told of them."""
    rules: dict[str, Any] = {}
    for part in parts:
        rules.update(failed_rules(part))
    metadata = dict(parts[0].schema.metadata)
    if len({part.schema.metadata.get(b"grantd.in_force_from") for part in parts}) > 1:
        # Several versions: each row tells its own.
        parts = [with_first_day(part) for part in parts]
        metadata.pop(b"grantd.in_force_from", None)
        metadata.pop(b"grantd.in_force_until", None)
    metadata[b"grantd.failed_rules"] = json.dumps(rules, ensure_ascii=False).encode()
    return pa.concat_tables([part.replace_schema_metadata(None) for part in parts]).replace_schema_metadata(metadata)


def with_first_day(part: pa.Table) -> pa.Table:
    first = part.schema.metadata.get(b"grantd.in_force_from")
    if first is None:
        return part
    day = pa.scalar(datetime.date.fromisoformat(first.decode()), pa.date32())
    days = pc.if_else(pc.is_valid(part["outcome"]), day, pa.scalar(None, pa.date32()))
    return part.set_column(part.schema.get_field_index("in_force_from"), "in_force_from", days)


def _day(as_of: str | datetime.date | None) -> str | None:
    if as_of is None:
        return None
    try:
        return _values.day(as_of)
    except _values.UnfitError as error:
        raise ValueError(f"as_of {error}: {as_of!r}") from error
