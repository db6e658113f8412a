# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
from __future__ import annotations

import datetime
import socket
import ssl
from collections.abc import Callable, Iterator

import grpc
import pytest
import trustme

from grantd import ChannelConfig

from .conftest import MakeCaller
from .fake import EVALUATE, FakeServer, Request

NAME = "grants.test"
AUTHORITY = trustme.CA()
# More than sockets take at once, so that a record is sent in part, and an answer comes in many.
LARGE = 3_000_000


def serving(authority: trustme.CA = AUTHORITY, *, until: datetime.datetime | None = None, asks: bool = False) -> ssl.SSLContext:
    """A server's context with a certificate for NAME."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    before = until - datetime.timedelta(days=2) if until else None
    authority.issue_cert(NAME, not_before=before, not_after=until).configure_cert(context)
    if asks:
        authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def trusting(authority: trustme.CA = AUTHORITY, *, shows: bool = False) -> ssl.SSLContext:
    """A client's context."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    if shows:
        authority.issue_cert("client.test").configure_cert(context)
    return context


def echo(request: Request) -> None:
    request.answer(request.payload)


@pytest.fixture
def fake() -> Iterator[Callable[[ssl.SSLContext | None], FakeServer]]:
    """Starts servers that answer with what was asked."""
    servers: list[FakeServer] = []

    def start(tls: ssl.SSLContext | None) -> FakeServer:
        servers.append(FakeServer(echo, tls=tls))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def failure(make_caller: MakeCaller, address: str, tls: ssl.SSLContext | bool, **config: object) -> str:
    """What a call fails with."""
    caller = make_caller(address, tls=tls, attempts=1, **{"tls_server_name": NAME, **config})
    with pytest.raises(grpc.RpcError) as raised:
        caller.call(EVALUATE, b"A")
    assert raised.value.code() is grpc.StatusCode.UNAVAILABLE
    return raised.value.details() or ""


def test_calls_go_over_tls(make_caller: MakeCaller, fake: Callable[..., FakeServer]) -> None:
    server = fake(serving())
    caller = make_caller(server.address, tls=trusting(), tls_server_name=NAME)
    large = bytes(range(256)) * (LARGE // 256)
    for payload in (b"A", large, b"B"):
        assert caller.call(EVALUATE, payload) == payload
    assert len(server.connections) == 1


def test_a_certificate_is_shown_where_one_is_asked_for(make_caller: MakeCaller, fake: Callable[..., FakeServer]) -> None:
    server = fake(serving(asks=True))
    caller = make_caller(server.address, tls=trusting(shows=True), tls_server_name=NAME)
    assert caller.call(EVALUATE, b"A") == b"A"
    assert "certificate required" in failure(make_caller, server.address, trusting())


@pytest.mark.parametrize(
    ("tls", "name", "says"),
    [
        (True, NAME, "the daemon's certificate is refused: "),
        (trusting(trustme.CA()), NAME, "unable to get local issuer certificate"),
        (trusting(), "other.test", "certificate is not valid for 'other.test'"),
        (trusting(), None, "certificate is not valid for '127.0.0.1'"),
    ],
)
def test_what_is_not_trusted(
    make_caller: MakeCaller, fake: Callable[..., FakeServer], tls: ssl.SSLContext | bool, name: str | None, says: str
) -> None:
    assert says in failure(make_caller, fake(serving()).address, tls, tls_server_name=name)


def test_a_certificate_that_has_expired(make_caller: MakeCaller, fake: Callable[..., FakeServer]) -> None:
    until = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
    assert "certificate has expired" in failure(make_caller, fake(serving(until=until)).address, trusting())


def test_a_peer_without_tls(make_caller: MakeCaller) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        # Nobody answers.
        assert "no TLS handshake in time" in failure(make_caller, address, trusting(), connect_timeout=0.3)


@pytest.mark.parametrize(
    ("answer", "says"), [(b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak TLS"), (b"", "may not speak TLS")]
)
def test_a_peer_that_answers_without_tls(make_caller: MakeCaller, answer: bytes, says: str) -> None:
    class Plain(FakeServer):
        def _serve(self, connection: object) -> None:
            sock = self.connections[-1].sock
            sock.recv(65536)
            sock.sendall(answer)
            self.connections[-1].close()

    with Plain(echo) as server:
        assert says in failure(make_caller, server.address, trusting())


def test_the_configuration_is_checked() -> None:
    with pytest.raises(ValueError, match="SSLContext"):
        ChannelConfig(tls="yes")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="tls_server_name"):
        ChannelConfig(tls_server_name=NAME)
    with pytest.raises(ValueError, match="tls_server_name"):
        ChannelConfig(tls=True, tls_server_name="." + NAME)
