#!/usr/bin/env bash
# Fails where what is committed differs from what is made: the contract from the programmes' files, the code from proto/, the
# Python client's Chinese from grantctl's.
set -euo pipefail
cd "$(dirname "$0")/.."
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
scripts/generate-contract.sh "$fresh/proto"
failed=0
for path in application.proto facts; do
    diff --recursive --brief "proto/grantd/v1/$path" "$fresh/proto/grantd/v1/$path" || failed=1
done
if [ "$failed" -ne 0 ]; then
    echo "check-generated: proto/ is not what the programmes' files make; run scripts/generate-contract.sh and commit the result" >&2
fi
scripts/generate-protos.sh "$fresh"
for folder in Sources/CGrantdProto clients/swift/GrantdMessages/Generated Sources/GrantdGRPC/Generated; do
    diff --recursive --brief "$folder" "$fresh/$folder" || failed=1
done
if [ "$failed" -ne 0 ]; then
    echo "check-generated: the generated code is not what proto/ makes; run scripts/generate-protos.sh and commit the result" >&2
fi
python3 scripts/generate_words.py --check || failed=1
exit "$failed"
