#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
#
# Builds the Go client of the programme into .build/custom-policies/go/bin. The contract is written anew with the programme in it,
# and Go's library is built on that: two sets of messages of the one name, the library's and one's own, do not go into one program.
# A module of your own does the same with a copy of clients/go and `replace grantd/clients/go => COPY`.
set -euo pipefail
cd "$(dirname "$0")/.."
example=$PWD
root=$(cd ../.. && pwd)
bin=${GRANTD_BIN:-$(swift build --package-path "$root" -c "${CONFIGURATION:-release}" --show-bin-path)}
"$root/scripts/install-dependencies.sh" golang-go protobuf-compiler protoc-gen-go protoc-gen-go-grpc \
    golang-google-grpc-dev golang-google-genproto-dev golang-google-protobuf-dev golang-github-golang-protobuf-1-5-dev
work=$root/.build/custom-policies/go

# The contract: what the programmes say, the built-in ones and this one, and the rest as it is.
rm -rf "$work/proto" "$work/path"
mkdir -p "$work/proto"
cp -r "$root/proto/." "$work/proto"
"$bin/grantctl" policy proto "$example/policies/green-factory.yaml" --out "$work/proto" >/dev/null

# Debian's Go sources are a GOPATH, so these stand in one, too.
module=grantd/clients/go
source=$work/path/src
mkdir -p "$source/$module" "$source/green-factory"
cp -r "$root/clients/go/grantd" "$source/$module"
cp "$example/go/main.go" "$source/green-factory"
mapfile -t files < <(cd "$work/proto" && find . -name '*.proto' -printf '%P\n' | grep -v '^grpc/' | LC_ALL=C sort)
mapping=()
for file in "${files[@]}"; do
    case "$file" in
        grantd/v1/*) package="$module/generated/grantd/v1;grantdv1" ;;
        cityx/v1/*) package="$module/generated/cityx/v1;cityxv1" ;;
        brpc/*) package="$module/generated/brpc;brpc" ;;
        *) echo "go/build.sh: no Go package is set for $file" >&2; exit 1 ;;
    esac
    mapping+=("--go_opt=M$file=$package" "--go-grpc_opt=M$file=$package")
done
protoc --proto_path="$work/proto" "${mapping[@]}" --go_out="$source" --go-grpc_out="$source" "${files[@]}"

export GO111MODULE=off GOPROXY=off GOFLAGS= GOPATH=$work/path:/usr/share/gocode GOCACHE=$root/.build/go/cache
cd "$source/green-factory"
[ -z "$(gofmt -l .)" ] || { echo "go/main.go is not as gofmt has it" >&2; exit 1; }
go vet .
go build -o "$work/bin/green-factory" .
