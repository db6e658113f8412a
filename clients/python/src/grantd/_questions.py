# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""One question at a time, without a channel: what is sent, and what is sent again when the schema was an old one."""

from __future__ import annotations

import datetime
import time
from collections.abc import Generator, Mapping
from typing import Any

import grpc
from google.protobuf.message import Message

from grantd import _values
from grantd._batches import BatchOptions, heads, unfit
from grantd._schema import APPLICATION, SCREEN_REQUEST, Known, Schema, is_unknown
from grantd._values import UnfitError, UnknownNameError
from grantd.v1.catalogue_pb2 import DescribeMeasureRequest

EVALUATE_PATH = "/grantd.v1.Calculator/Evaluate"
SCREEN_PATH = "/grantd.v1.Calculator/Screen"
DESCRIBE_PATH = "/grantd.v1.Catalogue/DescribeMeasure"


class Evaluation:
    """The request for the assessment of one application."""

    __slots__ = ("_application", "_rest", "is_dictionary")

    def __init__(self, application: Message | Mapping[str, Any], options: BatchOptions) -> None:
        """Takes an application, a message or a dictionary.

        Raises:
            TypeError: Where it is neither.
        """
        self.is_dictionary = _is_dictionary(application, APPLICATION)
        self._application: Any = application
        # The fields behind the application have the numbers of a batch's.
        self._rest = options.rest()

    def payload(self, schema: Schema) -> bytes:
        """The request's bytes.

        Raises:
            UnfitError: Where the schema does not take the dictionary.
        """
        message = schema.application(self._application) if self.is_dictionary else self._application
        encoded: bytes = message.SerializeToString()
        return heads[len(encoded)] + encoded + self._rest


class Screening:
    """The request for a screening."""

    __slots__ = ("_request", "is_dictionary")

    def __init__(self, request: Message | Mapping[str, Any]) -> None:
        """Takes a request, a message or a dictionary.

        Raises:
            TypeError: Where it is neither.
        """
        self.is_dictionary = _is_dictionary(request, SCREEN_REQUEST)
        self._request: Any = request

    def payload(self, schema: Schema) -> bytes:
        """The request's bytes.

        Raises:
            UnfitError: Where the schema does not take the dictionary.
        """
        message = schema.screening(self._request) if self.is_dictionary else self._request
        encoded: bytes = message.SerializeToString()
        return encoded


def description(measure: str, as_of: str | datetime.date | None) -> DescribeMeasureRequest:
    """The request for a measure's description.

    Raises:
        ValueError: Where ``as_of`` is no day.
    """
    request = DescribeMeasureRequest(measure=measure)
    if as_of is not None:
        try:
            request.as_of = _values.day(as_of)
        except UnfitError as error:
            raise ValueError(f"as_of {error}: {as_of!r}") from error
    return request


class Deadline:
    """How long a question may take, with the call for the schema."""

    __slots__ = ("_ends_at",)

    def __init__(self, timeout: float | None) -> None:
        """``timeout`` in seconds; ``None``: each call as long as its channel says."""
        self._ends_at = None if timeout is None else time.monotonic() + timeout

    @property
    def left(self) -> float | None:
        """The seconds left, 0 or more."""
        return None if self._ends_at is None else max(0.0, self._ends_at - time.monotonic())


def exchange(known: Known, question: Evaluation | Screening) -> Generator[bytes | None, Any, Any]:
    """Asks, and once more by the daemon's schema of now where a name is not known here, or a field not there.

    Yields:
        The bytes of a request, and takes the answer; ``None``, and takes the daemon's schema, as ``Known.learn`` does.

    Returns:
        The answer.

    Raises:
        GrantdError: INVALID_ARGUMENT where the daemon's schema does not take the dictionary; and what the calls raise.
    """
    is_new = False
    try:
        if known.is_stale and question.is_dictionary:
            known.learn((yield None))
            is_new = True
        try:
            payload = question.payload(known.schema)
        except UnknownNameError:
            if is_new:
                raise
            known.learn((yield None))
            is_new = True
            payload = question.payload(known.schema)
        try:
            return (yield payload)
        except grpc.RpcError as error:
            if is_new or not question.is_dictionary or not is_unknown(error):
                raise
            known.is_stale = True
            known.learn((yield None))
            again = question.payload(known.schema)
            if again == payload:
                raise
        return (yield again)
    except UnfitError as error:
        raise unfit(error) from None


def _is_dictionary(given: object, name: str) -> bool:
    if isinstance(given, Mapping):
        return True
    if isinstance(given, Message) and given.DESCRIPTOR.full_name == name:
        return False
    raise TypeError(f"a {name} or a dictionary is wanted, not {type(given).__name__}")
