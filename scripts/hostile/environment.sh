#!/usr/bin/env bash
# Installs what the attacks need of Python, and prints the interpreter that has it.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=scripts/hostile
scratch=.build/hostile
mkdir -p "$scratch"
if ! cmp -s "$here/requirements.txt" "$scratch/requirements.txt"; then
    python3 -c 'import ensurepip' 2>/dev/null || scripts/install-dependencies.sh python3-venv >&2
    python3 -m venv --clear "$scratch/venv"
    "$scratch/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" >&2
    cp "$here/requirements.txt" "$scratch/requirements.txt"
fi
echo "$PWD/$scratch/venv/bin/python"
