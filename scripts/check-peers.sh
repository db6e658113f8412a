#!/usr/bin/env bash
# Builds the peers of the benchmark and holds their replies against the daemon's, byte by byte: what is measured beside it
# does the same work. Nothing is measured here. The daemon is GRANTD_BIN/grantd (default: a debug build).
set -euo pipefail
cd "$(dirname "$0")/.."
GRANTD_BIN=${GRANTD_BIN:-$(scripts/build-debug.sh grantd)}
folder=$(scripts/build-peers.sh --all)
python3 Tests/Peers/compare.py "$GRANTD_BIN/grantd" "$folder" hand protobuf_server grpc_server
