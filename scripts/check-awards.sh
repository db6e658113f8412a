#!/usr/bin/env bash
# Whether awards keep their promises: never over a cap or an envelope at any moment, what a model gives in the same order, none
# that was told is lost, none stands twice, with SQLite and with PostgreSQL (two daemons), under many clients, while daemons and
# servers are killed, while the power of the disk is cut, and while the disk is full, read-only or failing, the book locked, moved or
# torn, the server away. The short form takes some three minutes, with 100 clients, and 48 while things die; --long has 1,000 clients
# for a minute, and the same 1,000, up against caps and envelopes, while daemons are killed 200 times on each store, servers 50 times,
# and the power is cut 50 times. The power is cut under SQLite alone: what PostgreSQL's disk holds then is its own promise, for which
# each commit asks. --only PART (sqlite-crowd, sqlite-kill, sqlite-power-cut, sqlite-trouble,
# postgresql-crowd, postgresql-kill-daemon, postgresql-kill-server, postgresql-trouble) is only that. The programs are those in
# GRANTD_BIN, built with the trait PostgreSQL (default: a debug build).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-dependencies.sh libpq-dev postgresql
GRANTD_BIN=${GRANTD_BIN:-$(scripts/build-debug.sh grantd grantctl)}
clients/python/environment.sh
exec .build/python/bin/python Tests/Awards/check_awards.py "$GRANTD_BIN" "$@"
