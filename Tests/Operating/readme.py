# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Every command with `grantctl` that the READMEs show, run as it is printed, must print what stands below it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator

from daemon import ROOT, Programs, expect

# What asks a daemon asks the check's; all else is as it is printed.
FUNCTION = """
set -o pipefail
grantctl() {
    case $1 in policy|--*) "$GRANTCTL" "$@" ;; *) "$GRANTCTL" "$@" --address "$ADDRESS" ;; esac
}
"""
PAGES = ("README.md", "README.zh.md")


def check(programs: Programs) -> Iterator[str]:
    """Runs and compares, and follows the links to files."""
    count = 0
    with programs.serve() as daemon:
        environment = {
            **os.environ,
            "ADDRESS": daemon.address,
            "GRANTCTL": str(programs.grantctl),
            "COLUMNS": "80",
            "LC_ALL": "C.UTF-8",
        }
        for page in PAGES:
            text = (ROOT / page).read_text()
            for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
                for command, printed in re.findall(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
                    if "grantctl" not in command:
                        continue
                    shell = ["bash", "-c", FUNCTION + command]
                    done = subprocess.run(shell, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
                    expect(done.stdout.rstrip() == printed.rstrip(), f"{page}: {command}\n{done.stdout}{done.stderr}")
                    count += 1
            for link in re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", text):
                expect((ROOT / link).exists(), f"{page}: there is no {link}")
    expect(count >= 6, f"{count} commands with grantctl")
    yield f"{count} commands with grantctl print what {' and '.join(PAGES)} say; every link to a file leads to one"
