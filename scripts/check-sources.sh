#!/usr/bin/env bash
# Format lint, licence headers, an access level on every import, one table of words, and one version everywhere.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t sources < <(scripts/list-sources.sh)
failed=0

swift format lint --strict --parallel "${sources[@]}" || failed=1

for file in "${sources[@]}"; do
    if ! head -n 6 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0'; then
        echo "$file: no licence header" >&2
        failed=1
    fi
done

# A manifest, a test and an executable have no importers, so a bare import there says all there is to say.
bare=$(printf '%s\n' "${sources[@]}" \
    | grep -v -e 'Package.swift$' -e '^Tests/' -e '/Tests/' -e '^examples/' \
    | xargs grep -nE '^(@testable )?import ' || true)
if [ -n "$bare" ]; then
    echo "imports without an access level:" >&2
    echo "$bare" >&2
    failed=1
fi

# What a person reads on a page or in an interview stands in the table of words, in both languages; comments may quote it.
untold=$(printf '%s\n' "${sources[@]}" \
    | grep -E -e '^Sources/(GrantdInterview|GrantdPages|grantctl/Ask)/' \
        -e '^Sources/grantctl/Page/(AssessmentPage|ScreenPage)\.swift$' \
    | grep -v '^Sources/GrantdInterview/Words/' \
    | LC_ALL=C.UTF-8 xargs grep -nP '^(?!\s*//).*[\p{Han}\x{3000}-\x{303F}\x{FF00}-\x{FFEF}]' || true)
if [ -n "$untold" ]; then
    echo "words outside Sources/GrantdInterview/Words:" >&2
    echo "$untold" >&2
    failed=1
fi
scripts/version.sh --check || failed=1
exit $failed
