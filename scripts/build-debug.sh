#!/usr/bin/env bash
# Builds products as the tests do, with every trait, and prints the folder that they stand in.
#
# Usage: scripts/build-debug.sh PRODUCT…
set -euo pipefail
cd "$(dirname "$0")/.."
read -ra flags <<<"--traits GRPC,PostgreSQL ${SWIFT_FLAGS:-}"
for product in "$@"; do
    swift build "${flags[@]}" --product "$product" >&2
done
swift build "${flags[@]}" --show-bin-path
