# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Measures the channels against a daemon, with the request that `grantctl bench` sends.

bench.py [--seconds N] [HOST:PORT]
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import sys
import threading
import time
from collections.abc import Callable

import grpc

import grantd
import grantd.aio
from grantd.v1.application_pb2 import Applicant, Application, PriorAward
from grantd.v1.assessment_pb2 import Assessment
from grantd.v1.calculator_pb2 import EvaluateRequest
from grantd.v1.calculator_pb2_grpc import CalculatorStub
from grantd.v1.facts.digital_space_pb2 import DigitalSpaceLaboratoryProjectFacts

IN_FLIGHT = (8, 32, 64, 128)
BATCH = 1000


def application() -> Application:
    """Five rules, a rate and a cap of which an earlier award has used a part; about 150 bytes."""
    return Application(
        application_id="A-2026-000417",
        as_of="2026-05-20",
        subject_id="P-17",
        applicant=Applicant(
            unified_social_credit_code="91110108MA01CX7K1R",
            kind=Applicant.ENTERPRISE,
            registered_in_beijing=True,
        ),
        prior_awards=[
            PriorAward(
                measure="digital-space.laboratory-project",
                subject_id="P-17",
                awarded_on="2025-12-01",
                amount_fen=200_000_000,
            )
        ],
        digital_space_laboratory_project=DigitalSpaceLaboratoryProjectFacts(
            in_pilot_zone=True,
            laboratory_level=DigitalSpaceLaboratoryProjectFacts.MUNICIPAL,
            laboratory_landed=True,
            key_industry_related=True,
            technology_innovation_project=True,
            approved_total_investment_fen=1_234_567_890,
        ),
    )


REQUEST = EvaluateRequest(application=application())


def blocking(channel: grantd.Channel, seconds: float) -> float:
    """Calls a second, one in flight."""
    evaluate = CalculatorStub(channel).Evaluate
    evaluate(REQUEST)
    calls = 0
    started = time.monotonic()
    while (spent := time.monotonic() - started) < seconds:
        evaluate(REQUEST)
        calls += 1
    return calls / spent


def futures(channel: grantd.Channel, seconds: float, in_flight: int) -> float:
    """Calls a second, many in flight; every answer is decoded."""
    evaluate = channel.unary_unary("/grantd.v1.Calculator/Evaluate", EvaluateRequest.SerializeToString, Assessment.FromString)
    lock = threading.Lock()
    ended = threading.Event()
    finished = 0
    stop_at = time.monotonic() + seconds
    running = in_flight

    def again(future: grpc.Future[Assessment]) -> None:
        nonlocal finished, running
        future.result()
        with lock:
            finished += 1
        if time.monotonic() < stop_at:
            evaluate.future(REQUEST).add_done_callback(again)
            return
        with lock:
            running -= 1
            if running == 0:
                ended.set()

    started = time.monotonic()
    for _ in range(in_flight):
        evaluate.future(REQUEST).add_done_callback(again)
    ended.wait()
    return finished / (time.monotonic() - started)


async def tasks(address: str, seconds: float, in_flight: int) -> float:
    """Calls a second from as many tasks."""
    async with grantd.aio.Channel(address) as channel:
        evaluate = CalculatorStub(channel).Evaluate
        await evaluate(REQUEST)
        stop_at = time.monotonic() + seconds

        async def work() -> int:
            calls = 0
            while time.monotonic() < stop_at:
                await evaluate(REQUEST)
                calls += 1
            return calls

        started = time.monotonic()
        calls = sum(await asyncio.gather(*(work() for _ in range(in_flight))))
        return calls / (time.monotonic() - started)


def scoring(channel: grantd.Channel, seconds: float) -> float:
    """Applications a second through ``grantd.score``, encoding and decoding included."""
    one = application()
    started = time.monotonic()
    scores = grantd.score(itertools.repeat(one), channel=channel, batch_size=BATCH)
    for number, score in enumerate(scores, 1):
        score.result()
        if number % BATCH == 0 and time.monotonic() - started >= seconds:
            return number / (time.monotonic() - started)
    raise AssertionError("an endless iterable has ended")


def best(measure: Callable[[int], float]) -> tuple[int, float]:
    """The best of several depths."""
    figures = {depth: measure(depth) for depth in IN_FLIGHT}
    depth = max(figures, key=lambda each: figures[each])
    return depth, figures[depth]


def main() -> int:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default=os.environ.get("GRANTD_ADDRESS", "127.0.0.1:7843"))
    parser.add_argument("--seconds", type=float, default=3)
    arguments = parser.parse_args()
    address, seconds = arguments.address, arguments.seconds

    def row(what: str, figure: float) -> None:
        sys.stdout.write(f"{what:<52}{figure:>12,.0f}\n")
        sys.stdout.flush()

    with grantd.Channel(address) as channel:
        row("blocking, 1 in flight, calls/s", blocking(channel, seconds))
        depth, figure = best(lambda depth: futures(channel, seconds, depth))
        row(f"futures, best ({depth} in flight), calls/s", figure)
        row(f"score, batches of {BATCH:,}, applications/s", scoring(channel, seconds))
    row("asyncio, 1 in flight, calls/s", asyncio.run(tasks(address, seconds, 1)))
    depth, figure = best(lambda depth: asyncio.run(tasks(address, seconds, depth)))
    row(f"asyncio, best ({depth} in flight), calls/s", figure)
    return 0


if __name__ == "__main__":
    sys.exit(main())
