# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A server that stands in for a daemon with a programme that the shipped contract does not have.

It reads requests by its own schema of now, and refuses as the daemon does what that does not have.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf import descriptor_pool, json_format, message_factory, unknown_fields
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import Message

from grantd.v1.assessment_pb2 import Assessment
from grantd.v1.calculator_pb2 import EvaluateBatchResponse, EvaluateBatchResult, ScreenResponse

from .fake import FakeServer, Request, assessment, shipped_files

NUMBER = 10001
MEMBER = "green_factory_award"
FACTS = "cityx.v1.GreenFactoryAwardFacts"
Type = FieldDescriptorProto


def green_factory() -> FileDescriptorProto:
    """The facts of a programme of another package, of every type."""
    file = FileDescriptorProto(name="cityx/v1/green_factory.proto", package="cityx.v1", syntax="proto2")
    facts = file.message_type.add(name="GreenFactoryAwardFacts")
    rating = facts.enum_type.add(name="Rating")
    for number, name in enumerate(("NONE", "NATIONAL", "MUNICIPAL")):
        rating.value.add(name=name, number=number)
    line = facts.nested_type.add(name="Line")
    _add(line, "line_id", 1, Type.TYPE_STRING)
    _add(line, "capacity_kwh", 2, Type.TYPE_INT64)
    _add(line, "rating", 3, Type.TYPE_ENUM, f".{FACTS}.Rating")
    _add(facts, "rating", 1, Type.TYPE_ENUM, f".{FACTS}.Rating")
    _add(facts, "investment_fen", 2, Type.TYPE_INT64)
    _add(facts, "audited", 3, Type.TYPE_BOOL)
    _add(facts, "certified_on", 4, Type.TYPE_STRING)
    _add(facts, "workshops", 5, Type.TYPE_INT32)
    _add(facts, "lines", 6, Type.TYPE_MESSAGE, f".{FACTS}.Line", is_repeated=True)
    return file


def with_member(number: int = NUMBER, name: str = MEMBER) -> FileDescriptorSet:
    """The contract with the programme's measure as one more member of ``facts``."""
    files = FileDescriptorSet(file=[green_factory(), *shipped_files().file])
    file, application = application_of(files)
    file.dependency.append("cityx/v1/green_factory.proto")
    # A member's number may not lie in a range of extensions.
    del application.extension_range[:]
    field = _add(application, name, number, Type.TYPE_MESSAGE, f".{FACTS}")
    field.oneof_index = 0
    return files


def with_extension() -> FileDescriptorSet:
    """The contract as it is shipped, with the same measure as an extension: the bytes are the same."""
    files = FileDescriptorSet(file=[*shipped_files().file, green_factory()])
    _, application = application_of(files)
    if not application.extension_range:
        application.extension_range.add(start=10000, end=2**29)
    file = files.file.add(name="cityx/v1/green_factory_extension.proto", package="cityx.v1", syntax="proto2")
    file.dependency.extend(["grantd/v1/application.proto", "cityx/v1/green_factory.proto"])
    file.extension.add(
        name=MEMBER,
        extendee=".grantd.v1.Application",
        number=NUMBER,
        label=Type.LABEL_OPTIONAL,
        type=Type.TYPE_MESSAGE,
        type_name=f".{FACTS}",
    )
    return files


def application_of(files: FileDescriptorSet) -> tuple[FileDescriptorProto, Any]:
    """The file and the description of the applications."""
    file = next(file for file in files.file if file.name == "grantd/v1/application.proto")
    return file, next(message for message in file.message_type if message.name == "Application")


def pool_of(files: FileDescriptorSet) -> descriptor_pool.DescriptorPool:
    """Types that are not those of the shipped contract."""
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool


def _add(
    message: Any, name: str, number: int, kind: Type.Type.ValueType, type_name: str = "", *, is_repeated: bool = False
) -> Any:
    label = Type.LABEL_REPEATED if is_repeated else Type.LABEL_OPTIONAL
    field = message.field.add(name=name, number=number, type=kind, label=label)
    if type_name:
        field.type_name = type_name
    return field


class StandIn(FakeServer):
    """Answers what it reads; every application that it has read stands in ``applications`` as JSON."""

    def __init__(self, files: FileDescriptorSet) -> None:
        super().__init__(self._answer)
        self.applications: list[dict[str, Any]] = []
        # As they came.
        self.encoded: list[bytes] = []
        self.reload(files)

    def reload(self, files: FileDescriptorSet) -> None:
        """Takes another schema."""
        self._pool = pool_of(files)
        self.files = files.SerializeToString()

    def _message(self, name: str, payload: bytes) -> Any:
        found = message_factory.GetMessageClass(self._pool.FindMessageTypeByName(f"grantd.v1.{name}"))
        return found.FromString(payload)

    def _answer(self, request: Request) -> None:
        method = request.meta.request.method_name
        if method == "Evaluate":
            result = self._result(self._message("EvaluateRequest", request.payload).application)
            if result.HasField("error"):
                fields = {"field": result.error.field, "grpc-status": "INVALID_ARGUMENT"}
                request.fail(result.error.code, result.error.message, **fields)
            else:
                request.answer(result.assessment.SerializeToString())
        elif method == "EvaluateBatch":
            rows = self._message("EvaluateBatchRequest", request.payload).applications
            request.answer(EvaluateBatchResponse(results=map(self._result, rows)).SerializeToString())
        elif method != "Screen":
            # As a daemon of before the method.
            request.fail(1002, "no such method")
        else:
            rows = self._message("ScreenRequest", request.payload).known
            assessments: list[Assessment] = [self._result(row).assessment for row in rows]
            request.answer(ScreenResponse(assessments=assessments).SerializeToString())

    def _result(self, application: Any) -> EvaluateBatchResult:
        result = EvaluateBatchResult()
        place = next(_unknown(application), None)
        if place is not None:
            result.error.code, result.error.status, result.error.field = 1003, "INVALID_ARGUMENT", place
            result.error.message = f"field number {place} is not known to this daemon"
            return result
        self.encoded.append(application.SerializeToString())
        self.applications.append(json_format.MessageToDict(application, preserving_proto_field_name=True))
        result.assessment.CopyFrom(assessment(application.application_id))
        member = application.WhichOneof("facts")
        result.assessment.measure = "green-factory.award" if member == MEMBER else str(member)
        return result


def _unknown(message: Message, place: str = "") -> Iterator[str]:
    fields: Any = unknown_fields.UnknownFieldSet(message)
    for field in fields:
        yield f"{place}{field.field_number}"
    for descriptor, value in message.ListFields():
        if descriptor.type == FieldDescriptor.TYPE_MESSAGE:
            entries = value if descriptor.is_repeated else [value]
            for number, entry in enumerate(entries):
                index = f"[{number}]" if descriptor.is_repeated else ""
                yield from _unknown(entry, f"{place}{descriptor.name}{index}.")
