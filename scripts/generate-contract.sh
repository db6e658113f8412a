#!/usr/bin/env bash
# Writes the members and facts of the contract from the programmes' files: proto/grantd/v1/application.proto and proto/grantd/v1/facts.
# With a folder as its argument it writes there instead.
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-$PWD/proto}
swift build --product grantctl >&2
rm -rf "$output/grantd/v1/facts"
"$(swift build --show-bin-path)/grantctl" policy proto --out "$output" > /dev/null
