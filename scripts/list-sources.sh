#!/usr/bin/env bash
# Prints the hand-written Swift files, one a line: what is formatted, linted and checked for headers.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files --cached --others --exclude-standard '*.swift' | grep -v -e '/Generated/' -e '\.pb\.swift$'
