#!/usr/bin/env bash
# Measures HTTP on a release build of the daemon, or the one in the folder GRANTD_BIN: Evaluate in JSON with keep-alive over 64
# connections (Debian's wrk), beside the same call in frames (Tests/Peers/frame_load), in turns. The daemon has one loop on one
# core, the generator the other.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v wrk > /dev/null || { echo "bench-http: wrk is needed (apt-get install wrk)" >&2; exit 1; }
bin=${GRANTD_BIN:-$(scripts/build-release.sh grantd)}
seconds=${SECONDS_EACH:-5}
rounds=${ROUNDS:-3}
work=$(mktemp -d)
daemon=
stop() {
    if [ -n "$daemon" ]; then kill "$daemon" 2> /dev/null || true; wait "$daemon" 2> /dev/null || true; fi
    rm -rf "$work"
}
trap stop EXIT
: > "$work/ready"
taskset -c 0 "$bin/grantd" serve --port 0 --threads 1 --log-level error > "$work/ready" &
daemon=$!
until grep -q '^listening on ' "$work/ready"; do kill -0 "$daemon"; sleep 0.05; done
address=$(sed -n 's/^listening on //p' "$work/ready")
make --silent -C Tests/Peers hand > /dev/null
loader=$(find .build Tests/Peers -name frame_load -type f -executable | head -n 1)
cat > "$work/evaluate.lua" <<'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[{"application":{"application_id":"2026-0001","as_of":"2026-05-20","subject_id":"project-1","applicant":{"registered_in_beijing":true},"medical_device_common_platform":{}}}]]
LUA
: > "$work/http"; : > "$work/health"
for _ in $(seq "$rounds"); do
    taskset -c 1 wrk -t1 -c64 -d"${seconds}s" -s "$work/evaluate.lua" "http://$address/grantd.v1.Calculator/Evaluate" \
        | tee "$work/last" | sed -n 's/^Requests\/sec: *//p' >> "$work/http"
    if grep -q 'Non-2xx' "$work/last"; then cat "$work/last" >&2; exit 1; fi
    taskset -c 1 wrk -t1 -c64 -d"${seconds}s" "http://$address/healthz" | sed -n 's/^Requests\/sec: *//p' >> "$work/health"
done
median() { sort -n "$1" | awk '{ line[NR] = $1 } END { print line[int((NR + 1) / 2)] }'; }
printf '%-44s %12s calls/s\n' 'Evaluate, JSON, 64 connections' "$(median "$work/http")"
printf '%-44s %12s calls/s\n' '/healthz, 64 connections' "$(median "$work/health")"
