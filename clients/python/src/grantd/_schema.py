# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The schemas that dictionaries and tables are read by: the one that this package ships, and the daemon's own.

A programme that was added to a daemon at run time is in the daemon's schema alone. So a name that the shipped schema does not
have is looked for there; from then on the daemon's is the schema of that channel, until a name is missing from it too, or the
daemon says that it does not know what was sent.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from typing import Any

import grpc
import grpc.aio
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

from grantd import _dictionaries
from grantd._dictionaries import Record
from grantd._values import UnknownNameError
from grantd.errors import GrantdError
from grantd.v1.application_pb2 import Application
from grantd.v1.calculator_pb2 import ScreenRequest
from grantd.v1.catalogue_pb2 import Schema as SchemaAnswer

SCHEMA_PATH = "/grantd.v1.Catalogue/GetSchema"
APPLICATION = Application.DESCRIPTOR.full_name
SCREEN_REQUEST = ScreenRequest.DESCRIPTOR.full_name
# In seconds: how soon one scoring asks for the schema again.
_PAUSE = 1.0


class Schema:
    """Message types that dictionaries are read into. Never changes, and is shared by threads."""

    __slots__ = ("_application", "_application_type", "_screening", "_screening_type", "members")

    def __init__(self, application_type: type[Message], screening_type: type[Message]) -> None:
        records: dict[str, Record] = {}
        application: Any = application_type.DESCRIPTOR
        screening: Any = screening_type.DESCRIPTOR
        self._application_type = application_type
        self._application = Record(application, records)
        self._screening_type = screening_type
        self._screening = Record(screening, records)
        facts = application.oneofs_by_name["facts"]
        # The names of the members of ``facts``.
        self.members = frozenset(field.name for field in facts.fields)

    @property
    def record(self) -> Record:
        """How an application is read."""
        return self._application

    @property
    def application_type(self) -> type[Message]:
        """The applications' class."""
        return self._application_type

    def application(self, values: Any) -> Message:
        """An application of a dictionary; raises as ``_dictionaries.fill`` does."""
        message = self._application_type()
        _dictionaries.fill(message, values, self._application)
        return message

    def screening(self, values: Any) -> Message:
        """A request for a screening of a dictionary; raises as ``_dictionaries.fill`` does."""
        message = self._screening_type()
        _dictionaries.fill(message, values, self._screening)
        return message

    def member_of(self, measure: str) -> str | None:
        """The member of ``facts`` that belongs to a measure's full id; ``None`` where there is no such measure."""
        member = measure.replace(".", "_").replace("-", "_")
        return member if member in self.members and "." in measure else None


SHIPPED = Schema(Application, ScreenRequest)


@functools.lru_cache(maxsize=4)
def schema_of(files: bytes) -> Schema:
    """The schema of a serialized FileDescriptorSet. The latest few are kept, since many channels have the same.

    Raises:
        GrantdError: INTERNAL where the set does not hold together.
    """
    pool = descriptor_pool.DescriptorPool()
    try:
        for file in descriptor_pb2.FileDescriptorSet.FromString(files).file:
            pool.AddSerializedFile(file.SerializeToString())
        found = map(pool.FindMessageTypeByName, (APPLICATION, SCREEN_REQUEST))
        return Schema(*map(message_factory.GetMessageClass, found))
    # protobuf raises what it likes: TypeError, KeyError, DecodeError.
    except Exception as error:
        raise GrantdError(grpc.StatusCode.INTERNAL, f"the daemon's schema does not hold together: {error}") from error


class Known:
    """What is known of a daemon's schema over a channel."""

    __slots__ = ("__weakref__", "is_stale", "schema")

    def __init__(self) -> None:
        self.schema = SHIPPED
        # Whether the daemon has said that it does not know what was sent.
        self.is_stale = False

    def learn(self, files: bytes | None) -> None:
        """Takes what the daemon says; ``None`` where it serves no schema, and the shipped one must do.

        Raises:
            GrantdError: INTERNAL where it is no schema.
        """
        self.schema = SHIPPED if files is None else schema_of(files)
        self.is_stale = False


_known: weakref.WeakKeyDictionary[Any, Known] = weakref.WeakKeyDictionary()
_known_lock = threading.Lock()


def known_of(channel: grpc.Channel | grpc.aio.Channel) -> Known:
    """What is known over a channel, a stock one or of this package."""
    with _known_lock:
        known = _known.get(channel)
        if known is None:
            known = _known[channel] = Known()
        return known


def share(channel: grpc.Channel, known: Known) -> None:
    """Lets a channel that is another one underneath know what that knows."""
    with _known_lock:
        _known[channel] = known


class Reader:
    """Reads the dictionaries of one scoring, and says when the daemon's schema is wanted.

    That is asked for at the first name that is not known, and then once a second at most: a million rows with a name misspelt
    cost one call a second, and a programme that is added meanwhile is known a second later.
    """

    __slots__ = ("_has_asked", "_learnt_at", "known", "waiting")

    def __init__(self, known: Known) -> None:
        self._learnt_at: float | None = None
        # Whether the daemon was asked for the dictionary that is read.
        self._has_asked = False
        self.known = known
        # The dictionary that waits for the daemon's schema.
        self.waiting: Mapping[str, Any] | None = None

    @property
    def may_ask(self) -> bool:
        """Whether it is time to ask, for the first time or again."""
        if self._has_asked:
            return False
        return self._learnt_at is None or time.monotonic() - self._learnt_at >= _PAUSE

    def learn(self, files: bytes | None) -> None:
        """Takes what the daemon says, as ``Known.learn`` does."""
        self.known.learn(files)
        self._learnt_at = time.monotonic()

    @contextlib.contextmanager
    def resumed(self, files: bytes | None) -> Iterator[Mapping[str, Any] | None]:
        """Takes what the daemon says, and gives what has waited for it: read inside, it does not wait again."""
        self.learn(files)
        values, self.waiting = self.waiting, None
        self._has_asked = True
        try:
            yield values
        finally:
            self._has_asked = False

    def read(self, values: Mapping[str, Any]) -> Message | None:
        """The application of a dictionary; ``None``, and it waits, where the daemon's schema is wanted first.

        Raises:
            UnfitError: Where it is none.
        """
        if self.known.is_stale and self.may_ask:
            self.waiting = values
            return None
        try:
            return self.known.schema.application(values)
        except UnknownNameError:
            if not self.may_ask:
                raise
        self.waiting = values
        return None


def files_of(answer: SchemaAnswer) -> bytes:
    """The serialized FileDescriptorSet of the daemon's answer.

    Raises:
        GrantdError: INTERNAL where it is none; over a stock channel nobody has looked.
    """
    if not answer.file_descriptor_set:
        raise GrantdError(grpc.StatusCode.INTERNAL, "the daemon's answer holds no schema")
    return answer.file_descriptor_set


def is_unserved(error: grpc.RpcError) -> bool:
    """Whether a daemon serves no schema."""
    return _code(error) is grpc.StatusCode.UNIMPLEMENTED


def is_unknown(error: grpc.RpcError) -> bool:
    """Whether a daemon says that it does not know a field of what was sent: the place ends with the field's number."""
    return _code(error) is grpc.StatusCode.INVALID_ARGUMENT and is_number_of_field(_place(error))


def is_number_of_field(place: str) -> bool:
    """Whether a place in a request ends with a field's number, ``prior_awards[0].77``: the daemon knows no name for it."""
    return place.rpartition(".")[2].isdecimal()


def _code(error: grpc.RpcError) -> Any:
    code: Any = getattr(error, "code", None)
    return None if code is None else code()


def _place(error: grpc.RpcError) -> str:
    if isinstance(error, GrantdError):
        return error.field
    trailing: Any = getattr(error, "trailing_metadata", tuple)()
    return next((str(value) for key, value in trailing or () if key == "field"), "")
