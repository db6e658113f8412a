#!/usr/bin/env bash
# Makes the Debian package and looks at it; then installs it on a Debian of its own (debootstrap, in a folder; root only), runs the
# daemon as the package's user, asks it, removes and purges it, and finds nothing left. --short does not
# compress it, and only looks at it. The programs are those in GRANTD_BIN (default: a release build).
set -euo pipefail
cd "$(dirname "$0")/.."
suppress=()
if [ "${1:-}" = --short ]; then
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
mounted=
trap 'if [ -n "$mounted" ]; then umount "$mounted"; fi; rm -rf "$unpacked"' EXIT
dpkg-deb --extract "$package" "$unpacked"
# Every option of the daemon has its paragraph, and troff nothing to complain of.
manual=$(zcat "$unpacked/usr/share/man/man1/grantd.1.gz" | tr -d '\\')
for option in $("$unpacked/usr/bin/grantd" serve --help | grep -o -- '^  --[a-z-]*'); do
    grep -qF -- "$option" <<<"$manual" \
        || { echo "the manual page lacks $option" >&2; exit 1; }
done
grep -qx 'ExecStart=/usr/bin/grantd serve .*' "$unpacked/lib/systemd/system/grantd.service"
echo "$package: $(stat -c %s "$package") bytes, as it should be"
[ "${1:-}" != --short ] || exit 0

scripts/install-dependencies.sh debootstrap
root=$unpacked/debian
# shellcheck source=/dev/null
. /etc/os-release
# Where this machine has its packages from.
mirror=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' | sed -n 's/^Debian|Debian|//p' | head -1)
debootstrap --variant=minbase "$VERSION_CODENAME" "$root" "${mirror:-http://deb.debian.org/debian}" >"$unpacked/log" \
    || { tail -5 "$unpacked/log" >&2; exit 1; }
# Nothing is started while it is installed.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
mount -t proc proc "$root/proc"
mounted=$root/proc
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
apt() { inside apt-get -qq -o Dpkg::Use-Pty=0 --no-install-recommends "$@" >>"$unpacked/log" 2>&1 || { tail -20 "$unpacked/log" >&2; exit 1; }; }
apt update
# What the package needs is installed first: what is there then is what has to be there at the end.
apt install systemd-standalone-sysusers $(dpkg-deb --field "$package" Depends | tr ',' '\n' | grep -oE '^ *lib[^ ]+')
state() { inside find / -xdev ! -path '/proc/*' ! -path '/var/lib/dpkg/*' ! -path '/var/lib/apt/*' ! -path '/var/cache/*' ! -path '/var/log/*' \
    ! -path '/tmp/*' ! -name '*-' | sort; inside cat /etc/passwd /etc/group; }
state >"$unpacked/before"
cp "$package" "$root/tmp/grantd.deb"
apt install /tmp/grantd.deb
inside getent passwd grantd
[ "$(inside stat -c %a /etc/grantd)" = 755 ]
inside install -d -o grantd -g grantd -m 700 /var/lib/grantd
# One process from here to the daemon: no function of the shell stands between.
chroot "$root" setpriv --reuid=grantd --regid=grantd --clear-groups --no-new-privs /usr/bin/grantd serve --port 0 >"$unpacked/ready" &
daemon=$!
until grep -q '^listening on ' "$unpacked/ready"; do kill -0 $daemon; sleep 0.05; done
[ "$(stat -c %u "/proc/$daemon")" = "$(inside id -u grantd)" ] || { echo "the daemon runs as somebody else" >&2; exit 1; }
inside /usr/bin/grantctl evaluate --address "$(sed -n 's/^listening on //p' "$unpacked/ready")" \
    /usr/share/doc/grantd/examples/questions/1-eligible.json | sed -n 's/^Amount */answered: /p' | grep .
kill -TERM $daemon
wait $daemon
apt remove grantd
[ -f "$root/etc/default/grantd" ] || { echo "removing took the configuration" >&2; exit 1; }
apt purge grantd
state >"$unpacked/after"
diff "$unpacked/before" "$unpacked/after" || { echo "purging left the above" >&2; exit 1; }
echo "installed, asked, removed, purged: nothing is left"
