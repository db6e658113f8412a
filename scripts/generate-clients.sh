#!/usr/bin/env bash
# Remakes what is generated and committed for clients in other languages, messages and stubs of Go and Python: by
# clients/LANGUAGE/generate.sh, with Debian's and PyPI's generators at the versions that are pinned there. C and Java make
# theirs when they are built.
# With a folder as its argument it writes there instead, in the same layout. The conformance vectors are remade by
# scripts/generate-vectors.sh: they need a daemon.
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-$PWD}
scripts/install-dependencies.sh protobuf-compiler protoc-gen-go protoc-gen-go-grpc
for script in clients/*/generate.sh; do
    echo "$script" >&2
    "$script" "$output"
done
