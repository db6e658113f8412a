# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A server that answers as a test tells it to."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator

from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from typing_extensions import Self

from grantd.brpc.rpc_meta_pb2 import RpcMeta
from grantd.v1.application_pb2 import Application
from grantd.v1.assessment_pb2 import Assessment, Basis, Outcome, PolicyReference
from grantd.v1.calculator_pb2 import DESCRIPTOR, EvaluateBatchRequest, EvaluateBatchResponse, EvaluateBatchResult
from grantd.v1.catalogue_pb2 import Schema

HEADER = struct.Struct(">4sII")
# So much of a body is read at once where a test says how.
PIECE = 256 * 1024
EVALUATE = "/grantd.v1.Calculator/Evaluate"


def reply(
    correlation_id: int, payload: bytes = b"", *, number: int = 0, text: str = "", fields: dict[str, str] | None = None
) -> bytes:
    """The frame of a reply."""
    meta = RpcMeta(correlation_id=correlation_id)
    meta.response.error_code = number
    if text:
        meta.response.error_text = text
    meta.user_fields.update(fields or {})
    encoded = meta.SerializeToString()
    return HEADER.pack(b"PRPC", len(encoded) + len(payload), len(encoded)) + encoded + payload


class Request:
    """A call that came in."""

    def __init__(self, connection: Connection, meta: RpcMeta, payload: bytes) -> None:
        self.connection = connection
        self.meta = meta
        self.payload = payload

    @property
    def id(self) -> int:
        return self.meta.correlation_id

    def answer(self, payload: bytes = b"") -> None:
        self.connection.send(reply(self.id, payload))

    def answer_with(self, payload: bytes, **fields: str) -> None:
        """Answers, with user fields beside the answer."""
        self.connection.send(reply(self.id, payload, fields={key.replace("_", "-"): value for key, value in fields.items()}))

    def fail(self, number: int, text: str = "", **fields: str) -> None:
        self.connection.send(reply(self.id, number=number, text=text, fields=fields))

    def answer_batch(self) -> None:
        """Answers a batch: each application's own id comes back."""
        request = EvaluateBatchRequest.FromString(self.payload)
        self.answer(EvaluateBatchResponse(results=map(result, request.applications)).SerializeToString())


def assessment(application_id: str = "") -> Assessment:
    """An assessment with all that the contract always sets."""
    return Assessment(
        application_id=application_id,
        measure="medical-device.test-time",
        as_of="2026-05-20",
        outcome=Outcome.ELIGIBLE,
        basis=Basis.NON_MONETARY,
        policy=PolicyReference(programme="medical-device", document_number="京科发〔2025〕20号", digest="0" * 64),
    )


def result(application: Application) -> EvaluateBatchResult:
    return EvaluateBatchResult(assessment=assessment(application.application_id))


def shipped_files() -> FileDescriptorSet:
    """The files of the contract that this package ships, imports first."""
    files: dict[str, FileDescriptor] = {}

    def add(file: FileDescriptor) -> None:
        for needed in file.dependencies:
            add(needed)
        files[file.name] = file

    add(DESCRIPTOR)
    answer = FileDescriptorSet()
    for file in files.values():
        file.CopyToProto(answer.file.add())
    return answer


class Connection:
    """A client's connection, from the server's side."""

    def __init__(self, sock: socket.socket, number: int, before_read: Callable[[Connection, int], None] | None = None) -> None:
        self.sock = sock
        # How many connections came before it.
        self.number = number
        self._before_read = before_read
        self._stream = sock.makefile("rb")

    def requests(self) -> Iterator[Request]:
        while header := self._stream.read(HEADER.size):
            magic, body_size, meta_size = HEADER.unpack(header)
            assert magic == b"PRPC"
            body = self._read(body_size)
            yield Request(self, RpcMeta.FromString(body[:meta_size]), body[meta_size:])

    def _read(self, size: int) -> bytes:
        if self._before_read is None:
            return self._stream.read(size)
        body = bytearray()
        while len(body) < size:
            self._before_read(self, len(body) // PIECE)
            body += self._stream.read(min(PIECE, size - len(body)))
        return bytes(body)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self._stream.close()
        self.sock.close()


class FakeServer:
    """Listens on a free port; every request is given to ``handler`` on its connection's thread.

    But for those for the schema, unless ``serves_schema`` is false: they are answered with ``files``; ``None``: there is no
    such method.

    ``tls`` is what it speaks TLS with; without, it does not.

    ``before_read`` is called before each ``PIECE`` of a request's body is read, with the piece's number.
    """

    def __init__(
        self,
        handler: Callable[[Request], None],
        port: int = 0,
        *,
        before_read: Callable[[Connection, int], None] | None = None,
        serves_schema: bool = True,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._handler = handler
        self._tls = tls
        self._serves_schema = serves_schema
        self._before_read = before_read
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.connections: list[Connection] = []
        self.requests: list[Request] = []
        self.files: bytes | None = shipped_files().SerializeToString()
        # How often the schema was asked for.
        self.schema_calls = 0
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._tls is not None:
                    sock = self._tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
                connection = Connection(sock, len(self.connections), self._before_read)
                self.connections.append(connection)
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: Connection) -> None:
        with contextlib.suppress(OSError, ValueError):
            if isinstance(connection.sock, ssl.SSLSocket):
                connection.sock.do_handshake()
            for request in connection.requests():
                if self._serves_schema and request.meta.request.method_name == "GetSchema":
                    self.schema_calls += 1
                    if self.files is None:
                        request.fail(1002, "no such method", **{"grpc-status": "UNIMPLEMENTED"})
                    else:
                        request.answer(Schema(file_descriptor_set=self.files).SerializeToString())
                    continue
                self.requests.append(request)
                self._handler(request)

    def stop(self) -> None:
        """Stops listening and closes every connection."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self.connections:
            connection.close()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
