# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Stock Connect clients, with the stubs that their own generators make of proto/: every method, every way to call it."""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import connecpy.exceptions
import connectrpc.errors
from contract import HTTP, SERVICES, Vector, failure, only_reads, vectors
from google.protobuf import json_format
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.rpc import error_details_pb2

CREDIT_CODE = "applicant.unified_social_credit_code"
MALFORMED = {
    "application": {
        "as_of": "2026-05-20",
        "applicant": {"unified_social_credit_code": "1"},
        "patent_conversion_institution": {},
    }
}
COSTLY_APPLICATIONS = 4096


@dataclass
class Library:
    """A stock client."""

    name: str
    suffix: str
    error: type[Exception]
    options: dict[str, Any] = field(default_factory=dict)

    def open(self, address: str, service: ServiceDescriptor, is_json: bool) -> Any:
        path = service.file.name.removesuffix(".proto").replace("/", ".")
        module = importlib.import_module(f"{path}_{self.suffix}")
        return getattr(module, f"{service.name}ClientSync")(f"http://{address}", proto_json=is_json, **self.options)


LIBRARIES = (
    # It compresses requests unless told otherwise.
    Library("connect-python", "connect", connectrpc.errors.ConnectError, {"send_compression": None}),
    Library("connecpy", "connecpy", connecpy.exceptions.ConnecpyException),
)


def call(client: Any, method: MethodDescriptor) -> Callable[..., Any]:
    """The stub's function for a method: `EvaluateBatch` is `evaluate_batch`."""
    return getattr(client, re.sub(r"(?<!^)(?=[A-Z])", "_", method.name).lower())


@functools.cache
def samples() -> dict[str, Vector]:
    """The smallest vector of each method that is answered, by the method's full name; one that is refused where none is.

    That is `Settle`: it is about an award that stands, and no vector can know of one.
    """
    found: dict[str, Vector] = {}
    for vector in vectors():
        if vector.method is None or "request" not in vector.line:
            continue
        name = vector.method.full_name
        known = found.get(name)
        if known is None or weight(vector) < weight(known):
            found[name] = vector
    return found


def weight(vector: Vector) -> tuple[bool, int]:
    """What vectors are chosen by: the least is the best."""
    return vector.error is not None, len(vector.payload)


def fails(library: Library, function: Callable[[], Any]) -> Any:
    """The error that a call ends in."""
    try:
        function()
    except library.error as error:
        return error
    raise AssertionError(f"{library.name}: answered where an error was due")


def field_of(error: Any) -> str:
    """The place that an error names."""
    (detail,) = error.details
    violations = error_details_pb2.BadRequest()
    assert detail.Unpack(violations), detail
    (violation,) = violations.field_violations
    assert violation.description == error.message, violations
    return violation.field


def check_methods(library: Library, address: str, token: str) -> int:
    """Every method, in both encodings, by POST and where it only reads by GET. Returns how many calls were made."""
    known = samples()
    calls = 0
    for service in SERVICES:
        for is_json in (False, True):
            client = library.open(address, service, is_json)
            for method in service.methods:
                if method.client_streaming or method.server_streaming:
                    continue
                vector = known[method.full_name]
                for use_get in (False, True) if only_reads(method) else (False,):
                    options = {"use_get": True} if use_get else {}
                    where = f"{library.name}: {vector.id}, JSON {is_json}, GET {use_get}"
                    ask = functools.partial(
                        call(client, method),
                        vector.request,
                        headers={"authorization": f"Bearer {token}"},
                        timeout_ms=60_000,
                        **options,
                    )
                    if vector.error is None:
                        assert ask() == vector.response, where
                    else:
                        error = fails(library, ask)
                        wanted = vector.error["status"].lower(), vector.error["field"]
                        assert (error.code.value, field_of(error)) == wanted, f"{where}: {error}"
                    calls += 1
    return calls


def check_errors(library: Library, address: str, token: str) -> None:
    """A malformed call, one without a token, one that has no time."""
    (calculator,) = (service for service in SERVICES if service.full_name == "grantd.v1.Calculator")
    evaluate = calculator.methods_by_name["Evaluate"]
    bearer = {"authorization": f"Bearer {token}"}
    for is_json in (False, True):
        client = library.open(address, calculator, is_json)
        request_type = type(samples()[evaluate.full_name].request)
        request = json_format.ParseDict(MALFORMED, request_type())
        for options in ({}, {"use_get": True}):
            error = fails(library, lambda: call(client, evaluate)(request, headers=bearer, **options))
            assert error.code.value == "invalid_argument", error
            assert field_of(error) == CREDIT_CODE, error

            error = fails(library, lambda: call(client, evaluate)(request, **options))
            assert error.code.value == "unauthenticated", error

        batch = calculator.methods_by_name["EvaluateBatch"]
        sample = samples()[evaluate.full_name].request.application
        many = type(samples()[batch.full_name].request)(applications=[sample] * COSTLY_APPLICATIONS)
        error = fails(library, lambda: call(client, batch)(many, headers=bearer, timeout_ms=1))
        assert error.code.value == "deadline_exceeded", error


def check(address: str, token: str) -> str:
    """Address and token are those of a daemon that asks for one."""
    counts = {}
    for library in LIBRARIES:
        counts[library.name] = check_methods(library, address, token)
        check_errors(library, address, token)
    # The clients' own clocks end a call too; this is the daemon's.
    http = HTTP(address, token)
    late = samples()["grantd.v1.Calculator.Evaluate"]
    status, _, body = http.post(late.path, "proto", late.payload, {"connect-timeout-ms": "0"})
    assert (status, failure(body).status) == (504, "DEADLINE_EXCEEDED"), body
    made = ", ".join(f"{name} {count}" for name, count in counts.items())
    return f"calls by stock clients ({made}), their errors, tokens and deadlines are as the protocol has them"
