#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
#
# bench-population.sh [ROWS [ROUNDS]]
#
# One measure over the same rows by bare numpy, zen-engine (GoRules), grantd.score of dictionaries and of messages, columns, and data
# frames of numbers and of texts as people write them; and on Spark, in one session, by zen-engine's published recipe, by
# zen-engine over whole batches and by grantd.spark.score: rows a second, processor time, memory, ratios, which of those that are
# wanted hold, and what each cannot say. All amounts must agree. The daemon is GRANTD_BIN/grantd (default: a release
# build); it has the second core, what is measured the first; on Spark all share both. 1,000,000 rows and 3 rounds take half an
# hour at most.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${GRANTD_BIN:-}" ]; then
    scripts/install-dependencies.sh
    GRANTD_BIN=$(scripts/build-release.sh grantd)
fi
GRANTD_BIN=$(realpath "$GRANTD_BIN")
export GRANTD_BIN
command -v java >/dev/null || scripts/install-dependencies.sh openjdk-17-jre-headless
clients/python/environment.sh spark-test
python=$PWD/.build/python-spark-test/bin/python
export PYSPARK_PYTHON=$python PYSPARK_DRIVER_PYTHON=$python
exec "$python" clients/python/bench_population.py --rows "${1:-1000000}" --rounds "${2:-3}"
