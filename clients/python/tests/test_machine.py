# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
from __future__ import annotations

import math

import pytest

from grantd import ChannelConfig
from grantd._backoff import Backoff
from grantd._frame import RequestEncoder
from grantd._machine import Machine, OnReply, OnSubmit, PendingCall, Phase

ENCODER = RequestEncoder("s.S", "M", None)


def call(deadline: float = 100, *, wait_for_ready: bool = False) -> PendingCall:
    return PendingCall(ENCODER, b"", (), deadline, wait_for_ready)


def machine(**config: float | None) -> Machine[PendingCall]:
    return Machine(ChannelConfig(**config), chance=lambda: 0.0)  # type: ignore[arg-type]


def phase(one: Machine[PendingCall]) -> Phase:
    return one.phase


def connected(count: int = 0, **config: float | None) -> tuple[Machine[PendingCall], list[PendingCall]]:
    one = machine(**config)
    assert one.connect()
    one.connected()
    calls = [call() for _ in range(count)]
    for each in calls:
        assert one.submit(each, 0) is OnSubmit.SEND
    return one, calls


def test_the_first_call_connects_and_the_others_wait() -> None:
    one = machine()
    calls = [call(), call()]
    assert [one.submit(each, 0) for each in calls] == [OnSubmit.CONNECT, OnSubmit.WAIT]
    assert one.room(0) == []
    one.connected()
    assert one.room(0) == calls
    assert [each.correlation_id for each in calls] == [1, 2]


def test_calls_wait_for_room() -> None:
    one, calls = connected(2, max_calls_in_flight=2)
    third, fourth = call(), call()
    assert one.submit(third, 0) is OnSubmit.WAIT
    assert one.replied(calls[0].correlation_id, False, 0) == (OnReply.ANSWER, calls[0])
    # Nobody overtakes a call that waits.
    assert one.submit(fourth, 0) is OnSubmit.WAIT
    assert one.room(0) == [third]


def test_congestion_stops_sending() -> None:
    one, _ = connected()
    one.congested = True
    waiting = call()
    assert one.submit(waiting, 0) is OnSubmit.WAIT
    assert one.room(0) == []
    one.congested = False
    assert one.room(0) == [waiting]


def test_late_and_unknown_replies() -> None:
    one, (only,) = connected(1)
    assert one.withdraw(only)
    assert not one.withdraw(only)
    assert one.replied(only.correlation_id, False, 0) == (OnReply.LATE, None)
    assert one.replied(99, False, 0) == (OnReply.UNKNOWN, None)
    assert one.replied(0, False, 0) == (OnReply.UNKNOWN, None)
    assert (one.late_replies, one.unknown_replies) == (1, 2)


def test_a_lost_connection_keeps_the_order_and_counts_attempts() -> None:
    one, calls = connected(3, attempts=2)
    later = call()
    one.replied(calls[0].correlation_id, False, 0)
    failed, pause = one.lost()
    assert (failed, pause) == ([], None)
    assert phase(one) is Phase.CONNECTING
    assert one.submit(later, 0) is OnSubmit.WAIT
    one.connected()
    assert one.room(0) == [calls[1], calls[2], later]
    # This connection answered nothing, so there is a pause; the calls tried twice fail.
    failed, pause = one.lost()
    assert failed == [calls[1], calls[2]]
    assert pause == pytest.approx(0.05)
    assert phase(one) is Phase.BACKING_OFF
    assert list(one.waiting) == [later]


def test_an_idle_connection_that_ends_is_no_failure() -> None:
    one, _ = connected()
    assert one.lost() == ([], None)
    assert phase(one) is Phase.IDLE


def test_a_refused_connection_fails_calls_that_do_not_wait_for_it() -> None:
    one = machine(attempts=2)
    impatient, patient = call(), call(wait_for_ready=True)
    one.submit(impatient, 0)
    one.submit(patient, 0)
    failed, pause = one.connect_failed()
    assert (failed, round(pause, 6)) == ([], 0.05)
    assert one.backoff_ended()
    failed, pause = one.connect_failed()
    assert (failed, round(pause, 6)) == ([impatient], 0.1)
    for _ in range(5):
        assert one.backoff_ended()
        failed, _pause = one.connect_failed()
        assert failed == []
    one.withdraw(patient)
    assert not one.backoff_ended()
    assert phase(one) is Phase.IDLE


def test_a_stopping_daemon_is_drained() -> None:
    one, (stopped, running) = connected(2)
    assert one.replied(stopped.correlation_id, True, 0) == (OnReply.RETRY, stopped)
    assert phase(one) is Phase.DRAINING
    assert one.submit(call(), 0) is OnSubmit.WAIT
    assert not one.is_drained
    assert one.replied(running.correlation_id, False, 0) == (OnReply.ANSWER, running)
    assert one.is_drained
    failed, pause = one.lost()
    assert failed == []
    assert pause is not None
    assert next(iter(one.waiting)) is stopped


def test_a_connection_at_fault_is_lost_with_a_pause() -> None:
    one, calls = connected(2, max_calls_in_flight=2, attempts=2)
    waiting = call()
    one.submit(waiting, 0)
    one.replied(calls[0].correlation_id, False, 0)
    failed, pause = one.lost(at_fault=True)
    assert (failed, pause) == ([], 0.05)
    assert list(one.waiting) == [calls[1], waiting]


def test_silence_counts_from_the_first_call_and_from_the_last_progress() -> None:
    one, _ = connected(silence_timeout=5)
    assert one.next_silence == math.inf
    first, second = call(), call()
    one.submit(first, 10)
    one.submit(second, 12)
    assert one.next_silence == 15
    assert not one.is_silent(14)
    one.replied(first.correlation_id, False, 14)
    # Nobody looks before it may be true; then it is counted anew.
    assert not one.is_silent(15)
    assert one.next_silence == 19
    assert one.is_silent(19)
    assert one.lost(at_fault=True) == ([], 0.05)
    assert one.next_silence == math.inf
    assert list(one.waiting) == [second]


def test_nothing_owed_is_no_silence() -> None:
    one, (only,) = connected(1)
    one.replied(only.correlation_id, False, 1)
    assert not one.is_silent(5)
    assert one.next_silence == math.inf


def test_a_call_that_was_given_up_is_owed_all_the_same() -> None:
    one, (only,) = connected(1, silence_timeout=5)
    only.deadline = 4
    one.next_deadline = 4
    assert one.expire(4) == [only]
    assert one.is_silent(5)
    one, (only,) = connected(1, silence_timeout=5)
    one.withdraw(only)
    assert one.replied(only.correlation_id, False, 3) == (OnReply.LATE, None)
    assert not one.is_silent(100)


def test_a_kibibyte_of_a_reply_is_progress_and_less_is_none() -> None:
    one, (only, other) = connected(2, silence_timeout=5)
    one.partial(1023, only.correlation_id, 3)
    assert one.is_silent(5)
    one.partial(1024, only.correlation_id, 4)
    assert not one.is_silent(5)
    one.partial(2000, only.correlation_id, 8)
    assert one.is_silent(9)
    one.partial(2048, None, 8)
    assert not one.is_silent(9)
    # Replies that nobody asked for, whole or not, are none.
    one.replied(77, False, 12)
    one.partial(5000, 77, 12)
    assert one.is_silent(13)
    one.replied(other.correlation_id, False, 12)
    one.partial(1024, only.correlation_id, 13)
    assert not one.is_silent(17)


def test_bytes_that_the_peer_takes_of_a_request_are_progress() -> None:
    one, (only,) = connected(1, silence_timeout=5)
    one.taken(4)
    assert not one.is_silent(5)
    assert one.next_silence == 9
    assert one.is_silent(9)
    one.replied(only.correlation_id, False, 9)
    # Where nothing is owed there is still no silence.
    one.taken(10)
    assert not one.is_silent(100)


def test_who_looks_too_late_reads_first_what_came() -> None:
    one, (only,) = connected(1, silence_timeout=5)
    assert not one.is_silent(60)
    assert one.next_silence == pytest.approx(60.05)
    one.partial(1024, only.correlation_id, 60.01)
    assert not one.is_silent(60.05)
    assert not one.is_silent(70)
    assert one.is_silent(one.next_silence)


@pytest.mark.parametrize("timeout", [None, 0])
def test_silence_may_be_borne(timeout: float | None) -> None:
    one, _ = connected(1, silence_timeout=timeout)
    assert not one.is_silent(1e9)


def test_calls_that_wait_for_a_daemon_are_tried_as_often_as_it_takes() -> None:
    one, _ = connected(attempts=1)
    patient = call(wait_for_ready=True)
    one.submit(patient, 0)
    for _ in range(10):
        assert one.lost(at_fault=True)[0] == []
        assert one.backoff_ended()
        one.connected()
        assert one.room(0) == [patient]


def test_deadlines_wherever_a_call_is() -> None:
    one = machine(max_calls_in_flight=1)
    assert one.next_deadline == math.inf
    first, second, third = call(5), call(3), call(9)
    for each in (first, second, third):
        one.submit(each, 0)
    assert one.next_deadline == 3
    one.connected()
    assert one.room(0) == [first]
    assert one.expire(2) == []
    assert one.expire(6) == [first, second]
    assert one.next_deadline == 9
    assert one.room(0) == [third]
    assert one.expire(20) == [third]
    assert one.next_deadline == math.inf


def test_a_closed_channel_takes_nothing() -> None:
    one, calls = connected(1)
    assert one.close() == calls
    assert one.submit(call(), 0) is OnSubmit.REFUSE
    assert not one.connect()


def test_the_daemon_is_told_of_at_least_a_millisecond() -> None:
    frame = call(5.0).frame(9.0)
    assert b"\x40\x01" in frame  # timeout_ms = 1


def test_pauses_double_up_to_the_longest_and_chance_shortens_them() -> None:
    pauses = Backoff(ChannelConfig(initial_backoff=1, max_backoff=5, jitter=0.5))
    assert [pauses.failed(0) for _ in range(5)] == [1, 2, 4, 5, 5]
    pauses.succeeded()
    assert pauses.failed(1) == 0.5
    for _ in range(5000):
        pauses.failed(0)
    assert pauses.failed(0) == 5
