# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import grpc
import pytest

import grantd
import grantd.aio
from grantd.v1.application_pb2 import Application
from grantd.v1.assessment_pb2 import Outcome
from grantd.v1.calculator_pb2 import EvaluateBatchRequest, EvaluateBatchResponse, Explain, Stage

from .conftest import MakeCaller
from .fake import FakeServer, Request, result


def application(number: int) -> dict[str, Any]:
    return {"application_id": f"A-{number}", "as_of": "2026-05-20", "medical_device_test_time": {}}


def batch_sizes(server: FakeServer) -> list[int]:
    return [len(EvaluateBatchRequest.FromString(request.payload).applications) for request in server.requests]


@pytest.mark.parametrize("count", [0, 1, 511, 512, 513, 3000])
def test_scores_in_order(make_caller: MakeCaller, address: str, count: int) -> None:
    scores = list(make_caller(address).score(map(application, range(count))))
    assert [score.index for score in scores] == list(range(count))
    assert [score.application_id for score in scores] == [f"A-{number}" for number in range(count)]
    assert all(score.result().outcome == Outcome.UNDETERMINED for score in scores)


def test_an_error_stands_beside_its_own_application(make_caller: MakeCaller, address: str) -> None:
    rows: list[Any] = [application(number) for number in range(5)]
    rows[1]["as_of"] = "2026-02-30"
    rows[2] = {"application_id": "A-2", "no_such_field": 1}
    rows[3] = Application(application_id="A-3", subject_id="x" * (4 * 1024 * 1024))
    scores = list(make_caller(address).score(rows))
    assert [score.error is None for score in scores] == [True, False, False, False, True]
    first, second, third = (score.error for score in scores[1:4])
    assert first is not None
    assert (first.number, first.field) == (1003, "as_of")
    assert second is not None
    assert (second.number, second.field) == (1003, "no_such_field")
    assert third is not None
    assert third.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    with pytest.raises(grantd.GrantdError):
        scores[1].result()


def test_nothing_is_sent_where_nothing_can_be(make_caller: MakeCaller) -> None:
    with FakeServer(Request.answer_batch) as server:
        scores = list(make_caller(server.address).score([{"wrong": 1}] * 3))
        assert [score.error is None for score in scores] == [False] * 3
        assert (server.requests, server.schema_calls) == ([], 1)


def test_options_go_with_every_batch(make_caller: MakeCaller) -> None:
    with FakeServer(Request.answer_batch) as server:
        caller = make_caller(server.address)
        options: dict[str, Any] = {"stage": Stage.DISBURSEMENT, "assume_unset_bars_absent": True, "explain": True}
        assert len(list(caller.score(map(application, range(150)), **options))) == 150
        for request in server.requests:
            batch = EvaluateBatchRequest.FromString(request.payload)
            assert (batch.stage, batch.assume_unset_bars_absent, batch.explain) == (Stage.DISBURSEMENT, True, Explain.FULL)
        assert max(batch_sizes(server)) == 64


def test_memory_is_bounded(make_caller: MakeCaller) -> None:
    read = 0

    def source() -> Iterator[dict[str, Any]]:
        nonlocal read
        for number in range(5000):
            read += 1
            yield application(number)

    with FakeServer(Request.answer_batch) as server:
        taken = 0
        for score in make_caller(server.address).score(source(), batch_size=10, batches_in_flight=3):
            assert score.index == taken
            taken += 1
            # The window, a batch being gathered, the batch being given out, and the application in hand.
            assert read - taken <= 3 * 10 + 10 + 10 + 1
            if taken % 1000 == 0:
                time.sleep(0.05)
        assert taken == 5000
        assert max(batch_sizes(server)) == 10


def test_large_applications_make_small_batches(make_caller: MakeCaller) -> None:
    with FakeServer(Request.answer_batch) as server:
        rows = [Application(application_id=str(number), subject_id="x" * 300_000) for number in range(20)]
        assert len(list(make_caller(server.address).score(rows))) == 20
        assert max(batch_sizes(server)) == 4


def test_an_application_that_has_no_room_opens_the_next_batch(make_caller: MakeCaller) -> None:
    # Together over the limit of a request, in every order.
    sizes = [900_000, 3_900_000, 900_000, 4_193_000, 5_000_000, 1, 3_500_000, 800_000]
    rows = [Application(application_id=str(number), subject_id="x" * size) for number, size in enumerate(sizes)]
    with FakeServer(Request.answer_batch) as server:
        scores = list(make_caller(server.address).score(rows, timeout=60))
        assert [score.application_id for score in scores] == [str(number) for number in range(len(sizes))]
        assert [score.error is None for score in scores] == [size < 5_000_000 for size in sizes]
        assert max(len(request.payload) for request in server.requests) <= 4 * 1024 * 1024


def test_a_message_that_is_used_again_for_every_row(make_caller: MakeCaller) -> None:
    def source() -> Iterator[Application]:
        row = Application()
        for number in range(500):
            row.application_id = f"A-{number}"
            yield row

    with FakeServer(Request.answer_batch) as server:
        scores = make_caller(server.address).score(source(), batch_size=64)
        assert [score.application_id for score in scores] == [f"A-{number}" for number in range(500)]


def test_errors_among_the_answers_keep_their_places(make_caller: MakeCaller) -> None:
    def handler(request: Request) -> None:
        rows = EvaluateBatchRequest.FromString(request.payload).applications
        results = [result(row) for row in rows]
        for one, row in zip(results, rows, strict=True):
            if row.application_id.endswith("7"):
                one.error.code, one.error.message, one.error.field = 1003, "no", "as_of"
        request.answer(EvaluateBatchResponse(results=results).SerializeToString())

    rows: list[Any] = [{"wrong": 1} if number % 10 == 3 else application(number) for number in range(100)]
    with FakeServer(handler) as server:
        for number, score in enumerate(make_caller(server.address).score(rows, batch_size=30)):
            assert score.index == number
            if number % 10 == 3:
                assert score.error is not None
                assert (score.application_id, score.error.field, score.assessment) == ("", "wrong", None)
            elif number % 10 == 7:
                assert score.error is not None
                assert (score.application_id, score.error.field) == (f"A-{number}", "as_of")
            else:
                assert score.result().application_id == score.application_id == f"A-{number}"


def test_a_slow_source_has_each_answer_at_once(make_caller: MakeCaller) -> None:
    def source() -> Iterator[dict[str, Any]]:
        for number in range(4):
            # The answer to the one before is not held back until this one comes.
            assert number < 2 or len(seen) >= number - 1, "an answer was held back"
            yield application(number)
            time.sleep(0.1)

    seen: list[int] = []
    with FakeServer(Request.answer_batch) as server:
        for score in grantd.score(source(), channel=server.address):
            seen.append(score.index)  # noqa: PERF401 - the source looks at it meanwhile
    assert seen == [0, 1, 2, 3]


def test_a_slow_asynchronous_source_has_each_answer_at_once() -> None:
    async def main() -> None:
        turn = asyncio.Event()
        turn.set()

        async def source() -> AsyncIterator[dict[str, Any]]:
            for number in range(5):
                # Only the answer to the last one lets this one go.
                await asyncio.wait_for(turn.wait(), 5)
                turn.clear()
                yield application(number)

        with FakeServer(Request.answer_batch) as server:
            indices: list[int] = []
            async for score in grantd.aio.score(source(), channel=server.address):
                indices.append(score.index)
                turn.set()
            assert indices == [0, 1, 2, 3, 4]

    asyncio.run(main())


def test_a_source_that_fails(make_caller: MakeCaller) -> None:
    def source() -> Iterator[dict[str, Any]]:
        yield from map(application, range(700))
        raise LookupError("the file ends early")

    with FakeServer(Request.answer_batch) as server:
        seen: list[grantd.Score] = []
        with pytest.raises(LookupError, match="ends early"):
            seen.extend(make_caller(server.address).score(source(), batch_size=100))
        assert len(seen) == 700


def test_a_source_of_other_things(make_caller: MakeCaller) -> None:
    with FakeServer(Request.answer_batch) as server, pytest.raises(TypeError, match="not int"):
        list(make_caller(server.address).score([1, 2]))


@pytest.mark.parametrize("change", [-1, 1])
def test_an_answer_of_another_length(make_caller: MakeCaller, change: int) -> None:
    def handler(request: Request) -> None:
        rows = list(EvaluateBatchRequest.FromString(request.payload).applications)
        results = [result(row) for row in rows] * 2
        request.answer(EvaluateBatchResponse(results=results[: len(rows) + change]).SerializeToString())

    with FakeServer(handler) as server, pytest.raises(grantd.GrantdError, match="INTERNAL"):
        list(make_caller(server.address).score(map(application, range(10))))


def test_a_result_that_holds_nothing(make_caller: MakeCaller) -> None:
    with FakeServer(lambda request: request.answer(b"\x0a\x00")) as server, pytest.raises(grantd.GrantdError):
        list(make_caller(server.address).score([application(0)]))


def test_a_batch_that_fails_ends_the_scoring(make_caller: MakeCaller) -> None:
    def handler(request: Request) -> None:
        if len(server.requests) > 3:
            request.fail(2001, "a fault", **{"grpc-status": "INTERNAL"})
        else:
            request.answer_batch()

    with FakeServer(handler) as server:
        seen: list[grantd.Score] = []
        with pytest.raises(grantd.GrantdError) as caught:
            seen.extend(make_caller(server.address).score(map(application, range(1000)), batch_size=50))
        assert caught.value.number == 2001
        assert 0 < len(seen) < 200


def test_who_stops_taking_leaves_nothing_behind() -> None:
    with FakeServer(Request.answer_batch) as server, grantd.Channel(server.address) as channel:
        scores = grantd.score(map(application, range(5000)), channel=channel)
        next(scores)
        scores.close()  # type: ignore[attr-defined]
        assert not channel._connection._wire.machine.in_flight


@pytest.mark.parametrize(
    "options", [{"batch_size": 0}, {"batch_size": 4097}, {"batch_size": 257, "explain": True}, {"batches_in_flight": 0}]
)
def test_sizes_out_of_range(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        grantd.score([], **options)
    with pytest.raises(ValueError, match="must be"):
        grantd.aio.score([], **options)


def test_a_stock_channel_will_do() -> None:
    class Servicer(grpc.GenericRpcHandler):
        def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
            def answer(payload: bytes, _: grpc.ServicerContext) -> bytes:
                rows = EvaluateBatchRequest.FromString(payload).applications
                return EvaluateBatchResponse(results=map(result, rows)).SerializeToString()

            return grpc.unary_unary_rpc_method_handler(answer)

    from concurrent.futures import ThreadPoolExecutor

    server = grpc.server(ThreadPoolExecutor(2), handlers=[Servicer()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        scores = list(grantd.score(map(application, range(1500)), channel=channel))
    assert [score.application_id for score in scores] == [f"A-{number}" for number in range(1500)]

    async def over_aio() -> list[grantd.Score]:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            return [score async for score in grantd.aio.score(map(application, range(1500)), channel=channel)]

    assert asyncio.run(over_aio()) == scores
    server.stop(None)


def test_a_progress_bar(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(list(grantd.score([application(0)] * 20, progress=True, channel=address))) == 20
    assert "20.0/20.0" in capsys.readouterr().err
    rows: Iterable[Any] = iter([application(0)] * 7)
    assert len(list(grantd.score(rows, True, channel=address))) == 7
    assert "7.00application" in capsys.readouterr().err


def test_a_progress_bar_without_tqdm(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match=r"grantd\[progress\]"):
        grantd.score([], progress=True)
