#!/usr/bin/env bash
# Durable awards a second of a daemon with a book: of 1, 16 and 256 clients one by one, of 1 and 16 in batches of 1,000, in SQLite and
# in PostgreSQL, with the syncs of the disk; beside the same work by hand in PostgreSQL, where each client locks the envelope with
# SELECT … FOR UPDATE, as pgbench runs it. All of it on one envelope and on one disk, in alternating rounds; medians, with the targets
# and whether they are met. At the end the stores alone, in process. PostgreSQL 15 or later; strace counts the syncs of SQLite, whose
# daemon it slows a little.
#
# The environment: SECONDS_EACH (15), how long each is measured for a row in all; ROUNDS (5), in how many turns; BENCH_FOLDER
# (/var/tmp), where all books lie: a disk, not memory; GRANTD_BIN, the programs, built with the trait PostgreSQL (default: a release build).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-dependencies.sh gcc make libpq-dev postgresql strace
bin=${GRANTD_BIN:-$(SWIFT_FLAGS="--traits PostgreSQL ${SWIFT_FLAGS:-}" scripts/build-release.sh grantd grantctl grantd-bench)}
peers=$PWD/.build/peers
make -s -C Tests/Peers OUT="$peers" "$peers/award_load"
exec python3 Tests/Awards/bench_ledger.py "$bin" "$peers"
