# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A disk for a daemon whose power can be cut, and that can run full, turn read-only and fail: see faulty_disk.c."""

from __future__ import annotations

import pathlib
import random
import shutil
import subprocess


class FaultyDisk:
    """The files of a daemon, and what a disk would hold of them."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.root = folder / "files"
        self._image = folder / "image"
        self._trouble = folder / "trouble"
        for place in (self.root, self._image, self._trouble):
            place.mkdir()
        self._library = folder / "faulty_disk.so"
        source = pathlib.Path(__file__).with_name("faulty_disk.c")
        flags = ["-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
        subprocess.run(["cc", *flags, "-o", self._library, source, "-ldl", "-lpthread"], check=True)

    def before(self, operations: int | None = None, tears: int | None = None) -> list[str]:
        """The words before a command that puts it on this disk.

        Args:
            operations: After so many writes, truncations, syncs and changes of names the power goes.
            tears: With it chance, which begins here, says what of the rest is there after a cut; without it nothing is.
        """
        words = [
            "env",
            f"LD_PRELOAD={self._library}",
            f"FAULTY_DISK_ROOT={self.root}",
            f"FAULTY_DISK_IMAGE={self._image}",
            f"FAULTY_DISK_TROUBLE={self._trouble}",
        ]
        if operations is not None:
            words.append(f"FAULTY_DISK_OPERATIONS={operations}")
        if tears is not None:
            words.append(f"FAULTY_DISK_TEARS={tears}")
        return words

    @staticmethod
    def chances(chance: random.Random) -> tuple[int, int | None]:
        """When the power goes next, soon as a daemon starts or later, and what becomes of what was not synced."""
        soon = chance.random() < 0.2
        operations = chance.randrange(1, 100) if soon else chance.randrange(100, 3_000)
        return operations, chance.randrange(1 << 32) if chance.random() < 0.5 else None

    def restore(self) -> None:
        """Puts what the disk holds in place of the files, after a cut."""
        names = [line.split(" ", 1) for line in (self._image / "names").read_text().splitlines()]
        folders = [path for path in self.root.rglob("*") if path.is_dir()]
        for path in self.root.rglob("*"):
            if not path.is_dir():
                path.unlink()
        for folder in folders:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number, name in names:
            shutil.copyfile(self._image / number, self.root / name)
            (self.root / name).chmod(0o600)
        shutil.rmtree(self._image)
        self._image.mkdir()

    def begin(self, trouble: str) -> None:
        """From now on the disk is ``full``, ``read-only`` or ``failing``; with ``cut`` its power goes."""
        (self._trouble / trouble).touch()

    def end(self, trouble: str) -> None:
        """From now on it is not any more."""
        (self._trouble / trouble).unlink()
