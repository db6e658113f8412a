# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Data frames of Spark, held against the same table asked about without Spark."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pyarrow as pa
import pyspark.errors
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it
from typing_extensions import Self

import grantd
import grantd.spark
from grantd._columnar import ColumnOptions, evaluate_table, with_first_day
from grantd.spark._compare import CompareTask, Side
from grantd.spark._host import HostDaemonError, host_daemon
from grantd.spark._plan import Places
from grantd.spark._rules import Rules
from grantd.spark._score import ScoreTask
from grantd.table._form import form_of

from .conftest import BINARY, FACTS, MEASURE

Rows = Callable[..., DataFrame]
DAY = "2026-05-20"
RESULTS = [
    "outcome", "amount_fen", "potential_amount_fen", "basis", "binding_cap", "failed", "missing", "missing_omitted",
    "in_force_from", "error", "error_number", "error_field", "error_details",
]  # fmt: skip


def told(frame: DataFrame) -> list[tuple[Any, ...]]:
    """All rows, all columns, in the order of the rows' numbers."""
    return sorted((tuple(row) for row in frame.collect()), key=lambda row: row[0])


@pytest.fixture
def expected(rows: Rows) -> Callable[..., list[dict[str, Any]]]:
    """What ``evaluate_table`` says of the same rows, in one table."""

    def make(count: int, **options: Any) -> list[dict[str, Any]]:
        names = rows(1).columns
        columns = dict(zip(names, zip(*told(rows(count)), strict=True), strict=True))
        table = pa.table(
            {
                path: pa.array(columns[path], pa.int64() if path.endswith("_fen") else pa.bool_())
                for path in names
                if "." in path
            }
        )
        with host_daemon(BINARY) as address, grantd.Channel(address) as channel:
            # Spark's rows tell the day of their version each.
            whole = with_first_day(evaluate_table(channel, table, MEASURE, as_of=DAY, **options))
            answers: list[dict[str, Any]] = whole.to_pylist()
        return answers

    return make


def test_every_row_as_without_spark(rows: Rows, expected: Callable[..., list[dict[str, Any]]]) -> None:
    scored = grantd.spark.score(rows(5003), MEASURE, binary=BINARY, as_of=DAY)
    assert scored.columns == [*rows(1).columns, *RESULTS]
    assert set(scored.schema["outcome"].metadata) == {"grantd.measure", "grantd.digest"}
    got = told(scored.select("number", *RESULTS))
    answers = expected(5003)
    assert [row[0] for row in got] == list(range(5003))
    assert [row[1:] for row in got] == [tuple(answer[name] for name in RESULTS) for answer in answers]
    assert {answer["outcome"] for answer in answers} == {"ELIGIBLE", "INELIGIBLE", "UNDETERMINED"}


def test_reasons_columns_and_prefix(rows: Rows, expected: Callable[..., list[dict[str, Any]]]) -> None:
    named = rows(50).withColumnRenamed("applicant.registered_in_beijing", "注册").withColumnRenamed("district", "outcome")
    paths = {name: name for name in named.columns if "." in name} | {"注册": "applicant.registered_in_beijing"}
    frame = grantd.spark.score(
        named, MEASURE, binary=BINARY, as_of=DAY, columns=paths, keep=["number", "outcome"], prefix="g_", reasons=True
    )
    got = told(frame.select("number", "outcome", "g_outcome", "g_reasons"))
    for row, answer in zip(got, expected(50, reasons=True), strict=True):
        assert row[1] == f"区{row[0] % 16}"
        assert row[2] == answer["outcome"]
        assert [reason.asDict() for reason in row[3]] == answer["reasons"]
    assert any(row[3] for row in got)


def test_some_results_alone(rows: Rows, expected: Callable[..., list[dict[str, Any]]]) -> None:
    frame = grantd.spark.score(
        rows(50), MEASURE, binary=BINARY, as_of=DAY, keep=["number"], results=["amount_fen", "in_force_from"]
    )
    assert frame.columns == ["number", "amount_fen", "in_force_from"]
    assert set(frame.schema["amount_fen"].metadata) == {"grantd.measure", "grantd.digest"}
    answers = expected(50)
    assert [row[1:] for row in told(frame)] == [(answer["amount_fen"], answer["in_force_from"]) for answer in answers]


def test_lists_days_and_lines(spark: SparkSession) -> None:
    frame = spark.createDataFrame(
        [
            (1, "2026-05-20", "P-1", True, [("medical-device.common-platform", "P-1", "2026-01-05", 4_000_000_000)]),
            (2, "2026-05-20", "P-1", True, [("medical-device.common-platform", "P-2", "2026-01-05", 4_000_000_000)]),
            (3, "2019-05-20", "P-1", True, []),
            (4, "2026-15-20", "P-1", True, None),
        ],
        "number int, as_of string, subject_id string, `applicant.registered_in_beijing` boolean, prior_awards "
        "array<struct<measure: string, subject_id: string, awarded_on: string, amount_fen: bigint>>",
    ).withColumns(
        {
            f"{FACTS}.for_medical_device_industry": F.lit(True),
            f"{FACTS}.common_technology_platform": F.lit(True),
            f"{FACTS}.engineering_investment_fen": F.lit(100_000_000_000),
        }
    )
    scored = grantd.spark.score(frame, MEASURE, binary=BINARY)
    got = told(scored.select("number", "outcome", "amount_fen", "error", "error_field", "in_force_from"))
    assert [row[1:3] for row in got[:3]] == [("ELIGIBLE", 1_000_000_000), ("ELIGIBLE", 5_000_000_000), ("NOT_IN_FORCE", None)]
    assert got[3][3] == "INVALID_ARGUMENT"
    assert got[3][4] == "as_of"
    assert str(got[0][5]) == "2025-11-24"
    # A measure with lines has them in a struct, whose fields are known before the job.
    lined = spark.range(3).select(F.col("id").alias("number"))
    schema = grantd.spark.score(lined, "renewables-settlement.term", binary=BINARY, as_of=DAY).schema
    assert schema["lines"].dataType.fieldNames()


def test_empty_partitions_and_frames(rows: Rows) -> None:
    assert grantd.spark.score(rows(0), MEASURE, binary=BINARY, as_of=DAY).count() == 0
    sparse = rows(40, 16).where("number = 7")
    assert [row[:2] for row in told(scored(sparse))] == [(7, "INELIGIBLE")]
    assert len(grantd.spark.score(rows(9000), MEASURE, binary=BINARY, as_of=DAY).take(3)) == 3


class Counted(grantd.Channel):
    """A channel that is counted."""

    opened: ClassVar[list[Counted]] = []

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.is_open = True
        self.opened.append(self)

    def close(self) -> None:
        super().close()
        self.is_open = False


@pytest.mark.parametrize("kind", ["score", "compare"])
@pytest.mark.parametrize("end", ["whole", "given up", "broken off", "without rows"])
def test_every_channel_is_closed_however_a_partition_ends(kind: str, end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Spark, which only hands batches to a task: until they end, until the use stops, or until one is no more there."""
    monkeypatch.setattr("grantd.spark._rules.Channel", Counted)
    monkeypatch.setattr(Counted, "opened", [])
    path = "applicant.registered_in_beijing"
    batch = pa.RecordBatch.from_pydict({"number": list(range(100)), path: [True] * 100})
    options = ColumnOptions(MEASURE, DAY)
    places = Places((0,), ((1, path),))
    with host_daemon(BINARY) as address:
        with grantd.Channel(address) as channel:
            answer = evaluate_table(channel, batch.select([path]), MEASURE, as_of=DAY)
            form = form_of(channel, MEASURE, DAY)
        rules, digest = Rules(address), answer.schema.metadata[b"grantd.digest"].decode()
        task: ScoreTask | CompareTask
        if kind == "score":
            added = pa.schema([answer.schema.field("outcome")])
            task = ScoreTask(rules, digest, options, places, added, ("number", "outcome"), 60)
        else:
            side = Side(rules, form, frozenset([path]), digest)
            added = pa.schema([pa.field("kind", pa.string())])
            task = CompareTask(side, side, options, places, added, ("number", "kind"), "zh", 60)

        def batches() -> Iterator[pa.RecordBatch]:
            yield from [] if end == "without rows" else [batch] * 20
            if end == "broken off":
                raise OSError("the executor's disk")

        result = task.rows(batches())
        if end == "whole":
            assert sum(one.num_rows for one in result) == 2000
        elif end == "given up":
            assert next(result).num_rows == 100
            assert all(one.is_open for one in Counted.opened)
            result.close()  # type: ignore[attr-defined]  # It is a generator.
        elif end == "broken off":
            with pytest.raises(OSError, match="disk"):
                list(result)
        else:
            assert list(result) == []
    channels = {"score": 1, "compare": 2}[kind]
    assert [one.is_open for one in Counted.opened] == [False] * (0 if end == "without rows" else channels)


def test_what_does_not_fit_is_told_before_the_job(rows: Rows) -> None:
    frame = rows(10)
    path = f"{FACTS}.engineering_investment_fen"
    for wrong, words in (
        (frame.withColumnRenamed(path, f"{FACTS}.engineering_investment"), r"is it .*engineering_investment_fen\?"),
        (frame.withColumn(path, F.col(f"`{path}`").cast("double")), "holds double.*cast it first"),
        (frame.withColumn(path, F.lit("many")), path),
        (frame.withColumn("outcome", F.lit("mine")), "column 'outcome' twice"),
    ):
        with pytest.raises(ValueError, match=words):
            grantd.spark.score(wrong, MEASURE, binary=BINARY, as_of=DAY)
    for arguments, words in (
        ({}, "give either address"),
        ({"address": "127.0.0.1:1", "binary": BINARY}, "give either address"),
        ({"address": "127.0.0.1:1", "policies": "/tmp"}, "give binary too"),
        ({"binary": BINARY, "as_of": "soon"}, "as_of"),
        ({"binary": BINARY, "keep": ["nothing"]}, "no column 'nothing'"),
        ({"binary": BINARY, "columns": {"nothing": path}}, "no column 'nothing'"),
        ({"binary": BINARY, "results": ["amount"]}, "no column 'amount', of outcome, amount_fen"),
        ({"binary": BINARY, "results": []}, "a column at least"),
    ):
        with pytest.raises(ValueError, match=words):
            grantd.spark.score(frame, MEASURE, **arguments)  # type: ignore[arg-type]
    with pytest.raises(HostDaemonError, match="No such file"):
        grantd.spark.score(frame, MEASURE, binary="/nothing/grantd")
    with pytest.raises(grantd.GrantdError, match="no such measure"):
        grantd.spark.score(frame, "medical-device.nothing", binary=BINARY)


def test_a_daemon_with_another_policy_fails_the_task(rows: Rows, tmp_path: pathlib.Path) -> None:
    """The address stands for one daemon when the job is planned, and for another when it runs."""
    other = tmp_path / "policies"
    exported(other, ("50,000,000 yuan", "30,000,000 yuan"))
    with pytest.raises(grantd.GrantdError, match="the daemon decides by policy"), host_daemon(BINARY) as address:
        grantd.spark.score(rows(10), MEASURE, address=address, digest="0" * 64)
    with Relay() as relay:
        with host_daemon(BINARY) as address:
            relay.target = address
            frame = grantd.spark.score(rows(10), MEASURE, address=relay.address, as_of=DAY)
            assert frame.count() == 10
        with host_daemon(BINARY, str(other)) as address:
            relay.target = address
            with pytest.raises(pyspark.errors.PythonException, match=r"the daemon decides by policy .* is wanted"):
                frame.collect()


def test_tasks_share_the_daemon_of_their_host(spark: SparkSession) -> None:
    """With the driver, too; in a cluster executors are processes of their own."""

    def ask(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for _ in batches:
            with host_daemon(BINARY) as address:
                yield pa.RecordBatch.from_arrays([pa.array([address])], ["address"])

    with host_daemon(BINARY) as address:
        asked = spark.range(0, 8, 1, 8).mapInArrow(ask, "address string").collect()
    assert [row.address for row in asked] == [address] * 8


def test_an_executor_that_is_killed_changes_nothing(
    spark: SparkSession, rows: Rows, expected: Callable[..., list[dict[str, Any]]], tmp_path: pathlib.Path
) -> None:
    if not spark.sparkContext.master.startswith("local-cluster"):
        pytest.skip("in local mode the executor is the driver")
    marker = str(tmp_path / "killed")
    frame = rows(20_000)

    def fatal(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        # Once in the whole job, half way through a partition whose first answers are given already.
        for place, batch in enumerate(batches):
            if place == 2:
                try:
                    os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
                except FileExistsError:
                    pass
                else:
                    os.kill(executor(), signal.SIGKILL)
            yield batch

    def executor() -> int:
        process = os.getpid()
        while pathlib.Path(f"/proc/{process}/comm").read_text().strip() != "java":
            process = int(pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()[1])
        return process

    # Spark's mapInArrow takes a dot in a name for a struct.
    plain = frame.toDF(*[f"c{place}" for place in range(len(frame.columns))])
    mined = plain.mapInArrow(fatal, plain.schema).toDF(*frame.columns)
    got = told(grantd.spark.score(mined, MEASURE, binary=BINARY, as_of=DAY, keep=["number"]))
    assert os.path.exists(marker)
    assert [row[0] for row in got] == list(range(20_000))
    assert [row[1:] for row in got] == [tuple(answer[name] for name in RESULTS) for answer in expected(20_000)]


def test_compare(rows: Rows, tmp_path: pathlib.Path) -> None:
    new = tmp_path / "policies"
    exported(new, ("50,000,000 yuan", "30,000,000 yuan"))
    compared = grantd.spark.compare(rows(3000), MEASURE, "built-in", str(new), binary=BINARY, as_of=DAY, language="en")
    assert set(compared.schema["kind"].metadata) == {"grantd.measure", "grantd.old_digest", "grantd.new_digest"}
    old = {row[0]: row[1:] for row in told(scored(rows(3000)))}
    now = {row[0]: row[1:] for row in told(scored(rows(3000), policies=str(new)))}
    kinds = set()
    potentials = compared.select("number", "old_potential_amount_fen", "new_potential_amount_fen", "old_basis", "new_basis")
    for number, before, after, old_basis, new_basis in told(potentials):
        assert (before, after) == (old[number][3], now[number][3])
        assert (old_basis, new_basis) == (("EXACT",) * 2 if old[number][0] != "INELIGIBLE" else (None, None))
    names = ["old_outcome", "new_outcome", "old_amount_fen", "new_amount_fen", "change_fen", "reason", "clause", "error"]
    got = told(compared.select("number", "kind", *names))
    assert len(got) == 3000
    for number, kind, old_outcome, new_outcome, before, after, change, reason, clause, error in got:
        kinds.add(kind)
        assert (old_outcome, new_outcome) == (old[number][0], now[number][0])
        is_open = old_outcome == "UNDETERMINED"
        assert before == (None if is_open else old[number][1] or 0)
        assert after == (None if is_open else now[number][1] or 0)
        assert change == (None if is_open else after - before)
        # Of what is open the bound alone is known.
        assert kind == ("SAME" if old[number] == now[number] else "OPEN" if is_open else "LOSS")
        assert error is None
        if kind == "SAME":
            assert (reason, clause) == (None, None)
        else:
            assert "50,000,000" in reason
            assert "30,000,000" in reason
            assert clause == "第7条"
    assert kinds == {"SAME", "LOSS", "OPEN"}


def test_compare_lines(spark: SparkSession, tmp_path: pathlib.Path) -> None:
    """Of what the city pays the district pays a part: the amount is as it was."""
    new = tmp_path / "policies"
    changes = (("city-elderly: 1,960", "city-elderly: 1,950"), ("district-elderly: 2,420", "district-elderly: 2,430"))
    exported(new, *changes, programme="resident-insurance")
    member = "resident_insurance_person"
    frame = spark.createDataFrame(
        [(1, 2026, "ELDERLY"), (2, 2026, "WORKING_AGE"), (3, 2025, "ELDERLY")],
        f"number int, `{member}.insurance_year` int, `{member}.insured_group` string",
    )
    compared = grantd.spark.compare(
        frame, "resident-insurance.person", "built-in", str(new), binary=BINARY, as_of=DAY, keep=["number"]
    )
    got = {row["number"]: row for row in compared.collect()}
    assert {number: row["kind"] for number, row in got.items()} == {1: "OTHER", 2: "SAME", 3: "SAME"}
    assert (got[1]["change_fen"], got[1]["old_amount_fen"]) == (0, 438_000)
    assert got[1]["reason"] == "结果不同：市级财政补助、区级财政补助"
    assert (got[1]["old_lines"]["city"], got[1]["new_lines"]["city"]) == (196_000, 195_000)
    assert got[1]["old_lines"]["personal"] == got[1]["new_lines"]["personal"]


def test_compare_rows_with_errors(rows: Rows) -> None:
    frame = rows(20).withColumn("as_of", F.when(F.col("number") == 3, "2026-15-20").otherwise(DAY))
    compared = grantd.spark.compare(frame, MEASURE, "built-in", "built-in", binary=BINARY)
    kinds = {row["number"]: (row["kind"], row["old_outcome"], row["change_fen"], row["error"]) for row in compared.collect()}
    assert kinds[3][:3] == ("ERROR", None, None)
    assert kinds[3][3].startswith("as_of: ")
    assert {kind for number, (kind, *_) in kinds.items() if number != 3} == {"SAME"}


def scored(frame: DataFrame, **arguments: Any) -> DataFrame:
    """What a comparison goes by, of rows that are told by their numbers."""
    potential = F.when(F.col("outcome") == "UNDETERMINED", F.col("potential_amount_fen")).alias("potential")
    return grantd.spark.score(frame, MEASURE, binary=BINARY, as_of=DAY, **arguments).select(
        "number", "outcome", "amount_fen", "missing", potential
    )


def exported(folder: pathlib.Path, *changes: tuple[str, str], programme: str = "medical-device") -> None:
    """A programme in a folder of its own, with figures of a measure changed."""
    policies = pathlib.Path(__file__).resolve().parents[3] / "Sources" / "GrantdPolicy" / "Policies"
    text = (policies / f"{programme}.yaml").read_text(encoding="utf-8")
    before, measure, after = text.partition("  - id: common-platform\n") if programme == "medical-device" else ("", "", text)
    for change in changes:
        assert change[0] in after
        after = after.replace(*change, 1)
    folder.mkdir()
    (folder / f"{programme}.yaml").write_text(before + measure + after, encoding="utf-8")


class Relay:
    """An address that leads to whichever daemon it is set to, for each new connection."""

    def __init__(self) -> None:
        self.target = ""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            host, _, port = self.target.rpartition(":")
            far = socket.create_connection((host, int(port)))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    @staticmethod
    def _carry(source: Any, target: Any) -> None:
        try:
            while data := source.recv(65_536):
                target.sendall(data)
        except OSError:
            pass
        finally:
            for each in (source, target):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
