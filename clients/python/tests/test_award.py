# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
from __future__ import annotations

import pathlib
import random
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pyarrow as pa
import pytest
from google.protobuf import json_format

import grantd
from grantd.v1.application_pb2 import Application
from grantd.v1.awards_pb2 import (
    AwardBatchEntry,
    AwardBatchRequest,
    AwardRequest,
    Envelope,
    ListAwardsRequest,
    ListEnvelopesRequest,
    PutEnvelopeRequest,
    SettleAction,
    SettleRequest,
)
from grantd.v1.awards_pb2_grpc import AwardsStub
from grantd.v1.calculator_pb2 import EvaluateBatchRequest
from grantd.v1.calculator_pb2_grpc import CalculatorStub

from .conftest import BINARY, Daemon

StartDaemon = Callable[..., Daemon]


def platform(number: int, yuan: int = 1_000_000, **more: Any) -> dict[str, Any]:
    """A platform whose support is 30 % of the investment."""
    return {
        "application_id": f"A-{number}",
        "as_of": "2026-05-20",
        "subject_id": f"S-{number}",
        "applicant": {"unified_social_credit_code": "91110000MA0000004X", "registered_in_beijing": True},
        "medical_device_common_platform": {
            "for_medical_device_industry": True,
            "common_technology_platform": True,
            "engineering_investment_fen": yuan * 100,
        },
        **more,
    }


@pytest.fixture
def book(tmp_path: pathlib.Path) -> str:
    return str(tmp_path / "book")


def test_awards_a_round_in_order_under_a_budget_and_nothing_twice(start_daemon: StartDaemon, book: str) -> None:
    daemon = start_daemon(0, "--ledger", book)
    with grantd.Channel(daemon.address) as channel:
        budget = Envelope(envelope_id="e", limit_fen=120_000_000, programmes=["medical-device"])
        AwardsStub(channel).PutEnvelope(PutEnvelopeRequest(envelope=budget))
        rows = [platform(1), platform(2, 3_000_000), platform(3, 2_000_000), {"application": platform(4), "amount_fen": 100}]

        def investment(row: dict[str, Any]) -> int:
            amount: int = row.get("application", row)["medical_device_common_platform"]["engineering_investment_fen"]
            return amount

        results = list(grantd.award(rows, "r", order_by=investment, reverse=True, channel=channel, batch_size=2))
        assert [result.row for result in results] == [1, 2, 0, 3]
        assert [result.idempotency_key for result in results] == ["r:2", "r:3", "r:1", "r:4"]
        assert [result.award.amount_fen if result.award else None for result in results] == [90_000_000, 30_000_000, None, None]
        again = list(grantd.award(rows, "r", order_by=investment, reverse=True, channel=channel))
        assert all(result.response is not None and result.response.replayed for result in again)
        assert [result.award for result in again] == [result.award for result in results]
        assert len(AwardsStub(channel).ListAwards(ListAwardsRequest(run_id="r")).awards) == 2


def test_a_round_puts_its_budget_and_adds_up_what_it_comes_to(start_daemon: StartDaemon, book: str) -> None:
    daemon = start_daemon(0, "--ledger", book)
    rows = [platform(1), platform(2, 3_000_000), platform(3), platform(4, applicant={})]
    with grantd.Channel(daemon.address) as channel:
        budget = Envelope(envelope_id="e", programmes=["medical-device"])
        for is_again in (False, True):
            run = grantd.award(rows, "r", envelope=budget, limit_fen=100_000_000, reserve_seconds=60, channel=channel)
            assert run.summary == grantd.AwardSummary()
            assert next(run).row == 0
            assert (run.summary.rows, run.summary.amount_fen) == (1, 30_000_000)
            assert len(list(run)) == 3
            measure = run.summary.measures["medical-device.common-platform"]
            assert (run.summary.rows, run.summary.awards, run.summary.held, run.summary.failed) == (4, 2, 2, 1)
            assert (run.summary.amount_fen, run.summary.replayed) == (100_000_000, 3 if is_again else 0)
            assert measure == grantd.AwardMeasure(Counter(ELIGIBLE=2, EXHAUSTED=1), 2, 100_000_000)
            assert list(run.summary.measures) == ["medical-device.common-platform"]
        assert not budget.HasField("limit_fen")
        listed = AwardsStub(channel).ListEnvelopes(ListEnvelopesRequest()).envelopes
        assert [(each.envelope_id, each.limit_fen, list(each.programmes)) for each in listed] == [
            ("e", 100_000_000, ["medical-device"])
        ]


def test_an_id_with_a_limit_changes_the_limit_alone(start_daemon: StartDaemon, book: str) -> None:
    """And so does an envelope that was listed, with what only an answer has."""
    daemon = start_daemon(0, "--ledger", book)
    put = Envelope(envelope_id="e", limit_fen=1, programmes=["medical-device"], from_on="2026-01-01")
    with grantd.Channel(daemon.address) as channel:
        awards = AwardsStub(channel)
        awards.PutEnvelope(PutEnvelopeRequest(envelope=put))
        for envelope in ("e", awards.ListEnvelopes(ListEnvelopesRequest()).envelopes[0]):
            assert len(list(grantd.award([platform(1)], "r", envelope=envelope, limit_fen=100, channel=channel))) == 1
            (left,) = awards.ListEnvelopes(ListEnvelopesRequest()).envelopes
            assert (left.limit_fen, list(left.programmes), left.from_on) == (100, ["medical-device"], "2026-01-01")
            assert left.used_fen == 100


def test_a_budget_by_its_id_alone_must_be_there(start_daemon: StartDaemon, book: str, address: str) -> None:
    daemon = start_daemon(0, "--ledger", book)
    with grantd.Channel(daemon.address) as channel:
        AwardsStub(channel).PutEnvelope(PutEnvelopeRequest(envelope=Envelope(envelope_id="e", limit_fen=1)))
        for dry_run in (True, False):
            with pytest.raises(grantd.GrantdError) as raised:
                next(grantd.award([platform(1)], "r", envelope="absent", dry_run=dry_run, channel=channel))
            assert (raised.value.code(), raised.value.field) == (grpc.StatusCode.INVALID_ARGUMENT, "envelope")
            result = next(grantd.award([platform(1)], "r", envelope="e", dry_run=dry_run, channel=channel))
            assert result.award is not None
            assert result.award.amount_fen == 1
    # Without a book a dry run has those that are put for it.
    name = f"dry-{random.getrandbits(64)}"
    tried = grantd.award([platform(1), platform(2)], name, envelope="e", limit_fen=5, dry_run=True, channel=address)
    assert [result.award.amount_fen if result.award else None for result in tried] == [5, None]


@pytest.mark.parametrize("limit", [None, 100])
@pytest.mark.parametrize(
    ("terms", "unbound"),
    [
        ({"measures": ["medical-device.pilot-platform"]}, "medical-device.common-platform"),
        ({"programmes": ["digital-space"]}, "medical-device.common-platform"),
        ({"from_on": "2026-05-21"}, "2026-05-20"),
        ({"until_on": "2026-05-19"}, "2026-05-20"),
        ({"programmes": ["medical-device"], "from_on": "2026-05-20", "until_on": "2026-05-20"}, ""),
    ],
)
def test_a_budget_binds_the_round_or_nothing_is_awarded(
    start_daemon: StartDaemon, book: str, limit: int | None, terms: dict[str, Any], unbound: str
) -> None:
    daemon = start_daemon(0, "--ledger", book)
    with grantd.Channel(daemon.address) as channel:
        awards = AwardsStub(channel)
        budget = Envelope(envelope_id="e", **terms)
        if limit is None:
            put = Envelope(envelope_id="e", limit_fen=100, **terms)
            awards.PutEnvelope(PutEnvelopeRequest(envelope=put))
        rows = [platform(1), platform(2)]
        run = grantd.award(rows, "r", envelope=budget if limit else "e", limit_fen=limit, channel=channel)
        if not unbound:
            assert sum(result.award.amount_fen for result in run if result.award) == 100
            return
        with pytest.raises(grantd.GrantdError, match=f"does not bind awards of {unbound}: name another") as raised:
            next(run)
        assert (raised.value.code(), raised.value.field) == (grpc.StatusCode.INVALID_ARGUMENT, "envelope")
        assert not awards.ListAwards(ListAwardsRequest()).awards
        assert bool(awards.ListEnvelopes(ListEnvelopesRequest()).envelopes) == (limit is None)


def test_an_error_stands_beside_its_own_row(address: str) -> None:
    rows: list[Any] = [platform(1), platform(2, applicant={}), entry(3)]
    rows[2].amount_fen = 10**15
    results = list(grantd.award(rows, f"dry-{random.getrandbits(64)}", dry_run=True, channel=address, timeout=10))
    assert results[0].award is not None
    assert results[1].error is not None
    assert results[1].error.field == "applicant.unified_social_credit_code"
    assert results[2].error is not None
    assert results[2].error.field == "amount_fen"


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"no_such_field": 1}, "[1].no_such_field"),
        ({"application": platform(2), "hold": 1}, "[1].hold"),
        ({"application": platform(2), "amount_fen": "much"}, "[1].amount_fen"),
        (platform(2, as_of=5), "[1].as_of"),
    ],
)
def test_nothing_is_awarded_where_a_row_cannot_be_read(
    start_daemon: StartDaemon, book: str, row: dict[str, Any], place: str
) -> None:
    daemon = start_daemon(0, "--ledger", book)
    with pytest.raises(grantd.GrantdError) as raised:
        list(grantd.award([platform(1), row], "r", channel=daemon.address))
    assert (raised.value.code(), raised.value.field) == (grpc.StatusCode.INVALID_ARGUMENT, place)
    with grantd.Channel(daemon.address) as channel:
        assert not AwardsStub(channel).ListAwards(ListAwardsRequest()).awards


def test_wrong_arguments() -> None:
    for run_id in ("", "é", "x" * 118, "a b"):
        with pytest.raises(ValueError, match="run_id"):
            grantd.award([], run_id)
    with pytest.raises(ValueError, match="batch_size"):
        grantd.award([], "r", batch_size=5000)
    with pytest.raises(ValueError, match="order_by"):
        grantd.award([], "r", reverse=True)
    with pytest.raises(ValueError, match="limit_fen goes with envelope"):
        grantd.award([], "r", limit_fen=1)


def test_a_round_survives_daemons_that_are_killed(start_daemon: StartDaemon, book: str) -> None:
    daemons = [start_daemon(0, "--ledger", book)]
    port, address = daemons[0].port, daemons[0].address
    # Kills follow the round and not the clock, so that a fast machine has as many of them.
    due, is_over = threading.Semaphore(0), threading.Event()

    def kill() -> None:
        chance = random.Random(7)
        for _ in range(5):
            due.acquire()
            # Anywhere in the batch that follows.
            if is_over.wait(chance.uniform(0, 0.02)):
                return
            daemons[-1].stop(kill=True)
            daemons.append(start_daemon(port, "--ledger", book))

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(4_000):
            if number % 800 == 400:
                due.release()
            yield platform(number, 1)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with grantd.Channel(address, grantd.ChannelConfig(max_backoff=0.2)) as patient:
            results = list(grantd.award(rows(), "r", channel=patient, batch_size=100))
    finally:
        is_over.set()
        due.release()
        killer.join()
    assert len(daemons) > 1
    assert [result.row for result in results] == list(range(4_000))
    ids = {result.award.award_id for result in results if result.award is not None}
    assert len(ids) == 4_000
    listed: list[str] = []
    with grantd.Channel(address) as channel:
        request = ListAwardsRequest(page_size=1000)
        while True:
            page = AwardsStub(channel).ListAwards(request)
            listed += [award.award_id for award in page.awards]
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
    assert sorted(listed) == sorted(ids)


def test_calls_without_a_key_are_given_one(start_daemon: StartDaemon, book: str) -> None:
    daemon = start_daemon(0, "--ledger", book)
    with grantd.Channel(daemon.address) as channel:
        stub = AwardsStub(channel)
        request = AwardRequest()
        request.application.CopyFrom(entry(1).application)
        first = stub.Award(request)
        assert not request.HasField("idempotency_key")
        batch = AwardBatchRequest(entries=[entry(2), entry(3)])
        assert [result.award.award.amount_fen for result in stub.AwardBatch(batch).results] == [30_000_000] * 2
        cancel = SettleRequest(award_id=first.award.award_id, action=SettleAction.CANCEL, reason="withdrawn")
        assert stub.Settle(cancel).award.award_id == first.award.award_id
    daemon.stop()
    # Each stands in the book with its key.
    told = subprocess.run(
        [BINARY.parent / "grantctl", "ledger", "export", "--what", "entries", book], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert len(told) == 4
    assert all('"idempotency_key":"' in line for line in told)


def entry(number: int) -> AwardBatchEntry:
    return json_format.ParseDict({"application": platform(number)}, AwardBatchEntry())


def test_waits_for_a_daemon_that_comes_late(start_daemon: StartDaemon, book: str) -> None:
    daemon = start_daemon(0, "--ledger", book)
    port = daemon.port
    daemon.stop()
    later = threading.Timer(0.3, lambda: start_daemon(port, "--ledger", book))
    later.start()
    assert len(list(grantd.award([platform(1)], "r", channel=f"127.0.0.1:{port}"))) == 1
    later.join()


def test_columns_read_the_book_as_batches_do(start_daemon: StartDaemon, book: str) -> None:
    """Of a platform that was awarded the cap has less left, and of all the envelope; who has no code is not known."""
    daemon = start_daemon(0, "--ledger", book)
    code, member = "applicant.unified_social_credit_code", "medical_device_common_platform"
    first = platform(1, 100_000_000)
    with grantd.Channel(daemon.address) as channel:
        budget = Envelope(envelope_id="e", limit_fen=4_000_000_000, programmes=["medical-device"])
        AwardsStub(channel).PutEnvelope(PutEnvelopeRequest(envelope=budget))
        (awarded,) = grantd.award([first], "r", channel=channel)
        assert awarded.award is not None
        rows = [
            first,
            platform(1, 100_000_000, applicant={"registered_in_beijing": True}),
            platform(2, 200_000_000),
            platform(3, 10),
        ]
        rows *= 100
        table = pa.table(
            {
                "subject_id": [row["subject_id"] for row in rows],
                code: pa.array([row["applicant"].get("unified_social_credit_code") for row in rows], pa.string()),
                "applicant.registered_in_beijing": [True] * len(rows),
                **{f"{member}.{name}": [row[member][name] for row in rows] for name in first[member]},
            }
        )
        without = grantd.score_columns(table, "medical-device.common-platform", as_of="2026-05-20", channel=channel)
        found = grantd.score_columns(
            table, "medical-device.common-platform", as_of="2026-05-20", use_ledger=True, channel=channel
        ).to_pylist()
        request = EvaluateBatchRequest(use_ledger=True)
        for row in rows:
            request.applications.append(json_format.ParseDict(row, Application()))
        batch = CalculatorStub(channel).EvaluateBatch(request).results
    assert "ledger_awards" not in without.column_names
    assert without["amount_fen"].to_pylist()[:4] == [3_000_000_000, 3_000_000_000, 5_000_000_000, 300]
    for answer, result in zip(found, batch, strict=True):
        there = result.assessment
        assert answer["error_field"] == (result.error.field if result.HasField("error") else None)
        assert answer["amount_fen"] == (there.amount_fen if result.HasField("assessment") else None)
        assert (answer["binding_cap"] or "") == there.binding_cap
        assert (answer["ledger_awards"] or []) == list(there.ledger_awards)
    assert [answer["amount_fen"] for answer in found[:4]] == [1_000_000_000, None, 1_000_000_000, 300]
    assert [answer["binding_cap"] for answer in found[:4]] == ["envelope:e", None, "envelope:e", None]
    assert found[0]["ledger_awards"] == [awarded.award.award_id]
    assert found[1]["error_field"] == code


def test_columns_read_no_book_that_is_not_there(address: str) -> None:
    with pytest.raises(grantd.GrantdError) as raised:
        grantd.score_columns(
            pa.table({"subject_id": ["P"]}), "medical-device.common-platform", use_ledger=True, channel=address
        )
    assert raised.value.code() is grpc.StatusCode.FAILED_PRECONDITION
