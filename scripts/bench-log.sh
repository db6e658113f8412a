#!/usr/bin/env bash
# What the log of decisions costs and how fast it is read again, each figure beside its target and whether it is met:
#   - processor time of the log's own threads for each call, as fast as calls can be written and under a daemon's load
#   - calls a second at 64 connections with 4 in flight, with and without the log, in alternating rounds
#   - decisions a second that are replayed on one core: all worked cases in turn, in a log of ENTRIES
#   - `grantctl log diff` over a tenth of ENTRIES and over all of them: time, and the most memory that it had
#
# Usage: scripts/bench-log.sh [ENTRIES]
# ENTRIES: 1000000 unless given; 10000000 take some 7 GB of disk, of which 11 must be free, and some minutes. The environment: SECONDS_EACH (5), how long each
# daemon is measured in all; ROUNDS (7), in how many turns; BENCH_FOLDER (/var/tmp), where the logs lie: a disk, not memory;
# GRANTD_BIN, the programs (default: a release build).
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${GRANTD_BIN:-$(scripts/build-release.sh grantd grantctl grantd-bench)}
peers=$PWD/.build/peers
scripts/install-dependencies.sh gcc make
make -s -C Tests/Peers OUT="$peers" "$peers/frame_load"
exec python3 Tests/Peers/bench_log.py "$bin" "$peers" "${1:-1000000}"
