# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Every conformance vector over HTTP, in protobuf and in JSON, beside the same call in frames."""

from __future__ import annotations

import json
from typing import Any

from contract import HTTP, Failure, Frames, Vector, failure, vectors

# https://connectrpc.com/docs/protocol/#error-codes
STATUSES = {"FAILED_PRECONDITION": 400, "INVALID_ARGUMENT": 400, "UNIMPLEMENTED": 501}
NO_SUCH_PATH = 404


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, each member of which stands once."""
    found = dict(pairs)
    assert len(found) == len(pairs), f"a name twice: {[name for name, _ in pairs]}"
    return found


def check_failure(vector: Vector, status: int, kind: str, body: bytes, framed: bytes | Failure, words: bool) -> None:
    """Code, message and field must be what the vector has, and what frames say where the same bytes were sent."""
    assert vector.error is not None and isinstance(framed, Failure), f"{body!r} where frames answer"
    found = failure(body)
    assert kind == "application/json", kind
    assert status == (NO_SUCH_PATH if vector.method is None else STATUSES[vector.error["status"]]), status
    assert found.status == vector.error["status"] == framed.status, found
    assert found.field == vector.error.get("field", "") == framed.field, found
    assert found.message, found
    if words:
        assert found.message == framed.message, f"{found.message!r} over HTTP, {framed.message!r} in frames"


def check_protobuf(vector: Vector, http: HTTP, framed: bytes | Failure) -> None:
    status, kind, body = http.post(vector.path, "proto", vector.payload)
    if vector.error is not None:
        check_failure(vector, status, kind, body, framed, words=vector.method is not None)
        return
    assert (status, kind) == (200, "application/proto"), (status, body)
    assert body == framed, "other bytes than in frames"
    expected = vector.response
    assert type(expected).FromString(body) == expected, "not the answer of the vector"


def check_json(vector: Vector, http: HTTP, framed: bytes | Failure, request: bytes) -> None:
    status, kind, body = http.post(vector.path, "json", request)
    if vector.error is not None:
        check_failure(vector, status, kind, body, framed, words=False)
        return
    assert (status, kind) == (200, "application/json"), (status, body)
    assert json.loads(body, object_pairs_hook=unique) == vector.line["response"], "not the answer of the vector"


def check(address: str) -> str:
    http, frames = HTTP(address), Frames(address)
    in_protobuf = in_json = 0
    wrong: list[str] = []
    for vector in vectors():
        framed = frames.call(vector.path, vector.payload)
        request = vector.json
        try:
            in_protobuf += 1
            check_protobuf(vector, http, framed)
            if request is not None:
                in_json += 1
                check_json(vector, http, framed, request)
        except AssertionError as error:
            wrong.append(f"{vector.id}: {error}")
    assert in_protobuf and in_json, "no vectors"
    summary = (
        f"{in_protobuf} vectors in protobuf and {in_json} of them in JSON "
        f"({in_protobuf - in_json} are malformed protobuf), {len(wrong)} differ"
    )
    assert not wrong, "\n  ".join([summary, *wrong[:20]])
    return summary
