# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Daemons that share a book, and a PostgreSQL server of the check's own."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from disk import FaultyDisk

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "scripts"))
from listening_process import ListeningProcess, NotListeningError

Json = dict[str, Any]


class Book:
    """A book, the daemons that keep it, and the tool that reads it."""

    def __init__(self, programs: pathlib.Path, place: str, folder: pathlib.Path) -> None:
        self._programs = programs
        self.place = place
        self._log = (folder / "log").open("ab")
        self._daemons: list[ListeningProcess] = []
        # What stands before a daemon's command, and behind it.
        self.before: list[str] = []
        self.options: list[str] = []

    def start(self, count: int = 1) -> list[str]:
        """Starts so many daemons; their addresses."""
        for _ in range(count):
            self._daemons.append(self._start(0))
        return [daemon.address for daemon in self._daemons]

    def _start(self, port: int) -> ListeningProcess:
        command = [
            *self.before,
            self._programs / "grantd",
            "serve",
            "--port",
            str(port),
            "--ledger",
            self.place,
            "--connections",
            "4000",
            "--connections-per-peer",
            "4000",
            "--log-level",
            "error",
            *self.options,
        ]
        return ListeningProcess(command, errors=self._log)

    def restart(self) -> str:
        """Starts a daemon that is gone again; its address."""
        self._daemons[0].process.wait(60)
        self._daemons[0] = self._start(0)
        return self._daemons[0].address

    def kill(self, number: int) -> None:
        """Kills a daemon without warning, and starts it again at its port."""
        port = self._daemons[number].port
        self._daemons[number].kill()
        deadline = time.monotonic() + 30
        while True:
            try:
                self._daemons[number] = self._start(port)
                return
            except RuntimeError:
                # The database comes back as well.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def outlive(self, disk: FaultyDisk, chance: random.Random, most: int) -> int:
        """Waits for the power to go, has what the disk holds of the book checked, and starts the daemon again at its port.

        Args:
            disk: What the book is on.
            chance: Says when the power goes next.
            most: How often it may go; from then on it stays.

        Returns:
            How often it went, at starts too.
        """
        port = self._daemons[0].port
        cuts = 0
        code: int | None = self._daemons[0].process.wait(120)
        while True:
            if code != -signal.SIGKILL:
                raise SystemExit(f"a daemon ended with {code} before its power went:\n{self.said()}")
            cuts += 1
            disk.restore()
            self.verify()
            self.before = disk.before(*FaultyDisk.chances(chance)) if cuts < most else disk.before()
            try:
                self._daemons[0] = self._start(port)
                return cuts
            except NotListeningError as error:
                code = error.code

    def stop(self) -> None:
        """Stops all daemons in order."""
        for daemon in self._daemons:
            # It gives what is in flight ten seconds, and this machine may be busy with others.
            code = daemon.terminate(60)
            if code != 0:
                raise SystemExit(f"a daemon ended with {code}")
        self._daemons = []

    def close(self) -> None:
        """Ends what still runs."""
        for daemon in self._daemons:
            daemon.kill()
        self._log.close()

    def entries(self) -> list[Json]:
        """All entries, in their order."""
        told = self.tool("ledger", "export", "--what", "entries", self.place)
        return [json.loads(line) for line in told.splitlines()]

    def verify(self) -> None:
        """Has the chain checked, and every sum made anew."""
        self.tool("ledger", "verify", "--json", self.place)

    def said(self) -> str:
        """What the daemons have said on standard error."""
        return pathlib.Path(self._log.name).read_text()

    def verify_log(self, directory: pathlib.Path) -> tuple[int, int]:
        """Has the chain of a decision log checked; how many segments and decisions it has."""
        found = json.loads(self.tool("log", "verify", "--json", str(directory)))
        return int(found["segments"]), int(found["decisions"])

    def tool(self, *arguments: str) -> str:
        """What the tool says.

        Raises:
            SystemExit: Where it ends with an error.
        """
        done = subprocess.run([self._programs / "grantctl", *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"grantctl {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout


class PostgreSQL:
    """A server in a folder of its own, on a socket and on no port. It syncs as it would elsewhere."""

    def __init__(self, place: str = "/tmp", connections: int = 50) -> None:
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="grantd-awards-", dir=place))
        self._connections = connections
        versions = pathlib.Path("/usr/lib/postgresql").glob("*/bin")
        self._programs = max(versions, key=lambda path: int(path.parent.name))
        self._owner: list[str] = []
        if os.getuid() == 0:
            # The server does not run as root.
            shutil.chown(self._folder, "postgres")
            self._owner = ["runuser", "-u", "postgres", "--"]
        self._run("initdb", "-D", self._data, "-U", "grantd", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def start(self) -> None:
        """Starts it, as soon as what was before is gone."""
        options = f"-c listen_addresses= -k {self._folder} -c max_connections={self._connections}"
        deadline = time.monotonic() + 60
        while True:
            try:
                log = str(self._folder / "log")
                return self._run("pg_ctl", "-D", self._data, "-w", "-t", "60", "-l", log, "-o", options, "start")
            except subprocess.CalledProcessError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def kill(self) -> None:
        """Every process of the server at once, without warning; then starts it again."""
        main = int((self._folder / "data" / "postmaster.pid").read_text().split("\n")[0])
        children = pathlib.Path(f"/proc/{main}/task/{main}/children").read_text().split()
        for process in [main, *map(int, children)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.start()

    def halt(self) -> None:
        """Stops it."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", "fast", "stop")

    def sql(self, database: str, statement: str, ends: str | None = None) -> None:
        """Runs a statement, and ends all sessions of a database then, if one is named."""
        words = ["-c", statement]
        if ends is not None:
            words += ["-c", f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{ends}'"]
        self._run("psql", "-h", str(self._folder), "-U", "grantd", "-v", "ON_ERROR_STOP=1", *words, database)

    def ask(self, database: str, statement: str) -> str:
        """What a statement comes to, a row a line."""
        return self._output("psql", "-h", str(self._folder), "-U", "grantd", "-qAtc", statement, database)

    def bench(self, database: str, *options: str) -> str:
        """What pgbench says."""
        return self._output("pgbench", "-h", str(self._folder), "-U", "grantd", "-n", *options, database)

    def hold(self, database: str, statement: str) -> subprocess.Popen[str]:
        """A session that runs a statement and keeps what it locks."""
        command = [*self._owner, str(self._programs / "psql"), "-h", str(self._folder), "-U", "grantd", "-At", database]
        session = subprocess.Popen(command, cwd="/", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert session.stdin is not None
        assert session.stdout is not None
        session.stdin.write(f"BEGIN; {statement};\n\\echo held\n")
        session.stdin.flush()
        while (line := session.stdout.readline()) != "held\n":
            if not line:
                raise SystemExit("the session ended")
        return session

    def database(self, name: str) -> str:
        """The address of a new database."""
        self._run("createdb", "-h", str(self._folder), "-U", "grantd", name)
        return f"postgres://grantd@/{name}?host={self._folder}"

    def stop(self) -> None:
        """Ends it, and takes everything away."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _output(self, program: str, *arguments: str) -> str:
        command = [*self._owner, str(self._programs / program), *arguments]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{program} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._owner, str(self._programs / program), *arguments]
        subprocess.run(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


@contextlib.contextmanager
def sqlite(programs: pathlib.Path) -> Iterator[Book]:
    """A book in a file."""
    with tempfile.TemporaryDirectory(prefix="grantd-awards-") as name:
        folder = pathlib.Path(name)
        book = Book(programs, str(folder / "book"), folder)
        try:
            yield book
        finally:
            book.close()


@contextlib.contextmanager
def faulty_disk(programs: pathlib.Path) -> Iterator[tuple[Book, FaultyDisk]]:
    """A book in a file on a disk that can fail."""
    with tempfile.TemporaryDirectory(prefix="grantd-awards-") as name:
        folder = pathlib.Path(name)
        disk = FaultyDisk(folder)
        book = Book(programs, str(disk.root / "book"), folder)
        try:
            yield book, disk
        finally:
            book.close()


@contextlib.contextmanager
def postgresql(programs: pathlib.Path) -> Iterator[tuple[Book, PostgreSQL]]:
    """A book in a database."""
    server = PostgreSQL()
    try:
        with tempfile.TemporaryDirectory(prefix="grantd-awards-") as name:
            book = Book(programs, server.database("book"), pathlib.Path(name))
            try:
                yield book, server
            finally:
                book.close()
    finally:
        server.stop()
