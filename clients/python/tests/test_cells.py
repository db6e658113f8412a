# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
from __future__ import annotations

import dataclasses
import datetime
import decimal
import uuid
from typing import Any

import pyarrow as pa
import pytest

from grantd._cell_columns import read_column
from grantd._cells import CellError, Choice, Reading, Words

WAN = Reading("whole", unit="fen", power=6, minimum=0)
YUAN = dataclasses.replace(WAN, power=2)
UNSAID = dataclasses.replace(WAN, power=None)
SHARE = Reading("whole", unit="bp", power=2)
METRES = Reading("whole", bits=32, unit="m2", minimum=0, maximum=1_000_000)
YEAR = Reading("whole", bits=32)
FLAG = Reading("bool")
DAY = Reading("date")
NAME = Reading("text", is_name=True)
KIND = Reading(
    "enum",
    choices=(
        Choice("NONE", 0, Words("以上均不是", "none of these")),
        Choice("ENTERPRISE", 1, Words("企业", "enterprise")),
        Choice("UNIVERSITY", 2, Words("高等学校", "university")),
    ),
)
KINDS = dataclasses.replace(KIND, kind="enums")
THE_DAY = datetime.date(2026, 5, 20)


@pytest.mark.parametrize(
    ("reading", "cell", "value"),
    [
        (WAN, "200", 200_000_000),
        (WAN, "200元", 20_000),
        (WAN, "1.5 亿元", 15_000_000_000),
        (WAN, "2百万", 200_000_000),
        (WAN, "￥1,234.56元", 123_456),
        (WAN, "２００", 200_000_000),
        (WAN, 0.1 + 0.2, 300_000),
        (WAN, "1E+06", 10**12),
        (WAN, -0.0, 0),
        (WAN, "-0", 0),
        (YUAN, 0.07, 7),
        (YUAN, 1e6, 10**8),
        (YUAN, "1,000,000.10", 100_000_010),
        (YUAN, decimal.Decimal("90071992547409.93"), 9_007_199_254_740_993),
        (YUAN, "0.5 million yuan", 50_000_000),
        (YUAN, "5角", None),
        (UNSAID, "200万元", 200_000_000),
        (UNSAID, "200万", 200_000_000),
        (UNSAID, 0, 0),
        (SHARE, "30%", 3000),
        (SHARE, 12.5, 1250),
        (METRES, "1,200 平方米", 1200),
        (METRES, "1.5万", 15_000),
        (YEAR, "2026年", 2026),
        (FLAG, "是", True),
        (FLAG, "有", True),
        (FLAG, "无", False),
        (FLAG, "否。", False),
        (FLAG, "✓", True),
        (FLAG, "×", False),
        (FLAG, "YES", True),
        (FLAG, 0.0, False),
        (DAY, "2026年5月20日", THE_DAY),
        (DAY, "２０２６年５月２０日", THE_DAY),
        (DAY, "二〇二六年五月二十日", THE_DAY),
        (DAY, "二〇二六年元月三十一号", datetime.date(2026, 1, 31)),
        (DAY, "二〇二六年十二月廿日", datetime.date(2026, 12, 20)),
        (DAY, "2026/5/20", THE_DAY),
        (DAY, "2026.5.20", THE_DAY),
        (DAY, "20260520", THE_DAY),
        (DAY, 20260520.0, THE_DAY),
        (DAY, 46162, THE_DAY),
        (DAY, "46162", THE_DAY),
        (dataclasses.replace(DAY, is_1904=True), 44700, THE_DAY),
        (DAY, "20 May 2026", THE_DAY),
        (DAY, "May 20, 2026", THE_DAY),
        (DAY, "2026-05-20 00:00:00", THE_DAY),
        (DAY, datetime.datetime(2026, 5, 20), THE_DAY),
        (NAME, " P-1 ", "P-1"),
        (NAME, 123.0, "123"),
        (NAME, '="00123"', "00123"),
        (NAME, "'-5", "-5"),
        (NAME, "'00123", "00123"),
        (NAME, "申请1".encode(), "申请1"),
        (FLAG, b"yes", True),
        (NAME, "＇91110000600037341L", "91110000600037341L"),
        (NAME, "'甲'公司", "'甲'公司"),
        (NAME, "1E5-A", "1E5-A"),
        (FLAG, "1.0", True),
        (FLAG, "'否", False),
        (WAN, "3000万人民币", 3_000_000_000),
        (WAN, "'200元", 20_000),
        (KIND, "企业", 1),
        (KIND, "Enterprise", 1),
        (KIND, "UNIVERSITY", 2),
        (KIND, 2.0, 2),
        (KIND, "2", 2),
        (KIND, "无", 0),
        (KIND, "NONE", 0),
        (KINDS, "企业、高等学校", [1, 2]),
        (KINDS, "无", []),
    ],
)
def test_what_people_write(reading: Reading, cell: Any, value: Any) -> None:
    if value is None:
        with pytest.raises(CellError):
            reading.read(cell)
    else:
        read = reading.read(cell)
        assert read == value
        assert type(read) is type(value)


@pytest.mark.parametrize("reading", [WAN, SHARE, FLAG, DAY, NAME, KIND, KINDS])
@pytest.mark.parametrize(
    "cell", [None, "", "  ", "-", "—", "/", "N/A", "n/a", "NaN", "null", "不详", "未知", float("nan"), "　"]
)
def test_gaps_are_not_known(reading: Reading, cell: Any) -> None:
    assert reading.read(cell) is None


@pytest.mark.parametrize(
    ("reading", "cell", "problem"),
    [
        (WAN, "无", "write 0"),
        (DAY, "无", "leave it empty"),
        (NAME, "无", "no name"),
        (WAN, "12,34", "commas"),
        (WAN, 0.1234567, "beyond the fen"),
        (WAN, -1, "at least 0 yuan"),
        (WAN, "50%", "a number"),
        (WAN, True, "a number"),
        (WAN, 10**14, "too large"),
        (WAN, "1e99", "too large"),
        (WAN, float("inf"), "too large"),
        (DAY, float("inf"), "too large"),
        (FLAG, 10**200, "too large"),
        (NAME, decimal.Decimal("1e99999"), "too large"),
        (WAN, 2.0**53, "more digits"),
        (UNSAID, 200, "no unit"),
        (dataclasses.replace(SHARE, power=None), 0.3, "no unit"),
        (METRES, "1.5", "whole number"),
        (METRES, 1_000_001, "at most 1,000,000 m²"),
        (YEAR, 2**31, "too large"),
        (FLAG, "也许", "yes or no"),
        (FLAG, 2, "yes or no"),
        (DAY, "2026-02-30", "no day"),
        (DAY, "5/20/2026", "two ways"),
        (DAY, "26-5-20", "two ways"),
        (DAY, "2026-05", "month"),
        (DAY, "5月20日", "no year"),
        (DAY, "2026-05-20 08:00", "time"),
        (DAY, 46162.5, "time"),
        (DAY, 12, "a day"),
        (DAY, "二〇二六年五月十二三日", "no day"),
        (DAY, "二〇二六年十十月一日", "no day"),
        (NAME, "=1+1", "formula"),
        (NAME, "#REF!", "error"),
        (FLAG, "#N/A", "error"),
        (NAME, "a\u200bb", "U\\+200B"),
        (FLAG, "是\u200b", "U\\+200B"),
        (WAN, "200\u200b万元", "U\\+200B"),
        (DAY, "2026-05-20\ufeff", "U\\+FEFF"),
        (NAME, "9.11E+17", "lost its last digits"),
        (NAME, ["A-1"], "several values"),
        (NAME, b"\xff", "binary"),
        (NAME, datetime.datetime(2026, 5, 1), "made a day"),
        (NAME, "########", "error"),
        (WAN, "五百万元", "五百万元"),
        (WAN, "200万美元", "200万美元"),
        (WAN, "万元", "“万元”"),
        (DAY, 2026.5, "lost a zero"),
        (DAY, 12.5, "a day"),
        (NAME, 1.2345678901234568e17, "last are lost"),
        (NAME, True, "text"),
        (KIND, "学校", "none of these, enterprise"),
        (KIND, 9, "no such choice"),
    ],
)
def test_what_does_not_fit(reading: Reading, cell: Any, problem: str) -> None:
    with pytest.raises(CellError, match=problem) as caught:
        reading.read(cell)
    assert caught.value.words.zh


def values(column: Any, reading: Reading) -> tuple[list[Any], list[int]]:
    read = read_column(column, reading)
    assert len(read.values) == len(column)
    return read.values.to_pylist(), sorted(read.problems)


def test_columns_as_they_are() -> None:
    assert values(pa.array([True, None]), FLAG) == ([True, None], [])
    assert values(pa.array([THE_DAY, None]), DAY) == ([THE_DAY, None], [])
    assert values(pa.array([datetime.datetime(2026, 5, 20), None]), DAY) == ([THE_DAY, None], [])
    assert values(pa.array([1.0, float("nan"), None]), WAN) == ([1_000_000, None, None], [])
    assert values(pa.array([1, 2], pa.int16()), YUAN) == ([100, 200], [])
    assert values(pa.array(["1.5", "-0", None]), WAN) == ([1_500_000, 0, None], [])
    assert values(pa.array([1, 2, None]), KIND) == ([1, 2, None], [])
    assert values(pa.array([], pa.string()), FLAG) == ([], [])
    assert values(pa.nulls(2), WAN) == ([None, None], [])


def test_columns_of_types_that_arrow_only_keeps() -> None:
    number = uuid.UUID(int=7)
    assert values(pa.array([number.bytes, None], pa.uuid()), NAME) == ([str(number), None], [])
    assert values(pa.array([decimal.Decimal("2.50")], pa.decimal32(5, 2)), WAN) == ([2_500_000], [])
    assert values(pa.array([1, 0, None], pa.float16()), FLAG) == ([True, False, None], [])


def test_columns_with_cells_that_do_not_fit() -> None:
    assert values(pa.array([1.0, 0.1234567, 2.5]), WAN) == ([1_000_000, None, 2_500_000], [1])
    assert values(pa.array([1, -1, 10**15]), WAN) == ([1_000_000, None, None], [1, 2])
    assert values(pa.array([1, 9, None]), KIND) == ([1, None, None], [1])
    assert values(pa.array(["是", "也许", "否", "也许", None]), FLAG) == ([True, None, False, None, None], [1, 3])
    assert values(pa.chunked_array([["是"], ["也许", "否"]]), FLAG) == ([True, None, False], [1])
    assert values(pa.array(["是", "也许"]).dictionary_encode(), FLAG) == ([True, None], [1])
    assert values(pa.array([datetime.datetime(2026, 5, 20, 8)]), DAY) == ([None], [0])
    assert values(pa.array([1.0, 2.0]), UNSAID) == ([None, None], [0, 1])
    assert values(["是", True, 3, None, float("nan")], FLAG) == ([True, True, None, None, None], [2])
    assert values(pa.array([True, False]), WAN) == ([None, None], [0, 1])


def test_a_float_of_32_bits_loses_its_fen_sooner() -> None:
    fen = dataclasses.replace(WAN, power=0)
    assert values(pa.array([2.0**24 - 1, 2.0**24, None, float("nan")], pa.float32()), fen) == (
        [2**24 - 1, None, None, None],
        [1],
    )
    assert values(pa.array([2e7, float("nan")], pa.float32()), fen) == ([None, None], [0])
    assert values(pa.array([2047, 2048], pa.float16()), fen) == ([2047, None], [1])
    assert read_column(pa.array([2.0**24], pa.float32()), fen).problems[0].words.zh
    assert values(pa.array([0.5], pa.float32()), YUAN) == ([50], [])
    # What was written as 0.1 is no tenth in so few bits, and is read as one where each fen can be told from the next.
    cells = pa.array([0.1, 16.5, 6000.5, 6000.12, 123456.78, float("inf")], pa.float32())
    assert values(cells, WAN) == ([100_000, 16_500_000, 6_000_500_000, None, None, None], [3, 4, 5])
    assert values(pa.array([0.1, 0.5, 600.5], pa.float16()), WAN) == ([None, 500_000, 600_500_000], [0])


def test_many_values_are_read_as_single_cells_are() -> None:
    cells = [f"{number / 100:.2f}" for number in range(0, 100_000, 7)]
    assert values(pa.array(cells), YUAN)[0] == [YUAN.read(cell) for cell in cells]
