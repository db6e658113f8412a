#!/usr/bin/env bash
# Attacks a release build of the daemon, or the one in the folder GRANTD_BIN, and prints for each attack what a bystander with one
# call in flight sees; exits with 1 where a promise is broken. The attacks on gRPC need a daemon that has it: one that is built with
# SWIFT_FLAGS='--traits GRPC', or the program that `--grpc-grantd` names. `--short`: a few seconds an attack and no verdict on times,
# for CI; `--help` names the rest.
set -euo pipefail
cd "$(dirname "$0")/.."
GRANTD_BIN=${GRANTD_BIN:-$(scripts/build-release.sh grantd)}
exec "$(scripts/hostile/environment.sh)" -B scripts/hostile --grantd "$GRANTD_BIN/grantd" "$@"
