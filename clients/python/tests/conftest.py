# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
from __future__ import annotations

import os
import pathlib
import signal
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import grantd
from grantd import ChannelConfig
from grantd.table._table import Table, TableOptions

from .callers import AioCaller, Caller, SyncCaller
from .table_files import DAY, MEASURE, Open, open_table

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("GRANTD_BIN", ROOT / ".build" / "debug")) / "grantd"
MakeCaller = Callable[..., Caller]


class Daemon:
    """A grantd of this test's own."""

    def __init__(self, port: int = 0, *options: str) -> None:
        command = [str(BINARY), "serve", "--port", str(port), *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().removeprefix("listening on ").strip()
        self.port = int(self.address.rpartition(":")[2])

    def reload(self) -> None:
        """Has it read its policies anew; when it has is for the caller to find out."""
        self._process.send_signal(signal.SIGHUP)

    def stop(self, *, kill: bool = False) -> None:
        (self._process.kill if kill else self._process.terminate)()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """A live daemon's address."""
    given = os.environ.get("GRANTD_ADDRESS")
    if given:
        yield given
        return
    daemon = Daemon()
    yield daemon.address
    daemon.stop()


@pytest.fixture
def start_daemon() -> Iterator[Callable[..., Daemon]]:
    """Starts daemons that a test may stop."""
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    daemons: list[Daemon] = []

    def start(port: int = 0, *options: str) -> Daemon:
        daemons.append(Daemon(port, *options))
        return daemons[-1]

    yield start
    for daemon in daemons:
        if daemon._process.poll() is None:
            daemon.stop()


@pytest.fixture(params=[SyncCaller, AioCaller], ids=["sync", "aio"])
def make_caller(request: pytest.FixtureRequest) -> Iterator[MakeCaller]:
    """Makes callers of each kind; closed at the end."""
    callers: list[Caller] = []

    def make(address: str, **config: object) -> Caller:
        callers.append(request.param(address, ChannelConfig(**config)))  # type: ignore[arg-type]
        return callers[-1]

    yield make
    for caller in callers:
        caller.close()


@pytest.fixture(scope="module")
def channel(address: str) -> Any:
    with grantd.Channel(address) as channel:
        yield channel


@pytest.fixture
def opened(channel: grantd.Channel, tmp_path: pathlib.Path) -> Open:
    def open_it(path: pathlib.Path, **options: Any) -> Table:
        return open_table(path, channel, TableOptions(**{"measure": MEASURE, "as_of": DAY, **options}))

    return open_it


@pytest.fixture
def in_its_own_folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Commands find the daemon, write beside their tables, and speak Chinese."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRANTD_ADDRESS", address)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
