#!/usr/bin/env bash
# Measures the clients in other languages against one release build of the daemon, and `grantctl bench` beside them in the same
# run. Daemon on core 0, each client on core 1. SECONDS_EACH (default 3) is how long each row is measured.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-3}
GRANTD_BIN=$(scripts/build-release.sh grantd grantctl)
work=$(mktemp -d)
trap 'kill ${daemon:-} 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
taskset -c 0 "$GRANTD_BIN/grantd" serve --port 0 >"$work/out" 2>"$work/err" &
daemon=$!
until grep -q '^listening on ' "$work/out"; do
    kill -0 $daemon 2>/dev/null || { cat "$work/err" >&2; exit 1; }
    sleep 0.02
done
GRANTD_ADDRESS=$(sed -n 's/^listening on //p' "$work/out")
export GRANTD_BIN GRANTD_ADDRESS

client() { # NAME COMMAND…
    printf '\n%s\n' "$1"
    shift
    taskset -c 1 "$@"
}
load() { # DESCRIPTION FIELD UNIT OPTIONS…
    local report
    report=$(taskset -c 1 "$GRANTD_BIN/grantctl" bench --address "$GRANTD_ADDRESS" --connections 1 --warm-up 0.5 \
        --duration "$seconds" --json "${@:4}")
    python3 -c 'import json, sys
print(f"{sys.argv[1]:<40} {json.loads(sys.argv[3])[sys.argv[2]]:>12,.0f} {sys.argv[4]}")' "$1" "$2" "$report" "$3"
}

printf 'machine: %s, %s cores, %s s a row\n' "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1)" "$(nproc)" "$seconds"
printf '\ngrantctl bench (answers are counted, not decoded)\n'
load '1 in flight' calls_per_second calls/s --depth 1
load '64 in flight' calls_per_second calls/s --depth 64
load 'batches of 1000, 2 in flight' applications_per_second applications/s --depth 2 --batch 1000

make --silent -C clients/c programs >&2
client C .build/clients-c/bench/bench "$GRANTD_ADDRESS" "$seconds"
client Java clients/java/bench.sh "$GRANTD_ADDRESS" "$seconds"
client Go clients/go/test.sh bench --duration "${seconds}s"
clients/python/environment.sh >&2
client Python .build/python/bin/python clients/python/bench.py --seconds "$seconds" "$GRANTD_ADDRESS"
