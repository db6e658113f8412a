#!/usr/bin/env bash
# What CI checks beside the tests, on a release build; what needs stock gRPC or PostgreSQL, on the tests' build. Runs on its own too.
#
# Usage: scripts/check.sh [languages | daemon]
#   languages  the examples and the clients in other languages: compilers, most of the time
#   daemon     all else
# Both, side by side, unless one is named. What is built already is taken as it is: GRANTD_BIN has the released programs and
# grantd-bench, GRANTD_TEST_BIN those of the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
started=$SECONDS
step() { printf '\n== %s (after %d s)\n' "$1" $((SECONDS - started)); }

GRANTD_BIN=${GRANTD_BIN:-$(scripts/build-release.sh grantd grantctl grantd-bench)}
export GRANTD_BIN

if [ "${1:-}" = languages ]; then
    step "examples"
    scripts/check-examples.sh
    step "clients in other languages"
    scripts/check-clients.sh
    step "languages, at their end"
    exit
fi

with_traits=${GRANTD_TEST_BIN:-$(scripts/build-debug.sh grantd grantctl)}
if [ "${1:-}" != daemon ]; then
    # Told of behind the rest.
    languages=$(mktemp)
    setsid scripts/check.sh languages >"$languages" 2>&1 &
    beside=$!
    trap 'kill -- -$beside 2>/dev/null || true; rm -f "$languages"' EXIT
fi

step "format, headers, imports"
scripts/check-sources.sh

step "generated code is current"
scripts/check-generated.sh

step "no program holds the whole of Foundation"
scripts/size.sh --check

step "a program that lacks a trait says how it is built in"
lacks() { # TRAIT COMMAND…
    local said
    if said=$("$GRANTD_BIN/${@:2:1}" "${@:3}" 2>&1); then return 1; fi
    grep -F -- "--traits $1" <<<"$said"
}
lacks GRPC grantd serve --port 0 --grpc 127.0.0.1:0
lacks PostgreSQL grantd serve --port 0 --ledger postgres://grantd@/book
lacks PostgreSQL grantctl ledger verify postgres://localhost/x

step "allocations and instructions"
scripts/check-performance.sh

step "pages in a browser, the short form"
scripts/check-pages.sh --short

step "HTTP by stock clients and validators, the short form"
scripts/check-http.sh --short

step "operating: units, manifests, dashboards, alerts, the log, the READMEs' commands"
scripts/check-operating.sh

step "the Debian package, the short form"
scripts/check-deb.sh --short

step "columns answer as batches do, the short form"
scripts/check-columns.sh --short

step "stock gRPC"
GRANTD_BIN=$with_traits clients/grpc-stock/test.sh

step "awards under a crowd and kills, the short form"
GRANTD_BIN=$with_traits scripts/check-awards.sh

step "Spark, the short form"
scripts/check-spark.sh --short

step "the peers of the benchmark answer as the daemon does"
scripts/check-peers.sh

if [ "${1:-}" != daemon ]; then
    wait $beside || { cat "$languages"; exit 1; }
    cat "$languages"
fi

step "attacks, the short form"
scripts/bench-hostile.sh --short
# On the tests' build, which is slow: those that ask for no assessments.
scripts/bench-hostile.sh --short --grpc-grantd "$with_traits/grantd" grpc-rapid-reset grpc-endless-headers grpc-closed-windows

step "costly policy files, the short form"
scripts/bench-hostile-policies.sh --short costly wide deep unknown
step "at the end"
