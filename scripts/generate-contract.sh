#!/usr/bin/env bash
# Writes the members and facts of the contract from the programmes' files: proto/grantd/v1/application.proto and proto/grantd/v1/facts.
# With a folder as its argument it writes there instead. The tool is the one in GRANTD_BIN (default: a debug build).
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-$PWD/proto}
bin=${GRANTD_BIN:-$(scripts/build-debug.sh grantctl)}
rm -rf "$output/grantd/v1/facts"
"$bin/grantctl" policy proto --out "$output" > /dev/null
