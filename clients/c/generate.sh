#!/usr/bin/env bash
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
# SPDX-License-Identifier: Apache-2.0
#
# Remakes clients/c/generated from proto/ and clients/conformance/vector.proto.
# With a folder as its argument it writes there instead, in the same layout (clients/c/generated below it).
set -euo pipefail
cd "$(dirname "$0")/../.."
output=${1:-$PWD}

# protoc-c's headers refuse a runtime of another line, and every release words its output differently.
expected='protobuf-c 1.4.1'
found=$(protoc-c --version 2>/dev/null | head -n 1 || true)
if [ "$found" != "$expected" ]; then
    echo "generate: expected protoc-c '$expected' (Debian 12), found '${found:-none}'" >&2
    echo "generate: install protobuf-c-compiler, or change the version here and commit what is remade" >&2
    exit 1
fi

staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
mapfile -t files < <(cd proto && find . -name '*.proto' -not -path './grpc/reflection/*' | sed 's|^\./||' | LC_ALL=C sort)
mkdir -p "$staging/generated/conformance"
protoc-c --proto_path=proto --c_out="$staging/generated" "${files[@]}"
protoc-c --proto_path=clients/conformance --c_out="$staging/generated/conformance" vector.proto

mkdir -p "$output/clients/c"
rm -rf "$output/clients/c/generated"
mv "$staging/generated" "$output/clients/c/generated"
