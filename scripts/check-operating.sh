#!/usr/bin/env bash
# Tries what stands in examples/operating: the systemd unit, the log's keys, Prometheus' and Grafana's files, haproxy, the manifests of
# Kubernetes, the container's file system; and the commands of the READMEs. Arguments name the parts (Tests/Operating/check_operating.py). The programs are those in
# GRANTD_BIN (default: a debug build).
set -euo pipefail
cd "$(dirname "$0")/.."
GRANTD_BIN=${GRANTD_BIN:-$(scripts/build-debug.sh grantd grantctl)}
scripts/install-dependencies.sh haproxy openssl prometheus systemd binutils jq
environment=.build/operating
if [ ! -x "$environment/bin/python" ]; then
    python3 -c 'import ensurepip' 2>/dev/null || scripts/install-dependencies.sh python3-venv
    python3 -m venv --clear "$environment"
fi
"$environment/bin/pip" install --quiet --disable-pip-version-check --requirement Tests/Operating/requirements.txt
"$environment/bin/python" Tests/Operating/check_operating.py "$GRANTD_BIN" "$@"
