#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
#
# Makes or brings up to date .build/python-generator, a virtual environment with the generators of Python's messages and stubs. They
# come from PyPI, pinned.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Code made by a generator runs on protobuf's runtime of its own line and the next: 6.31 and up, 7 included.
grpcio_tools=1.76.0
mypy_protobuf=5.1.0

environment=.build/python-generator
if [ ! -x "$environment/bin/python" ]; then "${PYTHON:-python3}" -m venv "$environment"; fi
found=$("$environment/bin/python" -m pip list --format=freeze --disable-pip-version-check)
for wanted in "grpcio-tools==$grpcio_tools" "mypy-protobuf==$mypy_protobuf"; do
    grep -qx "$wanted" <<<"$found" && continue
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
        "grpcio-tools==$grpcio_tools" "mypy-protobuf==$mypy_protobuf" "setuptools<81"
    break
done
version=$("$environment/bin/python" -c 'from importlib.metadata import version; print(version("grpcio-tools"), version("mypy-protobuf"))')
if [ "$version" != "$grpcio_tools $mypy_protobuf" ]; then
    echo "generate: expected grpcio-tools $grpcio_tools and mypy-protobuf $mypy_protobuf, found $version" >&2
    exit 1
fi
