#!/usr/bin/env bash
# Makes a Debian package of the programs in GRANTD_BIN (default: a release build) and prints its path, in .build/deb. What it holds
# is described in scripts/debian; the unit, its user and its options are those of examples/operating/systemd.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${GRANTD_BIN:-$(scripts/build-release.sh grantd grantctl)}
scripts/install-dependencies.sh debhelper dpkg-dev gzip >&2
version=$(cat VERSION)
maintainer=${DEBEMAIL:+${DEBFULLNAME:-grantd} <$DEBEMAIL>}
maintainer=${maintainer:-$(git log -1 --format='grantd authors <%ae>')}
date=$(git log -1 --format=%aD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%at)
export SOURCE_DATE_EPOCH

result=$PWD/.build/deb
work=$result/grantd-$version
rm -rf "$result"
mkdir -p "$work"/{bin,man,completions/{bash,zsh,fish}}
cp -r scripts/debian "$work/debian"
cp -r README.md README.zh.md SECURITY.md CHANGELOG.md examples "$work"
install -m 755 "$bin/grantd" "$bin/grantctl" "$work/bin"

# What the programs say of themselves.
for program in grantd grantctl; do
    other=$([ $program = grantd ] && echo grantctl || echo grantd)
    "$bin/$program" --experimental-dump-help \
        | python3 scripts/make_man.py "$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)" "$other" >"$work/man/$program.1"
    "$bin/$program" --generate-completion-script bash | sed 1d >"$work/completions/bash/$program"
    "$bin/$program" --generate-completion-script zsh >"$work/completions/zsh/_$program"
    "$bin/$program" --generate-completion-script fish >"$work/completions/fish/$program.fish"
done

sed "s/@MAINTAINER@/$maintainer/" scripts/debian/control.in >"$work/debian/control"
rm "$work/debian/control.in"
cat >"$work/debian/changelog" <<END
grantd ($version-1) unstable; urgency=medium

  * What is new stands in CHANGELOG.md.

 -- $maintainer  $date
END
{
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: grantd\n\n'
    printf 'Files: *\nCopyright: 2026 the grantd authors\nLicense: Apache-2.0\n'
    printf ' On Debian systems, the full text stands in /usr/share/common-licenses/Apache-2.0.\n'
} >"$work/debian/copyright"
operating=examples/operating/systemd
sed -e '/^# /d' -e 's#/usr/local/bin/#/usr/bin/#' "$operating/grantd.service" >"$work/debian/grantd.service"
cp "$operating/grantd.sysusers" "$work/debian/grantd.sysusers"
cp "$operating/grantd.default" "$work/debian/grantd.default"

(cd "$work" && dpkg-buildpackage --build=binary --no-sign --no-check-builddeps) >"$result/log" 2>&1 \
    || { tail -30 "$result/log" >&2; exit 1; }
rm -rf "$work"
printf '%s\n' "$result"/grantd_*.deb
