#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
#
# Checks and tests the Python client: style, types, the package as it is installed, tests, conformance vectors. Against the
# daemon at GRANTD_ADDRESS or, without that, one that is started from GRANTD_BIN/grantd (default .build/debug); the tests that
# restart a daemon start their own from there. PYTHON names the interpreter, 3.10 or later.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
export GRANTD_BIN=${GRANTD_BIN:-$root/.build/debug}
clients/python/environment.sh
bin=$root/.build/python/bin

work=$(mktemp -d)
daemon=
stop() {
    if [ -n "$daemon" ]; then kill "$daemon" 2>/dev/null || true; wait "$daemon" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap stop EXIT
if [ -z "${GRANTD_ADDRESS:-}" ]; then
    : >"$work/ready"
    "$GRANTD_BIN/grantd" serve --port 0 >>"$work/ready" 2>"$work/log" &
    daemon=$!
    until grep -q '^listening on ' "$work/ready"; do
        kill -0 $daemon 2>/dev/null || { cat "$work/log" >&2; exit 1; }
        sleep 0.05
    done
    GRANTD_ADDRESS=$(sed -n 's/^listening on //p' "$work/ready")
fi
export GRANTD_ADDRESS

cd clients/python
"$bin/ruff" check --config pyproject.toml . ../../examples/custom-policies/python ../../examples/population \
    ../../scripts/fuzz_seeds.py ../../scripts/generate_vectors.py ../../scripts/generate_words.py ../../scripts/worked_cases.py
"$bin/ruff" format --config pyproject.toml --check . ../../examples/custom-policies/python ../../examples/population \
    ../../scripts/fuzz_seeds.py ../../scripts/generate_vectors.py ../../scripts/generate_words.py ../../scripts/worked_cases.py
"$bin/mypy"
"$bin/python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$work" .
"$bin/python" - "$work"/grantd-*.whl <<'PY'
import sys, zipfile
names = set(zipfile.ZipFile(sys.argv[1]).namelist())
wanted = {"grantd/py.typed", "grantd/aio/__init__.py", "grantd/brpc/rpc_meta_pb2.py", "grantd/v1/calculator_pb2_grpc.pyi",
          "grantd/v1/facts/medical_device_pb2.pyi", "grantd/table/daemon_words.json"}
outside = {name for name in names if not name.startswith("grantd/") and ".dist-info/" not in name}
sys.exit(f"the wheel lacks {wanted - names}, and has {outside} outside the package" if wanted - names or outside else 0)
PY
"$bin/python" -m pytest -q
"$bin/python" conformance.py
