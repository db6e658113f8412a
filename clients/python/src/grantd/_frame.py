# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""baidu_std frames as pure values: requests to bytes, bytes to replies. No sockets."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from google.protobuf.message import DecodeError

from grantd.brpc.rpc_meta_pb2 import RpcMeta

# The magic, the size of the body (meta, payload, attachment), the size of the meta.
_HEADER = struct.Struct(">4sII")
_MAGIC = b"PRPC"
# What a reply's meta may have: it holds a few names and an error text.
_MAX_META_BYTES = 1024 * 1024
# Replies over the limit are read past up to this size; beyond it the connection is not worth the time.
_MAX_SKIPPED_BYTES = 256 * 1024 * 1024


class RequestEncoder:
    """Makes the frames of one method's requests. Not for several threads at once."""

    __slots__ = ("_meta", "_request")

    def __init__(self, service: str, method: str, token: str | None) -> None:
        self._meta = RpcMeta()
        self._request = self._meta.request
        self._request.service_name = service
        self._request.method_name = method
        if token is not None:
            self._meta.authentication_data = token.encode()

    def encode(self, correlation_id: int, timeout_ms: int, payload: bytes, metadata: Iterable[tuple[str, str]] = ()) -> bytes:
        """The frame of one call. ``metadata`` goes with it as the framing's user fields."""
        self._meta.correlation_id = correlation_id
        self._request.timeout_ms = timeout_ms
        self._meta.user_fields.clear()
        for key, value in metadata:
            self._meta.user_fields[key] = value
        meta = self._meta.SerializeToString()
        return b"".join((_HEADER.pack(_MAGIC, len(meta) + len(payload), len(meta)), meta, payload))


class Reply:
    """What came back for one call."""

    __slots__ = ("correlation_id", "field", "number", "oversize", "payload", "problem", "status", "text", "user_fields")

    def __init__(self, meta: RpcMeta, payload: bytes, *, oversize: int = 0, problem: str = "") -> None:
        response = meta.response
        fields = meta.user_fields
        self.correlation_id = meta.correlation_id
        # The error number of the framing; 0: the payload is the answer.
        self.number = response.error_code
        self.text = response.error_text
        self.status = fields.get("grpc-status", "")
        self.field = fields.get("field", "")
        # What came beside an answer: the request's hash, where the daemon keeps a log of decisions.
        self.user_fields: tuple[tuple[str, str], ...] = tuple(fields.items()) if fields else ()
        self.payload = payload
        # The size of a reply over the limit, in bytes; its payload was read past.
        self.oversize = oversize
        # Why the payload cannot be used.
        self.problem = problem


class FrameDecoder:
    """Cuts what comes from the daemon into replies.

    What is no frame ends the stream: ``problem`` says why, and nothing more is read.
    """

    __slots__ = ("_body_size", "_buffer", "_limit", "_meta", "_meta_size", "_missing", "_parts", "_skip", "problem")

    def __init__(self, max_reply_bytes: int) -> None:
        self._buffer = bytearray()
        self._limit = max_reply_bytes
        # Of the reply that is coming, as far as it is known.
        self._body_size = 0
        self._meta_size = 0
        self._meta: RpcMeta | None = None
        # Its payload as it came, to be put together once, and how much is missing; 0 where none is awaited.
        self._parts: list[bytes] = []
        self._missing = 0
        # How much of a reply over the limit is still to be read past.
        self._skip = 0
        self.problem = ""

    @property
    def partial_bytes(self) -> int:
        """How much of a reply has come that is not whole yet."""
        if self._skip or self._missing:
            return _HEADER.size + self._body_size - self._skip - self._missing
        return len(self._buffer)

    @property
    def partial_id(self) -> int | None:
        """The correlation id of the reply that is not whole yet; ``None`` where that has not come, or is of no more use."""
        return None if self._meta is None or self._skip else self._meta.correlation_id

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that ``data`` completes, in the order in which they came."""
        replies: list[Reply] = []
        if self.problem:
            return replies
        if self._missing:
            if len(data) < self._missing:
                self._parts.append(data)
                self._missing -= len(data)
                return replies
            data = self._put_together(data, replies)
        buffer = self._buffer
        buffer += data
        with memoryview(buffer) as view:
            position = self._cut(view, replies)
        del buffer[:position]
        return replies

    def _put_together(self, data: bytes, replies: list[Reply]) -> bytes:
        """Ends the reply of which the last bytes have come; returns what came behind it."""
        assert self._meta is not None
        self._parts.append(data[: self._missing])
        replies.append(_reply(self._meta, b"".join(self._parts)))
        data = data[self._missing :]
        self._parts = []
        self._missing = 0
        self._meta = None
        return data

    def _cut(self, view: memoryview, replies: list[Reply]) -> int:
        """Takes the replies off that are whole; returns where the rest begins."""
        position = 0
        end = len(view)
        while True:
            if self._skip:
                skipped = min(self._skip, end - position)
                position += skipped
                self._skip -= skipped
                if self._skip:
                    return position
                self._meta = None
            if self._meta is None:
                if end - position < _HEADER.size or not self._take_header(view, position):
                    return position
                start = position + _HEADER.size
                if end - start < self._meta_size:
                    return position
                try:
                    self._meta = RpcMeta.FromString(bytes(view[start : start + self._meta_size]))
                except DecodeError:
                    self.problem = "the meta of a reply does not decode; the peer may not be grantd"
                    return position
                position = start + self._meta_size
            size = self._body_size - self._meta_size
            if self._body_size > self._limit:
                replies.append(Reply(self._meta, b"", oversize=self._body_size))
                self._skip = size
            elif end - position < size:
                self._parts = [bytes(view[position:])]
                self._missing = size - (end - position)
                return end
            else:
                replies.append(_reply(self._meta, bytes(view[position : position + size])))
                position += size
            if not self._skip:
                self._meta = None

    def _take_header(self, view: memoryview, position: int) -> bool:
        magic, self._body_size, self._meta_size = _HEADER.unpack_from(view, position)
        if magic != _MAGIC or self._meta_size > min(self._body_size, _MAX_META_BYTES):
            self.problem = "what came back is no baidu_std frame; the peer may not be grantd"
        elif self._body_size > max(self._limit, _MAX_SKIPPED_BYTES):
            self.problem = f"a reply announces {self._body_size} bytes, more than can be read past"
        return not self.problem


def _reply(meta: RpcMeta, body: bytes) -> Reply:
    """A reply of which everything has come. What is wrong with it is its own call's error."""
    size = len(body) - meta.attachment_size
    if not meta.HasField("response"):
        problem = "the reply holds no response"
    elif not 0 <= size <= len(body):
        problem = "the reply's attachment is larger than the reply"
    elif meta.compress_type:
        problem = f"the reply is compressed (compress_type {meta.compress_type}), which nobody asked for"
    else:
        return Reply(meta, body[:size])
    return Reply(meta, b"", problem=problem)
