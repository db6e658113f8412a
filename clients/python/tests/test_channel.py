# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The blocking channel as stock gRPC sees it."""

from __future__ import annotations

import gc
import hashlib
import os
import pathlib
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

import grantd
from grantd.v1.application_pb2 import Application
from grantd.v1.assessment_pb2 import Assessment
from grantd.v1.calculator_pb2 import EvaluateRequest
from grantd.v1.calculator_pb2_grpc import CalculatorStub
from grantd.v1.facts.medical_device_pb2 import MedicalDeviceTestTimeFacts

from .conftest import Daemon
from .fake import EVALUATE, FakeServer, Request, assessment

REQUEST = EvaluateRequest(
    application=Application(application_id="A-1", as_of="2026-05-20", medical_device_test_time=MedicalDeviceTestTimeFacts())
)


@pytest.fixture
def channel(address: str) -> Iterator[grantd.Channel]:
    with grantd.Channel(address) as channel:
        yield channel


@pytest.fixture
def silent() -> Iterator[grantd.Channel]:
    """A channel to a server that never answers."""
    with FakeServer(lambda _: None) as server, grantd.Channel(server.address) as channel:
        yield channel


def test_a_stock_stub(channel: grantd.Channel) -> None:
    stub = CalculatorStub(channel)
    assert stub.Evaluate(REQUEST).application_id == "A-1"
    response, call = stub.Evaluate.with_call(REQUEST, timeout=5)
    assert response.measure == "medical-device.test-time"
    assert call.code() is grpc.StatusCode.OK
    assert call.details() == ""
    assert tuple(call.trailing_metadata()) == tuple(call.initial_metadata()) == ()
    assert not call.is_active()
    assert not call.cancel()


def test_what_stands_beside_an_answer_is_trailing_metadata() -> None:
    def answer(request: Request) -> None:
        request.answer_with(assessment("A-1").SerializeToString(), request_hash="4f0c")

    with FakeServer(answer) as server, grantd.Channel(server.address) as channel:
        response, call = CalculatorStub(channel).Evaluate.with_call(REQUEST)
        assert response.application_id == "A-1"
        assert tuple(call.trailing_metadata()) == (("request-hash", "4f0c"),)
        assert tuple(CalculatorStub(channel).Evaluate.future(REQUEST).trailing_metadata()) == (("request-hash", "4f0c"),)


def test_the_hash_of_a_request_is_that_of_its_bytes(start_daemon: Callable[..., Daemon], tmp_path: pathlib.Path) -> None:
    daemon = start_daemon(0, "--decision-log", str(tmp_path / "log"))
    with grantd.Channel(daemon.address) as channel:
        _, call = CalculatorStub(channel).Evaluate.with_call(REQUEST)
        assert dict(call.trailing_metadata()) == {"request-hash": hashlib.sha256(REQUEST.SerializeToString()).hexdigest()}
        failed = CalculatorStub(channel).Evaluate.future(EvaluateRequest())
        assert tuple(failed.trailing_metadata()) == (("field", "application"),)


def test_a_future(channel: grantd.Channel) -> None:
    future = CalculatorStub(channel).Evaluate.future(REQUEST)
    ended = threading.Event()
    future.add_done_callback(lambda done: ended.set() if done is future else None)
    assert future.result(timeout=5).application_id == "A-1"
    assert future.result() is future.result()
    assert ended.wait(5)
    assert future.exception() is None
    assert future.traceback() is None
    assert future.done()
    assert not future.running()
    assert not future.cancelled()
    # Told at once where the call has ended.
    called: list[Any] = []
    future.add_done_callback(called.append)
    assert called == [future]
    assert not future.add_callback(lambda: None)


def test_a_future_that_fails(channel: grantd.Channel) -> None:
    future = CalculatorStub(channel).Evaluate.future(EvaluateRequest())
    error = future.exception()
    assert isinstance(error, grantd.GrantdError)
    assert error.field == "application"
    assert future.traceback() is not None
    assert future.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert future.details() == error.details()
    assert tuple(future.trailing_metadata()) == (("field", "application"),)


def test_a_future_that_is_cancelled(silent: grantd.Channel) -> None:
    future = CalculatorStub(silent).Evaluate.future(REQUEST)
    assert future.running()
    assert future.is_active()
    assert 0 < future.time_remaining() <= 10
    with pytest.raises(grpc.FutureTimeoutError):
        future.result(timeout=0.05)
    assert future.cancel()
    assert not future.cancel()
    assert future.cancelled()
    with pytest.raises(grpc.FutureCancelledError):
        future.result()
    with pytest.raises(grpc.FutureCancelledError):
        future.exception()
    assert future.code() is grpc.StatusCode.CANCELLED


def test_a_future_that_nobody_waits_for_ends_at_its_deadline(silent: grantd.Channel) -> None:
    future = CalculatorStub(silent).Evaluate.future(REQUEST, timeout=0.1)
    ended = threading.Event()
    future.add_done_callback(lambda _: ended.set())
    assert ended.wait(5)
    assert future.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    later, sooner = (CalculatorStub(silent).Evaluate.future(REQUEST, timeout=seconds) for seconds in (30, 0.1))
    assert sooner.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert later.running()


def test_a_callback_that_fails_harms_nobody(channel: grantd.Channel, caplog: pytest.LogCaptureFixture) -> None:
    future = CalculatorStub(channel).Evaluate.future(REQUEST)
    told = threading.Event()

    def callback(_: object) -> None:
        told.set()
        raise RuntimeError("on purpose")

    future.add_done_callback(callback)
    assert told.wait(5)
    assert CalculatorStub(channel).Evaluate(REQUEST).application_id == "A-1"
    assert "on purpose" in caplog.text


def test_an_answer_that_does_not_decode() -> None:
    with (
        FakeServer(lambda request: request.answer(b"\xff\xff")) as server,
        grantd.Channel(server.address) as channel,
        pytest.raises(grantd.GrantdError) as caught,
    ):
        CalculatorStub(channel).Evaluate(REQUEST)
    assert caught.value.code() is grpc.StatusCode.INTERNAL


def test_a_request_that_cannot_be_serialized(channel: grantd.Channel) -> None:
    wrong: Any = "no message"
    with pytest.raises(grantd.GrantdError) as caught:
        CalculatorStub(channel).Evaluate(wrong)
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    with pytest.raises(TypeError):
        channel.unary_unary(EVALUATE)(wrong)


def test_the_stock_health_stub(channel: grantd.Channel) -> None:
    stub: Any = health_pb2_grpc.HealthStub(channel)
    assert stub.Check(health_pb2.HealthCheckRequest()).status == health_pb2.HealthCheckResponse.SERVING
    with pytest.raises(grpc.RpcError) as caught:
        stub.Watch(health_pb2.HealthCheckRequest())
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_a_stock_interceptor(channel: grantd.Channel) -> None:
    seen: list[str] = []

    class Interceptor(grpc.UnaryUnaryClientInterceptor):
        def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
            seen.append(client_call_details.method)
            return continuation(client_call_details, request)

    intercepted = grpc.intercept_channel(channel, Interceptor())
    assert CalculatorStub(intercepted).Evaluate(REQUEST).application_id == "A-1"
    with pytest.raises(grpc.RpcError):
        CalculatorStub(intercepted).Evaluate(EvaluateRequest())
    assert seen == [EVALUATE, EVALUATE]


def test_connectivity(address: str) -> None:
    channel = grantd.Channel(address)
    seen: list[grpc.ChannelConnectivity] = []
    channel.subscribe(seen.append)
    grpc.channel_ready_future(channel).result(timeout=5)
    channel.close()
    states = grpc.ChannelConnectivity
    assert seen == [states.IDLE, states.CONNECTING, states.READY, states.SHUTDOWN]
    unwatched = grantd.Channel(address)
    unwatched.subscribe(seen.append)
    unwatched.unsubscribe(seen.append)
    unwatched.close()


def test_call_credentials_are_refused(channel: grantd.Channel) -> None:
    credentials = grpc.access_token_call_credentials("token")
    with pytest.raises(grpc.RpcError) as caught:
        CalculatorStub(channel).Evaluate(REQUEST, credentials=credentials)
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    with pytest.raises(ValueError, match="text only"):
        CalculatorStub(channel).Evaluate(REQUEST, metadata=(("key-bin", b"bytes"),))


@pytest.mark.parametrize("path", ["", "/", "Evaluate", "/grantd.v1.Calculator/", "//Evaluate", "/a/b/c"])
def test_what_is_no_method(path: str) -> None:
    channel = grantd.Channel("127.0.0.1:1")
    with pytest.raises(ValueError, match="no method"):
        channel.unary_unary(path)
    channel.close()


def test_a_channel_that_is_closed_twice(address: str) -> None:
    channel = grantd.Channel(address)
    channel.close()
    channel.close()
    with pytest.raises(ValueError, match="closed"):
        CalculatorStub(channel).Evaluate(REQUEST)


def test_a_channel_that_nobody_holds_ends(address: str) -> None:
    channel = grantd.Channel(address)
    stub = CalculatorStub(channel)
    gone = weakref.ref(channel)
    del channel
    gc.collect()
    assert gone() is None
    # A stub is enough to hold the connection.
    stub.Evaluate(REQUEST)
    (reading,) = [thread for thread in threading.enumerate() if thread.name == "grantd"]
    del stub
    gc.collect()
    reading.join(5)
    assert not reading.is_alive()
    assert grantd.Channel(address) is not None  # Never used, so nothing was ever begun.


def test_a_channel_closed_on_its_own_thread(address: str) -> None:
    channel = grantd.Channel(address)
    closed = threading.Event()

    def close(_: object) -> None:
        channel.close()
        closed.set()

    CalculatorStub(channel).Evaluate.future(REQUEST).add_done_callback(close)
    assert closed.wait(5)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_has_a_connection_of_its_own() -> None:
    def handler(request: Request) -> None:
        if request.meta.request.method_name == "Evaluate":
            request.answer(b"%d" % request.connection.number)

    with FakeServer(handler) as server, grantd.Channel(server.address) as channel:
        call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(EVALUATE)
        silent: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary("/grantd.v1.Calculator/Screen")
        slow = silent.future(b"")
        assert call(b"") == b"0"
        child = os.fork()
        if child == 0:
            # No assertion here: the child must not run on into pytest.
            os._exit(0 if slow.cancelled() and call(b"", timeout=5) == b"1" else 1)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert call(b"") == b"0"
        assert slow.running()


def test_a_connection_that_breaks_while_much_is_unsent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with grantd.Channel(address, grantd.ChannelConfig(attempts=1)) as channel:
            method: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(EVALUATE)
            calls = [method.future(bytes(3_000_000)) for _ in range(5)]
            sock, _ = listener.accept()
            time.sleep(0.1)
            assert sock.recv(1000)
            sock.close()
            assert calls[0].code() is grpc.StatusCode.UNAVAILABLE
            channel.close()
            assert {call.code() for call in calls} <= {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}


def test_no_growth_over_many_calls(channel: grantd.Channel) -> None:
    stub = CalculatorStub(channel)
    for _ in range(200):
        assert isinstance(stub.Evaluate(REQUEST), Assessment)
    machine = channel._connection._wire.machine
    assert not machine.in_flight
    assert not machine.waiting
