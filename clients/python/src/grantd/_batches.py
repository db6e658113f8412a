# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The scoring of many applications, without a channel: applications to batches, answers to scores."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sized
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

import grpc
from google.protobuf.message import Message

from grantd._contract import lack_of_assessments
from grantd._method import check_cost, incomplete, undecodable
from grantd._schema import APPLICATION, Known, Reader, is_number_of_field
from grantd._values import UnfitError
from grantd.config import ChannelConfig
from grantd.errors import GrantdError
from grantd.v1.application_pb2 import Application
from grantd.v1.assessment_pb2 import Assessment, Error
from grantd.v1.calculator_pb2 import EvaluateBatchRequest, EvaluateBatchResponse, EvaluateBatchResult, Explain, Stage

BATCH_PATH = "/grantd.v1.Calculator/EvaluateBatch"

_MOST_APPLICATIONS = 4096
_MOST_EXPLAINED = 256
# Batches are sent at this size, however few applications they hold.
_BATCH_BYTES = 1024 * 1024
# The daemon's limit on a request, less the request's other fields.
_MOST_BYTES = 4 * 1024 * 1024 - 64
# What stands before an application in the request: a tag and at most four bytes of its length.
_HEAD_BYTES = 5


def most_decoded(channel: object) -> int:
    """What an answer over a channel may take once it is decoded; a stock channel has no setting for it."""
    config = getattr(channel, "config", None)
    return config.max_decoded_bytes if isinstance(config, ChannelConfig) else ChannelConfig.max_decoded_bytes


class Flawed(NamedTuple):
    """An application that is not to be sent, and what is wrong with it."""

    application: Message
    error: GrantdError
    # Whether a schema that has more names could take it.
    is_unknown: bool = False


# What is scored: a message, of the shipped contract or of another form of it, the same as a dictionary with the .proto's
# names, or what is known to be wrong already.
Entry: TypeAlias = Message | Mapping[str, Any] | Flawed


class _Scored(NamedTuple):
    """The values of a score."""

    index: int  # type: ignore[assignment]  # Nobody looks for a value's place in a score.
    assessment: Assessment | None
    error: GrantdError | None
    # The application's own name, where there is no assessment to tell it.
    name: str


class Score(_Scored):
    """What came of one application: an assessment, or the error that stands in its place."""

    # A tuple, since there are many: one is made in half the time of an object with a dictionary or slots.
    __slots__ = ()

    index: int
    """The application's place in the iterable, from 0."""

    assessment: Assessment | None
    """The assessment, whatever its outcome; ``None`` where there is an error."""

    error: GrantdError | None
    """What is wrong with this application; the others are not touched by it."""

    @property
    def application_id(self) -> str:
        """The application's own name, empty where it has none."""
        return self.name if self.assessment is None else self.assessment.application_id

    def result(self) -> Assessment:
        """The assessment.

        Raises:
            GrantdError: Where the application has none.
        """
        assessment = self.assessment
        if assessment is None:
            assert self.error is not None
            raise self.error
        return assessment


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

    __slots__ = ("_first", "_flawed", "_reader", "_sent", "size")

    def __init__(self, first: int, reader: Reader) -> None:
        self._reader = reader
        # The first one's index.
        self._first = first
        # The applications that are sent, encoded.
        self._sent: list[bytes] = []
        # Those that are not, by their place in the batch: their own name, and what is wrong.
        self._flawed: dict[int, tuple[str, GrantdError]] = {}
        # What the applications take in the request, in bytes.
        self.size = 0

    def __len__(self) -> int:
        return len(self._sent) + len(self._flawed)

    def read(self, source: Iterator[Entry], most: int, signal: Sized) -> tuple[bool, bytes | None]:
        """Takes applications: ``most``, or as many as make enough bytes, or until the signal has a length; at least one.

        It stops at a dictionary that waits for the daemon's schema, which the reader keeps.

        Each is encoded when it comes, since a source may use the same message again for its next one.

        Returns:
            Whether there may be more, and an application that came and has no more room.
        """
        sent = self._sent
        append, serialize, enough = sent.append, _serialize, _BATCH_BYTES
        size = self.size
        full = len(self) + most
        try:
            for entry in itertools.islice(source, most):
                if type(entry) is Application:
                    encoded = serialize(entry)
                else:
                    other = self._encode(entry)
                    if other is None:
                        if self._reader.waiting is not None:
                            return True, None
                        continue
                    encoded = other
                append(encoded)
                size += len(encoded) + _HEAD_BYTES
                if size >= enough:
                    if size <= _MOST_BYTES:
                        return True, None
                    # It is too much, for this batch or for any.
                    size -= len(sent.pop()) + _HEAD_BYTES
                    if len(encoded) + _HEAD_BYTES <= _MOST_BYTES:
                        return True, encoded
                    self._leave_out(_name(encoded), _too_large(len(encoded)))
                if signal:
                    return True, None
        finally:
            self.size = size
        return len(self) == full, None

    def keep(self, encoded: bytes) -> None:
        """Takes an application that had no room in the batch before."""
        self._sent.append(encoded)
        self.size += len(encoded) + _HEAD_BYTES

    @property
    def is_void(self) -> bool:
        """Whether nothing of it is to be sent."""
        return not self._sent

    def request(self, rest: bytes) -> bytes:
        """The call's payload; ``rest`` is the request's other fields."""
        parts = [rest] * (2 * len(self._sent) + 1)
        parts[0:-1:2] = map(heads.__getitem__, map(len, self._sent))
        parts[1::2] = self._sent
        return b"".join(parts)

    def scores(self, payload: bytes, most_decoded: int) -> Iterable[Score]:
        """The scores by the call's answer, which may take so much memory; in the order in which the applications came.

        Raises:
            GrantdError: INTERNAL where it is no answer to this batch, RESOURCE_EXHAUSTED where it takes too much memory.
        """
        check_cost(payload, EvaluateBatchResponse.DESCRIPTOR, most_decoded)
        try:
            results = EvaluateBatchResponse.FromString(payload).results
        except Exception as error:
            raise undecodable() from error
        if len(results) != len(self._sent):
            raise incomplete(f"{len(results)} results for {len(self._sent)} applications")
        # Where one is an error its assessment is an empty one, which lacks everything.
        assessments = list(map(_assessment, results))
        if self._flawed or lack_of_assessments(assessments, payload):
            return self._mixed_scores(iter(results))
        # Made one by one as they are taken, and gone before the next: they give the garbage collector no work.
        values = zip(itertools.count(self._first), assessments, itertools.repeat(None), itertools.repeat(""))
        return map(_new, itertools.repeat(Score), values)

    def _mixed_scores(self, results: Iterator[EvaluateBatchResult]) -> list[Score]:
        """The scores where one of them is an error."""
        scores: list[Score] = []
        sent = iter(self._sent)
        for place in range(len(self)):
            index = self._first + place
            if place in self._flawed:
                name, error = self._flawed[place]
                scores.append(Score(index, None, error, name))
                continue
            encoded = next(sent)
            result = next(results)
            if result.HasField("assessment"):
                scores.append(Score(index, result.assessment, None, ""))
            elif result.HasField("error") and result.error.code:
                if is_number_of_field(result.error.field):
                    self._reader.known.is_stale = True
                scores.append(Score(index, None, _failure(result.error), _name(encoded)))
            else:
                raise incomplete("a result without an assessment or an error")
        lack = lack_of_assessments([score.assessment for score in scores if score.assessment is not None])
        if lack:
            raise incomplete(lack)
        return scores

    def _encode(self, entry: Entry) -> bytes | None:
        """The application's bytes; ``None``, and the error noted, where it is not to be sent, or not yet."""
        if isinstance(entry, Message) and entry.DESCRIPTOR.full_name == APPLICATION:
            # As it stands, with the extensions and unknown fields that it holds.
            return entry.SerializeToString()
        if isinstance(entry, Flawed):
            self._leave_out(_name(entry.application.SerializePartialToString()), entry.error)
            return None
        if not isinstance(entry, Mapping):
            raise TypeError(f"an Application or a dictionary is wanted, not {type(entry).__name__}")
        try:
            application = self._reader.read(entry)
        except UnfitError as error:
            name = entry.get("application_id")
            self._leave_out(name if isinstance(name, str) and name.isprintable() else "", unfit(error))
            return None
        return None if application is None else application.SerializeToString()

    def _leave_out(self, name: str, error: GrantdError) -> None:
        self._flawed[len(self)] = (name, error)


class Gatherer:
    """Makes batches of the applications that come."""

    __slots__ = ("_batch", "_kept", "_most", "_next", "_reader", "_rest")

    def __init__(self, options: BatchOptions, known: Known) -> None:
        """``known`` is what is known of the daemon's schema."""
        _keep_freed_memory()
        self._reader = Reader(known)
        self._most = options.size
        self._rest = options.rest()
        # The index of the application that comes next into a batch.
        self._next = 0
        # What the batch had no room for.
        self._kept: bytes | None = None
        self._batch = Batch(0, self._reader)

    def __bool__(self) -> bool:
        return len(self._batch) > 0

    @property
    def is_full(self) -> bool:
        """Whether the batch is to be sent before anything more is put into it."""
        return self._kept is not None or len(self._batch) >= self._most or self._batch.size >= _BATCH_BYTES

    @property
    def wants_schema(self) -> bool:
        """Whether a dictionary waits for the daemon's schema: nothing is read before ``learn``."""
        return self._reader.waiting is not None

    def learn(self, files: bytes | None) -> None:
        """Takes the daemon's schema, as ``Known.learn`` does, and by it what has waited."""
        with self._reader.resumed(files) as entry:
            if entry is not None:
                self.append(entry)

    def read(self, source: Iterator[Entry], most: int | None = None, signal: Sized = ()) -> bool:
        """Takes applications into a batch that is not full; fewer where one waits for the daemon's schema.

        Args:
            source: Where they come from.
            most: How many at most; by default until the batch is full.
            signal: Once it has a length no more are taken.

        Returns:
            Whether there may be more.
        """
        room = self._most - len(self._batch)
        may_be_more, self._kept = self._batch.read(source, room if most is None else min(most, room), signal)
        return may_be_more

    def append(self, entry: Entry) -> None:
        """Takes one application."""
        self.read(iter((entry,)), 1)

    def take(self) -> tuple[Batch, bytes]:
        """The batch and its call's payload; another one begins."""
        batch = self._batch
        self._next += len(batch)
        self._batch = Batch(self._next, self._reader)
        if self._kept is not None:
            self._batch.keep(self._kept)
            self._kept = None
        return batch, b"" if batch.is_void else batch.request(self._rest)


class _Heads(dict[int, bytes]):
    """What stands before an application in a request, by its length."""

    def __missing__(self, length: int) -> bytes:
        left, encoded = length, bytearray(b"\x0a")
        while left > 127:
            encoded.append(left & 127 | 128)
            left >>= 7
        encoded.append(left)
        head = bytes(encoded)
        # Most lengths come again and again; those of the few large ones need no place.
        if length < 4096:
            self[length] = head
        return head


heads = _Heads()
_assessment = attrgetter("assessment")
# Found once: a message looks for a field of that name first, each time.
_serialize = Application.SerializeToString
_new: Any = tuple.__new__


@functools.cache
def _keep_freed_memory() -> None:
    """Lets glibc keep a few MiB that were freed, where it would give them back after every answer and ask for them again.

    It adapts itself to the largest block of memory that was freed. That saves a tenth of the time of a scoring.
    """
    bytes(4 * 1024 * 1024)


def _name(encoded: bytes) -> str:
    return Application.FromString(encoded).application_id


def _failure(error: Error) -> GrantdError:
    return GrantdError.of_reply(error.code, error.status, error.message, error.field)


def _too_large(size: int) -> GrantdError:
    return GrantdError(
        grpc.StatusCode.RESOURCE_EXHAUSTED, f"the application has {size} bytes, more than the {_MOST_BYTES} allowed"
    )


def unfit(error: UnfitError) -> GrantdError:
    """What is wrong with values, as the daemon would say it."""
    return GrantdError(grpc.StatusCode.INVALID_ARGUMENT, str(error), number=1003, field=error.place)
