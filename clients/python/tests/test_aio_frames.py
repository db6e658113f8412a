# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Over an asyncio channel the same as over a blocking one: descriptions, dictionaries, frames and rounds of awards."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc.aio
import pandas
import pytest

import grantd
import grantd.aio
from grantd.v1.assessment_pb2 import Outcome

from .conftest import Daemon
from .fake import FakeServer

MEASURE = "medical-device.common-platform"
FACTS = "medical_device_common_platform"
DAY = "2026-05-20"


def frame(count: int) -> Any:
    return pandas.DataFrame(
        {
            "application_id": [f"A-{n}" for n in range(count)],
            "applicant.registered_in_beijing": [n % 3 != 1 for n in range(count)],
            f"{FACTS}.for_medical_device_industry": [True] * count,
            f"{FACTS}.common_technology_platform": [None if n % 5 == 2 else True for n in range(count)],
            f"{FACTS}.engineering_investment_fen": [1_000_000 * n for n in range(count)],
        }
    )


def application(number: int) -> dict[str, Any]:
    return {
        "application_id": f"A-{number}",
        "as_of": DAY,
        "subject_id": f"P-{number}",
        "applicant": {"registered_in_beijing": True, "unified_social_credit_code": "91110108MA01CX7K1R"},
        FACTS: {
            "for_medical_device_industry": True,
            "common_technology_platform": True,
            "engineering_investment_fen": 100_000_000 * number,
        },
    }


def test_descriptions_and_dictionaries(address: str) -> None:
    asked = {"as_of": DAY, "applicant": {"registered_in_beijing": True}}

    async def ask() -> list[Any]:
        async with grantd.aio.Channel(address) as channel:
            return [
                await grantd.aio.describe(MEASURE, as_of=DAY, channel=channel),
                await grantd.aio.describe(MEASURE, channel=channel, as_dict=True),
                await grantd.aio.evaluate(application(1), channel=channel, as_dict=True),
                await grantd.aio.screen(asked, channel=channel, as_dict=True),
                (await grantd.aio.evaluate(application(1), channel=channel)).outcome,
            ]

    assert asyncio.run(ask()) == [
        grantd.describe(MEASURE, as_of=DAY, channel=address),
        grantd.describe(MEASURE, channel=address, as_dict=True),
        grantd.evaluate(application(1), channel=address, as_dict=True),
        grantd.screen(asked, channel=address, as_dict=True),
        Outcome.ELIGIBLE,
    ]

    async def wrong() -> None:
        await grantd.aio.describe(MEASURE, as_of="tomorrow", channel=address)

    with pytest.raises(ValueError, match="as_of"):
        asyncio.run(wrong())


@pytest.mark.parametrize("measure", [MEASURE, None])
def test_a_frame_by_columns_and_by_rows(address: str, measure: str | None) -> None:
    given = frame(5_000)

    async def score() -> tuple[Any, int]:
        turns = 0

        async def turn() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        other = asyncio.ensure_future(turn())
        async with grantd.aio.Channel(address) as channel:
            scored = await grantd.aio.score_frame(given, measure=measure, as_of=DAY, channel=channel)
        other.cancel()
        return scored, turns

    scored, turns = asyncio.run(score())
    pandas.testing.assert_frame_equal(scored, grantd.score_frame(given, measure=measure, as_of=DAY, channel=address))
    # Others have had their turn meanwhile.
    assert turns > 10


def test_frames_at_once_over_one_channel(address: str) -> None:
    frames = [frame(count) for count in range(100, 140)]

    async def score() -> list[Any]:
        async with grantd.aio.Channel(address) as channel:
            work = [grantd.aio.score_frame(one, measure=MEASURE, as_of=DAY, channel=channel) for one in frames]
            return list(await asyncio.gather(*work))

    assert [len(scored) for scored in asyncio.run(score())] == [len(one) for one in frames]


def test_a_frame_over_an_address_and_its_errors(address: str) -> None:
    async def score(**options: Any) -> Any:
        return await grantd.aio.score_frame(frame(3), as_of=DAY, **{"channel": address, "measure": MEASURE, **options})

    assert asyncio.run(score())["outcome"].tolist() == ["ELIGIBLE", "INELIGIBLE", "UNDETERMINED"]
    with pytest.raises(ValueError, match="no measure"):
        asyncio.run(score(measure="a.b"))
    with pytest.raises(grantd.GrantdError, match="no answer came in time"):
        asyncio.run(score(channel="127.0.0.1:1", timeout=0.3))


def test_a_frame_that_nobody_waits_for_any_more() -> None:
    async def give_up() -> None:
        with FakeServer(lambda _: None) as server:
            async with grantd.aio.Channel(server.address) as channel:
                work = asyncio.ensure_future(grantd.aio.score_frame(frame(3), measure=MEASURE, as_of=DAY, channel=channel))
                await asyncio.sleep(0.2)
                work.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await work

    asyncio.run(give_up())
    for thread in threading.enumerate():
        if thread.name.startswith("grantd"):
            thread.join(10)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("grantd_")]
    gc.collect()


@pytest.mark.parametrize("is_asynchronous", [False, True])
def test_a_round_of_awards(address: str, is_asynchronous: bool) -> None:
    rows = [application(number) for number in (1, 3, 2)]

    async def source() -> AsyncIterator[dict[str, Any]]:
        for row in rows:
            yield row

    async def round_of(run: str) -> list[Any]:
        async with grantd.aio.Channel(address) as channel:
            results = grantd.aio.award(
                source() if is_asynchronous else rows,
                run,
                order_by=lambda row: row["application_id"],
                dry_run=True,
                channel=channel,
                batch_size=2,
            )
            return [(result.row, result.award.amount_fen) async for result in results if result.award is not None]

    blocking = grantd.award(
        rows, "blocking", order_by=lambda row: row["application_id"], dry_run=True, channel=address, batch_size=2
    )
    expected = [(result.row, result.award.amount_fen) for result in blocking if result.award is not None]
    assert [row for row, _ in expected] == [0, 2, 1]
    assert asyncio.run(round_of(f"aio-{is_asynchronous}")) == expected


def test_a_round_awards_no_further_than_its_results_are_taken(start_daemon: Callable[..., Daemon], tmp_path: Any) -> None:
    daemon = start_daemon(0, "--ledger", str(tmp_path / "book.sqlite"))
    rows = [application(number) for number in range(1, 7)]

    async def take_one() -> None:
        results = grantd.aio.award(rows, "cut-off", channel=daemon.address, batch_size=2)
        async for result in results:
            assert result.award is not None
            break
        await results.aclose()

    async def the_rest() -> list[bool]:
        results = grantd.aio.award(rows, "cut-off", channel=daemon.address, batch_size=2)
        return [bool(result.response and result.response.replayed) async for result in results]

    asyncio.run(take_one())
    assert asyncio.run(the_rest()) == [True, True, False, False, False, False]


def test_a_round_under_a_budget_adds_up(start_daemon: Callable[..., Daemon], tmp_path: Any) -> None:
    daemon = start_daemon(0, "--ledger", str(tmp_path / "book.sqlite"))
    rows = [application(number) for number in range(1, 7)]
    asked: dict[str, Any] = {"envelope": "e", "limit_fen": 1, "channel": daemon.address, "dry_run": True}

    async def award() -> grantd.AwardSummary:
        results = grantd.aio.award(rows, "aio", **asked)
        async for _ in results:
            pass
        return results.summary

    summary = asyncio.run(award())
    blocking = grantd.award(rows, "blocking", **asked)
    assert len(list(blocking)) == 6
    assert summary == blocking.summary
    assert (summary.rows, summary.amount_fen) == (6, 1)


def test_wrong_arguments_of_a_round() -> None:
    for wrong in ({"run_id": ""}, {"run_id": "a b"}, {"run_id": "r", "batch_size": 0}, {"run_id": "r", "reverse": True}):
        with pytest.raises(ValueError, match=r"run_id|batch_size|reverse"):
            grantd.aio.award([], **wrong)


def test_over_a_stock_channel_there_is_its_own_error(address: str) -> None:
    async def score() -> Any:
        # Nobody speaks gRPC there.
        async with grpc.aio.insecure_channel("127.0.0.1:1") as channel:
            return await grantd.aio.score_frame(frame(3), measure=MEASURE, as_of=DAY, channel=channel, timeout=0.3)

    with pytest.raises(grpc.RpcError):
        asyncio.run(score())
