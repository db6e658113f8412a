#!/usr/bin/env bash
# What CI checks beside the tests. Runs on its own too.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$1"; }

step "format, headers, imports"
scripts/check-sources.sh

step "generated code is current"
scripts/check-generated.sh

step "allocations and instructions"
scripts/check-performance.sh

step "the peers of the benchmark answer as the daemon does"
scripts/check-peers.sh

step "examples"
scripts/check-examples.sh

step "clients in other languages"
scripts/check-clients.sh
