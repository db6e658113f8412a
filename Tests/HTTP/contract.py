# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The contract as protoc made it for Python, the conformance vectors, and the plainest calls over HTTP and frames."""

from __future__ import annotations

import base64
import http.client
import importlib
import json
import pathlib
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import health_pb2
from brpc import rpc_meta_pb2
from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from google.protobuf.message import Message
from google.rpc import error_details_pb2

ROOT = pathlib.Path(__file__).resolve().parents[2]
VECTORS = ROOT / "clients" / "conformance" / "vectors.jsonl"
SECONDS = 60


def _services() -> list[ServiceDescriptor]:
    files = [
        importlib.import_module(f"grantd.v1.{path.stem}_pb2").DESCRIPTOR
        for path in sorted((ROOT / "proto" / "grantd" / "v1").glob("*.proto"))
    ]
    return [service for file in [*files, health_pb2.DESCRIPTOR] for service in file.services_by_name.values()]


# Every service of the contract, and health. protobuf finds by name what was imported here.
SERVICES = _services()


def only_reads(method: MethodDescriptor) -> bool:
    """Whether it may be asked for with GET."""
    return bool(method.GetOptions().idempotency_level == MethodOptions.NO_SIDE_EFFECTS)


def find_method(service: str, method: str) -> MethodDescriptor | None:
    try:
        found = descriptor_pool.Default().FindServiceByName(service)
    except KeyError:
        return None
    return found.methods_by_name.get(method)


@dataclass
class Vector:
    """A call with its answer; see clients/conformance/README.md."""

    line: dict[str, Any]

    @property
    def id(self) -> str:
        return self.line["id"]

    @property
    def path(self) -> str:
        return f"/{self.line['service']}/{self.line['method']}"

    @property
    def method(self) -> MethodDescriptor | None:
        return find_method(self.line["service"], self.line["method"])

    @property
    def error(self) -> dict[str, Any] | None:
        return self.line.get("error")

    @property
    def payload(self) -> bytes:
        """The request as protobuf."""
        if "request_bytes" in self.line:
            return base64.b64decode(self.line["request_bytes"])
        return self.request.SerializeToString()

    @property
    def json(self) -> bytes | None:
        """The request as JSON; none where only malformed bytes say what it does."""
        if "request" in self.line:
            return json.dumps(self.line["request"], ensure_ascii=False).encode()
        return b"{}" if self.method is None else None

    @property
    def request(self) -> Message:
        assert self.method is not None
        return json_format.ParseDict(self.line["request"], message_factory.GetMessageClass(self.method.input_type)())

    @property
    def response(self) -> Message:
        assert self.method is not None
        return json_format.ParseDict(self.line["response"], message_factory.GetMessageClass(self.method.output_type)())


def vectors() -> Iterator[Vector]:
    with VECTORS.open(encoding="utf-8") as lines:
        for line in lines:
            yield Vector(json.loads(line))


@dataclass
class Failure:
    """An error of a call: the gRPC name of its kind, what it says, the place that it names."""

    status: str
    message: str
    field: str


def failure(body: bytes) -> Failure:
    """Connect's form of an error. Its `google.rpc.BadRequest` must say what the form for people beside it says."""
    error = json.loads(body)
    field = ""
    for detail in error.get("details", ()):
        assert detail["type"] == "google.rpc.BadRequest", detail
        value = error_details_pb2.BadRequest.FromString(base64.b64decode(detail["value"] + "==="))
        assert json_format.MessageToDict(value) == detail["debug"], detail
        (violation,) = value.field_violations
        assert violation.description == error["message"], detail
        field = violation.field
    return Failure(error["code"].upper(), error["message"], field)


class HTTP:
    """One connection that is kept alive."""

    def __init__(self, address: str, token: str | None = None) -> None:
        self.connection = http.client.HTTPConnection(address, timeout=SECONDS)
        self.headers = {"authorization": f"Bearer {token}"} if token else {}

    def post(self, path: str, kind: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, str, bytes]:
        """Status, content-type and body of what comes back for a body of `application/KIND`."""
        self.connection.request("POST", path, body, {"content-type": f"application/{kind}", **self.headers, **(headers or {})})
        reply = self.connection.getresponse()
        return reply.status, reply.headers.get("content-type", ""), reply.read()

    def get(self, path: str) -> tuple[int, str, bytes]:
        self.connection.request("GET", path, headers=self.headers)
        reply = self.connection.getresponse()
        return reply.status, reply.headers.get("content-type", ""), reply.read()


class Frames:
    """One connection for frames, one call at a time."""

    def __init__(self, address: str) -> None:
        host, port = address.rsplit(":", 1)
        self.stream = socket.create_connection((host, int(port)), timeout=SECONDS).makefile("rwb")

    compress_type = 0
    """That of the last reply."""

    def call(self, path: str, payload: bytes, compress_type: int = 0) -> bytes | Failure:
        """The payload of the reply, as it came, or what is wrong."""
        _, service, method = path.split("/")
        meta = rpc_meta_pb2.RpcMeta(correlation_id=1)
        meta.request.service_name, meta.request.method_name = service, method
        if compress_type:
            meta.compress_type = compress_type
        head = meta.SerializeToString()
        self.stream.write(struct.pack(">4sII", b"PRPC", len(head) + len(payload), len(head)) + head + payload)
        self.stream.flush()
        _, size, head_size = struct.unpack(">4sII", self.stream.read(12))
        data = self.stream.read(size)
        meta = rpc_meta_pb2.RpcMeta.FromString(data[:head_size])
        self.compress_type = meta.compress_type
        if not meta.response.error_code:
            return data[head_size:]
        return Failure(meta.user_fields["grpc-status"], meta.response.error_text, meta.user_fields.get("field", ""))
