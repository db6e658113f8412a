#!/usr/bin/env bash
# Fails where the generated code that is committed differs from what proto/ makes.
set -euo pipefail
cd "$(dirname "$0")/.."
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
scripts/generate-protos.sh "$fresh"
failed=0
for folder in Sources/CGrantdProto clients/swift/GrantdMessages/Generated Sources/GrantdGRPC/Generated; do
    diff --recursive --brief "$folder" "$fresh/$folder" || failed=1
done
if [ "$failed" -ne 0 ]; then
    echo "check-generated: the generated code is not what proto/ makes; run scripts/generate-protos.sh and commit the result" >&2
fi
exit "$failed"
