#!/usr/bin/env bash
# Measures HTTP on a release build of the daemon, or the one in the folder GRANTD_BIN: Evaluate in JSON with keep-alive over 64
# connections and over one (Debian's wrk), beside the same call in frames, beside Hummingbird's plain text and beside OpenFisca's
# web API, all in turns; and what idle connections take. Arguments: rows (connections, latency, idle; all where none is named).
# SECONDS_EACH (5), ROUNDS (5). What is to be reached stands below each row, met or missed; ends with 1 only where
# something was not measured, a peer that cannot be built among it.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-dependencies.sh wrk openssl
bin=${GRANTD_BIN:-$(scripts/build-release.sh grantd)}
peers=$(scripts/build-peers.sh --http)
exec python3 Tests/Peers/bench_http.py "$bin" "$peers" "$@"
