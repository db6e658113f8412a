# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the conformance vectors against grantd over stock gRPC, with what grpcio-tools makes of proto/ and nothing else.

    conformance.py HOST:PORT VECTORS…

HOST:PORT is that of `grantd serve --grpc`. Prints a line for each vector that fails and at the end `N passed, N failed`;
exits with 1 if any failed. GRANTD_TOKEN is sent as a bearer token where it is set.
"""

import base64
import fileinput
import json
import os
import re
import secrets
import sys
from typing import Any

import grpc
from google.protobuf import json_format, message_factory, symbol_database

# Registers every message of the contract.
import grantd.v1.auction_pb2  # noqa: F401
import grantd.v1.awards_pb2  # noqa: F401
import grantd.v1.calculator_pb2  # noqa: F401
import grantd.v1.catalogue_pb2  # noqa: F401
import grpc_health.v1.health_pb2  # noqa: F401

SECONDS = 60
MESSAGE_BYTES = 16 << 20
# In a sequence: what each of its runs has another text of the same length for; what the daemon's clock shows, and what is
# written for that.
RUN = "RRRRRRRRRRRR"
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NO_MOMENT = b"0000-00-00T00:00:00.000Z"


def passed_through(message: bytes) -> bytes:
    return message


def field_of(error: grpc.RpcError) -> str:
    """The place that an error is about: the trailing metadata `field`."""
    return dict(error.trailing_metadata() or ()).get("field", "")


class Runner:
    def __init__(self, channel: grpc.Channel, token: str | None) -> None:
        self.channel = channel
        self.metadata = [("authorization", f"Bearer {token}")] if token else []
        self.pool = symbol_database.Default().pool

    def call(self, service: str, method: str, request: bytes) -> bytes:
        stub = self.channel.unary_unary(f"/{service}/{method}", passed_through, passed_through)
        return stub(request, timeout=SECONDS, metadata=self.metadata)

    def message(self, service: str, method: str, output: bool) -> Any:
        found = self.pool.FindServiceByName(service).FindMethodByName(method)
        return message_factory.GetMessageClass(found.output_type if output else found.input_type)()

    def run(self, vector: dict[str, Any]) -> str | None:
        """What is wrong, or None."""
        service, method = vector["service"], vector["method"]
        if "request_bytes" in vector:
            request = base64.b64decode(vector["request_bytes"])
        else:
            request = json_format.ParseDict(
                vector["request"], self.message(service, method, False)
            ).SerializeToString()
        expected_error = vector.get("error")
        try:
            answer = self.call(service, method, request)
        except grpc.RpcError as error:
            found = (error.code().name, field_of(error))
            if expected_error is None:
                return f"failed with {found}: {error.details()}"
            wanted = (expected_error["status"], expected_error.get("field", ""))
            return None if found == wanted else f"failed with {found} where {wanted} was expected"
        if expected_error is not None:
            return f"was answered where {expected_error} was expected"
        wanted_message = json_format.ParseDict(vector["response"], self.message(service, method, True))
        found_message = self.message(service, method, True)
        if vector["id"].startswith("sequence/"):
            answer = MOMENT.sub(NO_MOMENT, answer)
        found_message.ParseFromString(answer)
        if found_message == wanted_message:
            return None
        # Field by field, set and unset included: protobuf's equality is just that.
        return f"{json_format.MessageToJson(found_message, indent=None)[:400]} is not the answer"


def main() -> int:
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 64
    address, *paths = sys.argv[1:]
    options = [("grpc.max_receive_message_length", MESSAGE_BYTES), ("grpc.max_send_message_length", MESSAGE_BYTES)]
    passed = failed = 0
    run = secrets.token_hex(6)
    with grpc.insecure_channel(address, options=options) as channel, fileinput.input(paths, encoding="utf-8") as vectors:
        runner = Runner(channel, os.environ.get("GRANTD_TOKEN"))
        for line in vectors:
            if not line.strip():
                continue
            vector = json.loads(line.replace(RUN, run))
            problem = runner.run(vector)
            if problem is None:
                passed += 1
            else:
                failed += 1
                print(f"{vector['id']}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
