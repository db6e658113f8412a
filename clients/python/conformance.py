# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Runs the conformance vectors and sequences against a daemon, over the blocking and over the asyncio channel.

conformance.py [--folder FOLDER] [--transport sync|aio|grpc]… [HOST:PORT]

GRANTD_TLS=1 in the environment speaks TLS, with what GRANTD_TLS_CA, GRANTD_TLS_SERVER_NAME, GRANTD_TLS_CERT and
GRANTD_TLS_KEY say.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import itertools
import json
import os
import pathlib
import re
import secrets
import ssl
import sys
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import grpc.aio
from google.protobuf import json_format, message_factory
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2

import grantd.aio
from grantd.v1 import auction_pb2, awards_pb2, calculator_pb2, catalogue_pb2

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "conformance"
# In a sequence: what each of its runs has another text of the same length for; what the daemon's clock shows, and what is
# written for that.
RUN = "RRRRRRRRRRRR"
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NO_MOMENT = b"0000-00-00T00:00:00.000Z"
Answer = bytes | grpc.RpcError
Types = dict[tuple[str, str], tuple[type[Message], type[Message]]]


def message_types() -> Types:
    """The request's and the response's type of every method, by service and method."""
    types: Types = {}
    for module in (calculator_pb2, catalogue_pb2, auction_pb2, awards_pb2, health_pb2):
        for service in module.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                types[service.full_name, method.name] = (
                    message_factory.GetMessageClass(method.input_type),
                    message_factory.GetMessageClass(method.output_type),
                )
    return types


class Vector:
    """One call and what must come of it."""

    def __init__(self, line: str, types: Types) -> None:
        """Reads a line of vectors.jsonl."""
        self._object = json.loads(line)
        self.id: str = self._object["id"]
        self.path = f"/{self._object['service']}/{self._object['method']}"
        self._types = types.get((self._object["service"], self._object["method"]))

    @property
    def is_auction(self) -> bool:
        """Whether it clears an auction."""
        return "RenewablesAuction" in self.path

    def request(self) -> bytes:
        """The payload."""
        if "request_bytes" in self._object:
            return base64.b64decode(self._object["request_bytes"])
        assert self._types is not None
        message = json_format.ParseDict(self._object["request"], self._types[0]())
        return message.SerializeToString()

    def difference(self, answer: Answer, is_grpc: bool) -> str | None:
        """What is wrong with an answer; ``None`` where nothing is."""
        if "error" in self._object:
            return self._error_difference(answer, is_grpc)
        if isinstance(answer, grpc.RpcError):
            return f"error {answer!r} instead of an answer"
        assert self._types is not None
        wanted = json_format.ParseDict(self._object["response"], self._types[1]())
        if self.id.startswith("sequence/"):
            answer = MOMENT.sub(NO_MOMENT, answer)
        got = self._types[1].FromString(answer)
        return None if got == wanted else f"{got} instead of {wanted}"

    def _error_difference(self, answer: Answer, is_grpc: bool) -> str | None:
        error: dict[str, Any] = self._object["error"]
        if isinstance(answer, bytes):
            return f"an answer instead of error {error}"
        wanted = (error["status"], error.get("field", ""))
        if is_grpc:
            got: tuple[Any, ...] = (answer.code().name, _trailing_field(answer))
            return None if got == wanted else f"error {got} instead of {wanted}"
        assert isinstance(answer, grantd.GrantdError)
        got = (answer.code().name, answer.field, answer.number)
        return None if got == (*wanted, error["code"]) else f"error {got} instead of {error}"


def _trailing_field(error: grpc.RpcError) -> str:
    fields = [str(entry.value) for entry in error.trailing_metadata() or () if entry.key == "field"]
    return fields[0] if fields else ""


def config() -> grantd.ChannelConfig:
    """What the environment says of TLS."""
    if not os.environ.get("GRANTD_TLS"):
        return grantd.ChannelConfig()
    context = ssl.create_default_context(cafile=os.environ.get("GRANTD_TLS_CA"))
    if "GRANTD_TLS_CERT" in os.environ:
        context.load_cert_chain(os.environ["GRANTD_TLS_CERT"], os.environ.get("GRANTD_TLS_KEY"))
    return grantd.ChannelConfig(tls=context, tls_server_name=os.environ.get("GRANTD_TLS_SERVER_NAME"))


def call_sync(channel: grpc.Channel, vectors: list[Vector]) -> Iterator[Answer]:
    """The answers, one call after the other."""
    for vector in vectors:
        method: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(vector.path)
        try:
            yield method(vector.request(), timeout=60)
        except grpc.RpcError as error:
            yield error


async def call_aio(address: str, vectors: list[Vector], in_order: bool) -> list[Answer]:
    """The answers: one call after the other, or all at once but for auctions, of which the daemon takes few at a time."""
    auctions = asyncio.Semaphore(1)

    async def one(channel: grpc.aio.Channel, vector: Vector) -> Answer:
        method: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(vector.path)
        try:
            async with auctions if vector.is_auction else contextlib.nullcontext():
                return await method(vector.request(), timeout=60)
        except grpc.RpcError as error:
            return error

    async with grantd.aio.Channel(address, config()) as channel:
        if in_order:
            return [await one(channel, vector) for vector in vectors]
        return await asyncio.gather(*(one(channel, vector) for vector in vectors))


def over_sync(address: str, vectors: list[Vector], in_order: bool) -> list[Answer]:
    """The answers over the blocking channel."""
    with grantd.Channel(address, config()) as channel:
        return list(call_sync(channel, vectors))


def over_aio(address: str, vectors: list[Vector], in_order: bool) -> list[Answer]:
    """The answers over the asyncio channel."""
    return asyncio.run(call_aio(address, vectors, in_order))


def over_grpc(address: str, vectors: list[Vector], in_order: bool) -> list[Answer]:
    """The answers over a stock gRPC channel, to a daemon that serves gRPC there."""
    options = [("grpc.max_receive_message_length", 64 * 1024 * 1024)]
    with grpc.insecure_channel(address, options=options) as channel:
        return list(call_sync(channel, vectors))


TRANSPORTS: dict[str, Callable[[str, list[Vector], bool], list[Answer]]] = {
    "sync": over_sync,
    "aio": over_aio,
    "grpc": over_grpc,
}


def main() -> int:
    """Runs the vectors and prints what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default=os.environ.get("GRANTD_ADDRESS", "127.0.0.1:7843"))
    parser.add_argument("--folder", type=pathlib.Path, default=FOLDER)
    parser.add_argument("--transport", action="append", choices=sorted(TRANSPORTS))
    arguments = parser.parse_args()

    types = message_types()
    passed = failed = 0
    for transport, name in itertools.product(arguments.transport or ["sync", "aio"], ["vectors", "sequences"]):
        text = (arguments.folder / f"{name}.jsonl").read_text(encoding="utf-8").replace(RUN, secrets.token_hex(6))
        vectors = [Vector(line, types) for line in text.splitlines()]
        answers = TRANSPORTS[transport](arguments.address, vectors, name == "sequences")
        for vector, answer in zip(vectors, answers, strict=True):
            difference = vector.difference(answer, is_grpc=transport == "grpc")
            if difference is None:
                passed += 1
            else:
                failed += 1
                sys.stdout.write(f"{transport}: {vector.id}: {difference}\n")
    sys.stdout.write(f"{passed} passed, {failed} failed\n")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
