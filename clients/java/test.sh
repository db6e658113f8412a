#!/usr/bin/env bash
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
# SPDX-License-Identifier: Apache-2.0
#
# Builds with warnings as errors, runs the unit tests, then every conformance vector against the daemon at GRANTD_ADDRESS or,
# where that is unset, against one that it starts from GRANTD_BIN (.build/debug). All output goes below .build/java.
set -euo pipefail
cd "$(dirname "$0")/../.."

scripts/install-dependencies.sh default-jdk-headless libprotobuf-java protobuf-compiler \
    junit5 libpicocli-java libgoogle-gson-java libguava-java

export GRANTD_BIN=${GRANTD_BIN:-$PWD/.build/debug}
classes=$(clients/java/build.sh)

java -cp "$classes" org.junit.platform.console.ConsoleLauncher --scan-classpath "$PWD/.build/java/tests" \
    --fail-if-no-tests --details=summary --disable-banner --disable-ansi-colors

if [ -z "${GRANTD_ADDRESS:-}" ]; then
    said=$PWD/.build/java/daemon.out
    : > "$said" # what an earlier run left there is another daemon's address
    "$GRANTD_BIN/grantd" serve --port 0 > "$said" 2> "$PWD/.build/java/daemon.err" &
    daemon=$!
    trap 'kill "$daemon" 2>/dev/null; wait "$daemon" || true' EXIT
    for _ in $(seq 1 300); do
        GRANTD_ADDRESS=$(sed -n 's/^listening on //p' "$said")
        [ -z "$GRANTD_ADDRESS" ] || break
        kill -0 "$daemon" 2>/dev/null || break
        sleep 0.1
    done
    if [ -z "$GRANTD_ADDRESS" ]; then
        echo "clients/java/test.sh: $GRANTD_BIN/grantd did not start:" >&2
        cat "$PWD/.build/java/daemon.err" >&2
        exit 1
    fi
    export GRANTD_ADDRESS
fi
java -cp "$classes" grantd.conformance.Conformance clients/conformance/{vectors,sequences}.jsonl
