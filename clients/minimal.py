# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A whole client in one file: the generated messages and a socket. One call at a time; ADDRESS as its argument."""

import socket
import struct
import sys

from brpc import rpc_meta_pb2
from grantd.v1 import application_pb2, assessment_pb2, calculator_pb2


class Client:
    def __init__(self, address: str) -> None:
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=10)
        self.last_id = 0

    def call(self, service, method, request, answer):
        """Calls a method; returns its answer, or raises what the daemon says is wrong and where."""
        self.last_id += 1
        meta = rpc_meta_pb2.RpcMeta(correlation_id=self.last_id)
        meta.request.service_name = service
        meta.request.method_name = method
        meta.request.timeout_ms = 10_000
        head, body = meta.SerializeToString(), request.SerializeToString()
        self.socket.sendall(struct.pack(">4sII", b"PRPC", len(head) + len(body), len(head)) + head + body)
        while True:
            magic, size, head_size = struct.unpack(">4sII", self.receive(12))
            if magic != b"PRPC" or head_size > size:
                raise ValueError("not a frame")
            data = self.receive(size)
            meta = rpc_meta_pb2.RpcMeta.FromString(data[:head_size])
            if meta.correlation_id == self.last_id:  # else a reply to a call that was given up
                break
        if meta.response.error_code:
            raise RuntimeError(meta.response.error_code, meta.response.error_text, meta.user_fields.get("field", ""))
        return answer.FromString(data[head_size:])

    def receive(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise ConnectionError("the daemon closed the connection")
            data += piece
        return bytes(data)


application = application_pb2.Application(as_of="2026-05-20")
application.applicant.registered_in_beijing = True
application.medical_device_common_platform.common_technology_platform = True
application.medical_device_common_platform.for_medical_device_industry = True
application.medical_device_common_platform.engineering_investment_fen = 6_000_000_000
client = Client(sys.argv[1])
request = calculator_pb2.EvaluateRequest(application=application)
assessment = client.call("grantd.v1.Calculator", "Evaluate", request, assessment_pb2.Assessment)
print(assessment_pb2.Outcome.Value.Name(assessment.outcome), assessment.amount_fen, "fen")
