#!/usr/bin/env bash
# Remakes clients/conformance/{vectors,sequences}.{jsonl,binpb}: the requests that clients/conformance/requests.jsonl lists, with
# the daemon's answers, each checked first against what the worked case or the list itself expects of it.
# With a folder as its argument it writes there instead, in the same layout. The daemon is the one at GRANTD_ADDRESS, of which
# this was not asked in the last 10 minutes, or, without that, one that is started from GRANTD_BIN/grantd (default .build/debug).
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-$PWD}
clients/python/environment.sh

work=$(mktemp -d)
daemon=
stop() {
    if [ -n "$daemon" ]; then kill "$daemon" 2>/dev/null || true; wait "$daemon" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap stop EXIT
if [ -z "${GRANTD_ADDRESS:-}" ]; then
    : >"$work/ready"
    "${GRANTD_BIN:-.build/debug}/grantd" serve --port 0 >>"$work/ready" 2>"$work/log" &
    daemon=$!
    until grep -q '^listening on ' "$work/ready"; do kill -0 $daemon || { cat "$work/log" >&2; exit 1; }; sleep 0.05; done
    GRANTD_ADDRESS=$(sed -n 's/^listening on //p' "$work/ready")
fi

python=.build/python/bin/python
"$python" -m grpc_tools.protoc --proto_path=clients/conformance --python_out="$work" vector.proto
mkdir -p "$output/clients/conformance"
PYTHONPATH=$work "$python" scripts/generate_vectors.py "$GRANTD_ADDRESS" "$output/clients/conformance"
