# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Why a call had no answer."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, ClassVar, NoReturn

import grpc
import grpc.aio

__all__ = ["GrantdError"]

_STATUS_OF_NUMBER = {
    1001: grpc.StatusCode.UNIMPLEMENTED,
    1002: grpc.StatusCode.UNIMPLEMENTED,
    1003: grpc.StatusCode.INVALID_ARGUMENT,
    1004: grpc.StatusCode.UNAUTHENTICATED,
    1008: grpc.StatusCode.DEADLINE_EXCEEDED,
    2001: grpc.StatusCode.INTERNAL,
    2003: grpc.StatusCode.UNAVAILABLE,
    2004: grpc.StatusCode.RESOURCE_EXHAUSTED,
}


class GrantdError(grpc.aio.AioRpcError, grpc.Call, grpc.Future):  # type: ignore[misc, type-arg]
    """Why a call, or one application of a batch, had no answer: a ``grpc.RpcError``, over both kinds of channel."""

    tells_details: ClassVar[bool] = True
    """Whether ``str()`` tells what the daemon says. That may quote what was sent, an applicant's data: a program that logs
    its errors sets ``GrantdError.tells_details = False`` once, and finds the words in ``details()`` and ``repr()`` alone."""

    field: str
    """The place in the request, ``prior_awards[0].amount_fen`` or ``facts``; empty where no place can be named."""

    number: int | None
    """The error number of the framing, 1003 say; ``None`` for what only the client can see."""

    def __init__(self, code: grpc.StatusCode, details: str, *, number: int | None = None, field: str = "") -> None:
        """Makes an error.

        Args:
            code: What kind of failure it is; what a program branches on.
            details: What went wrong and what would be right, for a person.
            number: The error number of the framing.
            field: The place in the request.
        """
        trailing = grpc.aio.Metadata(("field", field)) if field else grpc.aio.Metadata()
        super().__init__(code, grpc.aio.Metadata(), trailing, details=details)
        self.number = number
        self.field = field

    @classmethod
    def of_reply(cls, number: int, status: str, details: str, field: str) -> GrantdError:
        """The error for an error number of the framing, not 0, and the gRPC status name beside it, which may be empty."""
        named = grpc.StatusCode.__members__.get(status)
        if named is None or named is grpc.StatusCode.OK:
            named = _STATUS_OF_NUMBER.get(number, grpc.StatusCode.UNKNOWN)
        return cls(named, details, number=number, field=field)

    def is_active(self) -> bool:
        """Whether the call is still running: never."""
        return False

    def time_remaining(self) -> float:
        """The seconds left for the call: 0."""
        return 0.0

    def cancel(self) -> bool:
        """Cancels the call: it has ended."""
        return False

    def add_callback(self, callback: Callable[[], None]) -> bool:
        """Asks to be told of the call's end: it has ended, so the callback is not taken."""
        return False

    # Stock interceptors take the error of a call for the call itself, and ask it as a future.

    def result(self, timeout: float | None = None) -> NoReturn:
        """Raises the error."""
        raise self

    def exception(self, timeout: float | None = None) -> GrantdError:
        """The error."""
        return self

    def traceback(self, timeout: float | None = None) -> TracebackType | None:
        """Where the error was raised."""
        return self.__traceback__

    def cancelled(self) -> bool:
        """Whether the call was cancelled."""
        return self.code() is grpc.StatusCode.CANCELLED

    def running(self) -> bool:
        """Whether the call is still running: never."""
        return False

    def done(self) -> bool:
        """Whether the call has ended: always."""
        return True

    def add_done_callback(self, fn: Callable[[Any], None]) -> None:
        """Calls ``fn(self)`` at once: the call has ended."""
        fn(self)

    def __str__(self) -> str:
        """The code, the number, the place in the request, and what is wrong: all on one line."""
        if self.number is None:
            return f"{self.code().name}: {self.details()}"
        place = f" at {self.field}" if self.field else ""
        said = f": {self.details()}" if self.tells_details and self.details() else ""
        return f"{self.code().name} ({self.number}){place}{said}"

    def __repr__(self) -> str:
        """Everything, the details included."""
        return f"GrantdError({self.code()}, {self.details()!r}, number={self.number!r}, field={self.field!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickle, so that errors pass between processes."""
        return (_restore, (self.code().name, self.details(), self.number, self.field))


def _restore(code: str, details: str, number: int | None, field: str) -> GrantdError:
    return GrantdError(grpc.StatusCode[code], details, number=number, field=field)
