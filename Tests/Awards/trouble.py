# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What a daemon says and does while its book cannot be written, and that it goes on by itself once it can."""

from __future__ import annotations

import contextlib
import pathlib
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import grpc
from book import Book, PostgreSQL
from disk import FaultyDisk
from load import Load, code
from model import Wish

import grantd
from grantd.v1.awards_pb2 import AwardRequest, AwardResponse, ListAwardsRequest, ListEnvelopesRequest
from grantd.v1.awards_pb2_grpc import AwardsStub
from grantd.v1.calculator_pb2 import EvaluateRequest
from grantd.v1.calculator_pb2_grpc import CalculatorStub

# So many awards come to the end of what the files have room for already.
_MOST_AWARDS = 5_000


class Agency:
    """One client, who remembers what it was told."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[AwardRequest, AwardResponse]] = {}
        self._calls = 0

    @contextlib.contextmanager
    def at(self, address: str) -> Iterator[Agency]:
        """Calls this daemon meanwhile, and tries nothing twice."""
        with grantd.Channel(address, grantd.ChannelConfig(deadline=60, silence_timeout=60, attempts=1)) as channel:
            self._awards: Any = AwardsStub(channel)
            self._calculator: Any = CalculatorStub(channel)
            yield self

    def award(self) -> None:
        """Awards once; what was asked for when it was refused is asked for again."""
        key = f"K{self._calls}"
        request = Load.request(Wish(key, code(self._calls % 50), f"S{self._calls}", "2026-03-01", 1_000))
        self._told[key] = (request, self._awards.Award(request))
        self._calls += 1

    def refused(self, at_once: bool = False) -> grpc.RpcError:
        """Awards until it is refused."""
        for _ in range(1 if at_once else _MOST_AWARDS):
            try:
                self.award()
            except grpc.RpcError as error:
                return error
        raise SystemExit("awards went on as if nothing were wrong")

    def read(self) -> None:
        """What only reads the book is answered all the same."""
        self.evaluate()
        self._awards.ListEnvelopes(ListEnvelopesRequest())
        if not self._awards.ListAwards(ListAwardsRequest(page_size=1)).awards:
            raise SystemExit("ListAwards has nothing")

    def evaluate(self) -> None:
        """What does not know the book is answered all the same."""
        application = Load.request(Wish("E", code(0), "S", "2026-03-01", 1_000)).application
        if self._calculator.Evaluate(EvaluateRequest(application=application)).amount_fen != 300:
            raise SystemExit("Evaluate answers something else")

    def check(self) -> int:
        """Everything that was told stands; how many awards that is."""
        for key, (request, before) in self._told.items():
            again = self._awards.Award(request)
            if not again.replayed or again.award != before.award or again.assessment != before.assessment:
                raise SystemExit(f"{key} was told {before}, and now {again}")
        return len(self._told)


def _expect(error: grpc.RpcError, status: grpc.StatusCode, *words: str) -> None:
    told: Any = error
    missing = [word for word in words if word not in told.details()]
    if told.code() is not status or missing:
        raise SystemExit(f"{told.code()} says {told.details()!r}, where {status} and {missing} were wanted")


def in_sqlite(book: Book, disk: FaultyDisk) -> str:
    """A disk that is full, read-only, failing; a lock; a file that is moved, and one whose end is torn off."""
    path = pathlib.Path(book.place)
    agency = Agency()
    book.before = disk.before()
    internal, unavailable = grpc.StatusCode.INTERNAL, grpc.StatusCode.UNAVAILABLE
    with agency.at(book.start()[0]):
        for trouble, words in {
            "full": ("its disk is full", "make room, and the book goes on by itself"),
            "read-only": ("may not be written", "give the daemon's user the right to write"),
            "failing": ("could not be read or written", "an error of the disk"),
        }.items():
            agency.award()
            disk.begin(trouble)
            _expect(agency.refused(), internal, str(path), *words)
            for _ in range(3):
                _expect(agency.refused(at_once=True), internal, str(path), *words)
            agency.read()
            disk.end(trouble)
            agency.award()
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        _expect(agency.refused(), unavailable, str(path), "is locked by another process; try again")
        agency.read()
        other.execute("ROLLBACK")
        other.close()
        agency.award()
        # What was told since the disk failed is on it.
        disk.begin("cut")
        _expect(agency.refused(at_once=True), unavailable)
        disk.end("cut")
        disk.restore()
        address = book.restart()
    with agency.at(address):
        agency.check()
        path.rename(path.with_name("elsewhere"))
        _expect(agency.refused(), internal, str(path), "moved, removed or replaced", "put it back")
        agency.evaluate()
        path.with_name("elsewhere").rename(path)
        agency.award()
        agency.check()
    book.stop()
    book.before = []
    _tear(book, path)
    with agency.at(book.start()[0]):
        agency.award()
        told = agency.check()
    book.stop()
    book.verify()
    return f"full, read-only, failing, locked, moved, torn: {told} awards, all of them there"


def _tear(book: Book, path: pathlib.Path) -> None:
    """The last pages are lost: that is said, nothing is awarded, and a backup brings the book back."""
    copy = path.with_name("copy")
    book.tool("ledger", "backup", str(path), str(copy))
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 5_000)
    agency = Agency()
    try:
        address = book.start()[0]
    except RuntimeError as error:
        words = str(error) + book.said()
        if str(path) not in words or "ledger verify" not in words:
            raise SystemExit(f"a torn book is met with {words!r}") from None
    else:
        with agency.at(address):
            _expect(agency.refused(), grpc.StatusCode.INTERNAL, str(path), "malformed", "ledger verify", "restore a backup")
            agency.evaluate()
        book.stop()
    try:
        book.verify()
    except SystemExit as found:
        if "malformed" not in str(found) and "invalid page" not in str(found):
            raise
    else:
        raise SystemExit("a torn book is said to be sound")
    book.tool("ledger", "restore", "--replace", str(copy), str(path))


def in_postgresql(book: Book, server: PostgreSQL) -> str:
    """A lock, a server that is away, and one that may only be read."""
    agency = Agency()
    internal, unavailable = grpc.StatusCode.INTERNAL, grpc.StatusCode.UNAVAILABLE

    def meanwhile(
        begin: Callable[[], object], status: grpc.StatusCode, words: tuple[str, ...], end: Callable[[], object], reads: bool
    ) -> None:
        agency.award()
        begin()
        _expect(agency.refused(), status, *words)
        if reads:
            agency.read()
        else:
            agency.evaluate()
        end()
        agency.award()

    with agency.at(book.start()[0]):
        agency.award()
        locks: list[subprocess.Popen[str]] = []
        meanwhile(
            lambda: locks.append(server.hold("book", "SELECT one FROM grantd.book FOR UPDATE")),
            unavailable,
            ("is held by another daemon for too long; try again",),
            lambda: locks[0].communicate("ROLLBACK;\n"),
            reads=True,
        )
        meanwhile(server.halt, unavailable, ("cannot be reached; the next call tries again",), server.start, reads=False)
        read_only = "ALTER DATABASE book {} default_transaction_read_only"

        def end_sessions() -> None:
            server.sql("postgres", read_only.format("SET") + " = on", ends="book")
            _expect(agency.refused(), unavailable, "cannot be reached; the next call tries again")

        meanwhile(
            end_sessions,
            internal,
            ("may not be written", "give the daemon a primary server"),
            lambda: server.sql("postgres", read_only.format("RESET")),
            reads=True,
        )
        told = agency.check()
    book.stop()
    book.verify()
    return f"locked, away, read-only: {told} awards, all of them there"
