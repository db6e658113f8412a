#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
#
# Makes the Python messages of the programme in .build/custom-policies/python, to stand beside the package grantd on
# PYTHONPATH: the measures are extensions of the package's own Application.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$(cd ../.. && pwd)
bin=${GRANTD_BIN:-$(swift build --package-path "$root" -c "${CONFIGURATION:-release}" --show-bin-path)}
work=$root/.build/custom-policies

rm -rf "$work/extension" "$work/python"
mkdir -p "$work/extension" "$work/python"
"$bin/grantctl" policy proto policies/green-factory.yaml --extension --out "$work/extension" >/dev/null
mapfile -t files < <(cd "$work/extension" && find . -name '*.proto' -printf '%P\n' | LC_ALL=C sort)
# The generators of the library's own messages, with mypy-protobuf for the types. Any protoc from 3.20 on will do.
"$root/clients/python/generator.sh"
generator=$root/.build/python-generator/bin
"$generator/python" -m grpc_tools.protoc --proto_path="$work/extension" --proto_path="$root/proto" \
    "--plugin=protoc-gen-mypy=$generator/protoc-gen-mypy" --python_out="$work/python" --mypy_out="$work/python" \
    "${files[@]}" 2> >(grep -v '^Writing mypy to ' >&2)
