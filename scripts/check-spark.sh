#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
#
# check-spark.sh [--short | --notebook]
#
# Holds grantd.spark against a daemon: in local[2] and in local-cluster[2,1,1024] with an executor that is killed, and runs the
# notebook of examples/population. --short: in the cluster what means something there alone, and fewer enterprises in the notebook.
# --notebook: that alone, and its outputs and its pictures are written anew. The daemon is GRANTD_BIN/grantd (default .build/debug).
# PySpark is installed from PyPI into .build/python-spark-test (430 MB), a Java from Debian where there is none.
set -euo pipefail
cd "$(dirname "$0")/.."
GRANTD_BIN=$(realpath "${GRANTD_BIN:-.build/debug}")
export GRANTD_BIN
command -v java >/dev/null || scripts/install-dependencies.sh openjdk-17-jre-headless
java -version 2>&1 | head -n 1
clients/python/environment.sh spark-test
python=$PWD/.build/python-spark-test/bin/python
# Executors start this one, too.
export PYSPARK_PYTHON=$python PYSPARK_DRIVER_PYTHON=$python

# The host's daemons of this run alone; the last of them ends a minute after its last use, or here.
scratch=$(mktemp -d)
export TMPDIR=$scratch
stop() {
    for keeper in "$scratch"/grantd-spark-*/*/keeper; do
        [ -s "$keeper" ] || continue
        # Locked: its keeper lives, and takes the daemon along.
        flock --nonblock "$keeper" true || kill "$(cat "$keeper")" || true
    done
    rm -rf "$scratch"
}
trap stop EXIT

if [ "${1:-}" = --notebook ]; then
    "$python" examples/population/run_notebook.py --write
    exit
fi
which=()
if [ "${1:-}" = --short ]; then
    # Of the cluster's: the executor that is killed, and executors that share the daemon of their host.
    which=(-k 'not cluster or killed or share')
    export POPULATION_ROWS=100000
    # Each Java program runs for seconds: compiling well what it does costs more than it saves.
    export JDK_JAVA_OPTIONS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
fi
# Spark's own Python leaves sockets to the collector.
(cd clients/python && "$python" -m pytest -q -W default -W ignore::ResourceWarning --timeout 300 "${which[@]}" spark_tests)
"$python" examples/population/run_notebook.py
