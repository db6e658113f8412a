# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Adds a programme to a daemon that is busy, takes it away again, some times over, and looks at every answer.

Usage: under_load.py HOST:PORT PID DIRECTORY FILE. PID is the daemon's, DIRECTORY its --policies, FILE the programme.

Callers ask all the while, each on a connection of its own. Built-in measures must get the same bytes every time. A caller of
the programme gets the refusal that names its number, or the one right answer, and nothing else. No call may be lost.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable

import grpc
from ask import DICTIONARY, typed

import grantd
from grantd.v1.application_pb2 import Application
from grantd.v1.assessment_pb2 import Outcome
from grantd.v1.catalogue_pb2 import ListMeasuresRequest
from grantd.v1.catalogue_pb2_grpc import CatalogueStub
from grantd.v1.facts.medical_device_pb2 import MedicalDeviceCommonPlatformFacts

ROUNDS = 5
MEASURE = "green-factory.award"
AMOUNT_FEN = 100_000_000


def built_in() -> Application:
    """An application for a measure that the daemon always has."""
    application = Application(application_id="built-in", as_of="2026-05-20")
    facts = MedicalDeviceCommonPlatformFacts(common_technology_platform=True)
    application.medical_device_common_platform.CopyFrom(facts)
    return application


class Caller(threading.Thread):
    """A thread that asks, and keeps what was wrong."""

    def __init__(self, address: str) -> None:
        super().__init__()
        # One attempt: a call that is tried again would hide one that was lost.
        self.channel = grantd.Channel(address, grantd.ChannelConfig(attempts=1))
        self.calls = 0
        self.stopping = False
        self.faults: list[str] = []

    def run(self) -> None:
        """Asks until it is told to stop."""
        while not self.stopping:
            try:
                self.ask()
            except Exception as error:  # whatever it is, it is no answer
                self.faults.append(repr(error))

    def ask(self) -> None:
        """Asks once, or for one batch."""
        raise NotImplementedError


class BuiltInCaller(Caller):
    """One application a call."""

    first: bytes | None = None

    def ask(self) -> None:  # noqa: D102
        answer = grantd.evaluate(built_in(), channel=self.channel).SerializeToString(deterministic=True)
        self.calls += 1
        self.first = self.first or answer
        if answer != self.first:
            self.faults.append("another answer")


class BatchCaller(Caller):
    """Fifty applications a call."""

    first: bytes | None = None

    def ask(self) -> None:  # noqa: D102
        for score in grantd.score([built_in()] * 200, batch_size=50, channel=self.channel):
            answer = score.result().SerializeToString(deterministic=True)
            self.calls += 1
            self.first = self.first or answer
            if answer != self.first:
                self.faults.append("another answer in a batch")


class AddedCaller(Caller):
    """Typed messages: the bytes go out whether the daemon knows the programme or not."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.answered = 0
        self.refused = 0
        self.changes = 0
        self._was_answered = False

    def ask(self) -> None:  # noqa: D102
        try:
            answer = grantd.evaluate(typed(), channel=self.channel)
        except grantd.GrantdError as error:
            if error.code() is not grpc.StatusCode.INVALID_ARGUMENT or not (error.field or "").endswith("10001"):
                raise
            self.refused += 1
            is_answered = False
        else:
            self.answered += 1
            is_answered = True
            if (answer.measure, answer.outcome, answer.amount_fen) != (MEASURE, Outcome.Value.ELIGIBLE, AMOUNT_FEN):
                self.faults.append(f"misread: {answer}")
        self.calls += 1
        self.changes += is_answered != self._was_answered
        self._was_answered = is_answered


def wait(condition: str, is_met: Callable[[], bool]) -> None:
    """Waits until something is so, for 20 seconds at most."""
    limit = time.monotonic() + 20
    while not is_met():
        if time.monotonic() > limit:
            sys.exit(f"waited 20 s in vain: {condition}")
        time.sleep(0.005)


def main() -> None:
    """Starts the callers, has the daemon read its policies anew again and again, and sums up."""
    address, daemon = sys.argv[1], int(sys.argv[2])
    target = pathlib.Path(sys.argv[3]) / pathlib.Path(sys.argv[4]).name
    added = AddedCaller(address)
    callers: list[Caller] = [BuiltInCaller(address), BuiltInCaller(address), BatchCaller(address), added]
    for caller in callers:
        caller.start()
    try:
        with grantd.Channel(address) as channel:
            catalogue = CatalogueStub(channel)

            def is_listed() -> bool:
                return any(each.measure == MEASURE for each in catalogue.ListMeasures(ListMeasuresRequest()).measures)

            for _ in range(ROUNDS):
                answered = added.answered
                shutil.copy(sys.argv[4], target)
                os.kill(daemon, signal.SIGHUP)
                wait("added", lambda: is_listed() and added.answered > answered)  # noqa: B023
                if grantd.evaluate(DICTIONARY, channel=channel).amount_fen != AMOUNT_FEN:
                    sys.exit("misread: the dictionary")
                refused = added.refused
                target.unlink()
                os.kill(daemon, signal.SIGHUP)
                wait("taken away", lambda: not is_listed() and added.refused > refused)  # noqa: B023
    finally:
        for caller in callers:
            caller.stopping = True
        for caller in callers:
            caller.join()
            caller.channel.close()
    faults = [fault for caller in callers for fault in caller.faults]
    for fault in faults[:10]:
        print(fault, file=sys.stderr)
    calls = sum(caller.calls for caller in callers)
    print(f"{ROUNDS} times added and taken away; calls answered meanwhile: {calls}")
    print(f"lost or misread: {len(faults)}; changes that a caller of the programme saw: {added.changes}")
    # One connection sees each change once: there is no going back and forth between old and new.
    sys.exit(1 if faults or added.changes != 2 * ROUNDS else 0)


if __name__ == "__main__":
    main()
