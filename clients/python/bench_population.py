# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Measures one measure over a population, by grantd and by others: scripts/bench-population.sh runs it.

bench_population.py [--rows N] [--rounds N]

Each contender runs in a process of its own, over the first so many of the same rows; the rounds go over all contenders in turn.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time
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


# MARK: - The contenders: each takes rows and gives what does the work, which gives the sum of all amounts.


def by_numpy(rows: Rows, _: str) -> Callable[[], int]:
    """OpenFisca's way: a formula over whole arrays, in int64; OpenFisca itself computes money in float32."""
    import numpy

    def work() -> int:
        is_eligible = rows.registered & rows.industry & rows.platform
        amount = numpy.where(is_eligible, numpy.minimum(rows.investment * 3 // 10, CAP), 0)
        return int(amount.sum())

    return work


ZEN_MODEL = {
    "contentType": "application/vnd.gorules.decision",
    "nodes": [
        {"id": "in", "type": "inputNode", "name": "request", "position": {"x": 0, "y": 0}},
        {
            "id": "award",
            "type": "expressionNode",
            "name": "award",
            "position": {"x": 200, "y": 0},
            "content": {
                # As much as it has words for: whether, why not, and how much.
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


def by_zen(rows: Rows, _: str) -> Callable[[], int]:
    """A compiled decision, a dictionary a row."""
    evaluate = _zen()
    columns = [column.tolist() for column in rows]

    def work() -> int:
        total = 0
        for registered, industry, platform, investment in zip(*columns, strict=True):
            total += evaluate(
                {"registered": registered, "industry": industry, "platform": platform, "investment_fen": investment}
            )
        return total

    return work


def _zen() -> Callable[[dict[str, Any]], int]:
    import zen

    content = zen.ZenDecisionContent(json.dumps(ZEN_MODEL))
    engine = zen.ZenEngine({"loader": lambda _: content})

    def evaluate(facts: dict[str, Any]) -> int:
        return int(engine.evaluate("award", facts)["result"]["amount_fen"])

    return evaluate


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


def by_columns(rows: Rows, address: str) -> Callable[[], int]:
    """``EvaluateColumns``, from an Arrow table to an Arrow table."""
    import pyarrow as pa
    import pyarrow.compute as pc

    import grantd
    from grantd._columnar import evaluate_table

    table = pa.table(dict(zip(PATHS, map(pa.array, rows), strict=True)))

    def work() -> int:
        with grantd.Channel(address) as channel:
            total: int = pc.sum(evaluate_table(channel, table, MEASURE, as_of=DAY)["amount_fen"]).as_py()
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


def by_spark(rows: Rows, address: str) -> Callable[[], int]:
    """``grantd.spark.score`` in ``local[2]``, from Parquet to a sum."""
    from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it

    import grantd.spark

    frame = _spark_frame(rows)

    def work() -> int:
        scored = grantd.spark.score(frame, MEASURE, address=address, as_of=DAY, keep=[])
        return int(scored.agg(F.sum("amount_fen")).first()[0])

    return work


def by_zen_on_spark(rows: Rows, _: str) -> Callable[[], int]:
    """zen-engine's published way on Spark: a UDF, a compiled decision a worker, a dictionary a row."""
    from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it
    from pyspark.sql.types import LongType

    frame = _spark_frame(rows)
    kept: dict[str, Any] = {}

    def amount(registered: bool, industry: bool, platform: bool, investment: int) -> int:
        if not kept:
            kept["evaluate"] = _zen()
        given = {"registered": registered, "industry": industry, "platform": platform, "investment_fen": investment}
        return int(kept["evaluate"](given))

    asked = F.udf(amount, LongType())(*[F.col(f"`{path}`") for path in PATHS])

    def work() -> int:
        return int(frame.agg(F.sum(asked)).first()[0])

    return work


def _spark_frame(rows: Rows) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyspark.sql import SparkSession

    scratch = os.environ["BENCH_SCRATCH"]
    path = f"{scratch}/{os.getpid()}.parquet"
    pq.write_table(pa.table(dict(zip(PATHS, map(pa.array, rows), strict=True))), path, row_group_size=65_536)
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.local.dir", scratch)
        .config("spark.sql.files.maxPartitionBytes", "1m")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "65536")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    return spark.read.parquet(path)


class Contender(NamedTuple):
    """Who is measured."""

    name: str
    make: Callable[[Rows, str], Callable[[], int]]
    # Of so many rows, at most: slow ones are not waited for all day.
    most: int
    lacks: str


GRANTD_LACKS = "nothing of these; reasons in words by reasons=True"
CONTENDERS = {
    "numpy": Contender(
        "bare numpy, the formula by hand", by_numpy, 10**9, "reasons, what is missing, caps that earlier awards eat"
    ),
    "zen": Contender(
        "zen-engine, a row at a time", by_zen, 50_000, "what is missing, clauses, caps over awards, exact money by type"
    ),
    "zen-spark": Contender("zen-engine on Spark, by UDF", by_zen_on_spark, 100_000, "the same"),
    "score": Contender("grantd.score, dictionaries", by_score, 200_000, GRANTD_LACKS),
    "frame": Contender("grantd.score_frame, pandas", by_frame, 1_000_000, GRANTD_LACKS),
    "columns": Contender("grantd columns, Arrow to Arrow", by_columns, 10**9, GRANTD_LACKS),
    "spark": Contender("grantd.spark.score, local[2]", by_spark, 10**9, GRANTD_LACKS),
}


def processor_seconds(daemon: int) -> float:
    """The processor's time so far of this process and the daemon; what Spark's own processes take is not in it."""
    times = pathlib.Path(f"/proc/{daemon}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()[11:13]
    return time.process_time() + sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


def measure(key: str, rows: int, address: str, daemon: int) -> None:
    """One contender, in this process; prints its figures."""
    contender = CONTENDERS[key]
    count = min(rows, contender.most)
    given = population(rows)
    work = contender.make(Rows(*[column[:count] for column in given]), address)
    expected = by_numpy(Rows(*[column[:count] for column in given]), "")()
    work()  # Warm.
    gc.collect()
    started, taken = time.monotonic(), processor_seconds(daemon)
    total = work()
    seconds, taken = time.monotonic() - started, processor_seconds(daemon) - taken
    if total != expected:
        raise SystemExit(f"{contender.name} comes to {total}, and {expected} is right")
    own = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    sys.stdout.write(json.dumps({"rows": count, "seconds": seconds, "processor": taken, "mib": own // 1024}) + "\n")


@contextlib.contextmanager
def daemon(core: int | None) -> Iterator[tuple[str, int]]:
    """A daemon of this run, its address and its process."""
    command = [str(pathlib.Path(os.environ["GRANTD_BIN"]) / "grantd"), "serve", "--port", "0"]
    with subprocess.Popen(_pinned(command, core), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().removeprefix("listening on ").strip(), process.pid
        finally:
            process.terminate()


def _pinned(command: list[str], core: int | None) -> list[str]:
    return command if core is None else ["taskset", "--cpu-list", str(core), *command]


def main() -> int:
    """Measures all and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", choices=CONTENDERS)
    parser.add_argument("--address", default="")
    parser.add_argument("--daemon", type=int)
    arguments = parser.parse_args()
    if arguments.one:
        measure(arguments.one, arguments.rows, arguments.address, arguments.daemon)
        return 0
    figures: dict[str, list[dict[str, Any]]] = {key: [] for key in CONTENDERS}
    has_two = (os.cpu_count() or 1) > 1
    with tempfile.TemporaryDirectory() as scratch, daemon(1 if has_two else None) as (address, process):
        environment = os.environ | {"BENCH_SCRATCH": scratch}
        for _ in range(arguments.rounds):
            for key in CONTENDERS:
                command = [sys.executable, __file__, "--one", key, "--rows", str(arguments.rows), "--address", address]
                command += ["--daemon", str(process)]
                core = 0 if has_two and "spark" not in key else None
                done = subprocess.run(
                    _pinned(command, core),
                    stdout=subprocess.PIPE,
                    text=True,
                    check=True,
                    env=environment,
                    stderr=subprocess.DEVNULL,
                )
                figures[key].append(json.loads(done.stdout.splitlines()[-1]))
        status = pathlib.Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        held = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024
    print_tables(figures, held)
    return 0


def print_tables(figures: dict[str, list[dict[str, Any]]], held: int) -> None:
    """Medians of the rounds, and their ratios."""

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")

    def speed(key: str, what: str) -> float:
        return statistics.median(each["rows"] / max(1e-9, each[what]) for each in figures[key])

    say(f"{'':<34}{'rows':>10}{'rows/s':>13}{'ns/row':>9}{'CPU ns/row':>12}{'MiB':>7}  cannot say")
    for key, contender in CONTENDERS.items():
        rounds = figures[key]
        rows, fast, own = rounds[0]["rows"], speed(key, "seconds"), speed(key, "processor")
        cost = "" if "spark" in key else f"{1e9 / own:,.0f}"
        memory = max(each["mib"] for each in rounds)
        say(f"{contender.name:<34}{rows:>10,}{fast:>13,.0f}{1e9 / fast:>9,.0f}{cost:>12}{memory:>7,}  {contender.lacks}")
    say(f"{'the daemon, at its largest':<34}{'':>44}{held:>7,}")
    say("\nCPU: of the process and the daemon together, whatever else the machine does.\n")
    say(f"{'':<36}{'by the clock':>14}{'by CPU':>10}")
    for what, over, under, wanted in (
        ("columns against zen-engine", "columns", "zen", ">= 50"),
        ("columns against score", "columns", "score", ">= 2.5"),
        ("score_frame against score", "frame", "score", ">= 2.5"),
        ("numpy against columns", "numpy", "columns", "<= 30"),
        ("Spark against zen-engine on Spark", "spark", "zen-spark", ">= 50"),
    ):
        clock = speed(over, "seconds") / speed(under, "seconds")
        own = "" if "spark" in over else f"{speed(over, 'processor') / speed(under, 'processor'):.1f} x"
        say(f"{what:<36}{clock:>12.1f} x{own:>10}   wanted {wanted}")


if __name__ == "__main__":
    sys.exit(main())
