#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
#
# check-columns.sh [--short] [--rows N] [--seed N] [--measure M]...
#
# Asks a daemon about a million random rows twice, by columns and by batches, of all measures, stages and assumptions, with and
# without the whole reasoning, with days in rows and in the call, and fails where the answers differ: in a value, a reason, an
# error, a rule's clause, the version or the digest. --short: 100,000 rows, as scripts/check.sh runs it. The rows are those of the
# seed, 1 by default. The daemon is GRANTD_BIN/grantd (default: a release build).
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${GRANTD_BIN:-$(scripts/build-release.sh grantd)}
asked=()
if [ "${1:-}" = --short ]; then
    asked=(--rows 100000)
    shift
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
"$bin/grantd" serve --port 0 >>"$work/ready" 2>"$work/log" &
daemon=$!
until grep -q '^listening on ' "$work/ready"; do
    kill -0 $daemon 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.05
done
.build/python/bin/python clients/python/compare_columns.py --address "$(sed -n 's/^listening on //p' "$work/ready")" \
    "${asked[@]}" "$@"
