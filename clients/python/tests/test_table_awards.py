# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Rounds of awards that stand in tables."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest

import grantd
from grantd.table._command import main
from grantd.v1.awards_pb2 import Envelope, ListAwardsRequest, ListEnvelopesRequest, PutEnvelopeRequest
from grantd.v1.awards_pb2_grpc import AwardsStub

from .conftest import ROOT, Daemon
from .table_files import DAY, GOOD, HEADS, MEASURE, text_file

POLICIES = ROOT / "Sources" / "GrantdPolicy" / "Policies"
ASK = ["--measure", MEASURE, "--as-of", DAY]
CODE = "91110000600037341L"
pytestmark = pytest.mark.usefixtures("in_its_own_folder")


def award_rows() -> list[list[Any]]:
    heads = [*HEADS, "统一社会信用代码", "评分"]
    # All for one subject, whose cap is 50 million yuan.
    rows = [[f"A-{n}", "甲", "是", "P", "是", "是", "6000", CODE, score] for n, score in enumerate((70, 90, 80, "", 95))]
    return [heads, *rows]


def awarded(path: str) -> dict[str, int | None]:
    rows = pq.read_table(path).to_pylist()
    return {row["申请编号"]: row["awarded_fen"] for row in rows}


def test_a_dry_run_awards_in_order_under_an_envelope(capsys: pytest.CaptureFixture[str]) -> None:
    text_file(pathlib.Path("in.csv"), award_rows())
    command = [
        "table",
        "score",
        "in.csv",
        "-o",
        "out.parquet",
        *ASK,
        "--award",
        "--dry-run",
        "--order-by",
        "评分 desc, 申请编号",
    ]
    assert main([*command, "--envelope", "round-1", "--limit", "4000万元"]) == 0
    page = capsys.readouterr().out
    # 30% of 60 million, thrice, is more than the envelope has: the best have it first.
    assert awarded("out.parquet") == {"A-4": 1_800_000_000, "A-1": 1_800_000_000, "A-2": 400_000_000, "A-0": None, "A-3": None}
    assert "预算“round-1”：总额 4,000万元，余 0元" in page
    # Nothing was written: another one begins anew, and without the envelope the cap of the subject binds.
    assert main([*command, "--force"]) == 0
    assert awarded("out.parquet") == {
        "A-4": 1_800_000_000,
        "A-1": 1_800_000_000,
        "A-2": 1_400_000_000,
        "A-0": None,
        "A-3": None,
    }
    assert main([*command, "--force", "--envelope", "round-2"]) == 64
    assert "没有预算" in capsys.readouterr().err


def test_an_order_by_cells_that_are_no_numbers(
    start_daemon: Callable[..., Daemon], tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    daemon = start_daemon(0, "--ledger", str(tmp_path / "book.sqlite"))
    command = ["table", "score", "in.csv", "-o", "out.parquet", *ASK, "--award", "--address", daemon.address, "--force"]

    def write(*scores: str) -> None:
        # A total is no application, and its cell no score.
        rows = [[f"A-{place}", "甲", "是", "P-1", "是", "是", "20000", CODE, score] for place, score in enumerate(scores)]
        text_file(pathlib.Path("in.csv"), [[*HEADS, "统一社会信用代码", "评分"], *rows, ["合计", *[""] * 7, "平均"]])

    # As texts 95分 would come before 100分; what is not known comes last. The cap of the subject goes to the first.
    for scores in (("95分", "１００分", "-"), ("95%", "1.0", "N/A"), ("9", "10", "")):
        write(*scores)
        assert main([*command, "--dry-run", "--order-by", "评分 desc"]) == 65
        found = pq.read_table("out.parquet")["amount_fen"].to_pylist()
        assert found[1] == max(fen or 0 for fen in found)
        assert not found[0]
    write("95", "缺考", "100")
    capsys.readouterr()
    order = ["--run", "r", "--order-by", "评分 desc", "--envelope", "e", "--limit", "1亿元"]
    assert main([*command, *order, "--lang", "zh"]) == 65
    assert "--order-by：第 3 行 I 列“评分”：“缺考”不是数字" in capsys.readouterr().err
    # Nothing was put before.
    assert main([*command, "--run", "r", "--envelope", "e", "--lang", "zh"]) == 64
    assert "没有预算" in capsys.readouterr().err


def test_a_round_awards_nothing_twice(
    tmp_path: pathlib.Path, start_daemon: Callable[..., Daemon], capsys: pytest.CaptureFixture[str]
) -> None:
    daemon = start_daemon(0, "--ledger", str(tmp_path / "book.sqlite"))
    rows = award_rows()
    text_file(pathlib.Path("in.csv"), rows)
    command = [
        "table",
        "score",
        "in.csv",
        "-o",
        "out.parquet",
        *ASK,
        "--award",
        "--run",
        "2026-Q2",
        "--address",
        daemon.address,
        "--force",
    ]
    assert main([*command, "--order-by", "评分 desc"]) == 0
    first = awarded("out.parquet")
    assert sum(fen or 0 for fen in first.values()) == 5_000_000_000
    assert main([*command, "--order-by", "评分 desc"]) == 0
    assert awarded("out.parquet") == first
    # A row that comes later has what is left; one that was changed is told.
    rows[2][6] = "7000"
    text_file(pathlib.Path("in.csv"), [*rows, ["A-5", "甲", "是", "P-2", "是", "是", "1000", CODE, 10]])
    capsys.readouterr()
    assert main(command) == 65
    assert awarded("out.parquet") == {**first, "A-1": None, "A-5": 300_000_000}
    assert "idempotency_key" in capsys.readouterr().out


def test_one_envelope_binds_the_tables_of_two_measures(
    tmp_path: pathlib.Path, start_daemon: Callable[..., Daemon], capsys: pytest.CaptureFixture[str]
) -> None:
    daemon = start_daemon(0, "--ledger", str(tmp_path / "book.sqlite"))
    other = "medical-device.pilot-platform"
    text_file(pathlib.Path("in.csv"), award_rows())
    command = ["table", "score", "in.csv", "-o", "out.parquet", *ASK, "--award", "--address", daemon.address, "--force"]
    with grantd.Channel(daemon.address) as channel:
        awards = AwardsStub(channel)
        awards.PutEnvelope(
            PutEnvelopeRequest(envelope=Envelope(envelope_id="both", limit_fen=1, measures=[MEASURE, other], until_on=DAY))
        )
        # A limit is all that is changed: what it binds, and until when, stays.
        assert main([*command, "--run", "r-1", "--envelope", "both", "--limit", "2000万元"]) == 0
        (both,) = awards.ListEnvelopes(ListEnvelopesRequest()).envelopes
        assert (sorted(both.measures), both.until_on) == (sorted([MEASURE, other]), DAY)
        assert (both.limit_fen, both.used_fen) == (2_000_000_000, 2_000_000_000)
        # One of other measures is not taken from them.
        awards.PutEnvelope(PutEnvelopeRequest(envelope=Envelope(envelope_id="theirs", limit_fen=5, measures=[other])))
        assert main([*command, "--run", "r-2", "--envelope", "theirs", "--limit", "2000万元"]) == 64
        assert "已用于其他措施" in capsys.readouterr().err
        assert [envelope.limit_fen for envelope in awards.ListEnvelopes(ListEnvelopesRequest()).envelopes] == [2_000_000_000, 5]


@pytest.mark.parametrize("limit", [[], ["--limit", "2000万元"]])
@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"measures": ["medical-device.pilot-platform"]}, "不含 medical-device.common-platform"),
        ({"programmes": ["digital-space"]}, "不含 medical-device.common-platform"),
        ({"from_on": "2026-05-21"}, "只管 2026-05-21 起的核定，不含计算日期 2026-05-20"),
        ({"until_on": "2026-05-19"}, "只管 2026-05-19 止的核定"),
        ({"from_on": "2025-01-01", "until_on": "2025-12-31"}, "只管 2025-01-01 至 2025-12-31 的核定"),
        ({"measures": [MEASURE], "from_on": DAY, "until_on": DAY}, ""),
        ({"programmes": ["medical-device"]}, ""),
        ({}, ""),
    ],
)
def test_an_envelope_binds_the_round_or_nothing_is_awarded(
    tmp_path: pathlib.Path,
    start_daemon: Callable[..., Daemon],
    capsys: pytest.CaptureFixture[str],
    limit: list[str],
    terms: dict[str, Any],
    words: str,
) -> None:
    daemon = start_daemon(0, "--ledger", str(tmp_path / "book.sqlite"))
    text_file(pathlib.Path("in.csv"), award_rows())
    command = ["table", "score", "in.csv", "-o", "out.parquet", *ASK, "--award", "--run", "r", "--address", daemon.address]
    with grantd.Channel(daemon.address) as channel:
        awards = AwardsStub(channel)
        awards.PutEnvelope(PutEnvelopeRequest(envelope=Envelope(envelope_id="e", limit_fen=2_000_000_000, **terms)))
        code = main([*command, "--envelope", "e", *limit, "--lang", "zh"])
        (left,) = awards.ListEnvelopes(ListEnvelopesRequest()).envelopes
        if words:
            assert code == 64
            assert words in capsys.readouterr().err
            assert not awards.ListAwards(ListAwardsRequest()).awards
            assert not pathlib.Path("out.parquet").exists()
        else:
            assert code == 0
            assert left.used_fen == 2_000_000_000
            assert "余 0元" in capsys.readouterr().out


def test_awards_want_what_the_book_knows_applicants_by(capsys: pytest.CaptureFixture[str]) -> None:
    text_file(pathlib.Path("in.csv"), [HEADS, GOOD, GOOD])
    assert main(["table", "score", "in.csv", "-o", "out.parquet", *ASK, "--award", "--dry-run"]) == 65
    page = capsys.readouterr().out
    assert "统一社会信用代码" in page
    assert "第 2 行重复" in page
