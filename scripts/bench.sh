#!/usr/bin/env bash
# Builds the daemon and its peers, lets them take turns on core 0 under the same loads from core 1, and prints the tables:
# calls a second, the server's time for each, and grantd's figures over the peers'. Arguments: rows (pipelined, connections,
# latency, batch, explained, beside, growth, start, idle, process; all where none is named). SECONDS_EACH (5): how long each
# server is measured for a row; ROUNDS (7): in how many turns; PEERS: hand, protobuf_server, grpc_server, nio_echo, echo.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(scripts/build-release.sh grantd grantd-bench)
peers=$(scripts/build-peers.sh)
exec python3 Tests/Peers/bench.py "$bin" "$peers" "$@"
