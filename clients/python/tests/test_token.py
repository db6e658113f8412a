# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Token files, read by the one rule of daemon, tool and clients."""

from __future__ import annotations

import pathlib

import pytest

import grantd
import grantd.aio
from grantd import ChannelConfig, _token

from .conftest import MakeCaller
from .fake import EVALUATE, FakeServer


def read(folder: pathlib.Path, data: bytes) -> str:
    path = folder / "tokens"
    path.write_bytes(data)
    return _token.read(path)


@pytest.mark.parametrize(
    ("data", "token"),
    [
        (b"secret", "secret"),
        (b"first\nsecond\n", "first"),
        (b"\xef\xbb\xbfsecret\r\n", "secret"),
        (b"# for the daemon\r\n\r\n  \t\n\t secret \t\r\nother\r\n", "secret"),
        (b"\xef\xbb\xbf# a comment\n!~\n", "!~"),
        (b"x" * 4096, "x" * 4096),
        (b"a#b\n", "a#b"),
        (b"desk-1 [agency, ask]: secret\nother\n", "secret"),
        (b"ops@city\t[operate] :\tsecret\t\n", "secret"),
        (b"desk: secret\n", "secret"),
        (b"user:secret\n", "user:secret"),
    ],
)
def test_tokens(tmp_path: pathlib.Path, data: bytes, token: str) -> None:
    assert read(tmp_path, data) == token


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "no token"),
        (b"\xef\xbb\xbf", "no token"),
        (b"# secret\n \n", "no token"),
        ("secret\n".encode("utf-16"), "UTF-16; save it as UTF-8"),
        (b"\xfe\xff\0s", "UTF-16; save it as UTF-8"),
        ("secret\n".encode("utf-16-le"), "UTF-16; save it as UTF-8"),
        (b"secret word\n", "line 1"),
        (b"a [ask] secret\n", "line 1"),
        (b"a []: secret\n", "line 1"),
        (b"good\na [king]: secret\n", "line 2"),
        (b"-a [ask]: secret\n", "line 1"),
        (b"a [ask]: secret word\n", "line 1"),
        (b"a" * 65 + b": secret\n", "line 1"),
        ("good\nsecret\u00a0\n".encode(), "line 2"),
        (b"good\n\n\x0bsecret\n", "line 3"),
        ("good\nsecret\u2028\n".encode(), "line 2"),
        (b"sec\rret\n", "line 1"),
        (b"sec\xef\xbb\xbfret\n", "line 1"),
        (b"secret\x7f\n", "line 1"),
        (b"secret" + b"x" * 4091, "longer than 4096"),
    ],
)
def test_what_holds_no_token(tmp_path: pathlib.Path, data: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as caught:
        read(tmp_path, data)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("token", ["", "two words", "tab\t", "line\n", "\u00e9", "\ud800", "x" * 4097])
def test_what_is_no_token(token: str) -> None:
    with pytest.raises(ValueError, match="the token "):
        ChannelConfig(token=token)


def test_the_token_of_a_file_goes_with_every_call(make_caller: MakeCaller, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "tokens"
    path.write_bytes(b"\xef\xbb\xbffirst\r\nsecond\r\n")
    with FakeServer(lambda request: request.answer()) as server:
        make_caller(server.address, token_file=path).call(EVALUATE)
        assert server.requests[0].meta.authentication_data == b"first"


def test_a_bad_file_is_refused_when_a_channel_is_made(tmp_path: pathlib.Path) -> None:
    (tmp_path / "tokens").write_bytes(b"# none\n")
    for make in (grantd.Channel, grantd.aio.Channel):
        with pytest.raises(ValueError, match="no token"):
            make("127.0.0.1:1", ChannelConfig(token_file=tmp_path / "tokens"))
        with pytest.raises(OSError, match="absent"):
            make("127.0.0.1:1", ChannelConfig(token_file=tmp_path / "absent"))
