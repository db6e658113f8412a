#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
#
# bench-table.sh [--short]
#
# What `grantd table` takes to score and to compare ten million rows of Parquet and 100,000 rows of a sheet: rows a second, and the
# most memory, of which 1 GB is allowed. Every row of the output is held against what its facts come to. --short: a million rows and
# 20,000. The daemon is GRANTD_BIN/grantd (default: a release build). Ten million take some minutes, and 2 GB under TMPDIR.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${GRANTD_BIN:-}" ]; then
    scripts/install-dependencies.sh
    GRANTD_BIN=$(scripts/build-release.sh grantd)
fi
rows=10000000
of_sheets=100000
if [ "${1:-}" = --short ]; then
    rows=1000000
    of_sheets=20000
fi
clients/python/environment.sh
work=$(mktemp -d)
daemon=
stop() {
    if [ -n "$daemon" ]; then kill "$daemon" 2>/dev/null || true; wait "$daemon" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap stop EXIT
: >"$work/ready"
"$GRANTD_BIN/grantd" serve --port 0 >>"$work/ready" 2>"$work/log" &
daemon=$!
until grep -q '^listening on ' "$work/ready"; do
    kill -0 $daemon 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.05
done
address=$(sed -n 's/^listening on //p' "$work/ready")
measure() {
    printf '\n== %s\n' "$1"
    .build/python/bin/python clients/python/bench_table.py --address "$address" --folder "$work" "${@:2}"
}
measure "score, Parquet" --rows $rows
measure "score, a sheet" --rows $of_sheets --workbook
measure "compare, Parquet" --rows $rows --compare
measure "compare, a sheet" --rows $of_sheets --compare --workbook
