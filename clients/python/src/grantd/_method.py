# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What both channels do with a call before it is sent and after it is answered."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import grpc
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from grantd import _contract, _cost
from grantd._frame import Reply, RequestEncoder
from grantd._keys import with_keys
from grantd.config import ChannelConfig
from grantd.errors import GrantdError

Request = TypeVar("Request")
Response = TypeVar("Response")

# The methods whose requests may be as large as the daemon takes at all.
_LARGE = ("/grantd.v1.RenewablesAuction/", "/grantd.v1.Calculator/EvaluateColumns")
STOPPING = 2003


class Method(Generic[Request, Response]):
    """A method by its path, with its serializers.

    Without serializers requests and responses are bytes, which are passed on as they are; a response that is made of them must
    be whole, and decode within the configured memory.
    """

    __slots__ = ("_answer", "_deserialize", "_harmless", "_limit", "_most_decoded", "_serialize", "encoder", "path")

    def __init__(
        self,
        path: str,
        serialize: Callable[[Request], bytes] | None,
        deserialize: Callable[[bytes], Response] | None,
        config: ChannelConfig,
    ) -> None:
        service, separator, name = path.removeprefix("/").partition("/")
        if not separator or not service or not name or "/" in name:
            raise ValueError(f"{path!r} is no method; /SERVICE/METHOD is wanted")
        self.path = path
        self.encoder = RequestEncoder(service, name, config.token)
        self._serialize = serialize
        self._deserialize = deserialize
        self._answer = _contract.ANSWERS.get(path)
        self._most_decoded = config.max_decoded_bytes
        descriptor = None if self._answer is None else self._answer.descriptor
        # Answers up to this size are decoded without a look at what they take.
        self._harmless = math.inf if descriptor is None else _cost.harmless(descriptor, config.max_decoded_bytes)
        self._limit = config.max_auction_request_bytes if path.startswith(_LARGE) else config.max_request_bytes

    def payload(self, request: Request) -> bytes:
        """The request's bytes.

        Raises:
            GrantdError: INTERNAL where it cannot be serialized, RESOURCE_EXHAUSTED where it is over the limit.
        """
        if self._serialize is None:
            payload: Any = request
        else:
            try:
                payload = self._serialize(with_keys(self.path, request))
            except Exception as error:
                raise GrantdError(grpc.StatusCode.INTERNAL, f"the request cannot be serialized: {error}") from error
        if not isinstance(payload, bytes):
            raise TypeError(f"{self.path} takes bytes, not {type(payload).__name__}")
        if len(payload) > self._limit:
            raise GrantdError(
                grpc.StatusCode.RESOURCE_EXHAUSTED,
                f"the request has {len(payload)} bytes, more than the {self._limit} allowed; ask for less in one call",
            )
        return payload

    def asked(self, request: Request) -> int | None:
        """How many results a request asks for; ``None`` where that is not known, or not for the request to say."""
        if self._answer is None or not self._answer.asked or not isinstance(request, Message):
            return None
        entries: Any = getattr(request, self._answer.asked, None)
        return None if entries is None else len(entries)

    def response(self, payload: bytes, asked: int | None = None) -> Response:
        """The answer of these bytes, to a request for so many results.

        Raises:
            GrantdError: INTERNAL where they do not decode, or lack what the contract always sets; RESOURCE_EXHAUSTED where
                decoding them would take too much memory.
        """
        if self._deserialize is None:
            raw: Any = payload
            response: Response = raw
            return response
        answer = self._answer
        if len(payload) > self._harmless and answer is not None and answer.descriptor is not None:
            check_cost(payload, answer.descriptor, self._most_decoded)
        try:
            response = self._deserialize(payload)
        except Exception as error:
            raise undecodable() from error
        if answer is not None and isinstance(response, Message):
            lack = answer.lack(response, asked)
            if lack:
                raise incomplete(lack)
        return response


def check_cost(payload: bytes, descriptor: Descriptor, most: int) -> None:
    """Refuses an answer that would take more than so many bytes once it is decoded.

    Raises:
        GrantdError: RESOURCE_EXHAUSTED.
    """
    try:
        _cost.check(payload, descriptor, most)
    except _cost.DearError:
        raise GrantdError(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            f"the reply of {len(payload)} bytes would take more than the {most} bytes allowed once it is decoded; raise "
            "max_decoded_bytes, or ask for less in one call",
        ) from None
    except ValueError as error:
        raise undecodable() from error


def check_credentials(credentials: grpc.CallCredentials | None) -> None:
    """Refuses call credentials, as a stock channel without TLS does.

    Raises:
        GrantdError: UNAUTHENTICATED.
    """
    if credentials is not None:
        raise GrantdError(
            grpc.StatusCode.UNAUTHENTICATED,
            "this channel carries no call credentials; the daemon's token goes into ChannelConfig(token=…)",
        )


def user_fields(metadata: Iterable[tuple[str, str | bytes]] | None) -> tuple[tuple[str, str], ...]:
    """Metadata as the framing carries it.

    Raises:
        ValueError: Where a value is bytes: the framing carries text only.
    """
    if not metadata:
        return ()
    fields: list[tuple[str, str]] = []
    for key, value in metadata:
        if not isinstance(value, str):
            raise ValueError(f"the metadata {key!r} is bytes; the framing carries text only")
        fields.append((key, value))
    return tuple(fields)


def reply_outcome(reply: Reply, limit: int) -> bytes | GrantdError:
    """What a reply gives to its call."""
    if reply.oversize:
        return GrantdError(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            f"the reply has {reply.oversize} bytes, more than the {limit} allowed; raise max_reply_bytes, or ask for "
            "less in one call",
        )
    if reply.problem:
        return GrantdError(grpc.StatusCode.INTERNAL, reply.problem)
    if reply.number:
        return GrantdError.of_reply(reply.number, reply.status, reply.text, reply.field)
    return reply.payload


def deadline_exceeded() -> GrantdError:
    """No answer in time."""
    return GrantdError(
        grpc.StatusCode.DEADLINE_EXCEEDED, "no answer came in time; allow more time, or ask for less in one call"
    )


def cancelled() -> GrantdError:
    """The caller gave up."""
    return GrantdError(grpc.StatusCode.CANCELLED, "the call was cancelled")


def channel_closed() -> GrantdError:
    """The channel was closed under the call."""
    return GrantdError(grpc.StatusCode.CANCELLED, "the channel was closed")


def connection_failed(cause: str) -> GrantdError:
    """No connection could be made."""
    return GrantdError(grpc.StatusCode.UNAVAILABLE, f"no connection could be made: {cause}")


def connection_lost(cause: str = "") -> GrantdError:
    """The connection ended in every attempt; ``cause`` where the peer said why."""
    said = f": {cause}" if cause else ""
    return GrantdError(grpc.StatusCode.UNAVAILABLE, f"the connection ended before the answer came{said}")


def connection_silent() -> GrantdError:
    """The connection was left in every attempt."""
    return GrantdError(grpc.StatusCode.UNAVAILABLE, "the peer took the call and sent no answer; the connection was left")


def invalid_reply(problem: str) -> GrantdError:
    """The peer does not speak the protocol."""
    return GrantdError(grpc.StatusCode.INTERNAL, problem)


def undecodable() -> GrantdError:
    """The peer does not speak the contract."""
    return GrantdError(grpc.StatusCode.INTERNAL, "the answer does not decode")


def incomplete(lack: str) -> GrantdError:
    """The answer is none, though it decodes."""
    return GrantdError(grpc.StatusCode.INTERNAL, f"the answer lacks what every answer has: {lack}")


def streams_unserved(path: str) -> GrantdError:
    """The framing has no streams."""
    return GrantdError(grpc.StatusCode.UNIMPLEMENTED, f"{path} is a stream; grantd's framing carries single calls only")
