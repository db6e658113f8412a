# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A disk on which nothing more can be written from the first byte on: said in words, and nothing half written stays."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

from .table_files import DAY, GOOD, HEADS, MEASURE, text_file

# A limit on the size of files stands for a full disk: the same error of every write.
_FULL = (
    "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); "
    "from grantd.table._command import main; sys.exit(main(sys.argv[1:]))"
)


def run(tmp_path: pathlib.Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-B", "-c", _FULL, "table", *command], cwd=tmp_path, capture_output=True, text=True)


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "parquet"])
@pytest.mark.parametrize("command", ["score", "compare"])
def test_results_without_any_room(address: str, tmp_path: pathlib.Path, command: str, suffix: str) -> None:
    text_file(tmp_path / "in.csv", [HEADS, GOOD])
    where = ["--address", address] if command == "score" else ["--old", address, "--new", address]
    out = f"out.{suffix}"
    found = run(tmp_path, command, "in.csv", "-o", out, "--measure", MEASURE, "--as-of", DAY, *where, "--lang", "zh")
    assert found.returncode == 1
    assert f"写入失败（文件过大）；已完成的 0 行结果保存在 {out}.partial，排除原因后用同一命令继续" in found.stderr
    assert "Traceback" not in found.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", f"{out}.partial"]


def test_a_template_without_any_room(address: str, tmp_path: pathlib.Path) -> None:
    found = run(tmp_path, "template", MEASURE, "-o", "t.xlsx", "--address", address, "--lang", "zh")
    assert found.returncode == 65
    assert found.stderr == "grantd: 无法写入 t.xlsx：文件过大\n"
    assert not list(tmp_path.iterdir())
