# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The awarding of a table through the daemon's book: in an order, under an envelope, and never twice."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import pathlib
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pyarrow as pa

from grantd import _values
from grantd._award import AwardResult, award
from grantd._batches import Flawed
from grantd._binding import EnvelopeError
from grantd._cells import CellError, Reading, Words, tidy
from grantd.table._applications import Applications, Part, forms_of
from grantd.table._check import unused
from grantd.table._form import AWARD_AMOUNT, ID
from grantd.table._lock import locked
from grantd.table._order import Order
from grantd.table._parts import Parts, running
from grantd.table._problems import Language, Problem, TableError
from grantd.table._run import RunOptions, assemble, check_output, fingerprint, progress
from grantd.table._scoring import AWARD_RESULT, Scorers, answer_of, flawed, told_of
from grantd.table._summary import Summary
from grantd.table._table import TypedRows
from grantd.v1.awards_pb2 import AwardBatchEntry, Envelope, ListEnvelopesRequest
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
    envelope, limit = _budget(awards, table, options, run_id, run.question.timeout)
    with _telling_of_envelopes(), progress(run.progress, table, 0) as bar:
        results = award(
            [row.entry for row in waiting if row.entry is not None],
            run_id,
            envelope=envelope,
            limit_fen=limit,
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
    summary = assemble(table, path, parts, run, "tried" if options.dry_run else "made", unused(table))
    if options.envelope is not None:
        summary.envelope = _find(awards, options.envelope, options, run_id, run.question.timeout)
    parts.remove()
    return summary


@contextlib.contextmanager
def _telling_of_envelopes() -> Iterator[None]:
    """Tells as what is wrong with the command that an envelope is not there, or does not bind the round."""
    try:
        yield
    except EnvelopeError as error:
        raise TableError(error.words, is_usage=True) from None


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


def _budget(
    awards: AwardsStub, table: Applications, options: AwardOptions, run_id: str, timeout: float
) -> tuple[Envelope | str | None, int | None]:
    """The envelope and its limit, in fen, as ``grantd.award`` takes them."""
    name = options.envelope
    if options.limit is None:
        return name, None
    if name is None:
        raise TableError(Words("--limit 须与 --envelope 同用", "--limit goes with --envelope"), is_usage=True)
    try:
        limit: int = _SUM.read(tidy(options.limit))
    except (CellError, _values.UnfitError) as error:
        words = error.words if isinstance(error, CellError) else Words(str(error), str(error))
        raise TableError(Words(f"--limit：{words.zh}", f"--limit {words.en}"), is_usage=True) from None
    if _find(awards, name, options, run_id, timeout) is None:
        # A new one is for what the table is for, not for every measure.
        return Envelope(envelope_id=name, measures=list(forms_of(table))), limit
    return name, limit


def _find(awards: AwardsStub, name: str, options: AwardOptions, run_id: str, timeout: float) -> Envelope | None:
    request = ListEnvelopesRequest()
    if options.dry_run:
        request.run_id, request.dry_run = run_id, True
    listed = awards.ListEnvelopes(request, timeout=timeout).envelopes
    return next((envelope for envelope in listed if envelope.envelope_id == name), None)
