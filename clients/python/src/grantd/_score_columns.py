# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The scoring of typed Arrow columns, for programs that have them already; wants pyarrow."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

import grpc
import pyarrow as pa

from grantd import _columnar
from grantd._ask import opened
from grantd.v1.calculator_pb2 import Stage


def score_columns(
    table: pa.Table | pa.RecordBatch,
    measure: str,
    *,
    as_of: str | datetime.date | None = None,
    channel: grpc.Channel | str | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    reasons: bool = False,
    use_ledger: bool = False,
    batches_in_flight: int = 4,
    timeout: float = 60.0,
    digest: str | None = None,
) -> Any:
    """Assesses a table of typed columns, a row an application, and gives typed columns: the fastest way there is.

    Nothing is read as people write it and nothing is converted: that is what ``score_frame`` and ``read_table`` are for. No
    object of Python is made for a row, on either side.

    Args:
        table: Columns named by the paths of fields, ``subject_id``, ``applicant.kind``, ``prior_awards``,
            ``medical_device_common_platform.engineering_investment_fen``, typed already: bool; whole numbers of any width, sums
            in fen; texts, also as dictionaries; days as date32 or texts ``YYYY-MM-DD``; an enum as its numbers or names; a list
            of structs (``prior_awards``: measure, subject_id, awarded_on, amount_fen) or of an enum's values. A null is not
            known, which differs from false and from 0.
        measure: The full id, ``medical-device.common-platform``.
        as_of: The day of the rows that have none in a column ``as_of``: ``YYYY-MM-DD``, a date or a timestamp without a time.
        channel: Where to: a channel, also a stock one, or ``HOST:PORT``; by default as ``grantd.Channel()``.
        stage: Eligible at all, or payable: ``Stage.DISBURSEMENT`` asks further rules.
        assume_unset_bars_absent: Take a bar whose ground is unset as absent.
        reasons: Ask for the whole reasoning, a list of rule, clause, zh and en in the column ``reasons``.
        use_ledger: Assess with the awards that the book has; wants a token of an agency.
        batches_in_flight: The most calls sent and not yet read.
        timeout: How long one call may take, in seconds, waiting for the daemon and further attempts included.
        digest: The policy that must decide; by default whichever the daemon has. A table is decided by one from its first row
            to its last.

    Returns:
        A ``pyarrow.Table`` with a row for each row, in their order: ``outcome``, ``amount_fen``, ``potential_amount_fen``,
        ``basis``, ``binding_cap``, ``failed``, ``missing``, ``missing_omitted``, ``in_force_from``; ``error`` (gRPC's name),
        ``error_number``, ``error_field`` and ``error_details`` of a row that has no assessment; a column ``lines.ID`` for each
        line of the measure; ``reasons`` where they are asked for, ``ledger_awards`` with ``use_ledger``.

        The schema's metadata hold ``grantd.measure``, ``grantd.digest``, ``grantd.document_number``,
        ``grantd.engine_version``, ``grantd.in_force_from`` where one version decided all rows, and ``grantd.failed_rules``:
        JSON, by the id of a rule in ``failed`` its ``kind``, ``clause``, ``zh`` and ``en``.

    Raises:
        GrantdError: Where the call as a whole has no answer; what is wrong with a column has its place in ``field``:
            ``columns[3].type``. FAILED_PRECONDITION where the policy is not that of ``digest``, or changed under way.
        TypeError: Where it is no Arrow table.
        ValueError: Where a column holds what none can hold, ``as_of`` is no day, or a size is out of its range.
    """
    _check(table)
    with opened(channel) as used:
        return _columnar.evaluate_table(
            used,
            table,
            measure,
            as_of=as_of,
            stage=stage,
            assume_unset_bars_absent=assume_unset_bars_absent,
            reasons=reasons,
            use_ledger=use_ledger,
            calls_in_flight=batches_in_flight,
            timeout=timeout,
            digest=digest,
        )


def score_batches(
    batches: Iterable[pa.Table | pa.RecordBatch],
    measure: str,
    *,
    as_of: str | datetime.date | None = None,
    channel: grpc.Channel | str | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    reasons: bool = False,
    use_ledger: bool = False,
    batches_in_flight: int = 4,
    timeout: float = 60.0,
    digest: str | None = None,
) -> Iterator[Any]:
    """Assesses typed columns as they come, of any number of rows in bounded memory: what ``score_columns`` does to a stream.

    Args:
        batches: Tables or record batches: a ``pyarrow.RecordBatchReader``, a Parquet file's ``iter_batches()``. No more of them
            are read ahead than there are calls in flight.
        measure: As for ``score_columns``.
        as_of: As for ``score_columns``.
        channel: As for ``score_columns``.
        stage: As for ``score_columns``.
        assume_unset_bars_absent: As for ``score_columns``.
        reasons: As for ``score_columns``.
        use_ledger: As for ``score_columns``.
        batches_in_flight: As for ``score_columns``.
        timeout: As for ``score_columns``.
        digest: As for ``score_columns``; one policy decides all of the batches.

    Returns:
        Tables as of ``score_columns``, one or more for each batch, whose rows are those of the batches in their order.

    Raises:
        GrantdError: While iterating, as ``score_columns``.
        TypeError: While iterating, where one of them is no Arrow table.
        ValueError: As ``score_columns``; of a column while iterating.
    """
    options = _columnar.options_of(measure, as_of, stage, assume_unset_bars_absent, reasons, use_ledger)
    if batches_in_flight < 1:
        raise ValueError(f"batches_in_flight must be 1 or more, not {batches_in_flight}")
    return _scored(batches, options, channel, batches_in_flight, timeout, digest)


def _scored(
    batches: Iterable[Any],
    options: _columnar.ColumnOptions,
    channel: grpc.Channel | str | None,
    most: int,
    timeout: float,
    digest: str | None,
) -> Iterator[Any]:
    with opened(channel) as used:
        yield from _columnar.evaluate_batches(
            used, map(_check, batches), options, calls_in_flight=most, timeout=timeout, digest=digest
        )


def _check(table: Any) -> Any:
    if not isinstance(table, (pa.Table, pa.RecordBatch)):
        raise TypeError(f"a pyarrow.Table or RecordBatch is wanted, not {type(table).__name__}; score_frame takes data frames")
    return table
