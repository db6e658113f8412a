#!/usr/bin/env bash
# Goes through the daemon's pages in Debian's Chromium: eight measures without scripts, by mouse and by keys, held against
# what was answered and against the interface's answers, and printed; a book of awards that is filled first; axe on every
# page, in two languages and two widths; and every page at 200 %. --short asks less. The daemon is GRANTD_BIN/grantd
# (default: a debug build).
set -euo pipefail
cd "$(dirname "$0")/.."
GRANTD_BIN=${GRANTD_BIN:-$(scripts/build-debug.sh grantd)}
scripts/install-dependencies.sh chromium chromium-driver fonts-noto-cjk
environment=.build/browser
if [ ! -x "$environment/bin/python" ]; then
    python3 -c 'import ensurepip' 2>/dev/null || scripts/install-dependencies.sh python3-venv
    python3 -m venv --clear "$environment"
fi
"$environment/bin/pip" install --quiet --disable-pip-version-check --requirement Tests/Browser/requirements.txt
"$environment/bin/python" Tests/Browser/check_pages.py "$GRANTD_BIN/grantd" "$@"
