# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Who scripts/bench-population.sh measures on Spark: one session, one Parquet file, the same two cores."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it
from pyspark.sql.types import StringType

import bench_contenders
import grantd.spark
from bench_contenders import DAY, MEASURE, PATHS, ZEN_DECISION, ZEN_NAMES, Rows, zen_evaluate


def session(scratch: str) -> SparkSession:
    """Two tasks at a time, as there are cores."""
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .config("spark.local.dir", scratch)
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "65536")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    # For what tasks take from it.
    spark.sparkContext.addPyFile(bench_contenders.__file__)
    return spark


def frame_of(spark: SparkSession, rows: Rows, scratch: str) -> DataFrame:
    """The rows, from Parquet."""
    path = f"{scratch}/population.parquet"
    pq.write_table(pa.table(dict(zip(PATHS, map(pa.array, rows), strict=True))), path, row_group_size=65_536)
    return spark.read.parquet(path)


def by_grantd(frame: DataFrame, address: str) -> Callable[[], int]:
    """``grantd.spark.score``, with all columns of the result."""
    return _by_grantd(frame, address, None)


def by_grantd_as_zen(frame: DataFrame, address: str) -> Callable[[], int]:
    """``grantd.spark.score``, with the three columns that zen-engine's decision gives."""
    return _by_grantd(frame, address, ["failed", "outcome", "amount_fen"])


def _by_grantd(frame: DataFrame, address: str, results: list[str] | None) -> Callable[[], int]:
    def work() -> int:
        scored = grantd.spark.score(frame, MEASURE, address=address, as_of=DAY, keep=[], results=results)
        return _total(scored, F.col("amount_fen"))

    return work


def by_recipe(frame: DataFrame, _: str) -> Callable[[], int]:
    """zen-engine as docs.gorules.io/developers/integrations/pyspark has it.

    The decisions are broadcast; each Python worker compiles them once; a UDF takes a row as JSON text and gives the result as
    JSON text.
    """
    decisions = frame.sparkSession.sparkContext.broadcast({"award": ZEN_DECISION})

    class Evaluator:
        """One a worker."""

        engine: Any = None

        @classmethod
        def of(cls, texts: dict[str, str]) -> Any:
            if cls.engine is None:
                import zen

                compiled = {key: zen.ZenDecisionContent(text) for key, text in texts.items()}
                cls.engine = zen.ZenEngine({"loader": compiled.__getitem__})
            return cls.engine

    def evaluate(row: str) -> str:
        answer = Evaluator.of(decisions.value).evaluate("award", json.loads(row))
        return json.dumps(answer["result"])

    facts = F.struct(*[F.col(f"`{path}`").alias(name) for path, name in zip(PATHS, ZEN_NAMES, strict=True)])
    answers = frame.select(F.udf(evaluate, StringType())(F.to_json(facts)).alias("answer"))

    def work() -> int:
        return _total(answers, F.get_json_object("answer", "$.amount_fen").cast("long"))

    return work


def by_batches(frame: DataFrame, _: str) -> Callable[[], int]:
    """zen-engine by ``mapInArrow``, as ``grantd.spark`` works: the quickest way found for it."""
    plain = frame.toDF(*ZEN_NAMES)
    schema = "failed array<string>, outcome string, amount_fen bigint"
    types = pa.schema([("failed", pa.list_(pa.string())), ("outcome", pa.string()), ("amount_fen", pa.int64())])

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        evaluate = zen_evaluate()
        for batch in batches:
            yield pa.RecordBatch.from_pylist([evaluate(row) for row in batch.to_pylist()], types)

    def work() -> int:
        return _total(plain.mapInArrow(run, schema), F.col("amount_fen"))

    return work


def _total(answers: DataFrame, amount: Any) -> int:
    return int(answers.agg(F.sum(amount)).first()[0])
