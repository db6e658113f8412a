# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
from __future__ import annotations

import pickle
from typing import Any

import grpc
import grpc.aio
import pytest

from grantd import ChannelConfig, GrantdError, _address


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("localhost:1", ("localhost", 1)),
        ("grants.example", ("grants.example", 7843)),
        ("[::1]:65535", ("::1", 65535)),
        ("[::1]", ("::1", 7843)),
    ],
)
def test_addresses(target: str, wanted: tuple[str, int]) -> None:
    assert _address.parse(target) == wanted


@pytest.mark.parametrize(
    "target", ["", ":1", "a:", "a:0", "a:65536", "a:-1", "a:x", "::1", "[::1", "[::1]x", "[]:1", "a:1:2", "a:１"]
)
def test_what_is_no_address(target: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        _address.parse(target)


def test_the_address_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRANTD_ADDRESS", "10.0.0.1:99")
    assert _address.parse(None) == ("10.0.0.1", 99)
    monkeypatch.delenv("GRANTD_ADDRESS")
    assert _address.parse(None) == ("127.0.0.1", 7843)


@pytest.mark.parametrize(
    "figures",
    [
        {"deadline": 0},
        {"deadline": float("inf")},
        {"connect_timeout": -1},
        {"max_calls_in_flight": 0},
        {"max_reply_bytes": 0},
        {"attempts": 0},
        {"jitter": 1.5},
        {"initial_backoff": float("nan")},
        {"silence_timeout": -1},
        {"max_decoded_bytes": 0},
        {"token": "two words"},
        {"token_file": "x", "token": "y"},
    ],
)
def test_figures_out_of_range(figures: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(figures))):
        ChannelConfig(**figures)


def test_a_token_is_not_shown() -> None:
    assert "secret" not in repr(ChannelConfig(token="secret"))


def test_what_an_error_says(monkeypatch: pytest.MonkeyPatch) -> None:
    error = GrantdError.of_reply(1003, "INVALID_ARGUMENT", "'91110108' is no code", "applicant.unified_social_credit_code")
    assert str(error) == "INVALID_ARGUMENT (1003) at applicant.unified_social_credit_code: '91110108' is no code"
    assert str(GrantdError.of_reply(2004, "", "full", "")) == "RESOURCE_EXHAUSTED (2004): full"
    assert str(GrantdError.of_reply(2001, "", "", "")) == "INTERNAL (2001)"
    assert str(GrantdError(grpc.StatusCode.UNAVAILABLE, "refused")) == "UNAVAILABLE: refused"
    # For programs that log their errors.
    monkeypatch.setattr(GrantdError, "tells_details", False)
    assert str(error) == "INVALID_ARGUMENT (1003) at applicant.unified_social_credit_code"
    assert "91110108" in repr(error)
    assert "91110108" in (error.details() or "")


def test_an_error_is_what_stock_programs_catch() -> None:
    error = GrantdError.of_reply(1003, "OK", "x", "as_of")
    assert isinstance(error, (grpc.RpcError, grpc.Call, grpc.Future, grpc.aio.AioRpcError))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert (error.is_active(), error.time_remaining(), error.cancel()) == (False, 0.0, False)
    assert not error.add_callback(lambda: None)
    assert error.exception() is error
    assert error.done()
    assert not error.running()
    assert not error.cancelled()
    assert error.traceback() is None
    told: list[object] = []
    error.add_done_callback(told.append)
    assert told == [error]
    with pytest.raises(GrantdError):
        error.result()


def test_an_error_passes_between_processes() -> None:
    error = pickle.loads(pickle.dumps(GrantdError.of_reply(1003, "INVALID_ARGUMENT", "details", "as_of")))
    assert isinstance(error, GrantdError)
    assert (error.code(), error.details(), error.number, error.field) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "details",
        1003,
        "as_of",
    )
