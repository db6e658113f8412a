# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""One question over an asyncio channel."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal, overload

import grpc
import grpc.aio
from google.protobuf.message import Message

from grantd import _dictionaries
from grantd._batches import BatchOptions
from grantd._questions import DESCRIBE_PATH, EVALUATE_PATH, SCREEN_PATH, Deadline, Evaluation, Screening, description, exchange
from grantd._schema import SCHEMA_PATH, files_of, is_unserved, known_of
from grantd.aio._channel import Channel
from grantd.v1.application_pb2 import Application
from grantd.v1.assessment_pb2 import Assessment
from grantd.v1.calculator_pb2 import ScreenRequest, ScreenResponse, Stage
from grantd.v1.catalogue_pb2 import DescribeMeasureRequest, MeasureDescription
from grantd.v1.catalogue_pb2 import Schema as SchemaAnswer


@overload
async def evaluate(
    application: Application | Message | Mapping[str, Any],
    *,
    channel: grpc.aio.Channel | str | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    explain: bool = False,
    timeout: float | None = None,
    as_dict: Literal[False] = False,
) -> Assessment: ...


@overload
async def evaluate(
    application: Application | Message | Mapping[str, Any],
    *,
    channel: grpc.aio.Channel | str | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    explain: bool = False,
    timeout: float | None = None,
    as_dict: Literal[True],
) -> dict[str, Any]: ...


async def evaluate(
    application: Application | Message | Mapping[str, Any],
    *,
    channel: grpc.aio.Channel | str | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    explain: bool = False,
    timeout: float | None = None,
    as_dict: bool = False,
) -> Assessment | dict[str, Any]:
    """Assesses one application, as ``grantd.evaluate`` does, for asyncio.

    Args:
        application: A message, or a dictionary as ``grantd.evaluate`` takes it.
        channel: Where to: a channel, also a stock one, or ``HOST:PORT``; by default as ``grantd.aio.Channel()``.
        stage: Eligible at all, or payable: ``Stage.DISBURSEMENT`` asks further rules.
        assume_unset_bars_absent: Take a bar whose ground is unset as absent, and list it as assumed.
        explain: Ask for the whole reasoning, in Chinese and English.
        timeout: How long it may take, in seconds; by default the channel's deadline.
        as_dict: Give the assessment as a dictionary with the .proto's names, enums by theirs.

    Returns:
        The assessment, whatever its outcome.

    Raises:
        GrantdError: Where there is none, as of ``grantd.evaluate``.
        TypeError: Where it is neither message nor dictionary.
    """
    question = Evaluation(application, BatchOptions(stage, assume_unset_bars_absent, explain, None))
    answer: Assessment = await _ask(question, EVALUATE_PATH, Assessment, channel, timeout)
    return _dictionaries.of_message(answer) if as_dict else answer


@overload
async def screen(
    request: ScreenRequest | Message | Mapping[str, Any],
    *,
    channel: grpc.aio.Channel | str | None = None,
    timeout: float | None = None,
    as_dict: Literal[False] = False,
) -> ScreenResponse: ...


@overload
async def screen(
    request: ScreenRequest | Message | Mapping[str, Any],
    *,
    channel: grpc.aio.Channel | str | None = None,
    timeout: float | None = None,
    as_dict: Literal[True],
) -> dict[str, Any]: ...


async def screen(
    request: ScreenRequest | Message | Mapping[str, Any],
    *,
    channel: grpc.aio.Channel | str | None = None,
    timeout: float | None = None,
    as_dict: bool = False,
) -> ScreenResponse | dict[str, Any]:
    """Assesses one applicant for every measure in force, as ``grantd.screen`` does, for asyncio.

    Args:
        request: A ``ScreenRequest``, or a dictionary as ``grantd.screen`` takes it.
        channel: As for ``evaluate``.
        timeout: As for ``evaluate``.
        as_dict: As for ``evaluate``.

    Returns:
        The assessments, the best first, and the same by programme.

    Raises:
        GrantdError: As ``evaluate``.
        TypeError: As ``evaluate``.
    """
    answer: ScreenResponse = await _ask(Screening(request), SCREEN_PATH, ScreenResponse, channel, timeout)
    return _dictionaries.of_message(answer) if as_dict else answer


@overload
async def describe(
    measure: str,
    *,
    as_of: str | datetime.date | None = None,
    channel: grpc.aio.Channel | str | None = None,
    timeout: float | None = None,
    as_dict: Literal[False] = False,
) -> MeasureDescription: ...


@overload
async def describe(
    measure: str,
    *,
    as_of: str | datetime.date | None = None,
    channel: grpc.aio.Channel | str | None = None,
    timeout: float | None = None,
    as_dict: Literal[True],
) -> dict[str, Any]: ...


async def describe(
    measure: str,
    *,
    as_of: str | datetime.date | None = None,
    channel: grpc.aio.Channel | str | None = None,
    timeout: float | None = None,
    as_dict: bool = False,
) -> MeasureDescription | dict[str, Any]:
    """Tells what a measure asks for and what it promises, as ``grantd.describe`` does, for asyncio.

    Args:
        measure: As for ``grantd.describe``.
        as_of: As for ``grantd.describe``.
        channel: As for ``evaluate``.
        timeout: As for ``evaluate``.
        as_dict: As for ``evaluate``.

    Returns:
        Its facts with their questions, units and labels, its rules, award, caps and lines.

    Raises:
        GrantdError: As ``grantd.describe``.
        ValueError: Where ``as_of`` is no day.
    """
    request = description(measure, as_of)
    async with opened(channel) as used:
        method: grpc.aio.UnaryUnaryMultiCallable[DescribeMeasureRequest, MeasureDescription] = used.unary_unary(
            DESCRIBE_PATH, DescribeMeasureRequest.SerializeToString, MeasureDescription.FromString
        )
        answer = await method(request, timeout=timeout)
    return _dictionaries.of_message(answer) if as_dict else answer


@contextlib.asynccontextmanager
async def opened(channel: grpc.aio.Channel | str | None) -> AsyncIterator[grpc.aio.Channel]:
    """The channel that is given, or one of its own for as long as it is used."""
    if isinstance(channel, grpc.aio.Channel):
        yield channel
        return
    async with Channel(channel) as own:
        yield own


async def fetch(channel: grpc.aio.Channel, timeout: float | None, wait_for_ready: bool = False) -> bytes | None:
    """The daemon's schema, as ``Known.learn`` takes it.

    Raises:
        grpc.RpcError: Where it cannot be had.
    """
    method: grpc.aio.UnaryUnaryMultiCallable[bytes, SchemaAnswer] = channel.unary_unary(
        SCHEMA_PATH, None, SchemaAnswer.FromString
    )
    try:
        return files_of(await method(b"", timeout=timeout, wait_for_ready=wait_for_ready))
    except grpc.RpcError as error:
        if is_unserved(error):
            return None
        raise


async def _ask(
    question: Evaluation | Screening,
    path: str,
    response: type[Message],
    channel: grpc.aio.Channel | str | None,
    timeout: float | None,
) -> Any:
    deadline = Deadline(timeout)
    async with opened(channel) as used:
        method: grpc.aio.UnaryUnaryMultiCallable[bytes, Message] = used.unary_unary(path, None, response.FromString)
        steps = exchange(known_of(used), question)
        step = next(steps)
        while True:
            answer: bytes | Message | None
            try:
                answer = await (fetch(used, deadline.left) if step is None else method(step, timeout=deadline.left))
            except grpc.RpcError as error:
                step = steps.throw(error)
                continue
            try:
                step = steps.send(answer)
            except StopIteration as end:
                return end.value
