#!/usr/bin/env bash
# Gates on what does not depend on the machine's mood: heap allocations and instructions an evaluation.
# The limits stand in scripts/performance-thresholds.txt; `--record` prints the present figures in its form.
set -euo pipefail
cd "$(dirname "$0")/.."
thresholds=scripts/performance-thresholds.txt
margin_percent=10

scripts/install-dependencies.sh valgrind
bench=${GRANTD_BIN:-$(scripts/build-release.sh grantd-bench)}/grantd-bench

# Valgrind does not read the debug information that Swift writes.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
stripped=$work/grantd-bench
strip -o "$stripped" "$bench"

instructions() { # of the sample $1 evaluated $2 times, start-up included
    # Hash seeds that differ from run to run would make the start-up differ, too.
    SWIFT_DETERMINISTIC_HASHING=1 valgrind --tool=callgrind --callgrind-out-file=/dev/null "$stripped" repeat "$1" "$2" 2>&1 \
        | awk '/Collected/ {print $NF}'
}

if [ "${1:-}" != "--record" ]; then
    "$bench" evaluate --milliseconds 300 --thresholds "$thresholds"
fi

failed=0
while read -r sample allocations limit; do
    case "$sample" in ''|'#'*) continue ;; esac
    # Policies are read on several threads at the start, which does not take the same number each time: small samples are
    # repeated until that is lost in them.
    calls=3000
    case "$sample" in batch|deals|awards|screen) calls=100 ;; esac
    # Side by side: most of either is the start.
    instructions "$sample" 20 >"$work/few" &
    instructions "$sample" $((calls + 20)) >"$work/many"
    wait $!
    each=$(( ($(<"$work/many") - $(<"$work/few")) / calls ))
    if [ "${1:-}" = "--record" ]; then
        echo "$sample $allocations $each"
    elif [ "$each" -gt $(( limit + limit * margin_percent / 100 )) ]; then
        echo "$sample: $each instructions a call, over the recorded $limit by more than $margin_percent %" >&2
        failed=1
    else
        echo "$sample: $each instructions a call (recorded: $limit)"
    fi
done <"$thresholds"
exit $failed
