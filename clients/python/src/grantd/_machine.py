# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What a connection does next: no sockets, no clock, no locks.

Both channels drive one machine each: they tell it what happened and do what it answers. A call is in at most one of two
places, ``waiting`` (for a connection, or for room on it) and ``in_flight``; whoever takes it out ends it, so it ends once.
"""

from __future__ import annotations

import enum
import itertools
import math
import random
from collections.abc import Callable
from typing import Generic, TypeVar

import grpc

from grantd._backoff import Backoff
from grantd._frame import RequestEncoder
from grantd.config import ChannelConfig

# So much of a reply that is not whole yet is a sign of life.
_PROGRESS_BYTES = 1024
# Who looks so much later than asked, in seconds, was held up, and may not have read yet what came meanwhile.
_HELD_UP = 0.1
# So many calls that were given up are remembered; who owes more owes these too.
_MOST_GIVEN_UP = 4096


class PendingCall:
    """What the machine knows of a call; each channel adds how it ends."""

    __slots__ = ("attempts", "correlation_id", "deadline", "encoder", "metadata", "payload", "wait_for_ready")

    def __init__(
        self,
        encoder: RequestEncoder,
        payload: bytes,
        metadata: tuple[tuple[str, str], ...],
        deadline: float,
        wait_for_ready: bool,
    ) -> None:
        self.encoder = encoder
        self.payload = payload
        self.metadata = metadata
        # By the monotonic clock, in seconds.
        self.deadline = deadline
        # Whether the call is tried as often as its deadline leaves time for.
        self.wait_for_ready = wait_for_ready
        self.attempts = 0
        self.correlation_id = 0

    def frame(self, now: float) -> bytes:
        """The bytes to send; the daemon is told how much time is left."""
        # At least a millisecond: 0 would mean no deadline; at most what an int32 holds.
        timeout_ms = max(1, min(int((self.deadline - now) * 1000), 0x7FFFFFFF))
        return self.encoder.encode(self.correlation_id, timeout_ms, self.payload, self.metadata)


C = TypeVar("C", bound=PendingCall)


class Phase(enum.Enum):
    """Where the connection is."""

    IDLE = grpc.ChannelConnectivity.IDLE
    CONNECTING = grpc.ChannelConnectivity.CONNECTING
    ACTIVE = grpc.ChannelConnectivity.READY
    # The daemon said that it stops: what is in flight is awaited, nothing more is sent.
    DRAINING = "draining"
    BACKING_OFF = grpc.ChannelConnectivity.TRANSIENT_FAILURE
    CLOSED = grpc.ChannelConnectivity.SHUTDOWN

    @property
    def connectivity(self) -> grpc.ChannelConnectivity:
        """The phase in gRPC's words."""
        if self is Phase.DRAINING:
            return grpc.ChannelConnectivity.READY
        connectivity: grpc.ChannelConnectivity = self.value
        return connectivity


class OnSubmit(enum.Enum):
    """What to do with a new call."""

    # Send it now; it has its correlation id.
    SEND = enum.auto()
    # Make a connection; the call is kept.
    CONNECT = enum.auto()
    # The call is kept.
    WAIT = enum.auto()
    # The channel is closed; the call is not taken.
    REFUSE = enum.auto()


class OnReply(enum.Enum):
    """What to do with a reply, beside what ``room`` says."""

    # Give it to the call.
    ANSWER = enum.auto()
    # The daemon stops: the call is kept and tried elsewhere.
    RETRY = enum.auto()
    # Its caller gave up.
    LATE = enum.auto()
    # No call ever had this id.
    UNKNOWN = enum.auto()


class Machine(Generic[C]):
    """The state of a connection and its calls."""

    __slots__ = (
        "_backoff",
        "_chance",
        "_config",
        "_given_up",
        "_has_answered",
        "_ids",
        "_last_id",
        "_partial_bytes",
        "_quiet_since",
        "_silence_timeout",
        "congested",
        "in_flight",
        "late_replies",
        "next_deadline",
        "next_silence",
        "phase",
        "unknown_replies",
        "waiting",
    )

    def __init__(self, config: ChannelConfig, chance: Callable[[], float] = random.random) -> None:
        self._config = config
        self._backoff = Backoff(config)
        self._chance = chance
        self._ids = itertools.count(1)
        self._last_id = 0
        self._has_answered = False
        self._silence_timeout = config.silence_timeout or math.inf
        # The calls that nobody waits for any more, but whose replies the connection still owes.
        self._given_up: dict[int, None] = {}
        # Since when the connection owes replies and shows no progress; infinity while it owes none.
        self._quiet_since = math.inf
        # How much of the reply that is coming had come at the last progress.
        self._partial_bytes = 0
        self.phase = Phase.IDLE
        # In the order in which they are to be sent.
        self.waiting: dict[C, None] = {}
        self.in_flight: dict[int, C] = {}
        # What was sent is not taken off fast enough: send nothing more.
        self.congested = False
        # No call's deadline is before this.
        self.next_deadline = math.inf
        # The connection is not silent for too long before this.
        self.next_silence = math.inf
        self.late_replies = 0
        self.unknown_replies = 0

    # Calls.

    def submit(self, call: C, now: float) -> OnSubmit:
        """A new call."""
        if self.phase is Phase.CLOSED:
            return OnSubmit.REFUSE
        if call.deadline < self.next_deadline:
            self.next_deadline = call.deadline
        if self.phase is Phase.ACTIVE and not self.waiting and self._has_room:
            self._enter(call, now)
            return OnSubmit.SEND
        self.waiting[call] = None
        if self.phase is Phase.IDLE:
            self.phase = Phase.CONNECTING
            return OnSubmit.CONNECT
        return OnSubmit.WAIT

    def room(self, now: float) -> list[C]:
        """The waiting calls that are to be sent now, each with its correlation id."""
        calls: list[C] = []
        while self.waiting and self.phase is Phase.ACTIVE and self._has_room:
            call = next(iter(self.waiting))
            del self.waiting[call]
            self._enter(call, now)
            calls.append(call)
        return calls

    def withdraw(self, call: C) -> bool:
        """Its caller gives up. Returns whether the call was still here."""
        if self.in_flight.get(call.correlation_id) is call:
            del self.in_flight[call.correlation_id]
            self._given_up[call.correlation_id] = None
            if len(self._given_up) > _MOST_GIVEN_UP:
                del self._given_up[next(iter(self._given_up))]
            return True
        if call in self.waiting:
            del self.waiting[call]
            return True
        return False

    def expire(self, now: float) -> list[C]:
        """Takes the calls out whose time is up."""
        if now < self.next_deadline:
            return []
        expired: list[C] = []
        following = math.inf
        for call in (*self.in_flight.values(), *self.waiting):
            if call.deadline <= now:
                expired.append(call)
            else:
                following = min(following, call.deadline)
        for call in expired:
            self.withdraw(call)
        self.next_deadline = following
        return expired

    @property
    def is_drained(self) -> bool:
        """Whether the connection has nothing left to give and is to be closed; then tell ``lost``."""
        return self.phase is Phase.DRAINING and not self.in_flight

    # The connection.

    def connect(self) -> bool:
        """Somebody wants a connection, call or not. Returns whether one is to be made."""
        if self.phase is not Phase.IDLE:
            return False
        self.phase = Phase.CONNECTING
        return True

    def connected(self) -> None:
        """A connection is made; ``room`` says what to send."""
        self.phase = Phase.ACTIVE
        self._has_answered = False
        self.congested = False
        self._partial_bytes = 0

    def connect_failed(self) -> tuple[list[C], float]:
        """No connection could be made. Returns the calls that fail by it, and the seconds until ``backoff_ended``."""
        failed: list[C] = []
        for call in self.waiting:
            if call.wait_for_ready:
                continue
            call.attempts += 1
            if call.attempts >= self._config.attempts:
                failed.append(call)
        for call in failed:
            del self.waiting[call]
        return failed, self._back_off()

    def backoff_ended(self) -> bool:
        """The pause is over. Returns whether to make a connection."""
        if self.phase is not Phase.BACKING_OFF:
            return False
        self.phase = Phase.CONNECTING if self.waiting else Phase.IDLE
        return bool(self.waiting)

    def replied(self, correlation_id: int, is_stopping: bool, now: float) -> tuple[OnReply, C | None]:
        """A reply came."""
        self._partial_bytes = 0
        call = self.in_flight.pop(correlation_id, None)
        if call is None:
            if correlation_id in self._given_up:
                del self._given_up[correlation_id]
                self._progress(now)
            if 0 < correlation_id <= self._last_id:
                self.late_replies += 1
                return OnReply.LATE, None
            self.unknown_replies += 1
            return OnReply.UNKNOWN, None
        self._progress(now)
        if not is_stopping:
            self._has_answered = True
            self._backoff.succeeded()
            return OnReply.ANSWER, call
        if self.phase is Phase.ACTIVE:
            self.phase = Phase.DRAINING
        return (OnReply.ANSWER, call) if self._keep([call]) else (OnReply.RETRY, call)

    def partial(self, size: int, correlation_id: int | None, now: float) -> None:
        """``size`` bytes of a reply have come that is not whole yet; its id is ``None`` while that is not known."""
        if size - self._partial_bytes >= _PROGRESS_BYTES and (
            correlation_id is None or correlation_id in self.in_flight or correlation_id in self._given_up
        ):
            self._partial_bytes = size
            self._progress(now)

    def taken(self, now: float) -> None:
        """The peer has taken bytes of a request that was not wholly sent before."""
        self._progress(now)

    def is_silent(self, now: float) -> bool:
        """Whether the connection owes replies and has shown no progress for too long: close it, then tell ``lost``."""
        if now < self.next_silence:
            return False
        if now - self.next_silence > _HELD_UP:
            self.next_silence = now + _HELD_UP / 2
            return False
        self.next_silence = self._quiet_since + self._silence_timeout
        return now >= self.next_silence

    def lost(self, *, at_fault: bool = False) -> tuple[list[C], float | None]:
        """The connection has ended: by the peer, or, ``at_fault``, because it was silent or spoke something else.

        Returns the calls that fail by it, and the seconds until ``backoff_ended``: ``None`` where there is no pause, and
        then a connection is to be made if the phase is CONNECTING.
        """
        calls = list(self.in_flight.values())
        self._forget()
        # An idle connection that the daemon closed is no failure; one that took calls and answered none is.
        pause = at_fault or self.phase is Phase.DRAINING or (bool(calls) and not self._has_answered)
        failed = self._keep(calls)
        if pause:
            return failed, self._back_off()
        self.phase = Phase.CONNECTING if self.waiting else Phase.IDLE
        return failed, None

    def close(self) -> list[C]:
        """The channel is closed for good. Returns the calls that fail by it."""
        calls = [*self.in_flight.values(), *self.waiting]
        self._forget()
        self.waiting.clear()
        self.phase = Phase.CLOSED
        return calls

    # Inside.

    @property
    def _has_room(self) -> bool:
        return not self.congested and len(self.in_flight) < self._config.max_calls_in_flight

    def _enter(self, call: C, now: float) -> None:
        call.correlation_id = self._last_id = next(self._ids)
        self.in_flight[call.correlation_id] = call
        if self._quiet_since == math.inf:
            self._quiet_since = now
            self.next_silence = min(self.next_silence, now + self._silence_timeout)

    def _progress(self, now: float) -> None:
        self._quiet_since = now if self.in_flight or self._given_up else math.inf

    def _forget(self) -> None:
        """Nothing is owed by a connection that is no more."""
        self.in_flight.clear()
        self._given_up.clear()
        self._quiet_since = self.next_silence = math.inf

    def _keep(self, calls: list[C]) -> list[C]:
        """Puts calls that had no answer back to the front, in their order; returns those that have been tried enough."""
        kept: dict[C, None] = {}
        failed: list[C] = []
        for call in calls:
            call.attempts += 1
            if call.wait_for_ready or call.attempts < self._config.attempts:
                kept[call] = None
            else:
                failed.append(call)
        if kept:
            kept.update(self.waiting)
            self.waiting = kept
        return failed

    def _back_off(self) -> float:
        self.phase = Phase.BACKING_OFF
        return self._backoff.failed(self._chance())
