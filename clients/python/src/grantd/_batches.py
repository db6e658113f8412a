# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The scoring of many applications, without a channel: applications to batches, answers to scores."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import grpc
from google.protobuf import json_format

from grantd.errors import GrantdError
from grantd.v1.application_pb2 import Application
from grantd.v1.assessment_pb2 import Assessment
from grantd.v1.calculator_pb2 import EvaluateBatchRequest, EvaluateBatchResponse, Explain, Stage

BATCH_PATH = "/grantd.v1.Calculator/EvaluateBatch"

_MOST_APPLICATIONS = 4096
_MOST_EXPLAINED = 256
# Batches are sent at this size, however few applications they hold.
_BATCH_BYTES = 1024 * 1024
# The daemon's limit on a request, less the request's other fields.
_MOST_BYTES = 4 * 1024 * 1024 - 64
_TAG = b"\x0a"


class Flawed(NamedTuple):
    """An application that is not to be sent, and what is wrong with it."""

    application: Application
    error: GrantdError


# What is scored: a message, the same as a dictionary in protobuf's JSON form, or what is known to be wrong already.
Entry: TypeAlias = Application | Mapping[str, Any] | Flawed


@dataclasses.dataclass(frozen=True)
class Score:
    """What came of one application: an assessment, or the error that stands in its place."""

    index: int
    """The application's place in the iterable, from 0."""

    application_id: str
    """The application's own name, empty where it has none."""

    assessment: Assessment | None = None
    """The assessment, whatever its outcome; ``None`` where there is an error."""

    error: GrantdError | None = None
    """What is wrong with this application; the others are not touched by it."""

    def result(self) -> Assessment:
        """The assessment.

        Raises:
            GrantdError: Where the application has none.
        """
        if self.error is not None:
            raise self.error
        assert self.assessment is not None
        return self.assessment


@dataclasses.dataclass(frozen=True)
class BatchOptions:
    """What is asked about every application, and how much goes into one call."""

    stage: Stage.Value.ValueType
    assume_unset_bars_absent: bool
    explain: bool
    batch_size: int | None

    def __post_init__(self) -> None:
        """Refuses sizes that the daemon refuses."""
        most = _MOST_EXPLAINED if self.explain else _MOST_APPLICATIONS
        if self.batch_size is not None and not 1 <= self.batch_size <= most:
            raise ValueError(f"batch_size must be from 1 to {most}, not {self.batch_size}")

    @property
    def size(self) -> int:
        """The most applications in one call."""
        return self.batch_size or (64 if self.explain else 512)

    def rest(self) -> bytes:
        """The request's fields behind its applications."""
        request = EvaluateBatchRequest()
        if self.stage != Stage.APPLICATION:
            request.stage = self.stage
        if self.assume_unset_bars_absent:
            request.assume_unset_bars_absent = True
        if self.explain:
            request.explain = Explain.FULL
        return request.SerializeToString()


class Batch:
    """Applications that go into one call, with what is known of them already."""

    __slots__ = ("_first", "_ids", "_known", "_parts", "size")

    def __init__(self, first: int) -> None:
        # The first one's index.
        self._first = first
        self._ids: list[str] = []
        # The error of an application that is not sent; None of one that is.
        self._known: list[GrantdError | None] = []
        # The applications, encoded as fields of the request.
        self._parts: list[bytes] = []
        self.size = 0

    def __len__(self) -> int:
        return len(self._ids)

    def append(self, entry: Entry) -> None:
        """Takes an application."""
        application, error = _message(entry)
        self._ids.append(application.application_id)
        if error is None:
            data = application.SerializeToString()
            if len(data) <= _MOST_BYTES:
                self._parts += (_TAG, _varint(len(data)), data)
                self.size += len(data) + 6
            else:
                error = GrantdError(
                    grpc.StatusCode.RESOURCE_EXHAUSTED,
                    f"the application has {len(data)} bytes, more than the {_MOST_BYTES} allowed",
                )
        self._known.append(error)

    @property
    def is_void(self) -> bool:
        """Whether nothing of it is to be sent."""
        return not self._parts

    def request(self, rest: bytes) -> bytes:
        """The call's payload; ``rest`` is the request's other fields."""
        payload = b"".join((*self._parts, rest))
        self._parts = []
        return payload

    def scores(self, payload: bytes) -> list[Score]:
        """The scores by the call's answer, in the order in which the applications came.

        Raises:
            GrantdError: INTERNAL where it is no answer to this batch.
        """
        try:
            results = EvaluateBatchResponse.FromString(payload).results
        except Exception as error:
            raise GrantdError(grpc.StatusCode.INTERNAL, "the answer to a batch does not decode") from error
        if len(results) != self._known.count(None):
            raise GrantdError(
                grpc.StatusCode.INTERNAL,
                f"the answer to a batch of {self._known.count(None)} applications has {len(results)} results",
            )
        answers = iter(results)
        scores: list[Score] = []
        for index, (application_id, known) in enumerate(zip(self._ids, self._known, strict=True), self._first):
            if known is not None:
                scores.append(Score(index, application_id, error=known))
                continue
            result = next(answers)
            kind = result.WhichOneof("result")
            if kind == "assessment":
                scores.append(Score(index, application_id, assessment=result.assessment))
            elif kind == "error":
                failure = result.error
                known = GrantdError.of_reply(failure.code, failure.status, failure.message, failure.field)
                scores.append(Score(index, application_id, error=known))
            else:
                raise GrantdError(grpc.StatusCode.INTERNAL, "a result of a batch holds neither an assessment nor an error")
        return scores


class Gatherer:
    """Makes batches of the applications that come."""

    __slots__ = ("_batch", "_next", "_rest", "_size")

    def __init__(self, options: BatchOptions) -> None:
        self._size = options.size
        self._rest = options.rest()
        self._next = 0
        self._batch = Batch(0)

    def __bool__(self) -> bool:
        return len(self._batch) > 0

    @property
    def is_full(self) -> bool:
        """Whether the batch is to be sent before anything more is put into it."""
        return len(self._batch) >= self._size or self._batch.size >= _BATCH_BYTES

    def append(self, entry: Entry) -> None:
        """Takes an application."""
        self._batch.append(entry)
        self._next += 1

    def take(self) -> tuple[Batch, bytes]:
        """The batch and its call's payload; another one begins."""
        batch, self._batch = self._batch, Batch(self._next)
        return batch, b"" if batch.is_void else batch.request(self._rest)


def _message(entry: Entry) -> tuple[Application, GrantdError | None]:
    if isinstance(entry, Application):
        return entry, None
    if isinstance(entry, Flawed):
        return entry
    application = Application()
    if not isinstance(entry, Mapping):
        raise TypeError(f"an Application or a dictionary is wanted, not {type(entry).__name__}")
    try:
        json_format.ParseDict(dict(entry), application)
    except json_format.ParseError as error:
        return Application(), GrantdError(grpc.StatusCode.INVALID_ARGUMENT, str(error), number=1003)
    return application, None


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)
