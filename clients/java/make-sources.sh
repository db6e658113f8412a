#!/usr/bin/env bash
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
# SPDX-License-Identifier: Apache-2.0
#
# Makes Java of proto/, in place of what stands in the folder FOLDER: messages, and services over protobuf's generic-service
# interface. make-sources.sh FOLDER; PROTOC names another protoc. build.sh and Maven run it.
set -euo pipefail
output=$(realpath --canonicalize-missing "$1")
cd "$(dirname "$0")/../.."
protoc=${PROTOC:-protoc}

# Generated code calls the runtime of its own release; Debian 12 has this one, and pom.xml names it.
expected='libprotoc 3.21.12'
found=$("$protoc" --version 2>/dev/null || true)
if [ "$found" != "$expected" ]; then
    echo "clients/java/make-sources.sh: expected protoc '$expected' (Debian 12: protobuf-compiler), found '${found:-none}'" >&2
    exit 1
fi

staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
mapfile -t files < <(cd proto && find . -name '*.proto' -not -path './grpc/reflection/*' | sed 's|^\./||' | LC_ALL=C sort)

# protoc makes Java services only where the file itself says java_generic_services. The shared files do not, for the sake of
# the other languages: a copy of each file that holds a service says so, in a line behind its package.
mkdir -p "$staging/proto" "$staging/generated"
for file in "${files[@]}"; do
    mkdir -p "$staging/proto/$(dirname "$file")"
    if grep -q '^service ' "proto/$file"; then
        sed '0,/^package .*;$/s//&\noption java_generic_services = true;/' "proto/$file" > "$staging/proto/$file"
        grep -q '^option java_generic_services = true;$' "$staging/proto/$file"
    else
        cp "proto/$file" "$staging/proto/$file"
    fi
done
"$protoc" --proto_path="$staging/proto" --java_out="$staging/generated" "${files[@]}"

mkdir -p "$(dirname "$output")"
rm -rf "$output"
mv "$staging/generated" "$output"
