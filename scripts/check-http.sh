#!/usr/bin/env bash
# Holds the daemon's HTTP against stock Connect clients, all conformance vectors in both encodings, an OpenAPI validator,
# schemathesis, Prometheus' parsers and the README's own commands, and tries who is let in. --short asks less, --only
# CHECK (vectors, compression, access, connect, readme, metrics, openapi, schemathesis) only that. The daemon is
# GRANTD_BIN/grantd (default: a debug build).
set -euo pipefail
cd "$(dirname "$0")/.."
GRANTD_BIN=${GRANTD_BIN:-$(scripts/build-debug.sh grantd)}
# promtool is in prometheus.
scripts/install-dependencies.sh curl jq openssl prometheus
here=Tests/HTTP
scratch=.build/http
mkdir -p "$scratch"
if ! cmp -s "$here/requirements.txt" "$scratch/requirements.txt"; then
    python3 -c 'import ensurepip' 2>/dev/null || scripts/install-dependencies.sh python3-venv
    python3 -m venv --clear "$scratch/venv"
    "$scratch/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    # The wheel leaves its generator without the right to run.
    chmod +x "$scratch"/venv/bin/protoc-gen-*
    cp "$here/requirements.txt" "$scratch/requirements.txt"
fi

# What a user makes: the stock generators' output, from the .proto files. Health has a folder of its own, as `grpc` is taken.
rm -rf "$scratch/generated"
mkdir -p "$scratch/generated"
PATH=$PWD/$scratch/venv/bin:$PATH
generate() { # FOLDER FILE…
    python -m grpc_tools.protoc --proto_path="$1" --python_out="$scratch/generated" \
        --connect-python_out="$scratch/generated" --connecpy_out="$scratch/generated" "${@:2}"
}
mapfile -t files < <(cd proto && find grantd brpc -name '*.proto' | LC_ALL=C sort)
generate proto "${files[@]}"
generate proto/grpc/health/v1 health.proto
export PYTHONPATH=$PWD/$scratch/generated:$PWD/$here PYTHONDONTWRITEBYTECODE=1
exec python "$here/check_http.py" "$GRANTD_BIN/grantd" "$@"
