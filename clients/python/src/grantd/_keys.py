# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The keys of awards and settlements that bring none: what is sent again after a loss must be known again."""

from __future__ import annotations

import secrets
from typing import Any

from google.protobuf.message import Message

_SINGLE = frozenset({"/grantd.v1.Awards/Award", "/grantd.v1.Awards/Settle"})
_BATCH = "/grantd.v1.Awards/AwardBatch"


def with_keys(path: str, request: Any) -> Any:
    """The request with a key wherever one may stand; as it is where it is no message, or needs none."""
    if path in _SINGLE:
        if isinstance(request, Message) and not request.HasField("idempotency_key"):
            keyed: Any = type(request)()
            keyed.CopyFrom(request)
            keyed.idempotency_key = _make()
            return keyed
    elif path == _BATCH and isinstance(request, Message):
        entries: Any = getattr(request, "entries", ())
        if any(not entry.HasField("idempotency_key") for entry in entries):
            keyed = type(request)()
            keyed.CopyFrom(request)
            for entry in keyed.entries:
                if not entry.HasField("idempotency_key"):
                    entry.idempotency_key = _make()
            return keyed
    return request


def _make() -> str:
    """128 random bits in hexadecimal."""
    return secrets.token_hex(16)
