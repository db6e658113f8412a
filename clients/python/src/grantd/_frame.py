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

    __slots__ = ("correlation_id", "field", "number", "oversize", "payload", "problem", "status", "text")

    def __init__(self, meta: RpcMeta, payload: bytes, *, oversize: int = 0, problem: str = "") -> None:
        response = meta.response
        fields = meta.user_fields
        self.correlation_id = meta.correlation_id
        # The error number of the framing; 0: the payload is the answer.
        self.number = response.error_code
        self.text = response.error_text
        self.status = fields.get("grpc-status", "")
        self.field = fields.get("field", "")
        self.payload = payload
        # The size of a reply over the limit, in bytes; its payload was read past.
        self.oversize = oversize
        # Why the payload cannot be used.
        self.problem = problem


class FrameDecoder:
    """Cuts what comes from the daemon into replies.

    What is no reply ends the stream: ``problem`` says why, and nothing more is read.
    """

    __slots__ = ("_buffer", "_limit", "_skip", "problem")

    def __init__(self, max_reply_bytes: int) -> None:
        self._buffer = bytearray()
        self._limit = max_reply_bytes
        self._skip = 0
        self.problem = ""

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that ``data`` completes, in the order in which they came."""
        replies: list[Reply] = []
        if self.problem:
            return replies
        buffer = self._buffer
        buffer += data
        position = 0
        while not self.problem:
            available = len(buffer) - position
            if self._skip:
                skipped = min(self._skip, available)
                position += skipped
                available -= skipped
                self._skip -= skipped
            if available < _HEADER.size:
                break
            magic, body_size, meta_size = _HEADER.unpack_from(buffer, position)
            if magic != _MAGIC or meta_size > min(body_size, _MAX_META_BYTES):
                self.problem = "what came back is no baidu_std frame; the peer may not be grantd"
                break
            oversize = body_size > self._limit
            if oversize and body_size > _MAX_SKIPPED_BYTES:
                self.problem = f"a reply announces {body_size} bytes, more than can be read past"
                break
            start = position + _HEADER.size
            if len(buffer) < start + (meta_size if oversize else body_size):
                break
            reply = self._reply(memoryview(buffer), start, meta_size, body_size, oversize)
            if reply is not None:
                replies.append(reply)
            position = start + (meta_size if oversize else body_size)
            self._skip = body_size - meta_size if oversize else 0
        del buffer[:position]
        return replies

    def _reply(self, view: memoryview, start: int, meta_size: int, body_size: int, oversize: bool) -> Reply | None:
        with view:
            try:
                meta = RpcMeta.FromString(bytes(view[start : start + meta_size]))
            except DecodeError:
                self.problem = "the meta of a reply does not decode; the peer may not be grantd"
                return None
            end = start + body_size - meta.attachment_size
            if not meta.HasField("response") or meta.attachment_size < 0 or end < start + meta_size:
                self.problem = "what came back is no reply; the peer may not be grantd"
                return None
            if oversize:
                return Reply(meta, b"", oversize=body_size)
            if meta.compress_type:
                problem = f"the reply is compressed (compress_type {meta.compress_type}), which nobody asked for"
                return Reply(meta, b"", problem=problem)
            return Reply(meta, bytes(view[start + meta_size : end]))
