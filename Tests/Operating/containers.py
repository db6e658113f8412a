# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The container's file system: small, complete, and enough for a daemon without any right that cannot write to it."""

from __future__ import annotations

import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator

from daemon import EXAMPLES, QUESTION, Programs, ask, expect, run

MOST_MEBIBYTES = 120
# In a mount and process namespace of its own: the file system read-only, a /proc, no capability, the user of the image.
ENTER = """
set -eu
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
mount -t proc proc "$1/proc"
shift_root=$1; shift
exec setpriv --bounding-set=-all,+sys_chroot,+setuid,+setgid --inh-caps=-all --no-new-privs \
    chroot --userspec=65532:65532 "$shift_root" "$@"
"""


def check(programs: Programs) -> Iterator[str]:
    """Makes the file system as the Containerfile does, and runs the daemon in it."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder) / "rootfs"
        run(EXAMPLES / "container" / "make-rootfs.sh", programs.folder, root)
        files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
        mebibytes = sum(path.stat().st_size for path in files) / 2**20
        # A debug build brings Swift's runtime as libraries, which no release has.
        is_release = not any("libswiftCore" in path.name for path in files)
        expect(mebibytes <= MOST_MEBIBYTES or not is_release, f"{mebibytes:.1f} MiB are more than {MOST_MEBIBYTES}")
        libraries = sum(".so" in path.name for path in files)
        build = "release" if is_release else "debug"
        yield f"{mebibytes:.1f} MiB in {len(files)} files, {libraries} of them libraries ({build} build)"
        user = re.search(r"^USER (\d+):(\d+)$", (EXAMPLES / "container" / "Containerfile").read_text(), re.MULTILINE)
        expect(user and user[1] == user[2] == "65532", "the Containerfile's user is another than the file system's")
        if os.geteuid() != 0:
            yield "not run: only root may enter it"
            return
        yield from enter(root)


def enter(root: pathlib.Path) -> Iterator[str]:
    """Runs the daemon and the tool inside."""
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "sh", str(root)]
    daemon = subprocess.Popen(
        [*command, "/usr/bin/grantd", "serve", "--port", "0", "--threads", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert daemon.stdout is not None
        assert daemon.stderr is not None
        line = daemon.stdout.readline()
        expect(line.startswith("listening on "), f"the daemon does not start: {line}{daemon.stderr.read() if not line else ''}")
        address = line.split()[-1]
        expect(ask(f"http://{address}/readyz")[0] == 200, "/readyz is not answered")
        status, text, _ = ask(f"http://{address}/grantd.v1.Calculator/Evaluate", QUESTION)
        expect(status == 200 and "UNDETERMINED" in text, f"{status} {text}")
        said = run(*command, "/usr/bin/grantctl", "health", "--address", address)
        inner = children(daemon.pid)
        status_text = pathlib.Path(f"/proc/{inner}/status").read_text()
        expect(re.search(r"^Uid:\s+65532\s+65532", status_text, re.MULTILINE), "the daemon runs as another user")
        expect(re.search(r"^CapEff:\s+0+$", status_text, re.MULTILINE), "the daemon has capabilities")
        expect(re.search(r"^NoNewPrivs:\s+1$", status_text, re.MULTILINE), "the daemon may get new privileges")
        os.kill(inner, signal.SIGTERM)
        expect(daemon.wait(30) == 0, "the daemon did not stop as told")
    finally:
        daemon.kill()
        daemon.wait()
    yield f"it answers as user 65532, without capabilities, on a read-only file system; grantctl health: {said.split()[-1]}"


def children(process: int) -> int:
    """The daemon within: what `unshare` has started."""
    for _ in range(100):
        found = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()
        if found:
            return int(found[0])
        time.sleep(0.02)
    raise SystemExit("no process within")
