# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The measure and the rows of scripts/bench-population.sh, and who is measured without Spark.

A contender takes rows and an address, and gives what does the work: that returns the sum of all amounts, in fen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

MEASURE = "medical-device.common-platform"
FACTS = "medical_device_common_platform"
DAY = "2026-05-20"
CAP = 5_000_000_000
PATHS = (
    "applicant.registered_in_beijing",
    f"{FACTS}.for_medical_device_industry",
    f"{FACTS}.common_technology_platform",
    f"{FACTS}.engineering_investment_fen",
)
# What zen-engine's decision calls the same.
ZEN_NAMES = ("registered", "industry", "platform", "investment_fen")


class Rows(NamedTuple):
    """The population, all of it known: the others have no word for what is not."""

    registered: Any
    industry: Any
    platform: Any
    investment: Any


def population(count: int) -> Rows:
    """The same rows each time."""
    import numpy

    chance = numpy.random.default_rng(20260520)
    return Rows(
        chance.random(count) < 0.9,
        chance.random(count) < 0.8,
        chance.random(count) < 0.7,
        chance.integers(0, 40_000_000_000, count),
    )


def by_numpy(rows: Rows, _: str) -> Callable[[], int]:
    """OpenFisca's way: a formula over whole arrays, in int64; OpenFisca itself computes money in float32."""
    import numpy

    def work() -> int:
        is_eligible = rows.registered & rows.industry & rows.platform
        amount = numpy.where(is_eligible, numpy.minimum(rows.investment * 3 // 10, CAP), 0)
        return int(amount.sum())

    return work


# As much as it has words for: whether, why not, and how much.
ZEN_DECISION = json.dumps(
    {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "request", "position": {"x": 0, "y": 0}},
            {
                "id": "award",
                "type": "expressionNode",
                "name": "award",
                "position": {"x": 200, "y": 0},
                "content": {
                    "expressions": [
                        {
                            "id": "failed",
                            "key": "failed",
                            "value": "filter([registered ? '' : 'registered-in-beijing', "
                            "industry ? '' : 'for-medical-device-industry', "
                            "platform ? '' : 'common-technology-platform'], # != '')",
                        },
                        {"id": "outcome", "key": "outcome", "value": "len($.failed) == 0 ? 'ELIGIBLE' : 'INELIGIBLE'"},
                        {
                            "id": "amount",
                            "key": "amount_fen",
                            "value": f"len($.failed) == 0 ? min([floor(investment_fen * 0.3), {CAP}]) : 0",
                        },
                    ]
                },
            },
            {"id": "out", "type": "outputNode", "name": "response", "position": {"x": 400, "y": 0}},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "award"},
            {"id": "2", "type": "edge", "sourceId": "award", "targetId": "out"},
        ],
    }
)


def zen_evaluate() -> Callable[[dict[str, Any]], Any]:
    """A decision's result by facts, in its quickest way: a loader that gives what is compiled already.

    ``evaluate_batch`` takes half as much again, ``ZenDecision.evaluate`` five times as much.
    """
    import zen

    content = zen.ZenDecisionContent(ZEN_DECISION)
    engine = zen.ZenEngine({"loader": lambda _: content})
    return lambda facts: engine.evaluate("award", facts)["result"]


def by_zen(rows: Rows, _: str) -> Callable[[], int]:
    """A compiled decision, a dictionary a row."""
    evaluate = zen_evaluate()
    columns = [column.tolist() for column in rows]

    def work() -> int:
        return sum(
            int(evaluate(dict(zip(ZEN_NAMES, values, strict=True)))["amount_fen"]) for values in zip(*columns, strict=True)
        )

    return work


def by_score(rows: Rows, address: str) -> Callable[[], int]:
    """``grantd.score``: a message a row, in batches."""
    import grantd

    columns = [column.tolist() for column in rows]

    def applications() -> Iterator[dict[str, Any]]:
        for registered, industry, platform, investment in zip(*columns, strict=True):
            yield {
                "as_of": DAY,
                "applicant": {"registered_in_beijing": registered},
                FACTS: {
                    "for_medical_device_industry": industry,
                    "common_technology_platform": platform,
                    "engineering_investment_fen": investment,
                },
            }

    def work() -> int:
        with grantd.Channel(address) as channel:
            return sum(score.result().amount_fen for score in grantd.score(applications(), channel=channel))

    return work


def by_messages(rows: Rows, address: str) -> Callable[[], int]:
    """``grantd.score`` as it is fastest: of messages that are there already."""
    import grantd
    from grantd.v1.application_pb2 import Applicant, Application
    from grantd.v1.facts.medical_device_pb2 import MedicalDeviceCommonPlatformFacts

    messages = [
        Application(
            as_of=DAY,
            applicant=Applicant(registered_in_beijing=registered),
            medical_device_common_platform=MedicalDeviceCommonPlatformFacts(
                for_medical_device_industry=industry,
                common_technology_platform=platform,
                engineering_investment_fen=investment,
            ),
        )
        for registered, industry, platform, investment in zip(*(column.tolist() for column in rows), strict=True)
    ]

    def work() -> int:
        with grantd.Channel(address) as channel:
            return sum(score.result().amount_fen for score in grantd.score(messages, channel=channel))

    return work


def by_columns(rows: Rows, address: str) -> Callable[[], int]:
    """``EvaluateColumns``, from an Arrow table to an Arrow table."""
    import pyarrow as pa
    import pyarrow.compute as pc

    import grantd

    table = pa.table(dict(zip(PATHS, map(pa.array, rows), strict=True)))

    def work() -> int:
        with grantd.Channel(address) as channel:
            total: int = pc.sum(grantd.score_columns(table, MEASURE, as_of=DAY, channel=channel)["amount_fen"]).as_py()
            return total

    return work


def by_frame(rows: Rows, address: str) -> Callable[[], int]:
    """``grantd.score_frame``, from pandas to pandas."""
    import pandas

    import grantd

    frame = pandas.DataFrame(dict(zip(PATHS, rows, strict=True)))

    def work() -> int:
        return int(grantd.score_frame(frame, measure=MEASURE, as_of=DAY, channel=address)["amount_fen"].sum())

    return work


def by_written(rows: Rows, address: str) -> Callable[[], int]:
    """The same of a frame of texts as people write them: 是 and 否, 123,456.78元, 2026年5月20日, and a number of each row."""
    import pandas

    import grantd

    flags = [["是" if flag else "否" for flag in column.tolist()] for column in rows[:3]]
    sums = [f"{fen // 100:,}.{fen % 100:02}元" for fen in rows.investment.tolist()]
    frame = pandas.DataFrame(dict(zip(PATHS, [*flags, sums], strict=True)))
    frame.insert(0, "as_of", "2026年5月20日")
    frame.insert(0, "application_id", [f"京-2026-{number:07}" for number in range(len(sums))])

    def work() -> int:
        return int(grantd.score_frame(frame, measure=MEASURE, channel=address)["amount_fen"].sum())

    return work
