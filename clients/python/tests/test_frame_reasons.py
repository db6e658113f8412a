# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What data frames tell of reasons and of the rules that failed."""

from __future__ import annotations

from typing import Any

import pandas
import polars
import pyarrow as pa
import pytest

import grantd

from .test_frames import MEASURE, PLATFORM, written


def cells_of(scores: Any, name: str) -> list[Any]:
    """A column as plain values, whichever kind of frame it is of."""
    column = scores[name]
    cells = column.to_pylist() if isinstance(scores, pa.Table) else column.to_list()
    return [None if cell is pandas.NA else cell for cell in cells]


@pytest.mark.parametrize("way", ["by columns", "by rows"])
def test_what_is_told_of_failed_rules_is_the_same_in_every_frame(address: str, way: str) -> None:
    frame = written().reset_index(drop=True).astype(str)
    if way == "by rows":
        frame = frame.assign(measure=MEASURE)
    given = [frame, polars.from_pandas(frame), pa.Table.from_pandas(frame, preserve_index=False)]
    results = [grantd.score_frame(one, measure=MEASURE, reasons=True, channel=address) for one in given]
    wanted = [
        [],
        [
            {
                "rule": "registered-in-beijing",
                "kind": "REQUIREMENT",
                "clause": "标题、序言",
                "zh": "申请单位在京注册",
                "en": "The applicant is registered in Beijing",
            }
        ],
    ]
    for scores in results:
        rules = cells_of(scores, "failed_rules")
        assert rules[:2] == wanted
        # Without an assessment nothing is told.
        assert rules[5] is None
        named = [None if one is None else [rule["rule"] for rule in one] for one in rules]
        assert named == [None if one is None else list(one) for one in cells_of(scores, "failed")]
    kind = results[1]["failed_rules"].dtype
    assert polars.Series(results[2]["failed_rules"]).dtype == kind
    # Where nothing fails the column has its type all the same.
    good = polars.from_pandas(frame.head(1))
    assert grantd.score_frame(good, measure=MEASURE, reasons=True, channel=address)["failed_rules"].dtype == kind
    assert "failed_rules" not in grantd.score_frame(good, measure=MEASURE, channel=address).columns


def test_reasons_by_columns_and_by_rows(address: str) -> None:
    frame = pandas.DataFrame({"as_of": ["2026-05-20"], f"{PLATFORM}.common_technology_platform": [True]})
    by_columns = grantd.score_frame(frame, measure=MEASURE, reasons=True, channel=address)
    by_rows = grantd.score_frame(frame, reasons=True, channel=address)
    assert by_columns.loc[0, "reasons"] == by_rows.loc[0, "reasons"]
    assert by_rows.loc[0, "reasons"][0]["zh"].startswith("“产业共性平台建设补助”")
