# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The awarding of a table through the daemon's book: in an order, under an envelope, and never twice."""

from __future__ import annotations

import dataclasses
import hashlib
import pathlib
import uuid
from collections.abc import Iterator
from typing import Any

import grpc
import pyarrow as pa

from grantd import _values
from grantd._award import AwardResult, award
from grantd._batches import Flawed
from grantd._cells import CellError, Reading, Words, tidy
from grantd.table._form import AWARD_AMOUNT, ID
from grantd.table._order import Order
from grantd.table._parts import Parts, running
from grantd.table._problems import Problem, TableError, said
from grantd.table._run import RunOptions, assemble, check_output, fingerprint, progress
from grantd.table._scoring import AWARD_RESULT, Scorer, answer_of, flawed, refused
from grantd.table._summary import Summary
from grantd.table._table import Table, TypedRows
from grantd.v1.awards_pb2 import (
    AwardBatchEntry,
    Envelope,
    ListEnvelopesRequest,
    PutEnvelopeRequest,
)
from grantd.v1.awards_pb2_grpc import AwardsStub

MOST_ROWS = 1_000_000
_CHUNK = 16_384
# Sums in words: 5000万元; a bare number is in yuan.
_SUM = Reading("whole", unit="fen", power=2, minimum=0)


@dataclasses.dataclass(frozen=True)
class AwardOptions:
    """How a table is awarded."""

    # The round's name. Awards of it are made once, however often it runs.
    run_id: str | None = None
    # Columns in order, ``评分 desc, 申请编号``; by default the rows' own.
    order_by: str | None = None
    envelope: str | None = None
    # The envelope's limit, where it is to be put: ``5000万元``.
    limit: str | None = None
    dry_run: bool = False


@dataclasses.dataclass
class _Row:
    """A row that waits for its turn."""

    place: int
    entry: AwardBatchEntry | None
    # What came of it.
    answer: dict[str, Any] | None
    number: int
    application_id: str | None


def award_table(
    table: Table, out: str | pathlib.Path, channel: grpc.Channel, run: RunOptions, options: AwardOptions
) -> Summary:
    """Awards a table into a file of results.

    A run that was cut off is run again with the same name: what was awarded is answered again, and not awarded again.

    Raises:
        TableError: Where the table, the order, the envelope or the output is wrong; nothing is awarded then.
        GrantdError: Where the daemon does not answer, or keeps no book; what was awarded stays awarded.
    """
    path = check_output(pathlib.Path(out), table, run)
    run_id = _run_id(options)
    order = Order(options.order_by, table)
    scorer = Scorer(channel, table.form, run.question, run.language)
    rows = list(_gather(table, scorer, order, run, run_id))
    awards = AwardsStub(channel)
    envelope = _envelope(awards, table, options, run_id, run.question.timeout)
    with progress(run.progress, table, 0) as bar:
        waiting = [row for row in order.sorted(rows) if row.entry is not None]
        results = award(
            [row.entry for row in waiting if row.entry is not None],
            run_id,
            dry_run=options.dry_run,
            channel=channel,
            stage=run.question.stage,
            assume_unset_bars_absent=run.question.assume_unset_bars_absent,
            timeout=run.question.timeout,
        )
        for result in results:
            row = waiting[result.row]
            row.answer = _answer(row, result, table, run)
            bar.update(1)
    parts = Parts(path, {**fingerprint(table, run), "run": run_id}, restarts=True)
    with running(parts):
        for start in range(0, len(rows), _CHUNK):
            parts.add(pa.Table.from_pylist([row.answer or {} for row in rows[start : start + _CHUNK]], AWARD_RESULT))
    summary = assemble(table, path, parts, run, with_awards=True)
    if envelope is not None:
        summary.envelope = _find(awards, envelope, options, run_id, run.question.timeout)
    parts.remove()
    return summary


def _run_id(options: AwardOptions) -> str:
    if options.run_id is not None:
        if (
            not 0 < len(options.run_id) <= 64
            or not options.run_id.isascii()
            or not options.run_id.isprintable()
            or " " in options.run_id
        ):
            raise TableError(
                Words("轮次名称应为 1 至 64 个可见 ASCII 字符", "a run's name has 1 to 64 visible ASCII characters"),
                is_usage=True,
            )
        return options.run_id
    if not options.dry_run:
        raise TableError(
            Words(
                "核定须用 --run 给本轮命名，如 --run 2026-Q2：再运行不会重复核定；试算请用 --dry-run",
                "awarding wants a name for the round, --run 2026-Q2: run again, it awards nothing twice; to try: --dry-run",
            ),
            is_usage=True,
        )
    return f"table-{uuid.uuid4().hex}"


def _gather(table: Table, scorer: Scorer, order: Order, run: RunOptions, run_id: str) -> Iterator[_Row]:
    """The rows as entries with keys, or with what is wrong with them."""
    seen: dict[str, int] = {}
    place = 0
    for rows in table.rows(_CHUNK):
        order.read(rows)
        for row, number in enumerate(rows.chunk.rows):
            key = _id(rows, row)
            if key is None or row in rows.problems:
                continue
            if seen.setdefault(key, number) != number:
                words = Words(f"申请编号与第 {seen[key]} 行重复", f"has the application number of row {seen[key]}")
                rows.problems[row] = Problem(number, table.source.sheet, "", "", words)
        good = [row for row in range(len(rows.chunk)) if row not in rows.problems]
        applications = scorer.applications(rows, good)
        amounts = rows.table.get(AWARD_AMOUNT.path)
        for row, number in enumerate(rows.chunk.rows):
            if place >= MOST_ROWS:
                raise TableError(Words(f"一次最多核定 {MOST_ROWS:,} 行", f"at most {MOST_ROWS:,} rows are awarded at a time"))
            problem = rows.problems.get(row)
            if problem is not None:
                yield _Row(place, None, flawed(problem, rows, row, run.language), number, _id(rows, row))
            else:
                application = next(applications)
                if isinstance(application, Flawed):
                    error = application.error
                    answer = refused(rows, row, error.field, error.details() or "", table.form, run.language)
                    yield _Row(place, None, answer, number, _id(rows, row))
                else:
                    entry = AwardBatchEntry(idempotency_key=_key(run_id, _id(rows, row) or f"row {number}"))
                    entry.application.ParseFromString(application.SerializeToString())  # type: ignore[union-attr]
                    amount = None if amounts is None else amounts[row].as_py()
                    if amount is not None:
                        entry.amount_fen = amount
                    yield _Row(place, entry, None, number, _id(rows, row))
            place += 1


def _key(run_id: str, name: str) -> str:
    """The key of an application in a round: the same however the table is sorted or grows."""
    return f"{run_id}:{hashlib.sha256(name.encode()).hexdigest()[:40]}"


def _id(rows: TypedRows, row: int) -> str | None:
    ids: Any = rows.table.get(ID)
    found: str | None = None if ids is None else ids[row].as_py()
    return found


def _answer(row: _Row, result: AwardResult, table: Table, run: RunOptions) -> dict[str, Any]:
    """What came of a row, as a row of results."""
    error = result.error
    if error is not None:
        label = said(table.form.label(error.field), run.language) if error.field else ""
        return {
            "application_id": row.application_id,
            "error": error.details(),
            "error_row": row.number,
            "error_place": f"“{label}”" if label else "",
        }
    answer = answer_of(result.assessment)
    if result.award is not None:
        answer["award_id"] = result.award.award_id
        answer["awarded_fen"] = result.award.amount_fen if result.award.HasField("amount_fen") else None
    return answer


def _envelope(awards: AwardsStub, table: Table, options: AwardOptions, run_id: str, timeout: float) -> str | None:
    """Puts the envelope where a limit is given; else sees that there is one."""
    name = options.envelope
    if name is None:
        if options.limit is not None:
            raise TableError(Words("--limit 须与 --envelope 同用", "--limit goes with --envelope"), is_usage=True)
        return None
    if options.limit is not None:
        try:
            limit = _SUM.read(tidy(options.limit))
        except (CellError, _values.UnfitError) as error:
            words = error.words if isinstance(error, CellError) else Words(str(error), str(error))
            raise TableError(Words(f"--limit：{words.zh}", f"--limit {words.en}"), is_usage=True) from None
        request = PutEnvelopeRequest(envelope=Envelope(envelope_id=name, limit_fen=limit, measures=[table.form.measure]))
        if options.dry_run:
            request.run_id, request.dry_run = run_id, True
        awards.PutEnvelope(request, timeout=timeout)
    elif _find(awards, name, options, run_id, timeout) is None:
        raise TableError(
            Words(f"没有预算“{name}”；请用 --limit 设定预算额", f"there is no envelope “{name}”; give --limit to put it"),
            is_usage=True,
        )
    return name


def _find(awards: AwardsStub, name: str, options: AwardOptions, run_id: str, timeout: float) -> Envelope | None:
    request = ListEnvelopesRequest()
    if options.dry_run:
        request.run_id, request.dry_run = run_id, True
    listed = awards.ListEnvelopes(request, timeout=timeout).envelopes
    return next((envelope for envelope in listed if envelope.envelope_id == name), None)
