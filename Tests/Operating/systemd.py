# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The unit: systemd reads it without a complaint, and finds it hardened."""

from __future__ import annotations

import pathlib
import re
import tempfile
from collections.abc import Iterator

from daemon import EXAMPLES, Programs, expect, run

# systemd-analyze counts what a unit may still do, from 0 to 10; what a plain unit may comes to 9.6.
MOST_EXPOSED = 1.5


def check(programs: Programs) -> Iterator[str]:
    """Has systemd read the unit and the user."""
    text = (EXAMPLES / "systemd" / "grantd.service").read_text()
    with tempfile.TemporaryDirectory() as folder:
        unit = pathlib.Path(folder) / "grantd.service"
        # systemd looks whether the program is there.
        unit.write_text(text.replace("/usr/local/bin/grantd", str(programs.grantd)))
        said = run("systemd-analyze", "verify", "--man=no", unit)
        # Of the machine's own units it may say what it likes.
        own = [line for line in said.splitlines() if "grantd" in line]
        expect(not own, f"systemd-analyze verify: {own}")
        table = run("systemd-analyze", "security", "--offline=yes", "--no-pager", unit)
    found = re.search(r"exposure level for grantd.service: ([\d.]+)", table)
    expect(found, table)
    assert found is not None
    expect(float(found[1]) <= MOST_EXPOSED, f"exposure {found[1]} is more than {MOST_EXPOSED}:\n{table}")
    yield f"the unit is read, exposure {found[1]} of 10"
    with tempfile.TemporaryDirectory() as root:
        (pathlib.Path(root) / "etc").mkdir()
        run("systemd-sysusers", f"--root={root}", EXAMPLES / "systemd" / "grantd.sysusers")
        user = (pathlib.Path(root) / "etc" / "passwd").read_text()
    expect(re.search(r"^grantd:.*:/var/lib/grantd:/usr/sbin/nologin$", user, re.MULTILINE), user)
    # A stop must have time for what the daemon is told to do first.
    delay, grace = (int(re.search(rf"--{name} (\d+)", text)[1]) for name in ("drain-delay", "grace-period"))  # type: ignore[index]
    stop = int(re.search(r"TimeoutStopSec=(\d+)", text)[1])  # type: ignore[index]
    expect(stop > delay + grace, "TimeoutStopSec ends before the drain delay and the grace period")
    start = re.search(r"^ExecStart=\S+ (.*) \$GRANTD_OPTIONS$", text, re.MULTILINE)
    expect(start, "ExecStart is not as this check knows it")
    assert start is not None
    options = start[1].removeprefix("serve ").split()
    with programs.serve(*options) as daemon:
        expect(daemon.port, "the daemon does not start with the unit's options")
    yield "the user is made, the options are the daemon's"
