#!/usr/bin/env bash
# What CI checks beside the tests. Runs on its own too.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$1"; }

step "format, headers, imports"
scripts/check-sources.sh

step "generated code is current"
scripts/check-generated.sh

step "no program needs the whole of Foundation"
scripts/size.sh --check

step "allocations and instructions"
scripts/check-performance.sh

step "the peers of the benchmark answer as the daemon does"
scripts/check-peers.sh

step "attacks, the short form"
swift build --product grantd
GRANTD_BIN=$(swift build --show-bin-path) scripts/bench-hostile.sh --short

step "pages in a browser, the short form"
GRANTD_BIN=$(swift build --show-bin-path) scripts/check-pages.sh --short

step "HTTP by stock clients and validators, the short form"
GRANTD_BIN=$(swift build --show-bin-path) scripts/check-http.sh --short

step "operating: units, manifests, dashboards, alerts, the log, the READMEs' commands"
GRANTD_BIN=$(swift build --show-bin-path) scripts/check-operating.sh

step "the Debian package, the short form"
GRANTD_BIN=$(swift build --show-bin-path) scripts/check-deb.sh --short

step "Spark, the short form"
GRANTD_BIN=$(swift build --show-bin-path) scripts/check-spark.sh --short

step "examples"
scripts/check-examples.sh

step "clients in other languages"
scripts/check-clients.sh
