# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Spark sessions, and rows to score: run by scripts/check-spark.sh, in an environment with PySpark."""

from __future__ import annotations

import os
import pathlib
import tempfile
from collections.abc import Callable, Iterator

import pyspark
import pytest
from pyspark import SparkContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = str(pathlib.Path(os.environ.get("GRANTD_BIN", ROOT / ".build" / "debug")) / "grantd")
MEASURE = "medical-device.common-platform"
FACTS = "medical_device_common_platform"


@pytest.fixture(scope="session", params=["local[2]", "local-cluster[2,1,1024]"])
def spark(request: pytest.FixtureRequest) -> Iterator[SparkSession]:
    """A session of each kind: threads of one process, and executors that are processes of their own."""
    master = request.param
    # Executors of a local cluster are started by the scripts of the installed package.
    os.environ["SPARK_HOME"] = str(pathlib.Path(pyspark.__file__).parent)
    with tempfile.TemporaryDirectory() as scratch:
        session = (
            SparkSession.builder.master(master)
            .appName("grantd-tests")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.memory", "1g")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.local.dir", scratch)
            .config("spark.sql.warehouse.dir", scratch)
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "1000")
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()
        # The next one is of another kind, and wants another Java process.
        gateway = SparkContext._gateway
        if gateway is not None:
            gateway.shutdown()
            gateway.proc.stdin.close()
            gateway.proc.wait(60)
        SparkContext._gateway = None
        SparkContext._jvm = None


@pytest.fixture
def rows(spark: SparkSession) -> Callable[..., DataFrame]:
    """Rows of every outcome, the same at each call: by number eligible, unregistered, without an investment."""

    def make(count: int, partitions: int = 4) -> DataFrame:
        number = F.col("number")
        return (
            spark.range(0, count, 1, partitions)
            .select(F.col("id").alias("number"))
            .select(
                "number",
                F.concat(F.lit("区"), (number % 16).cast("string")).alias("district"),
                F.when(number % 11 != 0, number % 7 != 0).alias("applicant.registered_in_beijing"),
                F.lit(True).alias(f"{FACTS}.for_medical_device_industry"),
                F.when(number % 13 != 0, F.lit(True)).alias(f"{FACTS}.common_technology_platform"),
                F.when(number % 5 != 0, number * 13_000_003 % 40_000_000_000).alias(f"{FACTS}.engineering_investment_fen"),
            )
        )

    return make
