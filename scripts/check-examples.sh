#!/usr/bin/env bash
# Builds the example packages against the checkout and runs every example against a daemon.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${GRANTD_BIN:-$(scripts/build-debug.sh grantd grantctl)}
export GRANTD_BIN=$bin
ready=$(mktemp)

"$bin/grantd" serve --port 0 >"$ready" &
daemon=$!
trap 'kill $daemon 2>/dev/null; wait $daemon 2>/dev/null; rm -f "$ready"' EXIT
until grep -q '^listening on ' "$ready"; do kill -0 $daemon; sleep 0.05; done
address=$(sed -n 's/^listening on //p' "$ready")

expect() { # TEXT, with the output on standard input
    local output
    output=$(cat)
    printf '%s\n' "$output"
    grep -qF -- "$1" <<<"$output" || { echo "expected: $1" >&2; exit 1; }
}

# One scratch folder for both packages: they share every dependency.
scratch=.build/examples
swift build --package-path examples/enterprise --scratch-path "$scratch"
printf 'y\nMUNICIPAL\ny\ny\ny\n1234567890\n' \
    | "$(swift build --package-path examples/enterprise --scratch-path "$scratch" --show-bin-path)/Enterprise" \
        "$address" digital-space.laboratory-project \
    | expect "amount: 3703703.67 yuan"

swift build --package-path examples/agency --scratch-path "$scratch"
"$(swift build --package-path examples/agency --scratch-path "$scratch" --show-bin-path)/Agency" \
    "$address" <examples/agency/applications.jsonl \
    | expect ",,,,,line 4: as_of"

examples/custom-policies/run.sh | expect "all as expected"

"$bin/grantctl" auction --address "$address" --volume 130000000 --price-cap 3598 --output - \
    examples/auction/bids.csv \
    | expect "MY-01,MARGINAL,15468750,"
