#!/usr/bin/env bash
# Measures frames over TLS beside plain ones, on release builds of the daemon and of grantctl or on those in the folder GRANTD_BIN:
# two daemons with one loop each on core 0, which `grantctl bench` on core 1 asks in turns, and for each load the medians of calls
# a second and of the daemon's own time for a call, and TLS over plain; to reach: 60 % of the calls. SECONDS_EACH (5):
# how long a turn is; ROUNDS (3): in how many turns. Ends with 1 only where something could not be measured.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v openssl > /dev/null || { echo "bench-tls: openssl is needed (apt-get install openssl)" >&2; exit 1; }
bin=${GRANTD_BIN:-$(scripts/build-release.sh grantd grantctl)}
seconds=${SECONDS_EACH:-5}
rounds=${ROUNDS:-3}
work=$(mktemp -d)
daemons=()
stop() {
    for daemon in "${daemons[@]}"; do kill "$daemon" 2> /dev/null || true; wait "$daemon" 2> /dev/null || true; done
    rm -rf "$work"
}
trap stop EXIT
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout "$work/key.pem" -out "$work/cert.pem" \
    -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2> /dev/null
declare -A address process
start() { # kind, options of the daemon…
    : > "$work/$1"
    taskset -c 0 "$bin/grantd" serve --port 0 --threads 1 --log-level error "${@:2}" > "$work/$1" &
    process[$1]=$!
    daemons+=($!)
    until grep -q '^listening on ' "$work/$1"; do kill -0 "${process[$1]}"; sleep 0.05; done
    address[$1]=$(sed -n 's/^listening on //p' "$work/$1")
}
start plain
start tls --tls-cert "$work/cert.pem" --tls-key "$work/key.pem"

printf '%-26s %14s %14s %8s %12s %12s %8s  %s\n' load 'plain calls/s' 'TLS calls/s' ratio \
    'plain CPU µs' 'TLS CPU µs' ratio 'TLS calls/s, to reach: ≥ 60 %'
measure() { # name, options of the load…
    rm -f "$work"/result.*
    for _ in $(seq "$rounds"); do
        for kind in plain tls; do
            secure=()
            [ "$kind" = plain ] || secure=(--tls-ca "$work/cert.pem")
            before=$(awk '{ print $14 + $15 }' "/proc/${process[$kind]}/stat")
            taskset -c 1 "$bin/grantctl" bench --json --address "${address[$kind]}" --warm-up 0.5 --duration "$seconds" \
                "${secure[@]}" "${@:2}" > "$work/report"
            after=$(awk '{ print $14 + $15 }' "/proc/${process[$kind]}/stat")
            # The warm-up is in the daemon's time; what was called in it is as much a share of the time as of the calls.
            python3 - "$work/report" $((after - before)) "$(getconf CLK_TCK)" "$seconds" >> "$work/result.$kind" <<'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
ticks, hertz, seconds = (float(text) for text in sys.argv[2:])
if report["errors"]:
    sys.exit(f"bench-tls: calls failed: {report['errors']}")
rate = report["calls_per_second"]
print(rate, ticks / hertz / (rate * (seconds + 0.5)) * 1e6)
PYTHON
        done
    done
    python3 - "$1" "$work/result.plain" "$work/result.tls" <<'PYTHON'
import statistics, sys
LEAST = 0.6
def medians(path):
    return [statistics.median(column) for column in zip(*([float(word) for word in line.split()] for line in open(path)))]
(plain, plain_cpu), (tls, tls_cpu) = medians(sys.argv[2]), medians(sys.argv[3])
calls = f"{plain:14,.0f} {tls:14,.0f} {tls / plain:8.0%}"
cost = f"{plain_cpu:12.2f} {tls_cpu:12.2f} {tls_cpu / plain_cpu:8.2f}"
print(f"{sys.argv[1]:<26} {calls} {cost}  {'met' if tls / plain >= LEAST else 'missed'}")
PYTHON
}
measure '1 connection × 64' --connections 1 --depth 64
measure '64 connections × 4' --connections 64 --depth 4
measure '1 in flight' --connections 1 --depth 1
measure 'batches of 1000, 2' --connections 1 --depth 2 --batch 1000
