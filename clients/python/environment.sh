#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
#
# environment.sh [EXTRA]
#
# Makes or brings up to date .build/python, a virtual environment with this package (as it stands in its folder) and what its
# tests need; for another extra than `test`, .build/python-EXTRA. PYTHON names the interpreter, 3.10 or later; the default is python3.
set -euo pipefail
cd "$(dirname "$0")/../.."
extra=${1:-test}
environment=.build/python
if [ "$extra" != test ]; then environment+=-$extra; fi
stamp=$environment/.installed-from
# What is installed goes by these lines; others of the file may change.
lines="/^dependencies = \\[/,/^]/p; /^$extra = \\[/,/^]/p; /^\\[project.scripts]/,/^\$/p"
# Scripts that run beside each other wait for the first.
mkdir -p .build
exec 9>"$environment.lock"
flock 9
wanted="$("${PYTHON:-python3}" --version) $(sed -n "$lines" clients/python/pyproject.toml | sha256sum)"
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    # Debian's interpreter has it in a package of its own.
    "${PYTHON:-python3}" -c 'import ensurepip' 2>/dev/null || scripts/install-dependencies.sh python3-venv
    "${PYTHON:-python3}" -m venv --clear "$environment"
    # Python compiles what is used when it is used.
    install=("$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile)
    if [ "$extra" = spark-test ]; then
        # Of a source package pip makes a wheel first, and unpacks that: 430 MB of Java need not be compressed between.
        spark=$(sed -n 's/^    "\(pyspark==.*\)",$/\1/p' clients/python/pyproject.toml)
        "${install[@]}" --config-settings=--build-option=--compression=stored "$spark"
    fi
    "${install[@]}" --editable "clients/python[$extra]"
    echo "$wanted" >"$stamp"
fi
