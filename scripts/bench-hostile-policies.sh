#!/usr/bin/env bash
# The directories of policy files that cost the loader the most, read by a release build or by the programs in the folder GRANTD_BIN:
# prints what becomes of each, in what time and memory, and what a bystander with one call in flight sees of a daemon that reads it;
# exits with 1 where a promise is broken. `--short`: a twentieth of the files, a few seconds a directory and no verdict on times, for
# CI; `--help` names the rest.
set -euo pipefail
cd "$(dirname "$0")/.."
GRANTD_BIN=${GRANTD_BIN:-$(scripts/build-release.sh grantd grantctl)}
exec "$(scripts/hostile/environment.sh)" -B scripts/hostile/policies.py --bin "$GRANTD_BIN" "$@"
