#!/usr/bin/env bash
# Attacks a release build of the daemon, or the one in the folder GRANTD_BIN, and prints for each attack what a bystander with one
# call in flight sees; exits with 1 where a promise is broken. `--short`: a few seconds an attack and no verdict on times, for CI;
# `--help` names the rest. Python's standard library is enough.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${GRANTD_BIN:-}" ]; then
    GRANTD_BIN=$(scripts/build-release.sh grantd)
fi
exec python3 -B scripts/hostile --grantd "$GRANTD_BIN/grantd" "$@"
