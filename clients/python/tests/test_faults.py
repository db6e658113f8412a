# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What both channels do when things go wrong."""

from __future__ import annotations

import concurrent.futures
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator

import grpc
import pytest

from grantd import GrantdError, Score
from grantd.v1.application_pb2 import Application
from grantd.v1.assessment_pb2 import Assessment
from grantd.v1.calculator_pb2 import EvaluateRequest
from grantd.v1.facts.medical_device_pb2 import MedicalDeviceTestTimeFacts

from .callers import Caller
from .conftest import Daemon, MakeCaller
from .fake import EVALUATE, HEADER, FakeServer, Request, reply


def echo(request: Request) -> None:
    request.answer(request.payload)


def fails(caller: Caller, payload: bytes = b"", timeout: float = 10) -> GrantdError:
    with pytest.raises(grpc.RpcError) as caught:
        caller.call(EVALUATE, payload, timeout=timeout)
    error = caught.value
    assert isinstance(error, GrantdError)
    return error


def applications(count: int) -> Iterator[Application]:
    for number in range(count):
        yield Application(
            application_id=f"A-{number}", as_of="2026-05-20", medical_device_test_time=MedicalDeviceTestTimeFacts()
        )


def assert_whole(scores: Iterator[Score], count: int) -> None:
    """Each application is there, once, in its place."""
    for number, score in enumerate(scores):
        assert score.index == number
        assert score.application_id == f"A-{number}"
        assert score.result().application_id == f"A-{number}"
    assert number == count - 1


def restart_in_the_middle(caller: Caller, daemon: Daemon, start_daemon: Callable[..., Daemon], *, kill: bool) -> None:
    """Scores, and restarts the daemon meanwhile."""
    restarted = threading.Event()

    def restart() -> None:
        daemon.stop(kill=kill)
        time.sleep(0.3)  # Refuses connections for longer than a call of its own would try.
        start_daemon(daemon.port)
        restarted.set()

    def source() -> Iterator[Application]:
        for number, application in enumerate(applications(3000)):
            if number == 700:
                threading.Thread(target=restart).start()
            yield application

    assert_whole(caller.score(source(), batch_size=100), 3000)
    assert restarted.wait(10)


def test_a_daemon_restarted_in_the_middle_of_a_scoring(make_caller: MakeCaller, start_daemon: Callable[..., Daemon]) -> None:
    daemon = start_daemon()
    restart_in_the_middle(make_caller(daemon.address), daemon, start_daemon, kill=False)


def test_a_scoring_whose_connections_keep_breaking(make_caller: MakeCaller) -> None:
    seen: list[int] = []

    def handler(request: Request) -> None:
        seen.append(request.id)
        # Every third batch's connection breaks, before the answer or in the middle of it.
        if len(seen) % 3 == 0:
            if len(seen) % 2:
                request.connection.send(reply(request.id, b"x" * 100)[:40])
            request.connection.close()
        else:
            request.answer_batch()

    with FakeServer(handler) as server:
        caller = make_caller(server.address, attempts=100, initial_backoff=0.001)
        assert_whole(caller.score(applications(2000), batch_size=50), 2000)
        assert len(server.connections) > 5


def test_a_reply_over_the_limit_fails_its_own_call_only(make_caller: MakeCaller) -> None:
    def handler(request: Request) -> None:
        size = int(request.payload)
        if size > 100_000:
            # In pieces, so that the reader meets the header alone, and the meta alone.
            frame = reply(request.id, b"x" * size)
            for piece in (frame[:12], frame[12:14], frame[14:5000], frame[5000:]):
                request.connection.send(piece)
                time.sleep(0.02)
        else:
            request.answer(b"x" * size)

    with FakeServer(handler) as server:
        caller = make_caller(server.address, max_reply_bytes=100_000)
        small = caller.start(EVALUATE, b"10")
        error = fails(caller, b"1000000")
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert error.number is None
        assert "max_reply_bytes" in (error.details() or "")
        assert small.result() == b"x" * 10
        assert caller.call(EVALUATE, b"99000") == b"x" * 99_000
        assert len(server.connections) == 1


def test_a_reply_with_an_unknown_correlation_id(make_caller: MakeCaller) -> None:
    def handler(request: Request) -> None:
        request.connection.send(reply(request.id + 1_000_000, b"nobody's"))
        request.connection.send(reply(-5, b"nobody's"))
        echo(request)

    with FakeServer(handler) as server:
        caller = make_caller(server.address)
        assert caller.call(EVALUATE, b"mine") == b"mine"
        assert caller.call(EVALUATE, b"mine too") == b"mine too"
        assert caller.connection().unknown_replies == 4
        assert len(server.connections) == 1


def test_replies_in_another_order(make_caller: MakeCaller) -> None:
    held: list[Request] = []

    def handler(request: Request) -> None:
        held.append(request)
        if len(held) == 50:
            for each in reversed(held):
                echo(each)

    with FakeServer(handler) as server:
        caller = make_caller(server.address)
        calls = [caller.start(EVALUATE, b"%d" % number) for number in range(50)]
        assert [call.result() for call in calls] == [b"%d" % number for number in range(50)]


def test_a_daemon_that_never_answers(make_caller: MakeCaller) -> None:
    with FakeServer(lambda _: None) as server:
        caller = make_caller(server.address)
        started = time.monotonic()
        error = fails(caller, timeout=0.3)
        assert 0.29 < time.monotonic() - started < 3
        assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        # The daemon was told of the deadline.
        assert 0 < server.requests[0].meta.request.timeout_ms <= 300


def test_the_configured_deadline_holds_without_a_timeout(make_caller: MakeCaller) -> None:
    with FakeServer(lambda _: None) as server:
        caller = make_caller(server.address, deadline=0.2)
        with pytest.raises(GrantdError) as caught:
            caller.call(EVALUATE)
        assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


def test_a_late_reply_is_dropped(make_caller: MakeCaller) -> None:
    held: list[Request] = []

    def handler(request: Request) -> None:
        if request.payload == b"late":
            held.append(request)
        else:
            for each in held:
                each.answer(b"too late")
            echo(request)

    with FakeServer(handler) as server:
        caller = make_caller(server.address)
        assert fails(caller, b"late", timeout=0.1).code() is grpc.StatusCode.DEADLINE_EXCEEDED
        assert caller.call(EVALUATE, b"next") == b"next"
        assert caller.connection().late_replies == 1


def test_a_listener_that_accepts_nothing_is_left_at_the_deadline(make_caller: MakeCaller) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as listener:
        caller = make_caller(f"127.0.0.1:{listener.getsockname()[1]}")
        assert fails(caller, timeout=0.2).code() is grpc.StatusCode.DEADLINE_EXCEEDED


def test_sixteen_threads_share_one_client(make_caller: MakeCaller, address: str) -> None:
    caller = make_caller(address)

    def work(thread: int) -> int:
        for number in range(50):
            application = Application(
                application_id=f"{thread}-{number}", as_of="2026-05-20", medical_device_test_time=MedicalDeviceTestTimeFacts()
            )
            payload = EvaluateRequest(application=application).SerializeToString()
            answer = Assessment.FromString(caller.call(EVALUATE, payload))
            assert answer.application_id == f"{thread}-{number}"
        return number + 1

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(work, range(16))) == 800


@pytest.mark.parametrize("after", [0, 1], ids=["at once", "after an answer"])
def test_a_lost_connection_is_made_again(make_caller: MakeCaller, after: int) -> None:
    def handler(request: Request) -> None:
        if request.connection.number == 0 and len(server.requests) > after:
            request.connection.close()
        else:
            echo(request)

    with FakeServer(handler) as server:
        caller = make_caller(server.address)
        assert [caller.call(EVALUATE, b"%d" % number) for number in range(3)] == [b"0", b"1", b"2"]
        assert len(server.connections) == 2


def test_a_connection_lost_in_every_attempt(make_caller: MakeCaller) -> None:
    with FakeServer(lambda request: request.connection.close()) as server:
        caller = make_caller(server.address, initial_backoff=0.01)
        error = fails(caller)
        assert error.code() is grpc.StatusCode.UNAVAILABLE
        assert error.number is None
        assert len(server.connections) == 5


def test_a_refused_connection(make_caller: MakeCaller) -> None:
    with FakeServer(echo) as server:
        port = server.port
    caller = make_caller(f"127.0.0.1:{port}", initial_backoff=0.01)
    error = fails(caller)
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert str(port) in str(error)
    # And the same channel, once somebody listens.
    with FakeServer(echo, port=port):
        assert caller.call(EVALUATE, b"here", wait_for_ready=True) == b"here"


def test_waiting_for_a_daemon_that_is_not_up_yet(make_caller: MakeCaller) -> None:
    with FakeServer(echo) as server:
        port = server.port
    caller = make_caller(f"127.0.0.1:{port}", initial_backoff=0.01, max_backoff=0.05)
    call = caller.start(EVALUATE, b"patient", wait_for_ready=True, timeout=20)
    time.sleep(0.5)
    assert not call.done()
    with FakeServer(echo, port=port):
        assert call.result() == b"patient"


def test_a_host_that_does_not_exist(make_caller: MakeCaller) -> None:
    caller = make_caller("no-such-host.invalid:7843", initial_backoff=0.01)
    assert fails(caller).code() is grpc.StatusCode.UNAVAILABLE


def test_a_stopping_daemon_is_left_and_its_calls_are_tried_elsewhere(make_caller: MakeCaller) -> None:
    held: list[Request] = []

    def answer_held() -> None:
        for each in held:
            each.answer(b"from the old one")

    def handler(request: Request) -> None:
        if request.connection.number > 0:
            echo(request)
        elif request.payload == b"slow":
            held.append(request)
        else:
            request.fail(2003, "stopping", **{"grpc-status": "UNAVAILABLE"})
            # What is in flight is still answered, a little later.
            threading.Timer(0.1, answer_held).start()

    with FakeServer(handler) as server:
        caller = make_caller(server.address, initial_backoff=0.01)
        slow = caller.start(EVALUATE, b"slow")
        while not held:
            time.sleep(0.01)
        assert caller.call(EVALUATE, b"elsewhere") == b"elsewhere"
        assert slow.result() == b"from the old one"
        assert len(server.connections) == 2


def test_a_daemon_that_goes_on_stopping(make_caller: MakeCaller) -> None:
    def handler(request: Request) -> None:
        request.fail(2003, "stopping", **{"grpc-status": "UNAVAILABLE"})

    with FakeServer(handler) as server:
        caller = make_caller(server.address, initial_backoff=0.01)
        error = fails(caller)
        assert error.code() is grpc.StatusCode.UNAVAILABLE
        assert error.number == 2003
        assert len(server.requests) == 5


GARBAGE = pytest.mark.parametrize(
    "garbage",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        HEADER.pack(b"PRPC", 4, 8) + bytes(8),
        HEADER.pack(b"PRPC", 4, 4) + b"\xff\xff\xff\xff",
        HEADER.pack(b"PRPC", 0xFFFFFFF0, 10),
    ],
    ids=["http", "sizes", "meta", "absurd size"],
)


@GARBAGE
def test_who_sends_no_frame_is_left(make_caller: MakeCaller, garbage: bytes) -> None:
    def handler(request: Request) -> None:
        if request.connection.number == 0:
            request.connection.send(garbage)
        else:
            echo(request)

    with FakeServer(handler) as server:
        caller = make_caller(server.address, initial_backoff=0.01)
        assert caller.call(EVALUATE, b"again") == b"again"
        assert len(server.connections) == 2


@GARBAGE
def test_who_never_sends_a_frame(make_caller: MakeCaller, garbage: bytes) -> None:
    with FakeServer(lambda request: request.connection.send(garbage)) as server:
        error = fails(make_caller(server.address, initial_backoff=0.01))
        assert error.code() is grpc.StatusCode.INTERNAL
        assert error.number is None
        assert len(server.connections) == 5


def test_a_compressed_reply_that_nobody_asked_for(make_caller: MakeCaller) -> None:
    def handler(request: Request) -> None:
        body = b"\x12\x00\x18\x02\x20" + bytes([request.id])
        request.connection.send(HEADER.pack(b"PRPC", len(body), len(body)) + body)

    with FakeServer(handler) as server:
        assert fails(make_caller(server.address)).code() is grpc.StatusCode.INTERNAL
        assert len(server.connections) == 1


def test_no_more_calls_in_flight_than_allowed(make_caller: MakeCaller) -> None:
    most = 0
    held: list[Request] = []

    def handler(request: Request) -> None:
        nonlocal most
        held.append(request)
        most = max(most, len(held))
        if len(held) == 8:
            time.sleep(0.02)
            while held:
                echo(held.pop())

    with FakeServer(handler) as server:
        caller = make_caller(server.address, max_calls_in_flight=8)
        calls = [caller.start(EVALUATE, b"%d" % number) for number in range(64)]
        assert [call.result() for call in calls] == [b"%d" % number for number in range(64)]
        assert most == 8


def test_requests_larger_than_the_socket_takes_at_once(make_caller: MakeCaller) -> None:
    def handler(request: Request) -> None:
        time.sleep(0.01)
        request.answer(b"%d" % len(request.payload))

    with FakeServer(handler) as server:
        caller = make_caller(server.address)
        sizes = [(number * 300_007) % 4_000_000 for number in range(20)]
        calls = [caller.start(EVALUATE, bytes(size), timeout=30) for size in sizes]
        assert [int(call.result()) for call in calls] == sizes


def test_a_request_over_the_limit_is_not_sent(make_caller: MakeCaller) -> None:
    with FakeServer(echo) as server:
        caller = make_caller(server.address)
        assert fails(caller, bytes(4 * 1024 * 1024 + 1)).code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert server.requests == []
        auction = "/grantd.v1.RenewablesAuction/ClearAuction"
        assert len(caller.call(auction, bytes(5 * 1024 * 1024))) == 5 * 1024 * 1024


def test_the_error_of_a_reply(make_caller: MakeCaller) -> None:
    def handler(request: Request) -> None:
        if request.payload == b"named":
            request.fail(1003, "no such day", **{"grpc-status": "INVALID_ARGUMENT", "field": "as_of"})
        else:
            request.fail(int(request.payload), "x")

    with FakeServer(handler) as server:
        caller = make_caller(server.address)
        error = fails(caller, b"named")
        assert (error.code(), error.details(), error.number) == (grpc.StatusCode.INVALID_ARGUMENT, "no such day", 1003)
        assert error.field == "as_of"
        assert tuple(error.trailing_metadata() or ()) == (("field", "as_of"),)
        assert str(error) == "INVALID_ARGUMENT (1003) at as_of: no such day"
        # Without the status name the number says it.
        assert fails(caller, b"2004").code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert fails(caller, b"4711").code() is grpc.StatusCode.UNKNOWN


def test_token_and_metadata_go_with_the_call(make_caller: MakeCaller) -> None:
    with FakeServer(echo) as server:
        caller = make_caller(server.address, token="secret")
        caller.call(EVALUATE, metadata=(("trace", "7"),))
        caller.call(EVALUATE)
        first, second = (request.meta for request in server.requests)
        assert first.authentication_data == b"secret"
        assert dict(first.user_fields) == {"trace": "7"}
        assert dict(second.user_fields) == {}
        assert (first.request.service_name, first.request.method_name) == ("grantd.v1.Calculator", "Evaluate")


def test_what_is_in_flight_is_cancelled_when_the_channel_closes(make_caller: MakeCaller) -> None:
    came = threading.Event()
    with FakeServer(lambda _: came.set()) as server:
        caller = make_caller(server.address)
        call = caller.start(EVALUATE)
        assert came.wait(5)
        caller.close_channel()
        with pytest.raises((GrantdError, concurrent.futures.CancelledError)) as caught:
            call.result()
        if isinstance(caught.value, GrantdError):
            assert caught.value.code() is grpc.StatusCode.CANCELLED
        with pytest.raises((ValueError, grpc.aio.UsageError)):
            caller.call(EVALUATE)


def test_idle_connections_that_the_daemon_closes(make_caller: MakeCaller) -> None:
    counter = itertools.count()

    def handler(request: Request) -> None:
        echo(request)
        next(counter)
        request.connection.close()

    with FakeServer(handler) as server:
        caller = make_caller(server.address, initial_backoff=5)
        for number in range(5):
            assert caller.call(EVALUATE, b"%d" % number) == b"%d" % number
            time.sleep(0.05)
        assert len(server.connections) == 5
