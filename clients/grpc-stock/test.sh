#!/usr/bin/env bash
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
# SPDX-License-Identifier: Apache-2.0
#
# Tests `grantd serve --grpc` with stock gRPC from PyPI: what its libraries rely on, then the conformance vectors.
# The daemon is $GRANTD_BIN/grantd (.build/debug unless set), built with `swift build --traits GRPC --product grantd`.
# With GRANTD_GRPC_ADDRESS the vectors are run against the daemon that listens there for gRPC, and nothing else is tested.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=clients/grpc-stock
scratch=.build/grpc-stock
vectors=(clients/conformance/{vectors,sequences}.jsonl)
mkdir -p "$scratch"

if ! cmp -s "$here/requirements.txt" "$scratch/requirements.txt"; then
    python3 -m venv --clear "$scratch/venv"
    "$scratch/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$scratch/requirements.txt"
fi
python=$scratch/venv/bin/python

# What a user makes: the stock generator's output, from the .proto files.
rm -rf "$scratch/generated"
mkdir -p "$scratch/generated"
mapfile -t files < <(cd proto && find grantd -name '*.proto' | LC_ALL=C sort)
"$python" -m grpc_tools.protoc --proto_path=proto --python_out="$scratch/generated" \
    --grpc_python_out="$scratch/generated" "${files[@]}"
export PYTHONPATH=$scratch/generated:$here PYTHONDONTWRITEBYTECODE=1

if [ -n "${GRANTD_GRPC_ADDRESS:-}" ]; then
    exec "$python" "$here/conformance.py" "$GRANTD_GRPC_ADDRESS" "${vectors[@]}"
fi

"$python" -m unittest "$here/test_stock.py"
"$python" - "${vectors[@]}" <<'RUN'
import subprocess
import sys

import daemon

with daemon.running() as served:
    sys.exit(subprocess.run([sys.executable, "clients/grpc-stock/conformance.py", served.address, *sys.argv[1:]]).returncode)
RUN
