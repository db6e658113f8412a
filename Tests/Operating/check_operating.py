# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Tries what stands in examples/operating with the tools that it is written for, against daemons that run.

Usage: check_operating.py FOLDER [PART…], where FOLDER holds grantd and grantctl.
"""

from __future__ import annotations

import pathlib
import sys

import containers
import haproxy
import kubernetes
import logs
import monitoring
import readme
import systemd
from daemon import Programs

PARTS = {
    "systemd": systemd.check,
    "readme": readme.check,
    "logs": logs.check,
    "monitoring": monitoring.check,
    "haproxy": haproxy.check,
    "kubernetes": kubernetes.check,
    "container": containers.check,
}


def main() -> None:
    """Runs the parts that are named, or all."""
    programs = Programs(pathlib.Path(sys.argv[1]).resolve())
    for name in sys.argv[2:] or PARTS:
        for line in PARTS[name](programs):
            print(f"{name}: {line}", flush=True)


if __name__ == "__main__":
    main()
