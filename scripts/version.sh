#!/usr/bin/env bash
# The one version of daemon, tool and clients stands in VERSION. Each language has a place of its own for it, since each is
# packaged by itself: this writes it there, and with `--check` says where another one stands.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(cat VERSION)
if ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
    echo "version: VERSION holds '$version', not three numbers such as 1.2.3" >&2
    exit 1
fi

failed=0
place() { # a file, and what stands before and behind the version in its line, as regular expressions
    local file=$1 before=$2 behind=$3
    local found
    found=$(sed -nE "s|^$before([0-9]+\.[0-9]+\.[0-9]+)$behind\$|\1|p" "$file" | head -n 1)
    if [ "${mode:-}" = check ]; then
        [ "$found" = "$version" ] && return
        echo "version: $file has '${found:-none}', VERSION has $version: run scripts/version.sh" >&2
        failed=1
    else
        sed -i -E "s|^($before)[0-9]+\.[0-9]+\.[0-9]+($behind)\$|\1$version\2|" "$file"
    fi
}

mode=write
if [ "${1:-}" = --check ]; then mode=check; fi
place Sources/GrantdWire/GrantdVersion.swift ' *package static let current = "' '"'
place Sources/GrantdPolicy/Archive/EngineVersion.swift ' *package static let current = "' '"'
place clients/python/src/grantd/_version.py '__version__ = "' '"'
place clients/java/pom.xml '  <version>' '</version>'
place clients/java/README.md '  <version>' '</version>'
place clients/java/src/main/java/grantd/client/Version.java ' *public static final String CURRENT = "' '";'
place clients/go/grantd/version.go 'const Version = "' '"'
place clients/c/include/grantd/version.h '#define GRANTD_VERSION "' '"'
exit $failed
