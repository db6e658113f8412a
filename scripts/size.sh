#!/usr/bin/env bash
# Prints how large the programs are, stripped, and what each library adds to them: what stands in memory once they run, by the
# linker's map of a release build. With --check it fails where a program in GRANTD_BIN (default: a release build) holds
# anything of the whole of Foundation, which brings 38 MB of tables for languages and calendars that nobody asks for. With --build it
# builds the programs from nothing and prints what each package adds to that.
set -euo pipefail
cd "$(dirname "$0")/.."
products=(grantd grantctl)

if [ "${1:-}" = --check ]; then
    failed=0
    bin=${GRANTD_BIN:-$(scripts/build-release.sh "${products[@]}")}
    for product in "${products[@]}"; do
        # Swift's names of symbols begin with their module.
        if [ "$(nm "$bin/$product" | grep -c '\$s10Foundation')" -ne 0 ]; then
            echo "$product: something that it is built of imports Foundation; FoundationEssentials would do, or none" >&2
            failed=1
        fi
    done
    exit $failed
fi

if [ "${1:-}" = --build ]; then exec python3 scripts/build_cost.py "${products[@]}"; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for product in "${products[@]}"; do
    bin=$(SWIFT_FLAGS="${SWIFT_FLAGS:-} -Xlinker -Map=$work/map" scripts/build-release.sh "$product")
    strip -o "$work/stripped" "$bin/$product"
    printf '%s, stripped: %d KiB\n' "$product" $(($(stat -c %s "$work/stripped") / 1024))
    python3 - "$work/map" <<'PYTHON'
import collections
import re
import sys

sizes = collections.Counter()
# Address, load address, size, alignment, then in columns of eight: a section of the program, or what went into it, which is a
# path and the name of a section in parentheses, or a symbol.
line_of_map = re.compile(r" *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) +\d+ (\.\S+| {8}\S.*:\(.*)")
is_loaded = False
for line in open(sys.argv[1], encoding="utf-8"):
    found = line_of_map.match(line)
    if not found:
        continue
    if found[3][0] != " ":
        # Debug information has no address.
        is_loaded = int(found[1], 16) != 0
    elif is_loaded:
        path = found[3].rpartition(":(")[0]
        library = re.search(r".*/(?:lib)?([^/(]+)\.a\(|.*/([^/]+)\.build/", path)
        sizes[library[1] or library[2] if library else "(linker, start-up)"] += int(found[2], 16)
for library, size in sizes.most_common():
    print(f"{size / 1024:9,.0f} KiB  {library}")
PYTHON
done
