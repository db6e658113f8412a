#!/usr/bin/env bash
# Runs the coverage-guided fuzzers under the address sanitizer: SECONDS_EACH (default 60) of each, or one by name.
# The corpus grows in .build/corpus; what crashes is written beside it and becomes a test.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-60}
fuzzers=("$@")
[ ${#fuzzers[@]} -gt 0 ] || fuzzers=(FuzzFrame FuzzCEL FuzzJSON FuzzPolicyFile)
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
    case "$fuzzer" in
        # What the clients' vectors send of columns and awards, each behind the byte that picks the door.
        FuzzFrame)
            cp Tests/Fuzzing/Seeds/FuzzFrame/* "$corpus"
            python3 - "$corpus" <<'PY' ;;
import sys

doors = {"EvaluateColumns": 8, "Award": 9, "AwardBatch": 9}
data = open("clients/conformance/vectors.binpb", "rb").read()


def varint(place):
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place


place = 0
while place < len(data):
    length, place = varint(place)
    end, fields = place + length, {}
    # Every field of a vector has a length.
    while place < end:
        tag, place = varint(place)
        length, place = varint(place)
        fields[tag >> 3] = data[place : place + length]
        place += length
    door = doors.get(fields.get(3, b"").decode())
    if door is not None:
        with open(f"{sys.argv[1]}/vector-{end}", "wb") as seed:
            seed.write(bytes([door]) + fields.get(4, b""))
PY
        # The worked cases' requests, each behind the byte that picks the message.
        FuzzJSON) python3 - "$corpus" <<'PY' ;;
import glob, json, sys
for file in glob.glob("Sources/GrantdPolicy/Policies/*.cases.jsonl"):
    for number, line in enumerate(open(file)):
        case = json.loads(line)
        for door, name in enumerate(["request", "screen"]):
            if name in case:
                with open(f"{sys.argv[1]}/{file.split('/')[-1]}-{number}", "wb") as seed:
                    seed.write(bytes([door]) + json.dumps(case[name], ensure_ascii=number % 2 == 0).encode())
PY
        FuzzPolicyFile) cp Sources/GrantdPolicy/Policies/*.yaml Sources/GrantdTesting/Policies/Files/*.yaml "$corpus" ;;
        # The cases' expressions, each behind the byte that says which inputs are known.
        FuzzCEL) python3 - "$corpus" <<'PY' ;;
import glob, json, sys
for file in glob.glob("Tests/GrantdCELTests/Cases/*.jsonl"):
    for number, line in enumerate(open(file)):
        expression = json.loads(line)["expr"]
        with open(f"{sys.argv[1]}/{file.split('/')[-1]}-{number}", "wb") as seed:
            seed.write(bytes([number % 256]) + expression.encode())
PY
    esac
    arguments=("$corpus")
    [ -f "Tests/Fuzzing/$fuzzer.dict" ] && arguments+=("-dict=Tests/Fuzzing/$fuzzer.dict")
    echo "== $fuzzer for $seconds s"
    # What Swift makes once and keeps for good, such as static tables, would be told of as leaks.
    "$bin/$fuzzer" "${arguments[@]}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -detect_leaks=0 \
        -max_len=65536 -print_final_stats=1 -artifact_prefix="$found/" 2>&1 | tail -n 25 || failed=1
done
exit $failed
