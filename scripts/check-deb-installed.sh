#!/usr/bin/env bash
# Installs a Debian package of grantd, runs the daemon as the package's user, asks it, removes and purges the package, and finds
# nothing left. Root only.
#
# Usage: scripts/check-deb-installed.sh PACKAGE here | debian
#   here    in a layer above this machine's own files, which is thrown away
#   debian  on a Debian of its own (debootstrap), in a folder
set -euo pipefail
cd "$(dirname "$0")/.."
# What is mounted is mounted for this script alone, and goes with it.
[ -n "${GRANTD_MOUNTS_APART:-}" ] || GRANTD_MOUNTS_APART=1 exec unshare --mount "$0" "$@"
package=$(realpath "$1")
work=$(mktemp -d)
daemon=
end() {
    if [ -n "$daemon" ]; then kill "$daemon" 2>/dev/null || true; fi
    umount --recursive "$work"
    rm -rf --one-file-system "$work"
}
mount --bind "$work" "$work"
trap end EXIT

case $2 in
    here)
        layer=$work/layer
        mkdir "$layer"
        # A layer cannot lie on a layer, as a container's own files may.
        mount -t tmpfs tmpfs "$layer"
        mkdir "$layer/changes" "$layer/work" "$layer/root"
        mount -t overlay -o "lowerdir=/,upperdir=$layer/changes,workdir=$layer/work" overlay "$layer/root"
        changes=$layer/changes
        beneath=
        root=$layer/root
        for device in null urandom; do
            touch "$root/dev/$device"
            mount --bind "/dev/$device" "$root/dev/$device"
        done
        mount --rbind /proc "$root/proc"
        rm -f "$root/etc/resolv.conf"
        cp --dereference /etc/resolv.conf "$root/etc"
        ;;
    debian)
        scripts/install-dependencies.sh debootstrap
        root=$work/debian
        # shellcheck source=/dev/null
        . /etc/os-release
        # Where this machine has its packages from.
        mirror=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' | sed -n 's/^Debian|Debian|//p' | head -1)
        debootstrap --variant=minbase "$VERSION_CODENAME" "$root" "${mirror:-http://deb.debian.org/debian}" >"$work/log" \
            || { tail -5 "$work/log" >&2; exit 1; }
        changes=$root
        beneath=$work/nothing
        mount -t proc proc "$root/proc"
        ;;
esac

# Nothing is started while it is installed.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
apt() { inside apt-get -qq -o Dpkg::Use-Pty=0 --no-install-recommends "$@" >>"$work/log" 2>&1; }
must() { "$@" || { tail -20 "$work/log" >&2; exit 1; }; }
# What the package needs is installed first: what is there then is what has to be there at the end.
needs() {
    inside sh -c 'command -v systemd-sysusers' >/dev/null || apt install systemd-standalone-sysusers || return 1
    apt satisfy "$(dpkg-deb --field "$package" Depends)"
}
needs || { must apt update; must needs; }

# The names of all files that are not beneath, and the users.
state() {
    (cd "$changes" && find . -xdev ! -path './proc/*' ! -path './var/lib/dpkg/*' ! -path './var/lib/apt/*' ! -path './var/cache/*' \
        ! -path './var/log/*' ! -path './tmp/*' ! -name '*-' -print | sort) | while read -r file; do
        # What is beneath and deleted here is a device in a layer.
        if [ ! -e "$beneath/$file" ] && [ ! -L "$beneath/$file" ] || [ -c "$changes/$file" ]; then printf '%s\n' "$file"; fi
    done
    cat "$root/etc/passwd" "$root/etc/group"
}
state >"$work/before"
mkdir -p "$root/tmp"
cp "$package" "$root/tmp/grantd.deb"
must apt install /tmp/grantd.deb
inside getent passwd grantd
[ "$(inside stat -c %a /etc/grantd)" = 755 ]
inside install -d -o grantd -g grantd -m 700 /var/lib/grantd
# One process from here to the daemon: no function of the shell stands between.
chroot "$root" setpriv --reuid=grantd --regid=grantd --clear-groups --no-new-privs /usr/bin/grantd serve --port 0 >"$work/ready" &
daemon=$!
until grep -q '^listening on ' "$work/ready"; do kill -0 $daemon; sleep 0.05; done
[ "$(stat -c %u "/proc/$daemon")" = "$(inside id -u grantd)" ] || { echo "the daemon runs as somebody else" >&2; exit 1; }
inside /usr/bin/grantctl evaluate --address "$(sed -n 's/^listening on //p' "$work/ready")" \
    /usr/share/doc/grantd/examples/questions/1-eligible.json | sed -n 's/^Amount */answered: /p' | grep .
kill -TERM $daemon
wait $daemon
daemon=
must apt remove grantd
[ -f "$root/etc/default/grantd" ] || { echo "removing took the configuration" >&2; exit 1; }
must apt purge grantd
state >"$work/after"
diff "$work/before" "$work/after" || { echo "purging left the above" >&2; exit 1; }
echo "installed, asked, removed, purged: nothing is left"
