# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The asyncio channel as stock gRPC sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import grpc
import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

import grantd
import grantd.aio
from grantd.v1.calculator_pb2 import EvaluateRequest
from grantd.v1.calculator_pb2_grpc import CalculatorStub

from .fake import FakeServer, Request, assessment
from .test_channel import REQUEST

Test = Callable[..., None]


def in_loop(body: Callable[..., Coroutine[Any, Any, None]]) -> Test:
    """Runs a test's body on an event loop, with a channel to the live daemon."""

    def run(address: str) -> None:
        async def main() -> None:
            async with grantd.aio.Channel(address) as channel:
                await body(channel)

        asyncio.run(main(), debug=False)

    run.__name__ = body.__name__
    return run


def silently(body: Callable[..., Coroutine[Any, Any, None]]) -> Test:
    """The same, with a server that never answers."""

    def run() -> None:
        async def main() -> None:
            with FakeServer(lambda _: None) as server:
                async with grantd.aio.Channel(server.address) as channel:
                    await body(channel)

        asyncio.run(main())

    run.__name__ = body.__name__
    return run


@in_loop
async def test_a_stock_stub(channel: grantd.aio.Channel) -> None:
    call = CalculatorStub(channel).Evaluate(REQUEST, timeout=5)
    assert not call.done()
    assert (await call).application_id == "A-1"
    # It may be awaited again.
    assert (await call).application_id == "A-1"
    assert await call.code() is grpc.StatusCode.OK
    assert await call.details() == ""
    assert tuple(await call.trailing_metadata()) == tuple(await call.initial_metadata()) == ()
    assert call.done()
    assert not call.cancelled()
    assert not call.cancel()
    told = asyncio.Event()
    call.add_done_callback(lambda _: told.set())
    await told.wait()


def test_what_stands_beside_an_answer_is_trailing_metadata() -> None:
    def answer(request: Request) -> None:
        request.answer_with(assessment("A-1").SerializeToString(), request_hash="4f0c")

    async def ask(address: str) -> None:
        async with grantd.aio.Channel(address) as channel:
            call = CalculatorStub(channel).Evaluate(REQUEST)
            assert tuple(await call.trailing_metadata()) == (("request-hash", "4f0c"),)
            assert (await call).application_id == "A-1"

    with FakeServer(answer) as server:
        asyncio.run(ask(server.address))


@in_loop
async def test_an_error(channel: grantd.aio.Channel) -> None:
    call = CalculatorStub(channel).Evaluate(EvaluateRequest())
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    error = caught.value
    assert isinstance(error, grantd.GrantdError)
    assert (error.code(), error.field) == (grpc.StatusCode.INVALID_ARGUMENT, "application")
    assert await call.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert (await call.trailing_metadata())["field"] == "application"
    assert await call.details() == error.details()
    with pytest.raises(grpc.RpcError):
        await call.wait_for_connection()


@in_loop
async def test_many_at_once(channel: grantd.aio.Channel) -> None:
    stub = CalculatorStub(channel)

    async def work() -> int:
        for _ in range(20):
            await stub.Evaluate(REQUEST)
        return 20

    assert sum(await asyncio.gather(*(work() for _ in range(40)))) == 800


@in_loop
async def test_the_stock_health_stub(channel: grantd.aio.Channel) -> None:
    stub: Any = health_pb2_grpc.HealthStub(channel)
    answer = await stub.Check(health_pb2.HealthCheckRequest())
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
    with pytest.raises(grpc.RpcError):
        stub.Watch(health_pb2.HealthCheckRequest())


@in_loop
async def test_states(channel: grantd.aio.Channel) -> None:
    states = grpc.ChannelConnectivity
    assert channel.get_state() is states.IDLE
    changed = asyncio.ensure_future(channel.wait_for_state_change(states.IDLE))
    await asyncio.sleep(0)
    assert channel.get_state(try_to_connect=True) is states.CONNECTING
    await changed
    await channel.channel_ready()
    assert channel.get_state() is states.READY
    call = CalculatorStub(channel).Evaluate(REQUEST)
    await call.wait_for_connection()
    await call
    await channel.close()
    assert channel.get_state() is states.SHUTDOWN
    with pytest.raises(grpc.aio.UsageError):
        CalculatorStub(channel).Evaluate(REQUEST)


@silently
async def test_a_task_that_is_cancelled_cancels_its_call(channel: grantd.aio.Channel) -> None:
    call = CalculatorStub(channel).Evaluate(REQUEST)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(call, 0.1)
    assert call.cancelled()
    assert await call.code() is grpc.StatusCode.CANCELLED
    with pytest.raises(asyncio.CancelledError):
        await call


@silently
async def test_asking_for_the_code_cancels_nothing(channel: grantd.aio.Channel) -> None:
    call = CalculatorStub(channel).Evaluate(REQUEST, timeout=0.3)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(call.code(), 0.05)
    assert not call.cancelled()
    remaining = call.time_remaining()
    assert remaining is not None
    assert 0 < remaining <= 0.3
    assert await call.code() is grpc.StatusCode.DEADLINE_EXCEEDED


@silently
async def test_closing_with_grace_waits_for_calls(channel: grantd.aio.Channel) -> None:
    call = CalculatorStub(channel).Evaluate(REQUEST, timeout=0.1)
    await channel.close(grace=5)
    assert await call.code() is grpc.StatusCode.DEADLINE_EXCEEDED


@silently
async def test_closing_while_connecting(channel: grantd.aio.Channel) -> None:
    call = CalculatorStub(channel).Evaluate(REQUEST)
    await channel.close()
    assert call.cancelled()


def test_a_channel_belongs_to_one_loop(address: str) -> None:
    channel = grantd.aio.Channel(address)

    async def call() -> None:
        await CalculatorStub(channel).Evaluate(REQUEST)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(call())
    with pytest.raises(RuntimeError, match="another event loop"):
        asyncio.run(call())
    loop.run_until_complete(channel.close())
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()


@silently
async def test_a_leaving_task_among_many(channel: grantd.aio.Channel) -> None:
    calls = [CalculatorStub(channel).Evaluate(REQUEST, timeout=5) for _ in range(200)]
    await asyncio.sleep(0.05)
    for call in calls:
        assert call.cancel()
    connection = channel._connection
    assert not connection._machine.in_flight
    assert not connection._machine.waiting
