# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
from __future__ import annotations

import random

import pytest

from grantd._frame import FrameDecoder, Reply, RequestEncoder
from grantd.brpc.rpc_meta_pb2 import RpcMeta

from .fake import HEADER, reply


def feed_in_pieces(decoder: FrameDecoder, data: bytes, sizes: random.Random | None) -> list[Reply]:
    replies: list[Reply] = []
    position = 0
    while position < len(data):
        size = 1 if sizes is None else sizes.randint(1, 40)
        replies += decoder.feed(data[position : position + size])
        position += size
    return replies


@pytest.mark.parametrize("seed", [None, *range(20)])
def test_replies_however_they_are_cut(seed: int | None) -> None:
    stream = b"".join(
        [
            reply(1, b"first"),
            reply(2),
            reply(3, number=1003, text="no such day", fields={"field": "as_of", "grpc-status": "INVALID_ARGUMENT"}),
            reply(4, b"x" * 5000),  # Over the limit.
            reply(5, b"last"),
        ]
    )
    decoder = FrameDecoder(1000)
    replies = feed_in_pieces(decoder, stream, None if seed is None else random.Random(seed))
    assert [one.correlation_id for one in replies] == [1, 2, 3, 4, 5]
    assert [one.payload for one in replies] == [b"first", b"", b"", b"", b"last"]
    assert (replies[2].number, replies[2].text, replies[2].field) == (1003, "no such day", "as_of")
    assert replies[3].oversize > 5000
    assert not decoder.problem


def test_an_attachment_is_left_out() -> None:
    meta = RpcMeta(correlation_id=9, attachment_size=3)
    meta.response.SetInParent()
    encoded = meta.SerializeToString()
    frame = HEADER.pack(b"PRPC", len(encoded) + 8, len(encoded)) + encoded + b"helloabc"
    (one,) = FrameDecoder(1000).feed(frame)
    assert one.payload == b"hello"


def test_what_came_before_garbage_still_counts() -> None:
    decoder = FrameDecoder(1000)
    (one,) = decoder.feed(reply(1, b"good") + b"garbage that is long enough")
    assert one.payload == b"good"
    assert decoder.problem
    assert decoder.feed(reply(2)) == []


def test_a_request() -> None:
    encoder = RequestEncoder("grantd.v1.Calculator", "Evaluate", None)
    encoder.encode(1, 5, b"", (("a", "b"),))
    frame = encoder.encode(7, 1500, b"payload")
    magic, body_size, meta_size = HEADER.unpack(frame[:12])
    meta = RpcMeta.FromString(frame[12 : 12 + meta_size])
    assert (magic, body_size, frame[12 + meta_size :]) == (b"PRPC", meta_size + 7, b"payload")
    wanted = RpcMeta(correlation_id=7)
    wanted.request.service_name = "grantd.v1.Calculator"
    wanted.request.method_name = "Evaluate"
    wanted.request.timeout_ms = 1500
    assert meta == wanted


def test_how_much_of_a_reply_has_come() -> None:
    decoder = FrameDecoder(1000)
    frame = reply(7, b"x" * 900)
    head = len(frame) - 900
    decoder.feed(reply(6) + frame[:5])
    assert (decoder.partial_bytes, decoder.partial_id) == (5, None)
    decoder.feed(frame[5 : head + 100])
    assert (decoder.partial_bytes, decoder.partial_id) == (head + 100, 7)
    decoder.feed(frame[head + 100 : -1])
    assert (decoder.partial_bytes, decoder.partial_id) == (len(frame) - 1, 7)
    decoder.feed(frame[-1:])
    assert (decoder.partial_bytes, decoder.partial_id) == (0, None)
    # One over the limit counts as it is read past.
    frame = reply(8, b"x" * 5000)
    decoder.feed(frame[:3000])
    assert (decoder.partial_bytes, decoder.partial_id) == (3000, None)
    assert decoder.feed(frame[3000:] + reply(9))[0].correlation_id == 9
