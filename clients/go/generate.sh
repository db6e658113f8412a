#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
#
# Remakes clients/go/generated from proto/: the contract's messages and stubs and the frame's meta.
# With a folder as its argument it writes there instead, in the same layout. grpc.health.v1 is not made: grpc-go brings it.
set -euo pipefail
cd "$(dirname "$0")/../.."
output=${1:-$PWD}

# Debian 12's; another release words its output differently.
require() { # what it is, the version expected, the version found
    if [ "$2" != "$3" ]; then
        echo "clients/go/generate.sh: expected $1 '$2' (Debian 12), found '${3:-none}'" >&2
        echo "clients/go/generate.sh: run scripts/install-dependencies.sh protobuf-compiler protoc-gen-go protoc-gen-go-grpc" >&2
        exit 1
    fi
}
require protoc 'libprotoc 3.21.12' "$(protoc --version 2>/dev/null)"
require protoc-gen-go 'protoc-gen-go v1.28.1' "$(protoc-gen-go --version 2>/dev/null)"
require protoc-gen-go-grpc 'protoc-gen-go-grpc 1.0' "$(protoc-gen-go-grpc --version 2>/dev/null)"

staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
mkdir "$staging/generated"

# The .proto files name their package for every user; where it stands in this module is said here.
module=$(sed -n 's/^module //p' clients/go/go.mod)
mapfile -t files < <(cd proto && find brpc grantd -name '*.proto' | LC_ALL=C sort)
mapping=()
for file in "${files[@]}"; do
    case "$file" in
        grantd/v1/*) package="$module/generated/grantd/v1;grantdv1" ;;
        brpc/*) package="$module/generated/brpc;brpc" ;;
        *) echo "clients/go/generate.sh: no Go package is set for $file" >&2; exit 1 ;;
    esac
    mapping+=("--go_opt=M$file=$package" "--go-grpc_opt=M$file=$package")
done
protoc --proto_path=proto "${mapping[@]}" \
    --go_out="$staging" --go_opt=module="$module" \
    --go-grpc_out="$staging" --go-grpc_opt=module="$module" \
    "${files[@]}"

target=$output/clients/go/generated
mkdir -p "$(dirname "$target")"
rm -rf "$target"
mv "$staging/generated" "$target"
