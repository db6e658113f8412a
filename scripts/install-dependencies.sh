#!/usr/bin/env bash
# Installs the Debian packages that the build needs and that this machine lacks.
# With arguments: those packages instead.
set -euo pipefail

packages=("$@")
if [ ${#packages[@]} -eq 0 ]; then
    packages=(
        libprotobuf-c-dev libyaml-dev nettle-dev libsqlite3-dev libsnappy-dev zlib1g-dev protobuf-c-compiler
        protobuf-compiler pkg-config
    )
fi

missing=()
for package in "${packages[@]}"; do
    # pkg-config is a virtual name on newer Debians: what provides it will do.
    if [ "$package" = pkg-config ] && command -v pkg-config >/dev/null; then continue; fi
    status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing+=("$package")
done

if ! command -v swift >/dev/null; then
    echo "swift is not on the PATH: grantd needs Swift 6.3 (https://www.swift.org/install/linux/)" >&2
    exit 1
fi
[ ${#missing[@]} -gt 0 ] || exit 0

# Scripts that run beside each other wait here: apt itself would give up.
exec 9>"${TMPDIR:-/tmp}/grantd-install-dependencies.lock"
flock 9

if ! command -v apt-get >/dev/null; then
    echo "These packages are missing and there is no apt-get to install them: ${missing[*]}" >&2
    exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
echo "Installing ${missing[*]} …" >&2
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
