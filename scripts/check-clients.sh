#!/usr/bin/env bash
# Clients in other languages: their generated code and the conformance vectors are current, and each one's tests pass against
# the daemon. The page for those who write another client tells the truth.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n-- %s\n' "$1"; }
GRANTD_BIN=${GRANTD_BIN:-$(scripts/build-debug.sh grantd grantctl)}
export GRANTD_BIN

step "generated code of the clients is current"
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
scripts/generate-clients.sh "$fresh"
scripts/generate-vectors.sh "$fresh"
stale=0
for folder in $(cd "$fresh" && find clients -type d \( -name generated -o -path '*/src/grantd/v1' -o -path '*/src/grantd/brpc' \) -prune); do
    diff --recursive --brief --exclude=__pycache__ "$folder" "$fresh/$folder" || stale=1
done
for file in clients/conformance/{vectors,sequences}.{jsonl,binpb}; do
    cmp "$file" "$fresh/$file" || stale=1
done
if [ $stale -ne 0 ]; then
    echo "check-clients: run scripts/generate-clients.sh and scripts/generate-vectors.sh, and commit the result" >&2
    exit 1
fi

step "the page for another client"
scripts/check-wire-page.sh

for script in clients/*/test.sh; do
    # Stock gRPC needs a daemon that is built with it: `scripts/check.sh` does that.
    [ "$script" != clients/grpc-stock/test.sh ] || continue
    step "$script"
    "$script"
done
