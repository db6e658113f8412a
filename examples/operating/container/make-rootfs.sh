#!/usr/bin/env bash
# make-rootfs.sh BIN DIRECTORY: makes the root file system of a container: BIN/grantd and BIN/grantctl, stripped, the libraries that
# they need of this machine, and a user without a name's rights.
set -euo pipefail
bin=$1 root=$2
mkdir -p "$root"/{etc/grantd,proc,tmp,usr/bin,var/lib/grantd}
for program in grantd grantctl; do
    strip -o "$root/usr/bin/$program" "$bin/$program"
    # Every line with a path: the libraries, and the loader.
    ldd "$bin/$program" | grep -o '/[^ ]*'
done | sort -u | while read -r library; do
    # At the path that the program asks for, links followed.
    install -D -m 755 "$library" "$root$library"
done
cat >"$root/etc/passwd" <<END
root:x:0:0:root:/:/nonexistent
grantd:x:65532:65532:grantd:/var/lib/grantd:/nonexistent
END
printf 'root:x:0:\ngrantd:x:65532:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
chmod 1777 "$root/tmp"
chmod 755 "$root/usr/bin"/*
# Its own folder, where a volume keeps the archive of policies. Only root may give it away.
if [ "$(id -u)" -eq 0 ]; then chown 65532:65532 "$root/var/lib/grantd"; fi
