#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
#
# Builds the Go client with Debian's packages, runs its tests under the race detector, and the conformance vectors against the
# daemon at GRANTD_ADDRESS; where that is unset, against one that it starts from GRANTD_BIN/grantd (default .build/debug).
# `test.sh bench [OPTIONS]` measures instead.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
scripts/install-dependencies.sh golang-go gcc libc6-dev golang-google-grpc-dev golang-google-genproto-dev \
    golang-google-protobuf-dev golang-github-golang-protobuf-1-5-dev

# Debian's Go sources are a GOPATH, so the module stands in one, too: by a link, at the path that go.mod names.
module=$(sed -n 's/^module //p' clients/go/go.mod)
work=$root/.build/go
mkdir -p "$work/path/src/$(dirname "$module")"
ln -sfn "$root/clients/go" "$work/path/src/$module"
export GO111MODULE=off GOPROXY=off GOFLAGS= GOPATH=$work/path:/usr/share/gocode GOCACHE=$work/cache
# Only what go.mod promises: no newer language than it names.
language=-gcflags=-lang=go$(sed -n 's/^go //p' clients/go/go.mod)
cd "$work/path/src/$module"

step() { printf '\n== go: %s\n' "$1"; }

step "format, headers, vet, build"
unformatted=$(gofmt -l grantd cmd)
[ -z "$unformatted" ] || { printf 'not as gofmt has it:\n%s\n' "$unformatted" >&2; exit 1; }
while read -r file; do
    head -n 5 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || { echo "$file: no licence header" >&2; exit 1; }
done < <(find grantd cmd -name '*.go')
go vet ./...
go build "$language" -o "$work/bin/" ./cmd/...

# The tests start daemons of their own where they can.
bin=$(cd "$root" && realpath -m "${GRANTD_BIN:-.build/debug}")
[ ! -x "$bin/grantd" ] || export GRANTD_BIN=$bin

if [ "${1:-}" != bench ]; then
    step "tests, under the race detector"
    go test -race -count=1 -timeout 300s ./...
fi

if [ -z "${GRANTD_ADDRESS:-}" ]; then
    ready=$work/ready
    : >"$ready"
    "$bin/grantd" serve --port 0 >"$ready" 2>"$work/daemon.log" &
    daemon=$!
    trap 'kill $daemon 2>/dev/null; wait $daemon 2>/dev/null' EXIT
    until grep -q '^listening on ' "$ready"; do
        kill -0 $daemon 2>/dev/null || { cat "$work/daemon.log" >&2; exit 1; }
        sleep 0.05
    done
    GRANTD_ADDRESS=$(sed -n 's/^listening on //p' "$ready")
    export GRANTD_ADDRESS
fi

if [ "${1:-}" = bench ]; then
    shift
    "$work/bin/grantd-bench" "$@"
else
    step "conformance"
    "$work/bin/grantd-conformance" "$root"/clients/conformance/{vectors,sequences}.jsonl
fi
