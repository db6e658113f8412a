#!/usr/bin/env bash
# Makes the Debian package and looks at it; then installs it on a Debian of its own, asks the daemon, and purges it
# (scripts/check-deb-installed.sh). --short does not compress it, and installs it in a layer above this machine's own files. The
# programs are those in GRANTD_BIN (default: a release build).
set -euo pipefail
cd "$(dirname "$0")/.."
suppress=()
where=debian
if [ "${1:-}" = --short ]; then
    where=here
    export BUILDDEB_OPTIONS=-Znone
    suppress=(--suppress-tags uses-no-compression-for-control-tarball,uses-no-compression-for-data-tarball)
fi
scripts/install-dependencies.sh lintian
package=$(scripts/build-deb.sh)
lintian --allow-root --fail-on error,warning "${suppress[@]}" "$package"

contents=$(dpkg-deb --contents "$package" | awk '{print $6}')
for file in usr/bin/grantd usr/bin/grantctl lib/systemd/system/grantd.service usr/lib/sysusers.d/grantd.conf etc/default/grantd \
    etc/grantd/ usr/share/man/man1/grantd.1.gz usr/share/man/man1/grantctl.1.gz \
    usr/share/bash-completion/completions/grantctl usr/share/doc/grantd/copyright \
    usr/share/doc/grantd/examples/operating/grafana/grantd.json; do
    grep -qx "./$file" <<<"$contents" || { echo "the package lacks $file" >&2; exit 1; }
done
dpkg-deb --field "$package" | sed -n 's/^\(Version\|Installed-Size\|Depends\): /\1 /p'
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
dpkg-deb --extract "$package" "$unpacked"
# Every option of the daemon has its paragraph, and troff nothing to complain of.
manual=$(zcat "$unpacked/usr/share/man/man1/grantd.1.gz" | tr -d '\\')
for option in $("$unpacked/usr/bin/grantd" serve --help | grep -o -- '^  --[a-z-]*'); do
    grep -qF -- "$option" <<<"$manual" \
        || { echo "the manual page lacks $option" >&2; exit 1; }
done
grep -qx 'ExecStart=/usr/bin/grantd serve .*' "$unpacked/lib/systemd/system/grantd.service"
echo "$package: $(stat -c %s "$package") bytes, as it should be"

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
"${as_root[@]}" scripts/check-deb-installed.sh "$package" "$where"
