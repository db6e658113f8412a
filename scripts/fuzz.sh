#!/usr/bin/env bash
# Runs the coverage-guided fuzzers under the address sanitizer: SECONDS_EACH (default 60) of CPU time for each, or for those that are
# named, and prints what each came to. Fails if one has found anything.
# The corpus grows in .build/corpus; what fails is written to .build/found, and becomes a test.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-60}
fuzzers=("$@")
[ ${#fuzzers[@]} -gt 0 ] || fuzzers=(FuzzFrame FuzzCalls FuzzHTTP FuzzJSON FuzzPolicyFile FuzzCEL)
export GRANTD_FUZZING=1
# Two of the fuzzers look into the modules, as tests do.
flags=(
    --scratch-path .build/fuzzing -c release
    --sanitize=fuzzer --sanitize=address -Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing
)
TIMEFORMAT='%2U %2S'

for fuzzer in "${fuzzers[@]}"; do
    swift build "${flags[@]}" --product "$fuzzer"
done
bin=$(swift build "${flags[@]}" --show-bin-path)

table=()
failed=0

# Runs a fuzzer until it has had its CPU time, however many share the machine, or has found something.
fuzz() {
    local fuzzer=$1 corpus=.build/corpus/$1 found=.build/found/$1 log=.build/found/$1.log
    local arguments=() centiseconds=0 executions=0 coverage=0 findings=none status=0 count user system
    mkdir -p "$corpus" "$found"
    python3 scripts/fuzz_seeds.py "$fuzzer" "$corpus"
    [ ! -d "Tests/Fuzzing/Seeds/$fuzzer" ] || cp "Tests/Fuzzing/Seeds/$fuzzer"/* "$corpus"
    [ ! -f "Tests/Fuzzing/$fuzzer.dict" ] || arguments+=("-dict=Tests/Fuzzing/$fuzzer.dict")
    case "$fuzzer" in
        # A head and a body fit, and the bound on all that one request may send is not reached: where that cuts a request off hangs on
        # the pieces in which it came.
        FuzzHTTP) arguments+=(-max_len=16384) ;;
        *) arguments+=(-max_len=65536) ;;
    esac
    echo "== $fuzzer for $seconds s of CPU"
    while [ $centiseconds -lt $((seconds * 100)) ] && [ $status -eq 0 ]; do
        # What Swift makes once and keeps for good, such as static tables, would be told of as leaks.
        { time "$bin/$fuzzer" "$corpus" "${arguments[@]}" -max_total_time=$((seconds - centiseconds / 100)) -timeout=10 \
            -rss_limit_mb=2048 -detect_leaks=0 -print_final_stats=1 -artifact_prefix="$found/" >"$log" 2>&1 || status=$?
        } 2>"$log.time"
        read -r user system <"$log.time"
        centiseconds=$((centiseconds + 10#${user/./} + 10#${system/./}))
        count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        executions=$((executions + ${count:-0}))
        coverage=$(grep -o ' cov: [0-9]*' "$log" | tail -n 1 | tr -dc 0-9 || true)
    done
    rm -f "$log.time"
    if [ $status -ne 0 ]; then
        failed=1
        findings=$(grep -o 'Test unit written to .*' "$log" | tail -n 1 | cut -d ' ' -f 5 || true)
        findings=${findings:-see $log}
        tail -n 60 "$log"
    fi
    table+=("$(printf '%-16s%8d%14d%10d  %s' "$fuzzer" $((centiseconds / 100)) "$executions" "${coverage:-0}" "$findings")")
}

for fuzzer in "${fuzzers[@]}"; do fuzz "$fuzzer"; done
printf '\n%-16s%8s%14s%10s  %s\n' fuzzer 'CPU s' executions coverage findings
printf '%s\n' "${table[@]}"
exit $failed
