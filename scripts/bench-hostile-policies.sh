#!/usr/bin/env bash
# The directories of policy files that cost the loader the most: what becomes of each, in what time and memory, what the calls feel that a
# daemon answers while it reads it, and how long SIGTERM waits. SHARE: so many percent of the files of each, 100 by default.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${GRANTD_BIN:-$(scripts/build-release.sh grantd grantctl)}
exec python3 scripts/bench_hostile_policies.py "$bin" "${SHARE:-100}"
