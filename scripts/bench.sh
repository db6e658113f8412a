#!/usr/bin/env bash
# Builds, starts and pins, runs a plain echo server and the daemon in turn, and prints each figure with its ratio.
# Server on core 0, load generator on core 1. SECONDS_EACH (default 5) is how long each row is measured; rows with a ratio are
# measured in seven rounds of a third of that.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-5}
round=$(((seconds + 2) / 3))
bin=$(scripts/build-release.sh grantd grantctl grantd-bench)
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT

start() { # NAME COMMAND…: starts a server on core 0 and sets NAME_address and NAME_pid
    local name=$1 log="$work/$1.out"
    shift
    taskset -c 0 "$@" >"$log" 2>"$work/$name.err" &
    pids+=($!)
    printf -v "${name}_pid" '%s' $!
    local tries=0
    until grep -q '^listening on ' "$log"; do
        sleep 0.02
        tries=$((tries + 1))
        [ $tries -lt 500 ] || { cat "$work/$name.err" >&2; exit 1; }
    done
    printf -v "${name}_address" '%s' "$(sed -n 's/^listening on //p' "$log")"
}

load() { # ADDRESS CONNECTIONS DEPTH [OPTIONS…]: one JSON report
    local address=$1 connections=$2 depth=$3
    shift 3
    taskset -c 1 "$bin/grantctl" bench --address "$address" --connections "$connections" --depth "$depth" \
        --warm-up 1 --duration "$seconds" --json "$@"
}

field() { python3 -c 'import json,sys
value = json.load(sys.stdin)
for key in sys.argv[1].split("."): value = value[key]
print(value)' "$1"; }
row() { printf '%-36s %16s %16s %8s   %s\n' "$@"; }

start echo "$bin/grantd-bench" echo
start daemon "$bin/grantd" serve --port 0 --threads 1
lscpu | sed -n 's/^Model name: */machine: /p'
printf 'kernel: %s, cores: %s, %s s a row, or 7 rounds of %s s\n\n' "$(uname -r)" "$(nproc)" "$seconds" "$round"
row "load" "NIO echo" "grantd" "ratio" "to reach"

# The machine is not equally fast at all times: echo and daemon take turns, a few short rounds of each.
rounds() { # CONNECTIONS DEPTH
    rm -f "$work"/*.jsonl
    for _ in 1 2 3 4 5 6 7; do
        (seconds=$round; load "$echo_address" "$1" "$2" --echo) >>"$work/echo.jsonl"
        (seconds=$round; load "$daemon_address" "$1" "$2") >>"$work/daemon.jsonl"
    done
}
compare() { # LABEL FIELD TARGET: medians of the rounds, and the median of the rounds' ratios
    local figures
    read -ra figures < <(python3 - "$2" "$work/echo.jsonl" "$work/daemon.jsonl" <<'PY'
import json, statistics, sys
def values(file):
    for line in open(file):
        value = json.loads(line)
        for key in sys.argv[1].split("."): value = value[key]
        yield value
echo, daemon = list(values(sys.argv[2])), list(values(sys.argv[3]))
ratio = statistics.median(b / a for a, b in zip(echo, daemon))
print(f"{statistics.median(echo):g} {statistics.median(daemon):g} {ratio:.2f}" if "latency" in sys.argv[1]
      else f"{statistics.median(echo):.0f} {statistics.median(daemon):.0f} {ratio:.2f}")
PY
    )
    row "$1" "${figures[@]}" "$3"
}
rounds 1 64
compare "1 connection, 64 in flight, calls/s" calls_per_second "≥ 0.7, ≥ 300,000"
rounds 64 4
compare "64 connections, 4 in flight, calls/s" calls_per_second "≥ 0.8, ≥ 140,000"
rounds 1 1
compare "1 in flight, p50 µs" latency_microseconds.p50 "≤ 1.15"
compare "1 in flight, p99 µs" latency_microseconds.p99 "≤ 1.3"

# A long batch load on one connection, one call at a time on another meanwhile: both share the generator's core.
load "$daemon_address" 1 2 --batch 1000 >"$work/batch.json"
row "batch of 1,000, applications/s" "" "$(field applications_per_second <"$work/batch.json")" "" "≥ 1,000,000"
(seconds=$((seconds + 2)); load "$daemon_address" 1 1 --batch 1000 >/dev/null) &
beside=$!
sleep 0.5
row "unary p99 ms beside batches" "" \
    "$(load "$daemon_address" 1 1 | python3 -c 'import json,sys; print(json.load(sys.stdin)["latency_microseconds"]["p99"] / 1000)')" "" "< 5"
wait $beside
row "explained, zh and en, calls/s" "" "$(load "$daemon_address" 1 64 --explain | field calls_per_second)" "" "≥ 50,000"

resident() { awk '/VmRSS/ {print $2}' "/proc/$1/status"; }
before=$(resident "$daemon_pid")
calls=0
while [ "$calls" -lt 10000000 ]; do
    calls=$((calls + $(load "$daemon_address" 1 64 | field calls)))
done
row "growth over $calls calls, KiB" "" "$(($(resident "$daemon_pid") - before))" "" "none"

best=$(python3 - "$bin/grantd" <<'PY'
import subprocess, sys, time
best = None
for _ in range(10):
    start = time.monotonic()
    process = subprocess.Popen([sys.argv[1], "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.readline()
    taken = (time.monotonic() - start) * 1000
    process.terminate(); process.wait()
    best = taken if best is None else min(best, taken)
print(f"{best:.0f}")
PY
)
row "start to listening, ms" "" "$best" "" "≤ 150"

start idle "$bin/grantd" serve --port 0
idle_rss=$(python3 - "$idle_address" "$idle_pid" <<'PY'
import socket, sys, time
host, port = sys.argv[1].rsplit(":", 1)
held = [socket.create_connection((host, int(port))) for _ in range(1000)]
time.sleep(1)
for line in open(f"/proc/{sys.argv[2]}/status"):
    if line.startswith("VmRSS"): print(round(int(line.split()[1]) / 1024, 1))
PY
)
row "1,000 idle connections, MiB" "" "$idle_rss" "" "≤ 60"

printf '\nin process (one core):\n'
taskset -c 0 "$bin/grantd-bench" evaluate
