# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A round of awards over a blocking channel."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import grpc
from google.protobuf.message import Message

from grantd import _progress
from grantd._ask import fetch, opened
from grantd._award_summary import AwardSummary
from grantd._batches import heads, most_decoded, unfit
from grantd._binding import check_binding, no_envelope
from grantd._contract import ANSWERS
from grantd._method import check_cost, incomplete, undecodable
from grantd._schema import APPLICATION, Known, known_of
from grantd._values import UnfitError, UnknownNameError, day
from grantd.errors import GrantdError
from grantd.v1.assessment_pb2 import Assessment
from grantd.v1.awards_pb2 import (
    Award,
    AwardBatchEntry,
    AwardBatchRequest,
    AwardBatchResponse,
    AwardResponse,
    Envelope,
    Hold,
    ListEnvelopesRequest,
    PutEnvelopeRequest,
)
from grantd.v1.awards_pb2_grpc import AwardsStub
from grantd.v1.calculator_pb2 import Explain, Stage
from grantd.v1.catalogue_pb2 import ListMeasuresRequest
from grantd.v1.catalogue_pb2_grpc import CatalogueStub

AWARD_BATCH_PATH = "/grantd.v1.Awards/AwardBatch"

_ENTRY = AwardBatchEntry.DESCRIPTOR.full_name
_BATCH_BYTES = 1024 * 1024
# The number of an entry has room behind it in a key of 128 characters.
_LONGEST_RUN = 117
_UNAVAILABLE = 2003
_OVER_LIMIT = 2004
# The first and the longest pause while the daemon cannot reach its book, in seconds.
_PAUSES = (0.1, 2.0)

Row = Message | Mapping[str, Any]


class AwardResult(NamedTuple):
    """What came of one row of a round."""

    row: int
    """Its place among the rows that were given, from 0. Results come in the order of awarding."""

    idempotency_key: str
    """The key that it was awarded with."""

    response: AwardResponse | None
    """The assessment, with the award where something was awarded; ``None`` where there is an error."""

    error: GrantdError | None
    """What is wrong with this row; the others are not touched by it."""

    @property
    def award(self) -> Award | None:
        """The award; ``None`` where nothing was awarded."""
        return self.response.award if self.response is not None and self.response.HasField("award") else None

    @property
    def assessment(self) -> Assessment | None:
        """The assessment; ``None`` where there is an error."""
        return None if self.response is None else self.response.assessment


class AwardRun(Iterator[AwardResult]):
    """A round of awards under way: its results, in the order of awarding, and what those that were taken come to."""

    summary: AwardSummary
    """By measure and outcome; of the whole round once the last result is taken."""

    def __init__(self, results: Generator[AwardResult, None, None]) -> None:
        self._results = results
        self.summary = AwardSummary()

    def __next__(self) -> AwardResult:
        """The next result; awards more rows where they are needed for it."""
        result = next(self._results)
        self.summary.add(result.response)
        return result

    def close(self) -> None:
        """Ends the round here; the same call goes on from there."""
        self._results.close()


def award(
    rows: Iterable[Row],
    run_id: str,
    progress: bool = False,
    *,
    envelope: Envelope | str | None = None,
    limit_fen: int | None = None,
    order_by: Callable[[Any], Any] | None = None,
    reverse: bool = False,
    dry_run: bool = False,
    reserve_seconds: int | None = None,
    channel: grpc.Channel | str | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    explain: bool = False,
    batch_size: int | None = None,
    timeout: float = 60.0,
) -> AwardRun:
    """Awards a round: as many applications as there are, in order, each of which sees all awards before it.

    A row without a key gets ``RUN:NUMBER``, its place from 1 among the rows, whatever their order. So a round that was cut off,
    by a crash too, is gone on with by the same call: what was awarded before is answered as it was, with ``replayed``, and
    awarded nothing again. All rows are read before anything is awarded.

    Args:
        rows: Applications, messages or dictionaries as ``grantd.score`` takes them, or entries with the sum that the agency
            awards: ``AwardBatchEntry``, or ``{"application": {…}, "amount_fen": …, "idempotency_key": …}``.
        run_id: Names the round in the book: 1 to 117 visible ASCII characters.
        progress: Show a progress bar (tqdm) on standard error.
        envelope: The round's budget, or its id. An ``Envelope`` with a limit is put before anything is awarded, in place of the
            one of its id. An id with a limit changes the limit of the one that is there and nothing else of it; where there is
            none it is put, and binds every measure. Without a limit it must be there. It has to bind all rows, by their
            measures and their days. Every envelope binds the awards that it covers, named here or not.
        limit_fen: The envelope's limit, in fen.
        order_by: What rows are sorted by, as ``key`` of ``sorted``; by default they are awarded as they stand.
        reverse: From the greatest down; rows of the same rank keep their order either way.
        dry_run: What if: nothing is written to the book. The daemon remembers the round for 10 minutes.
        reserve_seconds: Hold what is awarded for so long, until it is settled; by default it is awarded at once.
        channel: Where to: a channel, also a stock one, or ``HOST:PORT``; by default as ``grantd.Channel()``.
        stage: Eligible at all, or payable: ``Stage.DISBURSEMENT`` asks further rules.
        assume_unset_bars_absent: Take a bar whose ground is unset as absent, and list it as assumed.
        explain: Ask for the whole reasoning, in Chinese and English.
        batch_size: The most rows in one call, 1 to 4,096, or to 256 with ``explain``; by default 1,000, or 64.
        timeout: How long one batch may take, in seconds, waiting for the daemon and its book included.

    Returns:
        A result for each row, in the order of awarding; its ``summary`` adds them up. Rows are awarded as results are taken.

    Raises:
        GrantdError: While iterating: INVALID_ARGUMENT with the place, ``[3].subject_id``, where a row cannot be read, or
            ``envelope``, where there is none of this id or it does not bind all rows: nothing is awarded then. Or where the
            round cannot go on: the same call goes on from there.
        ValueError: Where a size or the round's name is not as it should be.
    """
    budget = budget_of(envelope, limit_fen)
    terms = Round(
        run_id,
        budget,
        order_by,
        reverse,
        dry_run,
        reserve_seconds,
        stage,
        assume_unset_bars_absent,
        explain,
        batch_size,
        timeout,
    )
    given = list(rows)
    # Before anything is awarded: what orders the rows may fail.
    order = terms.order(given)
    bar = _progress.bar(progress, given, None)
    return AwardRun(_run(given, order, terms, channel, bar))


def _run(
    rows: list[Row], order: Sequence[int], terms: Round, channel: grpc.Channel | str | None, bar: _progress.Bar
) -> Generator[AwardResult, None, None]:
    try:
        with opened(channel) as used:
            for results in terms.results(rows, used, order):
                yield from results
                bar.update(len(results))
    finally:
        bar.close()


class Budget(NamedTuple):
    """The envelope of a round; without a limit it must be there."""

    envelope: Envelope
    # Named by its id alone: what it binds stays as it is.
    is_by_id: bool


def budget_of(envelope: Envelope | str | None, limit_fen: int | None) -> Budget | None:
    """The envelope that is meant by the arguments of ``award``.

    Raises:
        ValueError: Where there is a limit alone.
    """
    if envelope is None:
        if limit_fen is not None:
            raise ValueError("limit_fen goes with envelope")
        return None
    budget = Envelope(envelope_id=envelope) if isinstance(envelope, str) else Envelope()
    if isinstance(envelope, Envelope):
        budget.CopyFrom(envelope)
    if limit_fen is not None:
        budget.limit_fen = limit_fen
    return Budget(budget, isinstance(envelope, str))


class Round:
    """What a round is to do, and how."""

    def __init__(
        self,
        run_id: str,
        budget: Budget | None,
        order_by: Callable[[Any], Any] | None,
        reverse: bool,
        dry_run: bool,
        reserve_seconds: int | None,
        stage: Stage.Value.ValueType,
        assume_unset_bars_absent: bool,
        explain: bool,
        batch_size: int | None,
        timeout: float,
    ) -> None:
        """Takes the arguments of ``award``.

        Raises:
            ValueError: Where one of them is not as it should be.
        """
        most = 256 if explain else 4096
        if batch_size is not None and not 1 <= batch_size <= most:
            raise ValueError(f"batch_size must be from 1 to {most}, not {batch_size}")
        if not 1 <= len(run_id) <= _LONGEST_RUN or not all("!" <= character <= "~" for character in run_id):
            raise ValueError(f"run_id must be 1 to {_LONGEST_RUN} visible ASCII characters, not {run_id!r}")
        if reverse and order_by is None:
            raise ValueError("reverse goes with order_by")
        request = AwardBatchRequest(run_id=run_id)
        if stage != Stage.APPLICATION:
            request.stage = stage
        if assume_unset_bars_absent:
            request.assume_unset_bars_absent = True
        if explain:
            request.explain = Explain.FULL
        if reserve_seconds is not None:
            request.hold = Hold.RESERVE
            request.reserve_seconds = reserve_seconds
        if dry_run:
            request.dry_run = True
        self._request = request
        self._budget = budget
        self._order_by = order_by
        self._reverse = reverse
        self._most = batch_size or (64 if explain else 1000)
        self._timeout = timeout

    def order(self, rows: Sequence[Row]) -> Sequence[int]:
        """The places of the rows, in the order in which they have their turn."""
        if self._order_by is None:
            return range(len(rows))
        ranks = list(map(self._order_by, rows))
        return sorted(range(len(rows)), key=ranks.__getitem__, reverse=self._reverse)

    def results(
        self, rows: Sequence[Row], channel: grpc.Channel, order: Sequence[int] | None = None
    ) -> Iterator[list[AwardResult]]:
        """Awards the rows; the results of each call, once they are taken."""
        reader = _Reader(channel, self._timeout)
        run_id = self._request.run_id
        places = self.order(rows) if order is None else order
        entries = [reader.read(rows[row], row, f"{run_id}:{row + 1}") for row in places]
        if self._budget is not None:
            self._prepare(self._budget, channel, entries)
        yield from _Calls(channel, self._request, self._most, self._timeout).award(entries)

    def _prepare(self, budget: Budget, channel: grpc.Channel, entries: Sequence[_Entry]) -> None:
        """Puts the budget where it says how much, and looks for it where it does not. Either way it binds all entries.

        Raises:
            EnvelopeError: Where there is none of its id, or it does not bind a measure or a day of theirs.
        """
        awards: Any = AwardsStub(channel)
        # What a dry run has is its own, by its name.
        terms: dict[str, Any] = {"run_id": self._request.run_id, "dry_run": True} if self._request.dry_run else {}
        options: dict[str, Any] = {"timeout": self._timeout, "wait_for_ready": True}
        put = Envelope()
        put.CopyFrom(budget.envelope)
        is_put = put.HasField("limit_fen")
        if budget.is_by_id or not is_put:
            known = awards.ListEnvelopes(ListEnvelopesRequest(**terms), **options).envelopes
            found = next((each for each in known if each.envelope_id == put.envelope_id), None)
            if found is not None:
                limit = put.limit_fen if is_put else found.limit_fen
                put.CopyFrom(found)
                put.limit_fen = limit
            elif not is_put:
                raise no_envelope(put.envelope_id)
        _check_binding(put, entries, channel, options)
        if is_put:
            # Of one that was listed: what only an answer has.
            for computed in ("used_fen", "reserved_fen", "remaining_fen"):
                put.ClearField(computed)
            awards.PutEnvelope(PutEnvelopeRequest(envelope=put, **terms), **options)


def _check_binding(envelope: Envelope, entries: Sequence[_Entry], channel: grpc.Channel, options: Mapping[str, Any]) -> None:
    """Refuses an envelope on which some of the entries would not draw."""
    schema = known_of(channel).schema
    members: set[str] = set()
    days: set[str] = set()
    for entry in entries:
        wire = AwardBatchEntry.FromString(entry.encoded).application.SerializeToString()
        application: Any = schema.application_type.FromString(wire)
        members.add(application.WhichOneof("facts") or "")
        with contextlib.suppress(UnfitError):
            days.add(day(application.as_of))
    measures: list[str] = []
    if envelope.measures or envelope.programmes:
        listed = CatalogueStub(channel).ListMeasures(ListMeasuresRequest(), **options).measures
        measures = [one.measure for one in listed if schema.member_of(one.measure) in members]
    check_binding(envelope, measures, days)


class _Entry(NamedTuple):
    row: int
    key: str
    # A serialized AwardBatchEntry.
    encoded: bytes


class _Reader:
    """Reads rows, by the daemon's schema where a name is not known here."""

    def __init__(self, channel: grpc.Channel, timeout: float) -> None:
        self._channel = channel
        self._timeout = timeout
        self._known: Known = known_of(channel)
        self._has_asked = False

    def read(self, row: Row, number: int, key: str) -> _Entry:
        """The entry of a row; ``key`` is for one that brings none.

        Raises:
            GrantdError: INVALID_ARGUMENT where it is none.
            TypeError: Where it is neither message nor dictionary.
        """
        rest = AwardBatchEntry(idempotency_key=key)
        application: Any = row
        if isinstance(row, Message) and row.DESCRIPTOR.full_name == _ENTRY:
            entry: Any = row
            application = entry.application
            if entry.HasField("amount_fen"):
                rest.amount_fen = entry.amount_fen
            if entry.HasField("idempotency_key"):
                rest.idempotency_key = entry.idempotency_key
        elif isinstance(row, Mapping) and "application" in row:
            application = row["application"]
            self._fill(rest, row, number)
        try:
            encoded = self._application(application)
        except UnfitError as error:
            raise unfit(UnfitError(str(error), f"[{number}].{error.place}".rstrip("."))) from None
        return _Entry(number, rest.idempotency_key, heads[len(encoded)] + encoded + rest.SerializeToString())

    def _fill(self, rest: AwardBatchEntry, row: Mapping[str, Any], number: int) -> None:
        for name, value in row.items():
            if name == "application" or value is None:
                continue
            try:
                if name == "amount_fen" and not isinstance(value, bool):
                    rest.amount_fen = int(value)
                elif name == "idempotency_key":
                    rest.idempotency_key = value
                else:
                    raise ValueError("application, amount_fen and idempotency_key are taken")
            except (TypeError, ValueError) as error:
                raise unfit(UnfitError(str(error), f"[{number}].{name}")) from None

    def _application(self, application: Any) -> bytes:
        if isinstance(application, Message) and application.DESCRIPTOR.full_name == APPLICATION:
            return application.SerializeToString()
        if not isinstance(application, Mapping):
            raise TypeError(f"an application or a dictionary is wanted, not {type(application).__name__}")
        try:
            return self._known.schema.application(application).SerializeToString()
        except UnknownNameError:
            if self._has_asked:
                raise
        self._has_asked = True
        self._known.learn(fetch(self._channel, self._timeout, wait_for_ready=True))
        return self._known.schema.application(application).SerializeToString()


class _Calls:
    """The calls of a round, one after the other. Every entry has a key, so whatever is in doubt is sent again."""

    def __init__(self, channel: grpc.Channel, terms: AwardBatchRequest, most: int, timeout: float) -> None:
        self._call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(AWARD_BATCH_PATH)
        self._most_decoded = most_decoded(channel)
        self._rest = terms.SerializeToString()
        self._most = most
        self._timeout = timeout

    def award(self, entries: Sequence[_Entry]) -> Iterator[list[AwardResult]]:
        """The results of each call.

        Raises:
            GrantdError: Where the round cannot go on.
        """
        following = 0
        most = self._most
        patience = time.monotonic() + self._timeout
        pause = _PAUSES[0]
        while following < len(entries):
            batch = self._batch(entries, following, most)
            try:
                results = self._results(batch)
            except grpc.RpcError as error:
                code: Any = getattr(error, "code", lambda: None)()
                if len(batch) == 1 or code is not grpc.StatusCode.RESOURCE_EXHAUSTED:
                    raise
                most = len(batch) // 2
                continue
            settled = next((place for place, result in enumerate(results) if _is_open(result, place)), len(results))
            if settled:
                yield results[:settled]
                following += settled
                patience = time.monotonic() + self._timeout
                pause = _PAUSES[0]
                continue
            # The book cannot be reached: nothing was awarded.
            failure = results[0].error
            assert failure is not None
            if time.monotonic() + pause >= patience:
                raise failure
            time.sleep(pause)
            pause = min(pause * 2, _PAUSES[1])

    @staticmethod
    def _batch(entries: Sequence[_Entry], first: int, most: int) -> Sequence[_Entry]:
        size = 0
        for place in range(first, min(first + most, len(entries))):
            size += len(entries[place].encoded)
            if place > first and size > _BATCH_BYTES:
                return entries[first:place]
        return entries[first : first + most]

    def _results(self, batch: Sequence[_Entry]) -> list[AwardResult]:
        payload = b"".join(heads[len(entry.encoded)] + entry.encoded for entry in batch) + self._rest
        answer = self._call(payload, timeout=self._timeout, wait_for_ready=True)
        check_cost(answer, AwardBatchResponse.DESCRIPTOR, self._most_decoded)
        try:
            response = AwardBatchResponse.FromString(answer)
        except Exception as error:
            raise undecodable() from error
        lack = ANSWERS[AWARD_BATCH_PATH].lack(response, len(batch))
        if lack:
            raise incomplete(lack)
        return [
            AwardResult(entry.row, entry.key, result.award, None)
            if result.HasField("award")
            else AwardResult(
                entry.row,
                entry.key,
                None,
                GrantdError.of_reply(result.error.code, result.error.status, result.error.message, result.error.field),
            )
            for entry, result in zip(batch, response.results, strict=True)
        ]


def _is_open(result: AwardResult, place: int) -> bool:
    """Whether the book failed here, or the reply was full: nothing was awarded from here on, and it is sent again."""
    error = result.error
    if error is None:
        return False
    # A limit that the first of a call meets is its own.
    return error.number == _UNAVAILABLE or (error.number == _OVER_LIMIT and place > 0 and not error.field)
