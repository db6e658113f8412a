# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Makes the conformance vectors; run by generate-vectors.sh.

generate_vectors.py HOST:PORT FOLDER
"""

from __future__ import annotations

import base64
import collections
import json
import pathlib
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import vector_pb2
import worked_cases
from google.protobuf import json_format, message_factory
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2

import grantd
from grantd.v1 import assessment_pb2, auction_pb2, awards_pb2, calculator_pb2, catalogue_pb2

REQUESTS = pathlib.Path(__file__).resolve().parent.parent / "clients" / "conformance" / "requests.jsonl"
CALCULATOR = "grantd.v1.Calculator"
# What goes on from call to call, in files of its own.
SEQUENCE = "sequence/"
# What the daemon's clock shows is in no sequence.
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NO_MOMENT = b"0000-00-00T00:00:00.000Z"
Json = dict[str, Any]
Check = Callable[[Json], list[str]]


class Entry:
    """A line of requests.jsonl: what is asked, and what is known of the answer beforehand."""

    def __init__(self, line: Json) -> None:
        self.id: str = line["id"]
        self.service: str = line.get("service", CALCULATOR)
        self.expected_error: Json | None = line.get("expect_error")
        self.bytes: bytes | None = bytes.fromhex(line["request_hex"]) if "request_hex" in line else None
        self.request: Json = {}
        if "case" in line:
            self._take_case(worked_cases.find(line["case"]))
        elif "cases" in line:
            self._take_batch([worked_cases.find(case) for case in line["cases"]])
        else:
            self.method = line["method"]
            self.request = dict(line.get("request", {}))
            self.check: Check = lambda answer: _own_differences(line, answer)
        self.request.update(line.get("set", {}))
        for name, times in line.get("repeat", {}).items():
            self.request[name] = self.request[name] * times

    def _take_case(self, case: Json) -> None:
        self.method = "Screen" if "screen" in case else "Evaluate"
        self.request = dict(case.get("screen") or case["request"])
        if "expect_error" in case:
            self.expected_error = {"code": 1003, **case["expect_error"]}
        self.check = lambda answer: worked_cases.differences(case, answer)

    def _take_batch(self, cases: list[Json]) -> None:
        self.method = "EvaluateBatch"
        for case in cases:
            if set(case["request"]) != {"application"}:
                raise ValueError(f"{self.id}: {case['id']} has options of its own")
        self.request = {"applications": [case["request"]["application"] for case in cases]}
        self.check = lambda answer: list(_batch_differences(cases, answer))


def _own_differences(line: Json, answer: Json) -> list[str]:
    found = worked_cases.subset_differences(line["expect"], answer)
    for name, count in line.get("expect_count", {}).items():
        if len(answer.get(name, [])) != count:
            found.append(f"{len(answer.get(name, []))} {name} instead of {count}")
    return found


def _batch_differences(cases: list[Json], answer: Json) -> Iterator[str]:
    results = answer.get("results", [])
    if len(results) != len(cases):
        yield f"{len(results)} results instead of {len(cases)}"
        return
    for case, result in zip(cases, results, strict=True):
        if "expect_error" in case:
            wanted = {"error": {"code": 1003, "status": "INVALID_ARGUMENT", **case["expect_error"]}}
            found = worked_cases.subset_differences(wanted, result)
        else:
            found = worked_cases.differences(case, result.get("assessment", {}))
        yield from (f"{case['id']}: {each}" for each in found)


def message_types() -> dict[tuple[str, str], tuple[type[Message], type[Message]]]:
    """The request's and the response's type of every method, by service and method."""
    return {
        (service.full_name, method.name): (
            message_factory.GetMessageClass(method.input_type),
            message_factory.GetMessageClass(method.output_type),
        )
        for module in (calculator_pb2, catalogue_pb2, auction_pb2, awards_pb2, health_pb2)
        for service in module.DESCRIPTOR.services_by_name.values()
        for method in service.methods
        if not method.server_streaming
    }


def as_json(message: Message) -> Json:
    """A message in protobuf's JSON form, with the .proto's names."""
    form: Json = json_format.MessageToDict(message, preserving_proto_field_name=True)
    return form


def record(entry: Entry, channel: grpc.Channel, types: Any) -> tuple[Json, list[str]]:
    """The vector of an entry, and where the answer differs from what is known of it."""
    vector: Json = {"id": entry.id, "service": entry.service, "method": entry.method}
    if entry.bytes is not None:
        payload = entry.bytes
        vector["request_bytes"] = base64.b64encode(payload).decode()
    else:
        request = json_format.ParseDict(entry.request, types[entry.service, entry.method][0]())
        payload = request.SerializeToString(deterministic=True)
        vector["request"] = as_json(request)
    call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(f"/{entry.service}/{entry.method}")
    try:
        answer = call(payload, timeout=60)
    except grpc.RpcError as error:
        if not isinstance(error, grantd.GrantdError) or error.number is None:
            raise
        vector["error"] = {"code": error.number, "status": error.code().name, "field": error.field}
        if entry.expected_error is None:
            return vector, [f"error {vector['error']}: {error.details()}"]
        return vector, worked_cases.subset_differences(entry.expected_error, vector["error"], "error")
    if entry.id.startswith(SEQUENCE):
        answer = MOMENT.sub(NO_MOMENT, answer)
    vector["response"] = as_json(types[entry.service, entry.method][1].FromString(answer))
    if entry.expected_error is not None:
        return vector, [f"an answer instead of error {entry.expected_error}"]
    return vector, entry.check(vector["response"])


def to_binary(vector: Json, types: Any) -> bytes:
    """A vector's line as a Vector message, behind its length."""
    kinds = types.get((vector["service"], vector["method"]))

    def serialize(form: Json, kind: int) -> bytes:
        return json_format.ParseDict(form, kinds[kind]()).SerializeToString(deterministic=True)

    message = vector_pb2.Vector(id=vector["id"], service=vector["service"], method=vector["method"])
    if "request_bytes" in vector:
        message.request = base64.b64decode(vector["request_bytes"])
    else:
        message.request = serialize(vector["request"], 0)
    if "error" in vector:
        message.error.CopyFrom(vector_pb2.Failure(**vector["error"]))
    else:
        message.response = serialize(vector["response"], 1)
    data = message.SerializeToString(deterministic=True)
    return varint(len(data)) + data


def varint(number: int) -> bytes:
    """A number as protobuf writes lengths."""
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    return bytes([*encoded, number])


def uncovered(vectors: list[Json]) -> list[str]:
    """What no vector's answer holds, of all that answers may hold."""
    seen: collections.Counter[str] = collections.Counter()
    for vector in vectors:
        answer = vector.get("response", {})
        seen[f"{vector['service']}/{vector['method']}"] += 1
        seen[f"error {vector.get('error', {}).get('code')}"] += 1
        results = [result["assessment"] for result in answer.get("results", []) if "assessment" in result]
        for one in [answer, *results, *answer.get("assessments", [])]:
            if "measure" in one and "outcome" in one:
                seen[one["measure"]] += 1
                seen[f"outcome {one['outcome']}"] += 1
                seen[f"basis {one['basis']}"] += 1
            seen.update(f"verdict {finding['verdict']}" for finding in one.get("findings", []))
            seen.update(f"line {key}" for line in one.get("lines", []) for key in line)
            seen.update("indexed path" for fact in one.get("missing", []) if "[" in fact.get("path", ""))
            seen.update(["explanation"] if "explanation" in one else [])
        if vector["method"] == "ListMeasures" and "programme" not in vector["request"]:
            seen.update(f"listed {measure['measure']}" for measure in answer.get("measures", []))
    wanted = [f"{service}/{method}" for service, method in message_types()]
    wanted += [f"outcome {name}" for name in assessment_pb2.Outcome.Value.DESCRIPTOR.values_by_name]
    # AGENCY_RATE only comes of an agency's own policy files; these vectors are the built-in ones'.
    wanted += [f"basis {name}" for name in assessment_pb2.Basis.Value.DESCRIPTOR.values_by_name if name != "AGENCY_RATE"]
    wanted += [f"verdict {name}" for name in assessment_pb2.Finding.Verdict.DESCRIPTOR.values_by_name]
    wanted += [f"line {field.name}" for field in assessment_pb2.Line.DESCRIPTOR.oneofs_by_name["value"].fields]
    wanted += ["indexed path", "explanation", "error 1001", "error 1002", "error 1003"]
    wanted += [name.removeprefix("listed ") for name in seen if name.startswith("listed ")]
    return [name for name in wanted if name not in seen]


def main() -> int:
    """Makes the vectors."""
    address, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    types = message_types()
    lines = [json.loads(line) for line in REQUESTS.read_text(encoding="utf-8").splitlines()]
    entries = [Entry(line) for line in lines]
    vectors: list[Json] = []
    problems = [f"{name}: twice" for name, times in collections.Counter(e.id for e in entries).items() if times > 1]
    with grantd.Channel(address) as channel:
        for entry in entries:
            vector, found = record(entry, channel, types)
            vectors.append(vector)
            problems += [f"{entry.id}: {each}" for each in found]
    problems += [f"no vector holds {name}" for name in uncovered(vectors)]
    if problems:
        sys.stderr.write("\n".join(problems) + "\n")
        return 1
    write(folder / "vectors", [vector for vector in vectors if not vector["id"].startswith(SEQUENCE)], types)
    write(folder / "sequences", [vector for vector in vectors if vector["id"].startswith(SEQUENCE)], types)
    sys.stdout.write(f"{len(vectors)} vectors\n")
    return 0


def write(path: pathlib.Path, vectors: list[Json], types: Any) -> None:
    """Writes vectors, in both forms."""
    text = "".join(json.dumps(vector, ensure_ascii=False, separators=(",", ":")) + "\n" for vector in vectors)
    path.with_suffix(".jsonl").write_text(text, encoding="utf-8")
    # From the lines, so that both files hold the same.
    path.with_suffix(".binpb").write_bytes(b"".join(to_binary(json.loads(line), types) for line in text.splitlines()))


if __name__ == "__main__":
    sys.exit(main())
