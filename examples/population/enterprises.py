# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Enterprises that do not exist: as many as are wanted, the same ones each time.

Every value is computed from the enterprise's number by whole numbers alone, so that any cluster, and any number of partitions,
makes the same ones. The shares are guesses: nothing here is a statistic of Beijing.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it

# Shares in a thousand.
DISTRICTS = {
    "Haidian": 170, "Chaoyang": 165, "Daxing": 95, "Changping": 90, "Fengtai": 75, "Shunyi": 70, "Tongzhou": 70, "Xicheng": 50,
    "Fangshan": 45, "Dongcheng": 40, "Huairou": 30, "Shijingshan": 25, "Miyun": 22, "Pinggu": 20, "Mentougou": 18,
    "Yanqing": 15,
}  # fmt: skip
IN_CHINESE = {
    "Haidian": "海淀", "Chaoyang": "朝阳", "Daxing": "大兴", "Changping": "昌平",
    "Fengtai": "丰台", "Shunyi": "顺义", "Tongzhou": "通州", "Xicheng": "西城",
    "Fangshan": "房山", "Dongcheng": "东城", "Huairou": "怀柔", "Shijingshan": "石景山",
    "Miyun": "密云", "Pinggu": "平谷", "Mentougou": "门头沟", "Yanqing": "延庆",
}  # fmt: skip
# By the investment: shares in a thousand, from and up to so many 10,000 yuan.
SIZES = ((700, 10, 500), (220, 500, 3_000), (65, 3_000, 10_000), (15, 10_000, 60_000))
_FEN = 1_000_000  # in 10,000 yuan


def enterprises(spark: SparkSession, count: int, partitions: int) -> DataFrame:
    """So many enterprises: number, district, and the columns that the measure ``technical-upgrade.grant`` reads."""
    size = _share("size", 1000)
    investment, below = F.lit(None).cast("long"), 0
    for share, least, most in SIZES:
        within = least + _share("investment", most - least)
        investment = F.when((size >= below) & (size < below + share), within * _FEN).otherwise(investment)
        below += share
    return spark.range(0, count, 1, partitions).select(
        F.format_string("E-%07d", "id").alias("subject_id"),
        _district().alias("district"),
        (_share("registered", 100) < 97).alias("applicant.registered_in_beijing"),
        (_share("filed", 100) < 3).alias("technical_upgrade_grant.project_filed"),
        # Of one in twenty nobody knows yet.
        F.when(_share("known", 100) < 95, _share("completed", 100) < 85).alias("technical_upgrade_grant.project_completed"),
        investment.alias("technical_upgrade_grant.investment_fen"),
    )


def _share(what: str, most: int) -> Column:
    """A whole number under ``most``, by the enterprise's number and what it is for."""
    return F.pmod(F.xxhash64(F.lit(what), F.col("id")), F.lit(most))


def _district() -> Column:
    place, district, below = _share("district", 1000), F.lit(None).cast("string"), 0
    for name, share in DISTRICTS.items():
        district = F.when((place >= below) & (place < below + share), name).otherwise(district)
        below += share
    return district
