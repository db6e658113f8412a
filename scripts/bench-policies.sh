#!/usr/bin/env bash
# What policies cost: a programme added at run time against the same one built in, a reload under load against none, and the
# start by the number of event loops. Server on core 0, load generator on core 1; what is compared takes turns.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${GRANTD_BIN:-$(scripts/build-release.sh grantd grantctl)}
exec python3 scripts/bench_policies.py "$bin" "${SECONDS_EACH:-2}" "${ROUNDS:-7}"
