# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The awarding of a table through the daemon's book: in an order, under an envelope, and never twice."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import pathlib
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import grpc
import pyarrow as pa

from grantd import _values
from grantd._award import AwardResult, award
from grantd._batches import Flawed
from grantd._binding import unbound_days, unbound_measures
from grantd._cells import CellError, Reading, Words, tidy
from grantd.table._applications import Applications, Part, forms_of
from grantd.table._form import AWARD_AMOUNT, ID
from grantd.table._lock import locked
from grantd.table._order import Order
from grantd.table._parts import Parts, running
from grantd.table._problems import Language, Problem, TableError
from grantd.table._run import RunOptions, assemble, check_output, fingerprint, progress
from grantd.table._scoring import AWARD_RESULT, Scorers, answer_of, flawed, told_of
from grantd.table._summary import Summary
from grantd.table._table import TypedRows
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
    answer: dict[str, Any] | None = None
    # Gives the place of a field, and what the daemon says of it, as a problem.
    refusal: Callable[[str, str], Problem] | None = None
    application_id: str | None = None
    measure: str = ""


def award_table(
    table: Applications, out: str | pathlib.Path, channel: grpc.Channel, run: RunOptions, options: AwardOptions
) -> Summary:
    """Awards a table into a file of results.

    A run that was cut off is run again with the same name: what was awarded is answered again, and not awarded again.

    Raises:
        TableError: Where the table, the order, the envelope or the output is wrong, or another run writes the same output;
            nothing is awarded then.
        GrantdError: Where the daemon does not answer, or keeps no book; what was awarded stays awarded.
    """
    path = check_output(pathlib.Path(out), table, run)
    with locked(path):
        return _award(table, path, channel, run, options)


def _award(table: Applications, path: pathlib.Path, channel: grpc.Channel, run: RunOptions, options: AwardOptions) -> Summary:
    run_id = _run_id(options)
    order = Order(options.order_by, table)
    scorers = Scorers(channel, table, run.question, run.language)
    rows = _gather(table, scorers, order, run, run_id)
    waiting = order.sorted([row for row in rows if row.entry is not None])
    awards = AwardsStub(channel)
    envelope = _envelope(awards, table, waiting, options, run_id, run.question.timeout)
    with progress(run.progress, table, 0) as bar:
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
            row.answer = _answer(row, result, run.language)
            bar.update(1)
    parts = Parts(path, {**fingerprint(table, run), "run": run_id}, restarts=True)
    with running(parts):
        for start in range(0, len(rows), _CHUNK):
            parts.add(pa.Table.from_pylist([row.answer or {} for row in rows[start : start + _CHUNK]], AWARD_RESULT))
    summary = assemble(table, path, parts, run, "tried" if options.dry_run else "made")
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


def _gather(table: Applications, scorers: Scorers, order: Order, run: RunOptions, run_id: str) -> list[_Row]:
    """The rows as entries with keys, or with what is wrong with them."""
    gathered: list[_Row] = []
    seen: dict[str, int] = {}
    for rows in table.parts(_CHUNK):
        if len(gathered) + len(rows.chunk) > MOST_ROWS:
            raise TableError(Words(f"一次最多核定 {MOST_ROWS:,} 行", f"at most {MOST_ROWS:,} rows are awarded at a time"))
        order.read(rows)
        read = [_Row(len(gathered) + row, None) for row in range(len(rows.chunk))]
        for row, problem in rows.problems.items():
            read[row].answer = told_of(problem, run.language)
        for part in rows.parts:
            _read(part, scorers, seen, read, run, run_id)
        gathered += read
    return gathered


def _read(part: Part, scorers: Scorers, seen: dict[str, int], read: list[_Row], run: RunOptions, run_id: str) -> None:
    """Makes entries of rows of one measure."""
    rows = part.rows
    for row, number in enumerate(rows.chunk.rows):
        key = _id(rows, row)
        if key is not None and row not in rows.problems and seen.setdefault(key, number) != number:
            words = Words(f"申请编号与第 {seen[key]} 行重复", f"has the application number of row {seen[key]}")
            rows.problems[row] = Problem(number, part.table.source.sheet, "", "", words)
    good = [row for row in range(len(rows.chunk)) if row not in rows.problems]
    applications = scorers.of(part.table.form.measure).applications(rows, good)
    amounts = rows.table.get(AWARD_AMOUNT.path)
    for row, number in enumerate(rows.chunk.rows):
        into = read[part.places[row]]
        into.application_id = _id(rows, row)
        into.measure = part.table.form.measure
        into.refusal = functools.partial(rows.refusal, row)
        problem = rows.problems.get(row)
        if problem is not None:
            into.answer = flawed(problem, rows, row, run.language)
            continue
        application = next(applications)
        if isinstance(application, Flawed):
            error = application.error
            into.answer = _refused(into, error.field, error.details() or "", run.language)
            continue
        entry = AwardBatchEntry(idempotency_key=_key(run_id, into.application_id or f"row {number}"))
        entry.application.ParseFromString(application.SerializeToString())  # type: ignore[union-attr]
        amount = None if amounts is None else amounts[row].as_py()
        if amount is not None:
            entry.amount_fen = amount
        into.entry = entry


def _refused(row: _Row, field: str, message: str, language: Language) -> dict[str, Any]:
    assert row.refusal is not None
    # The sum is no field of the application, and its column has this name.
    problem = row.refusal(AWARD_AMOUNT.path if field == "amount_fen" else field, message)
    return {"application_id": row.application_id, **told_of(problem, language)}


def _key(run_id: str, name: str) -> str:
    """The key of an application in a round: the same however the table is sorted or grows."""
    return f"{run_id}:{hashlib.sha256(name.encode()).hexdigest()[:40]}"


def _id(rows: TypedRows, row: int) -> str | None:
    ids: Any = rows.table.get(ID)
    found: str | None = None if ids is None else ids[row].as_py()
    return found


def _answer(row: _Row, result: AwardResult, language: Language) -> dict[str, Any]:
    """What came of a row, as a row of results."""
    error = result.error
    if error is not None:
        return _refused(row, error.field.removeprefix("application."), error.details() or "", language)
    answer = answer_of(result.assessment)
    if result.award is not None:
        answer["award_id"] = result.award.award_id
        answer["awarded_fen"] = result.award.amount_fen if result.award.HasField("amount_fen") else None
    return answer


def _envelope(
    awards: AwardsStub, table: Applications, rows: Sequence[_Row], options: AwardOptions, run_id: str, timeout: float
) -> str | None:
    """Puts the envelope where a limit is given; else sees that there is one. Either way it binds all rows."""
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
        # What an envelope binds stays: put anew for these measures alone, it would let go of the awards of others.
        put = _find(awards, name, options, run_id, timeout) or Envelope(envelope_id=name, measures=list(forms_of(table)))
        _check_binding(put, rows)
        put.limit_fen = limit
        for computed in ("used_fen", "reserved_fen", "remaining_fen"):
            put.ClearField(computed)
        request = PutEnvelopeRequest(envelope=put)
        if options.dry_run:
            request.run_id, request.dry_run = run_id, True
        awards.PutEnvelope(request, timeout=timeout)
    else:
        found = _find(awards, name, options, run_id, timeout)
        if found is None:
            raise TableError(
                Words(f"没有预算“{name}”；请用 --limit 设定预算额", f"there is no envelope “{name}”; give --limit to put it"),
                is_usage=True,
            )
        _check_binding(found, rows)
    return name


def _check_binding(envelope: Envelope, rows: Sequence[_Row]) -> None:
    """Refuses an envelope on which some of the rows would not draw: what is left of it would say nothing of the round."""
    name = envelope.envelope_id
    unbound = unbound_measures(envelope, (row.measure for row in rows))
    if unbound:
        zh, en = "、".join(unbound), ", ".join(unbound)
        raise TableError(
            Words(
                f"预算“{name}”已用于其他措施，不含 {zh}；请另用一个标识，或用 grantctl envelope put 改变其范围",
                f"the envelope “{name}” is that of other measures, without {en}; take another id, or change what it binds "
                "with grantctl envelope put",
            ),
            is_usage=True,
        )
    days = [row.entry.application.as_of for row in rows if row.entry is not None and row.entry.application.as_of]
    outside = unbound_days(envelope, days)
    if outside:
        first, last = envelope.from_on, envelope.until_on
        zh_days = f"{first} 至 {last} " if first and last else f"{first} 起" if first else f"{last} 止"
        en_days = f"from {first} to {last}" if first and last else f"from {first}" if first else f"until {last}"
        raise TableError(
            Words(
                f"预算“{name}”只管 {zh_days}的核定，{len(outside):,} 行的计算日期（如 {outside[0]}）不在其内；"
                "请另用一个标识，或用 grantctl envelope put 改变其期间",
                f"the envelope “{name}” binds awards {en_days}, and the day of {len(outside):,} rows is another, "
                f"{outside[0]} say; take another id, or change its days with grantctl envelope put",
            ),
            is_usage=True,
        )


def _find(awards: AwardsStub, name: str, options: AwardOptions, run_id: str, timeout: float) -> Envelope | None:
    request = ListEnvelopesRequest()
    if options.dry_run:
        request.run_id, request.dry_run = run_id, True
    listed = awards.ListEnvelopes(request, timeout=timeout).envelopes
    return next((envelope for envelope in listed if envelope.envelope_id == name), None)
