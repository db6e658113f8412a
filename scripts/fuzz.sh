#!/usr/bin/env bash
# Runs the coverage-guided fuzzers under the address sanitizer: SECONDS_EACH (default 60) of each, or one by name.
# The corpus grows in .build/corpus; what crashes is written beside it and becomes a test.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-60}
fuzzers=("$@")
[ ${#fuzzers[@]} -gt 0 ] || fuzzers=(FuzzFrame FuzzCEL FuzzPolicyFile)
export GRANTD_FUZZING=1
scratch=.build/fuzzing

for fuzzer in "${fuzzers[@]}"; do
    swift build --scratch-path "$scratch" -c release --product "$fuzzer" \
        --sanitize=fuzzer --sanitize=address -Xswiftc -sanitize=fuzzer,address
done
bin=$(swift build --scratch-path "$scratch" -c release --show-bin-path)

failed=0
for fuzzer in "${fuzzers[@]}"; do
    corpus=.build/corpus/$fuzzer
    found=.build/found/$fuzzer
    mkdir -p "$corpus" "$found"
    arguments=("$corpus")
    [ -d "Tests/Fuzzing/Seeds/$fuzzer" ] && arguments+=("Tests/Fuzzing/Seeds/$fuzzer")
    [ -f "Tests/Fuzzing/$fuzzer.dict" ] && arguments+=("-dict=Tests/Fuzzing/$fuzzer.dict")
    echo "== $fuzzer for $seconds s"
    "$bin/$fuzzer" "${arguments[@]}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -max_len=16384 -print_final_stats=1 -artifact_prefix="$found/" 2>&1 | tail -n 25 || failed=1
done
exit $failed
