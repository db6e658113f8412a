# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Makes what a fuzzer begins with, of the clients' vectors and of the worked cases; run by fuzz.sh.

fuzz_seeds.py FUZZER FOLDER
"""

from __future__ import annotations

import itertools
import json
import pathlib
import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
POLICIES = ROOT / "Sources" / "GrantdPolicy" / "Policies"
METHODS = ROOT / "Sources" / "GrantdService" / "Calls" / "Method.swift"
CASES_OF_LANGUAGE = ROOT / "Tests" / "GrantdCELTests" / "Cases"
VECTORS = ROOT / "clients" / "conformance" / "vectors.binpb"

REQUESTS = [
    "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /?q=%E5%8C%BB&lang=en HTTP/1.1\r\nHost: h\r\naccept-encoding: gzip\r\n\r\n",
    "GET /measures/medical-device.common-platform?lang=zh HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /documents HTTP/1.1\r\nHost: h\r\naccept-language: en\r\n\r\nHEAD /screen HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\nGET /readyz HTTP/1.0\r\nHost: h\r\n\r\n",
    "GET /metrics HTTP/1.1\r\nHost: h\r\nauthorization: Bearer t\r\n\r\n",
    'GET /schema.binpb HTTP/1.1\r\nHost: h\r\nif-none-match: "a", W/"b"\r\n\r\n',
    "GET /grpc.health.v1.Health/Check?encoding=json&base64=1&message=e30 HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /a%20b HTTP/1.1\r\nHost: h\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\nabc",
    (
        "OPTIONS /grantd.v1.Calculator/Evaluate HTTP/1.1\r\nHost: h\r\norigin: https://a.example\r\n"
        "access-control-request-method: POST\r\n\r\n"
    ),
    (
        "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nHost: h\r\ncontent-type: application/json\r\n"
        "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\nt: u\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"
    ),
    (
        "POST /screen HTTP/1.1\r\nHost: h\r\ncontent-type: application/x-www-form-urlencoded\r\n"
        "content-length: 27\r\n\r\nas_of=2026-05-20&lang=en&a=b"
    ),
    "POST /nowhere HTTP/1.1\r\nHost: h\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]


class Vector(NamedTuple):
    """A call of the clients' vectors."""

    service: str
    method: str
    request: bytes
    is_answered: bool


def read_varint(data: bytes, place: int) -> tuple[int, int]:
    """The number at a place, and the place behind it."""
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place


def delimited(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of a message in which every field has a length."""
    place = 0
    while place < len(data):
        tag, place = read_varint(data, place)
        length, place = read_varint(data, place)
        yield tag >> 3, data[place : place + length]
        place += length


def vectors() -> Iterator[Vector]:
    """The calls of the clients' vectors."""
    data = VECTORS.read_bytes()
    place = 0
    while place < len(data):
        length, place = read_varint(data, place)
        fields = dict(delimited(data[place : place + length]))
        place += length
        yield Vector(fields.get(2, b"").decode(), fields.get(3, b"").decode(), fields.get(4, b""), 5 in fields)


def case_lines(folder: pathlib.Path, pattern: str) -> Iterator[dict[str, object]]:
    """The lines of case files."""
    for file in sorted(folder.glob(pattern)):
        yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def frame_seeds() -> Iterator[bytes]:
    """What the vectors send of columns and awards, each behind the byte that picks the door."""
    doors = {"EvaluateColumns": 8, "Award": 9, "AwardBatch": 9}
    for vector in vectors():
        if vector.method in doors:
            yield bytes([doors[vector.method]]) + vector.request


def call_seeds() -> Iterator[bytes]:
    """Every call of the vectors, and the applications as batches, behind the bytes for the method and its interruptions."""
    names = re.findall(r"^    case (\w+)$", METHODS.read_text(encoding="utf-8"), re.MULTILINE)
    numbers = {name.lower(): number for number, name in enumerate(names)} | {"check": names.index("healthCheck")}
    single = []
    for number, vector in enumerate(vectors()):
        method = numbers.get(vector.method.lower())
        if method is None:
            continue
        yield bytes([method, number % 256, number % 8]) + vector.request
        if vector.method == "Evaluate" and vector.is_answered:
            single.append(vector.request)
    # A batch's fields have the numbers of a single request's: one behind the other, requests are a batch.
    for start in range(0, len(single), 16):
        yield bytes([numbers["evaluatebatch"], start // 16, start // 16 % 8]) + b"".join(single[start : start + 16])


def http_seeds() -> Iterator[bytes]:
    """Requests of all kinds, behind the bytes that cut them: pages, probes, and calls as protobuf and as JSON."""
    cuts = [bytes([0, 255, 0]), bytes([1, 0, 0]), bytes([0, 40, 7]), bytes([1, 9, 1])]
    requests = [text.encode() for text in REQUESTS]
    requests += [call(f"{each.service}/{each.method}", "application/proto", each.request) for each in vectors()]
    # One in sixteen: most differ by a figure alone.
    for case in itertools.islice(case_lines(POLICIES, "*.cases.jsonl"), 0, None, 16):
        name, method = ("screen", "Screen") if "screen" in case else ("request", "Evaluate")
        body = json.dumps(case[name], ensure_ascii=False).encode()
        requests.append(call(f"grantd.v1.Calculator/{method}", "application/json", body))
    for number, request in enumerate(requests):
        yield cuts[number % len(cuts)] + request


def call(path: str, kind: str, body: bytes) -> bytes:
    """A call over HTTP."""
    head = (
        f"POST /{path} HTTP/1.1\r\nHost: h\r\nauthorization: Bearer t\r\n"
        f"content-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def json_seeds() -> Iterator[bytes]:
    """The worked cases' requests, each behind the byte that picks the message."""
    for number, case in enumerate(case_lines(POLICIES, "*.cases.jsonl")):
        for door, name in enumerate(["request", "screen"]):
            if name in case:
                yield bytes([door]) + json.dumps(case[name], ensure_ascii=number % 2 == 0).encode()


def policy_seeds() -> Iterator[bytes]:
    """The policies that are built in and those of the tests."""
    for folder in (POLICIES, ROOT / "Sources" / "GrantdTesting" / "Policies" / "Files"):
        for file in sorted(folder.glob("*.yaml")):
            yield file.read_bytes()


def language_seeds() -> Iterator[bytes]:
    """The cases' expressions, each behind the byte that says which inputs are known."""
    for number, case in enumerate(case_lines(CASES_OF_LANGUAGE, "*.jsonl")):
        yield bytes([number % 256]) + str(case["expr"]).encode()


SEEDS = {
    "FuzzFrame": frame_seeds,
    "FuzzCalls": call_seeds,
    "FuzzHTTP": http_seeds,
    "FuzzJSON": json_seeds,
    "FuzzPolicyFile": policy_seeds,
    "FuzzCEL": language_seeds,
}


def main() -> None:
    """Writes the seeds."""
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[sys.argv[1]]()):
        (folder / f"seed-{number}").write_bytes(seed)


main()
