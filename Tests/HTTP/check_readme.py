# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Every `curl` of the README that shows what it prints, run as it stands but for the port, must print that."""

from __future__ import annotations

import os
import re
import subprocess

from contract import ROOT

PRINTED = "127.0.0.1:7843"


def commands() -> list[tuple[str, str]]:
    """Each command of a console block with `curl` in it, and what is printed below it."""
    found: list[tuple[str, str]] = []
    for block in re.findall(r"^```console\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S):
        for piece in re.split(r"^\$ ", block, flags=re.M)[1:]:
            lines = piece.splitlines()
            # A command goes on while a line ends in a backslash or a quotation is open.
            count = 1
            while lines[count - 1].endswith("\\") or "\n".join(lines[:count]).count("'") % 2:
                count += 1
            command = "\n".join(lines[:count])
            if "curl" in command:
                found.append((command, "\n".join(lines[count:]).strip()))
    return found


def check(plain: str, closed: str, book: str, token: str) -> str:
    """The daemon that asks for a token has the commands that show one, the one that keeps a book those of the book."""
    listed = commands()
    assert listed, "the README shows no curl"
    for command, printed in listed:
        assert PRINTED in command, f"{command}\nasks another than {PRINTED}"
        address = closed if "$TOKEN" in command else book if "/grantd.v1.Awards/" in command else plain
        run = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command.replace(PRINTED, address)],
            cwd=ROOT, env={**os.environ, "TOKEN": token}, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        said = run.stdout.replace(address, PRINTED).strip()
        assert run.returncode == 0, f"{command}\nended with {run.returncode}: {run.stderr}"
        assert said == printed, f"{command}\nprints\n{said}\nand not\n{printed}"
    return f"{len(listed)} commands of the README print what it says"
