# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Many clients at once on one book: they award, hold, settle, ask again, and remember what they were told."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import grpc
from model import Envelope, Wish

import grantd
import grantd.aio
from grantd.v1.awards_pb2 import (
    AwardBatchEntry,
    AwardBatchRequest,
    AwardRequest,
    AwardResponse,
    AwardState,
    Hold,
    ListEnvelopesRequest,
    PutEnvelopeRequest,
    SettleAction,
    SettleRequest,
    SettleResponse,
)
from grantd.v1.awards_pb2_grpc import AwardsStub

Answer = TypeVar("Answer")

# Soon used up, and fought over from then on: now and then more is put into it.
_NARROW = Envelope("narrow", 2_000_000_000, "2026-01-01", "2026-06-30")
_MORE_FEN = 300_000_000
# Lasts.
_WIDE = Envelope("wide", 9_000_000_000_000, "2026-01-01", "2026-12-31")
_APPLICANTS = 200
# The largest comes to the cap of its subject at the second time.
_INVESTMENTS_FEN = (1_000, 33_333, 1_000_001, 100_000_000, 10_000_000_000)
_WEIGHTS = (23, 23, 23, 23, 8)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# A call is tried again until so many seconds are over: whatever dies is back by then.
_PATIENCE = 600.0


def code(number: int) -> str:
    """A unified social credit code: 17 characters, and the check character of GB 32100-2015."""
    start = f"91110000MA{number:07d}"
    total = sum(_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(start))
    return start + _ALPHABET[(31 - total % 31) % 31]


class Load:
    """The clients, and what they know."""

    def __init__(self, addresses: list[str], seed: int) -> None:
        self._addresses = addresses
        self._chance = random.Random(seed)
        self.wishes: dict[str, Wish] = {}
        # By key, what was told: the award's id and sum, or nothing.
        self.told: dict[str, tuple[str, int] | None] = {}
        # Of awards that were settled, by id: the sum that was told.
        self.settled: dict[str, int] = {}
        # Of some awards and settlements: what was asked, and the bytes that were answered, but for whether it is a repetition.
        self._answered: dict[str, tuple[AwardRequest | SettleRequest, bytes]] = {}
        self.problems: list[str] = []
        self.repeats = 0
        self.refusals = 0
        self._has_answered = asyncio.Event()
        self._is_over = False

    async def run(self, clients: int, seconds: float, meanwhile: Callable[[], Awaitable[None]] | None = None) -> float:
        """Lets so many clients work for so long, or until ``meanwhile`` is done; the seconds that it took."""
        async with self._channel(0) as channel:
            for envelope in (_NARROW, _WIDE):
                await AwardsStub(channel).PutEnvelope(self._put(envelope))
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(clients):
                group.create_task(self._client(number))
            watch = group.create_task(self._watch())
            group.create_task(self._replenish())
            if meanwhile is None:
                await asyncio.sleep(seconds)
            else:
                await meanwhile()
            self._is_over = True
            await watch
        return time.monotonic() - began

    async def progress(self) -> None:
        """Waits until more is answered than was before."""
        self._has_answered.clear()
        await asyncio.wait_for(self._has_answered.wait(), _PATIENCE)

    def _channel(self, number: int) -> grantd.aio.Channel:
        config = grantd.ChannelConfig(deadline=30, silence_timeout=30, max_backoff=0.5)
        return grantd.aio.Channel(self._addresses[number % len(self._addresses)], config)

    @staticmethod
    def _put(envelope: Envelope) -> PutEnvelopeRequest:
        request = PutEnvelopeRequest()
        request.envelope.envelope_id = envelope.id
        request.envelope.limit_fen = envelope.limit_fen
        request.envelope.from_on = envelope.from_on
        request.envelope.until_on = envelope.until_on
        return request

    async def _replenish(self) -> None:
        """Puts more into the narrow envelope all the while."""
        async with self._channel(0) as channel:
            stub: Any = AwardsStub(channel)
            envelope = _NARROW
            while not self._is_over:
                await asyncio.sleep(0.5)
                envelope = dataclasses.replace(envelope, limit_fen=envelope.limit_fen + _MORE_FEN)
                request = self._put(envelope)
                await self._persist(functools.partial(stub.PutEnvelope, request))

    async def ask_again(self, addresses: list[str]) -> int:
        """Asks again for what was answered before, of any daemon: the answers must be the same bytes; how many they were."""
        self._addresses = addresses
        async with self._channel(0) as first, self._channel(1) as second:
            stubs: list[Any] = [AwardsStub(first), AwardsStub(second)]
            for number, key in enumerate(self._answered):
                await self._repeat(stubs[number % 2], key)
        return len(self._answered)

    async def _watch(self) -> None:
        """Looks at the envelopes all the while: at no moment may one be overdrawn."""
        async with self._channel(1) as channel:
            stub: Any = AwardsStub(channel)
            while not self._is_over:
                answer = await self._persist(lambda: stub.ListEnvelopes(ListEnvelopesRequest()))
                for envelope in answer.envelopes if answer is not None else ():
                    drawn = envelope.used_fen + envelope.reserved_fen
                    if drawn > envelope.limit_fen or drawn + envelope.remaining_fen != envelope.limit_fen:
                        self.problems.append(f"{envelope.envelope_id} shows {drawn} of {envelope.limit_fen} fen drawn")
                await asyncio.sleep(0.05)

    async def _client(self, number: int) -> None:
        async with self._channel(number) as channel:
            stub: Any = AwardsStub(channel)
            place = 0
            while not self._is_over:
                wishes = [self._wish(f"{number}-{place + offset}") for offset in range(20 if number % 10 == 0 else 1)]
                place += len(wishes)
                for wish, answer in zip(wishes, await self._award(stub, wishes), strict=True):
                    if answer is not None and answer.HasField("award"):
                        await self._settle(stub, wish, answer)

    def _wish(self, key: str) -> Wish:
        chance = self._chance
        wish = Wish(
            key=key,
            # Some apply much more often than others.
            code=code(int(_APPLICANTS * chance.random() ** 3)),
            subject=f"S{chance.randrange(3)}",
            day=chance.choice(("2026-03-01", "2026-09-01")),
            investment_fen=chance.choices(_INVESTMENTS_FEN, _WEIGHTS)[0],
            amount_fen=chance.randrange(1, 300) if chance.random() < 0.2 else None,
            reserve_seconds=chance.randrange(1, 4) if chance.random() < 0.3 else None,
        )
        self.wishes[key] = wish
        return wish

    async def _award(self, stub: Any, wishes: list[Wish]) -> list[AwardResponse | None]:
        """The answers; nothing in place of one that was refused."""
        if len(wishes) == 1:
            request = self.request(wishes[0])
            answers = [await self._persist(lambda: stub.Award(request))]
            if self._chance.random() < 0.05 and answers[0] is not None:
                self._remember(request, answers[0])
                await self._repeat(stub, request.idempotency_key)
                await self._misuse(stub, request)
        else:
            answers = await self._award_batch(stub, wishes)
        for wish, answer in zip(wishes, answers, strict=True):
            if answer is not None:
                self._has_answered.set()
                has_award = answer.HasField("award")
                self.told[wish.key] = (answer.award.award_id, answer.award.amount_fen) if has_award else None
        return answers

    def _remember(self, request: AwardRequest | SettleRequest, answer: AwardResponse | SettleResponse) -> None:
        self._answered[request.idempotency_key] = (request, self._bytes(answer))

    @staticmethod
    def _bytes(answer: AwardResponse | SettleResponse) -> bytes:
        bare = type(answer)()
        bare.CopyFrom(answer)  # type: ignore[arg-type]
        bare.ClearField("replayed")
        return bare.SerializeToString(deterministic=True)

    async def _repeat(self, stub: Any, key: str) -> None:
        """The same key with the same content: the same bytes."""
        request, before = self._answered[key]
        method = stub.Award if isinstance(request, AwardRequest) else stub.Settle
        again = await self._persist(lambda: method(request))
        self.repeats += 1
        if again is None or not again.replayed or self._bytes(again) != before:
            self.problems.append(f"{key}: another answer to the same key")

    async def _misuse(self, stub: Any, request: AwardRequest) -> None:
        """The same key with other content: an error that says so."""
        other = AwardRequest()
        other.CopyFrom(request)
        other.application.subject_id += "-other"
        refusal: list[grpc.RpcError] = []
        answer = await self._persist(lambda: stub.Award(other), refusal)
        self.refusals += 1
        field, words = (getattr(refusal[0], "field", ""), str(refusal[0])) if refusal else ("", "")
        if answer is not None or field != "idempotency_key" or "with other content" not in words:
            self.problems.append(f"{request.idempotency_key}: not refused with other content, but {answer!r} {words}")

    async def _award_batch(self, stub: Any, wishes: list[Wish]) -> list[AwardResponse | None]:
        batch = AwardBatchRequest()
        for wish in wishes:
            # A batch is not held.
            self.wishes[wish.key] = dataclasses.replace(wish, reserve_seconds=None)
            single = self.request(self.wishes[wish.key])
            batch.entries.append(AwardBatchEntry(application=single.application, idempotency_key=single.idempotency_key))
            if wish.amount_fen is not None:
                batch.entries[-1].amount_fen = wish.amount_fen
        deadline = time.monotonic() + _PATIENCE
        while True:
            answer = await self._persist(lambda: stub.AwardBatch(batch))
            if answer is None:
                return [None] * len(wishes)
            results = list(answer.results)
            if not any(result.error.code == 2003 for result in results) or time.monotonic() > deadline:
                return [result.award if result.HasField("award") else None for result in results]
            await asyncio.sleep(0.2)

    @staticmethod
    def request(wish: Wish) -> AwardRequest:
        """What is asked for a wish."""
        request = AwardRequest(idempotency_key=wish.key)
        application = request.application
        application.application_id = wish.key
        application.as_of = wish.day
        application.subject_id = wish.subject
        application.applicant.unified_social_credit_code = wish.code
        application.applicant.registered_in_beijing = True
        facts = application.medical_device_common_platform
        facts.for_medical_device_industry = True
        facts.common_technology_platform = True
        facts.engineering_investment_fen = wish.investment_fen
        if wish.amount_fen is not None:
            request.amount_fen = wish.amount_fen
        if wish.reserve_seconds is not None:
            request.hold = Hold.RESERVE
            request.reserve_seconds = wish.reserve_seconds
        return request

    async def _settle(self, stub: Any, wish: Wish, answer: AwardResponse) -> None:
        chance = self._chance.random()
        request = SettleRequest(award_id=answer.award.award_id, idempotency_key=f"settle-{wish.key}")
        if answer.award.state == AwardState.RESERVED:
            if chance > 0.75:
                return
            request.action = SettleAction.COMMIT if chance < 0.5 else SettleAction.CANCEL
            if chance < 0.25:
                request.amount_fen = max(1, answer.award.amount_fen // 2)
        elif chance < 0.6:
            request.action = SettleAction.CANCEL
            request.reason = "withdrawn"
        elif chance < 0.7:
            request.action = SettleAction.CORRECT
            request.reason = "a slip"
            request.amount_fen = answer.award.amount_fen // 3
        else:
            return
        settled = await self._persist(lambda: stub.Settle(request))
        if settled is not None:
            self.settled[settled.award.award_id] = settled.award.amount_fen
            if self._chance.random() < 0.05:
                self._remember(request, settled)
                await self._repeat(stub, request.idempotency_key)

    async def _persist(
        self, call: Callable[[], Awaitable[Answer]], refusal: list[grpc.RpcError] | None = None
    ) -> Answer | None:
        """The answer, waited for through whatever dies; nothing where the request is refused, and why in ``refusal``."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                return await call()
            except grpc.RpcError as error:
                status: Any = error.code()
                # Of what is held until a moment that has passed, nothing can be settled any more.
                if status in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION):
                    if refusal is not None:
                        refusal.append(error)
                    return None
                lasting = (
                    grpc.StatusCode.UNAVAILABLE,
                    grpc.StatusCode.DEADLINE_EXCEEDED,
                    grpc.StatusCode.RESOURCE_EXHAUSTED,
                )
                if status not in lasting or time.monotonic() > deadline:
                    self.problems.append(f"a call ended with {error!r}")
                    return None
                await asyncio.sleep(0.05)
