# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The bad peers that every client is tried against, over both channels."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest

from grantd import GrantdError
from grantd._resolve import look_up
from grantd.brpc.rpc_meta_pb2 import RpcMeta
from grantd.v1.assessment_pb2 import Assessment
from grantd.v1.calculator_pb2 import EvaluateBatchRequest, EvaluateBatchResponse, EvaluateRequest

from .conftest import Daemon, MakeCaller
from .fake import EVALUATE, HEADER, Connection, FakeServer, Request, reply, result
from .test_faults import applications, assert_whole, echo, fails, restart_in_the_middle

Handler = Callable[[Request], None]
SILENCE = 0.4


def trickle(request: Request) -> None:
    """Answers, a byte at a time: slower than 1 KiB in any silence timeout."""
    for byte in reply(request.id, bytes(200)):
        request.connection.send(bytes([byte]))
        time.sleep(SILENCE / 20)


def first(bad: Handler, then: Handler = echo) -> Handler:
    """A peer whose first connection alone is bad."""
    return lambda request: (bad if request.connection.number == 0 else then)(request)


QUIET = pytest.mark.parametrize("bad", [lambda _: None, trickle], ids=["silent", "trickle"])


@QUIET
def test_silent_or_trickle(make_caller: MakeCaller, bad: Handler) -> None:
    with FakeServer(first(bad)) as server:
        caller = make_caller(server.address, silence_timeout=SILENCE)
        started = time.monotonic()
        assert caller.call(EVALUATE, b"mine", timeout=20) == b"mine"
        assert time.monotonic() - started >= SILENCE
        assert len(server.connections) == 2


@QUIET
def test_silent_or_trickle_with_short_deadlines(make_caller: MakeCaller, bad: Handler) -> None:
    with FakeServer(first(bad)) as server:
        caller = make_caller(server.address, silence_timeout=SILENCE)
        answers: list[bytes] = []
        for number in range(25):
            with contextlib.suppress(grpc.RpcError):
                answers.append(caller.call(EVALUATE, b"%d" % number, timeout=SILENCE / 4))
        # The silence costs the calls of its own time and not many more.
        assert 0 < len(answers) < 25
        assert answers[-1] == b"24"
        assert len(server.connections) == 2


@QUIET
def test_silent_or_trickle_in_a_scoring(make_caller: MakeCaller, bad: Handler) -> None:
    with FakeServer(first(bad, Request.answer_batch)) as server:
        caller = make_caller(server.address, silence_timeout=SILENCE)
        assert_whole(caller.score(applications(500), batch_size=50), 500)


def test_silent_for_ever(make_caller: MakeCaller) -> None:
    with FakeServer(lambda _: None) as server:
        error = fails(make_caller(server.address, silence_timeout=0.05, attempts=3, initial_backoff=0.01))
        assert error.code() is grpc.StatusCode.UNAVAILABLE
        assert "no answer" in str(error)
        assert len(server.connections) == 3


def test_a_large_reply_that_comes_slowly_is_no_silence(make_caller: MakeCaller) -> None:
    def handler(request: Request) -> None:
        frame = reply(request.id, bytes(20_000))
        for start in range(0, len(frame), 2000):
            request.connection.send(frame[start : start + 2000])
            time.sleep(SILENCE / 4)

    with FakeServer(handler) as server:
        caller = make_caller(server.address, silence_timeout=SILENCE)
        assert len(caller.call(EVALUATE)) == 20_000
        # Nothing is owed: an idle connection is kept.
        time.sleep(2 * SILENCE)
        assert len(caller.call(EVALUATE)) == 20_000
        assert len(server.connections) == 1


# More than the buffers of both ends hold.
LARGE = bytes(24_000_000)


def measure(request: Request) -> None:
    request.answer(b"%d" % len(request.payload))


def test_a_large_request_that_goes_out_slowly_is_no_silence(make_caller: MakeCaller) -> None:
    def before_read(_: Connection, piece: int) -> None:
        if piece < 70:
            time.sleep(0.03)

    with FakeServer(measure, before_read=before_read) as server:
        caller = make_caller(server.address, silence_timeout=1, max_request_bytes=32_000_000)
        started = time.monotonic()
        assert caller.call(EVALUATE, LARGE, timeout=30) == b"24000000"
        assert time.monotonic() - started > 2
        assert len(server.connections) == 1


def test_silent_in_the_middle_of_a_large_request(make_caller: MakeCaller) -> None:
    ended = threading.Event()

    def before_read(connection: Connection, _: int) -> None:
        if connection.number == 0:
            ended.wait()

    with FakeServer(measure, before_read=before_read) as server:
        caller = make_caller(server.address, silence_timeout=SILENCE, max_request_bytes=32_000_000)
        try:
            assert caller.call(EVALUATE, LARGE, timeout=30) == b"24000000"
            assert len(server.connections) == 2
        finally:
            ended.set()


def test_silence_that_is_borne(make_caller: MakeCaller) -> None:
    def handler(request: Request) -> None:
        time.sleep(2 * SILENCE)
        echo(request)

    with FakeServer(handler) as server:
        caller = make_caller(server.address, silence_timeout=None)
        assert caller.call(EVALUATE, b"patient") == b"patient"
        assert len(server.connections) == 1


def cut(request: Request) -> None:
    request.connection.send(reply(request.id, b"x" * 100)[:60])
    request.connection.close()


def test_cut(make_caller: MakeCaller) -> None:
    with FakeServer(first(cut)) as server:
        assert make_caller(server.address, initial_backoff=0.01).call(EVALUATE, b"mine") == b"mine"
    with FakeServer(cut) as server:
        error = fails(make_caller(server.address, initial_backoff=0.01))
        assert error.code() is grpc.StatusCode.UNAVAILABLE
        assert len(server.connections) == 5


def test_strange_ids(make_caller: MakeCaller) -> None:
    def handler(request: Request) -> None:
        for strange in (request.id + 1_000_000, -5, 0):
            request.connection.send(reply(strange, b"nobody's" * 1000))
        echo(request)

    with FakeServer(handler) as server:
        caller = make_caller(server.address)
        assert caller.call(EVALUATE, b"mine") == b"mine"
        assert caller.connection().unknown_replies == 3
        assert len(server.connections) == 1


def test_strange_ids_are_no_sign_of_life(make_caller: MakeCaller) -> None:
    def chatter(request: Request) -> None:
        for strange in range(200):
            request.connection.send(reply(1_000_000 + strange, bytes(4000)))
            time.sleep(SILENCE / 20)

    with FakeServer(first(chatter)) as server:
        caller = make_caller(server.address, silence_timeout=SILENCE)
        assert caller.call(EVALUATE, b"mine") == b"mine"
        assert len(server.connections) == 2


def no_response(request: Request) -> None:
    meta = RpcMeta(correlation_id=request.id).SerializeToString()
    request.connection.send(HEADER.pack(b"PRPC", len(meta), len(meta)) + meta)


def test_no_response(make_caller: MakeCaller) -> None:
    with FakeServer(no_response) as server:
        caller = make_caller(server.address)
        error = fails(caller)
        assert (error.code(), error.number) == (grpc.StatusCode.INTERNAL, None)
        with pytest.raises(GrantdError, match="no response"):
            caller.ask(EVALUATE, EvaluateRequest(), Assessment)
        with pytest.raises(GrantdError, match="no response"):
            list(caller.score(applications(1)))
        # The call's own error, and not tried again.
        assert len(server.requests) == 3
        assert len(server.connections) == 1


def test_incomplete(make_caller: MakeCaller) -> None:
    with FakeServer(lambda request: request.answer()) as server:
        caller = make_caller(server.address)
        with pytest.raises(GrantdError, match="an assessment without measure") as caught:
            caller.ask(EVALUATE, EvaluateRequest(), Assessment)
        assert caught.value.code() is grpc.StatusCode.INTERNAL
        with pytest.raises(GrantdError, match="0 results for 1"):
            list(caller.score(applications(1)))
        assert len(server.requests) == 2


@pytest.mark.parametrize("lacking", ["measure", "as_of", "outcome", "basis", "policy"])
def test_incomplete_in_a_scoring(make_caller: MakeCaller, lacking: str) -> None:
    def handler(request: Request) -> None:
        results = [result(row) for row in EvaluateBatchRequest.FromString(request.payload).applications]
        results[-1].assessment.ClearField(lacking)  # type: ignore[arg-type]
        request.answer(EvaluateBatchResponse(results=results).SerializeToString())

    with FakeServer(handler) as server, pytest.raises(GrantdError, match=f"an assessment without .*{lacking}"):
        list(make_caller(server.address).score(applications(20)))


def huge_meta(request: Request) -> None:
    request.connection.send(HEADER.pack(b"PRPC", 0xFFFFFFF0, 0xFFFFFFF0))


def test_huge_meta(make_caller: MakeCaller) -> None:
    with FakeServer(first(huge_meta)) as server:
        assert make_caller(server.address, initial_backoff=0.01).call(EVALUATE, b"mine") == b"mine"
        assert len(server.connections) == 2
    with FakeServer(huge_meta) as server:
        error = fails(make_caller(server.address, initial_backoff=0.01))
        assert error.code() is grpc.StatusCode.INTERNAL
        assert len(server.connections) == 5


@pytest.fixture
def dead() -> Iterator[int]:
    """The port of a listener that drops SYNs: its backlog is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port: int = listener.getsockname()[1]
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        time.sleep(0.05)
        yield port


def resolve(monkeypatch: pytest.MonkeyPatch, *ports: int) -> None:
    """Makes ``two.test`` a name of these ports of this machine."""
    genuine = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, **options: Any) -> Any:
        if host != "two.test":
            return genuine(host, port, **options)
        if options.get("flags", 0) & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "no number")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", each)) for each in ports]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_dead_first_address(make_caller: MakeCaller, monkeypatch: pytest.MonkeyPatch, dead: int) -> None:
    with FakeServer(echo) as server:
        resolve(monkeypatch, dead, server.port)
        started = time.monotonic()
        assert make_caller("two.test:1").call(EVALUATE, b"mine") == b"mine"
        assert 0.25 <= time.monotonic() - started < 2
        assert len(server.connections) == 1


def test_refused_first_address(make_caller: MakeCaller, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeServer(echo) as server:
        resolve(monkeypatch, closed_port(), closed_port(), server.port)
        started = time.monotonic()
        assert make_caller("two.test:1", attempts=1).call(EVALUATE, b"mine") == b"mine"
        assert time.monotonic() - started < 0.2


def test_every_address_dead(make_caller: MakeCaller, monkeypatch: pytest.MonkeyPatch, dead: int) -> None:
    resolve(monkeypatch, closed_port(), dead)
    error = fails(make_caller("two.test:1", attempts=1, connect_timeout=0.4))
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert str(error).endswith("two.test:1: no answer in time")
    resolve(monkeypatch, closed_port(), closed_port())
    assert str(fails(make_caller("two.test:1", attempts=1))).endswith("two.test:1: Connection refused")


def test_a_resolver_that_takes_too_long(make_caller: MakeCaller, monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, **options: Any) -> Any:
        if host == "slow.test":
            if options.get("flags", 0) & socket.AI_NUMERICHOST:
                raise socket.gaierror(socket.EAI_NONAME, "no number")
            time.sleep(1)
            host = "127.0.0.1"
        return genuine(host, port, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    started = time.monotonic()
    assert fails(make_caller("slow.test:1", attempts=1, connect_timeout=0.2)).code() is grpc.StatusCode.UNAVAILABLE
    assert time.monotonic() - started < 0.9


def test_families_alternate(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(_: Any, port: Any, **__: Any) -> Any:
        six = [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", (f"::{number}", port, 0, 0)) for number in (1, 2, 3)]
        return [*six, (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert [address.where[0] for address in look_up("x", 1)] == ["::1", "127.0.0.1", "::2", "::3"]


def stopping(request: Request) -> None:
    request.fail(2003, "stopping", **{"grpc-status": "UNAVAILABLE"})


def test_stopping(make_caller: MakeCaller) -> None:
    with FakeServer(first(stopping)) as server:
        assert make_caller(server.address, initial_backoff=0.01).call(EVALUATE, b"elsewhere") == b"elsewhere"
        assert len(server.connections) == 2
    with FakeServer(stopping) as server:
        error = fails(make_caller(server.address, initial_backoff=0.01))
        assert (error.code(), error.number) == (grpc.StatusCode.UNAVAILABLE, 2003)
        assert len(server.requests) == 5


def test_stopping_in_a_scoring_is_tried_as_often_as_it_takes(make_caller: MakeCaller) -> None:
    counter = itertools.count()

    def handler(request: Request) -> None:
        (stopping if next(counter) < 12 else Request.answer_batch)(request)

    with FakeServer(handler) as server:
        caller = make_caller(server.address, initial_backoff=0.01, max_backoff=0.02)
        assert_whole(caller.score(applications(30), batch_size=30), 30)


def test_killed(make_caller: MakeCaller, start_daemon: Callable[..., Daemon]) -> None:
    daemon = start_daemon()
    restart_in_the_middle(make_caller(daemon.address), daemon, start_daemon, kill=True)
