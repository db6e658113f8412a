# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The daemon that the tasks of a host share: started once, kept while it is used, ended afterwards. Needs no Spark."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from grantd import Channel
from grantd.spark._host import HostDaemonError, host_daemon
from grantd.v1.catalogue_pb2 import ListMeasuresRequest
from grantd.v1.catalogue_pb2_grpc import CatalogueStub

from .conftest import BINARY

# A task as another process has it: says its daemon's address, and goes on until it is killed.
TASK = """
import sys, time
from grantd.spark._host import host_daemon
with host_daemon(sys.argv[1], idle=0.4) as address:
    print(address, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pathlib.Path]:
    """Where this test's daemons are, and no other test's; at the end none is left."""
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    yield tmp_path / f"grantd-spark-{os.getuid()}"
    eventually(lambda: not list(tmp_path.glob("grantd-spark-*/*/address")))


def eventually(is_so: Callable[[], bool]) -> None:
    """Waits; the test's own time limit ends what does not come."""
    while not is_so():
        time.sleep(0.02)


def answers(address: str) -> bool:
    with Channel(address) as channel:
        return len(CatalogueStub(channel).ListMeasures(ListMeasuresRequest()).measures) > 80


def keepers(folder: pathlib.Path) -> list[int]:
    """The programs that keep a daemon in the folder, by their command lines."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (process / "cmdline").read_bytes().split(b"\0")
            if any(part.endswith(b"_keeper.py") for part in line) and any(part.startswith(bytes(folder)) for part in line):
                found.append(int(process.name))
    return found


def daemon_of(keeper: int) -> int:
    return int(pathlib.Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()[0])


def is_running(process: int) -> bool:
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def test_users_share_one(folder: pathlib.Path) -> None:
    with host_daemon(str(BINARY), idle=0.4) as first, host_daemon(str(BINARY)) as second:
        assert first == second
        assert answers(first)
        assert len(keepers(folder)) == 1
    # Kept for the next user, who comes at once.
    with host_daemon(str(BINARY)) as third:
        assert third == first
    eventually(lambda: not keepers(folder))
    with host_daemon(str(BINARY), idle=0.4) as fourth:
        assert answers(fourth)


def test_many_processes_at_once_start_one(folder: pathlib.Path) -> None:
    tasks = [
        subprocess.Popen([sys.executable, "-c", TASK, str(BINARY)], stdout=subprocess.PIPE, text=True, env=dict(os.environ))
        for _ in range(4)
    ]
    addresses = {task.stdout.readline() for task in tasks if task.stdout is not None}
    assert len(addresses) == 1
    (keeper,) = keepers(folder)
    daemon = daemon_of(keeper)
    # Three of them die without a word, as an executor does: the fourth keeps the daemon.
    for task in tasks[:3]:
        task.kill()
        task.wait()
    assert is_running(daemon)
    assert answers(addresses.pop().strip())
    tasks[3].kill()
    for task in tasks:
        task.wait()
        if task.stdout is not None:
            task.stdout.close()
    eventually(lambda: not is_running(keeper) and not is_running(daemon))


def test_another_is_started_after_one_that_died(folder: pathlib.Path) -> None:
    with host_daemon(str(BINARY), idle=0.4) as address:
        (keeper,) = keepers(folder)
        os.kill(daemon_of(keeper), signal.SIGKILL)
        eventually(lambda: not is_running(keeper))
        with host_daemon(str(BINARY), idle=0.4) as other:
            assert answers(other)
    assert address


def test_a_killed_keeper_takes_its_daemon_along(folder: pathlib.Path) -> None:
    with host_daemon(str(BINARY), idle=0.4):
        (keeper,) = keepers(folder)
        daemon = daemon_of(keeper)
        os.kill(keeper, signal.SIGKILL)
        eventually(lambda: not is_running(daemon))
        # The address that is left there is nobody's.
        with host_daemon(str(BINARY), idle=0.4) as other:
            assert answers(other)


def test_other_policies_are_another_daemon(folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    one, other, same = (tmp_path / name for name in ("one", "other", "same"))
    for policies in (one, other, same):
        policies.mkdir()
    (other / "README").write_text("not read by the daemon; other content all the same")
    with (
        host_daemon(str(BINARY), str(one), idle=0.4) as first,
        host_daemon(str(BINARY), str(other), idle=0.4) as second,
        host_daemon(str(BINARY), str(same), idle=0.4) as third,
    ):
        assert first != second
        assert first == third


def test_why_none_starts(folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with pytest.raises(HostDaemonError, match="No such file"), host_daemon(str(tmp_path / "nothing")):
        pass
    with pytest.raises(HostDaemonError, match="there is no folder"), host_daemon(str(BINARY), str(tmp_path / "nothing")):
        pass
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "broken.yaml").write_text("programme: [")
    with pytest.raises(HostDaemonError, match=r"broken\.yaml"), host_daemon(str(BINARY), str(wrong)):
        pass


def test_a_folder_of_somebody_elses_is_refused(folder: pathlib.Path) -> None:
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    with pytest.raises(HostDaemonError, match="not a folder of this user's alone"), host_daemon(str(BINARY)):
        pass
