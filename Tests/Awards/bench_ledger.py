# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Measures awards of clients and by hand, and prints the tables: bench_ledger.py BUILD PEERS_FOLDER

BUILD holds grantd, grantctl and grantd-bench with the trait PostgreSQL, PEERS_FOLDER holds award_load. The environment stands in
scripts/bench-ledger.sh."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from book import Book, PostgreSQL

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "Peers"))
import peers
from bench import machine

SECONDS = float(os.environ.get("SECONDS_EACH", "15"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
PLACE = os.environ.get("BENCH_FOLDER", "/var/tmp")
BATCH = 1_000
# How many applications a call has, and how many clients call at a time. What 256 batches have does not fit into what may wait.
ROWS = [(1, 1), (1, 16), (1, 256), (BATCH, 1), (BATCH, 16)]
HAND = "By hand, PostgreSQL"
# The targets: awards a second in batches of 1,000, and times as many as by hand of 256 clients one by one.
LEAST_IN_BATCHES, LEAST_TIMES = 50_000, 10
AWARDS = "grantd.v1.Awards"
INVESTMENT_FEN, AWARD_FEN = 1_000, 300
# As long as a code and a key are; award_load puts others in their place.
CODE, KEY = "CODE-OF-APPLICANT.", "IDEMPOTENCY-KEY-OF-AWARD"
NO_ANSWER = "a round without an answer: this machine is too slow or too busy for rounds so short; raise SECONDS_EACH"
SYNC = re.compile(r"\bf(data)?sync\(")

TABLES = """
CREATE TABLE envelope (id int PRIMARY KEY, limit_fen int8, used_fen int8);
INSERT INTO envelope VALUES (1, 9000000000000000000, 0);
CREATE TABLE award (id bigserial PRIMARY KEY, credit_code text, measure text, subject_id text, awarded_on int, amount_fen int8,
    key text UNIQUE, reply bytea);
CREATE INDEX ON award (credit_code, measure)
"""
# One by one: the envelope's row locked, what the applicant has had added up, the award written, the envelope drawn on.
SINGLE = r"""
\set applicant random(1000000000, 9999999999)
\set key random(1, 9000000000000000)
BEGIN;
SELECT limit_fen - used_fen FROM envelope WHERE id = 1 FOR UPDATE;
SELECT coalesce(sum(amount_fen), 0) FROM award
WHERE credit_code = '91110000' || :applicant AND measure = 'medical-device.common-platform';
INSERT INTO award (credit_code, measure, subject_id, awarded_on, amount_fen, key, reply)
VALUES ('91110000' || :applicant, 'medical-device.common-platform', 'P-17', 20000, 300, 'bench-' || :key,
    decode(repeat('02', 450), 'hex'));
UPDATE envelope SET used_fen = used_fen + 300 WHERE id = 1;
COMMIT;
"""
# The same for a thousand in one statement, as who knows the database would write it: nobody sees those before in the batch.
BATCHED = f"""
BEGIN;
SELECT limit_fen - used_fen FROM envelope WHERE id = 1 FOR UPDATE;
WITH asked AS MATERIALIZED (
    SELECT '91110000' || (1000000000 + floor(random() * 9000000000))::int8 AS code, gen_random_uuid()::text AS key
    FROM generate_series(1, {BATCH})
), had AS MATERIALIZED (
    SELECT code, key, (SELECT coalesce(sum(amount_fen), 0) FROM award
        WHERE award.credit_code = asked.code AND award.measure = 'medical-device.common-platform') AS fen FROM asked
), made AS (
    INSERT INTO award (credit_code, measure, subject_id, awarded_on, amount_fen, key, reply)
    SELECT code, 'medical-device.common-platform', 'P-17', 20000, 300, key, decode(repeat('02', 450), 'hex')
    FROM had WHERE fen + 300 <= 5000000000 RETURNING amount_fen
)
UPDATE envelope SET used_fen = used_fen + (SELECT sum(amount_fen) FROM made) WHERE id = 1;
COMMIT;
"""


class Round(NamedTuple):
    """What came of some seconds."""

    per_second: float
    syncs: int
    awards: int


class System(Protocol):
    """What awards."""

    def award(self, batch: int, clients: int, seconds: float) -> Round:
        """Lets so many clients award for so long."""


class Syncs(Protocol):
    """How often a disk was told to keep what it has."""

    def __call__(self) -> int:
        """So far."""


class Daemon:
    """A daemon with a book, and clients of its frames: each award is assessed, has a key, and is answered whole."""

    def __init__(self, address: str, load: pathlib.Path, frames: dict[int, pathlib.Path], syncs: Syncs) -> None:
        self._address, self._load, self._frames, self._syncs = address, load, frames, syncs
        envelope = peers.part(1, "bench") + peers.number(3, 9 * 10**18)
        self._call("PutEnvelope", peers.part(1, envelope))

    def _call(self, method: str, payload: bytes) -> bytes:
        connection = peers.Connection(self._address)
        with connection.socket:
            return peers.payload(connection.call(method, payload, 1, AWARDS))

    def _used(self) -> int:
        """What the envelope is drawn on, in fen."""
        _, envelope = next(peers.fields(self._call("ListEnvelopes", b"")))
        return next((value for key, value in peers.fields(envelope) if key == 8), 0)

    def award(self, batch: int, clients: int, seconds: float) -> Round:
        syncs, used = self._syncs(), self._used()
        words = [self._load, self._address, 0, clients, 1, seconds, self._frames[batch]]
        done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"award_load: {done.stderr}")
        measured, all_of_it = map(json.loads, done.stdout.splitlines())
        if measured["calls"] == 0:
            raise SystemExit(NO_ANSWER)
        booked = self._used() - used
        if booked != all_of_it["awards"] * AWARD_FEN:
            raise SystemExit(f"{all_of_it['awards']} awards were answered, and the envelope is drawn on by {booked} fen")
        return Round(measured["calls"] * batch / measured["seconds"], self._syncs() - syncs, all_of_it["awards"])


class Hand:
    """The same work by hand in PostgreSQL, but for the assessment, as pgbench runs it."""

    def __init__(self, server: PostgreSQL, scripts: dict[int, pathlib.Path], syncs: Syncs) -> None:
        self._server, self._scripts, self._syncs = server, scripts, syncs
        server.database("hand")
        server.ask("hand", TABLES)

    def _count(self) -> int:
        return int(self._server.ask("hand", "SELECT count(*) FROM award"))

    def award(self, batch: int, clients: int, seconds: float) -> Round:
        syncs, count = self._syncs(), self._count()
        # No more threads than clients, which pgbench would refuse in part. A single award is prepared once.
        options = ["-M", "prepared" if batch == 1 else "simple", "-c", str(clients), "-j", str(min(clients, 2))]
        said = self._server.bench("hand", *options, "-f", str(self._scripts[batch]), "-T", str(max(1, round(seconds))))
        found = re.search(r"^tps = ([\d.]+)", said, re.MULTILINE)
        if found is None:
            raise SystemExit(NO_ANSWER)
        sums = "SELECT used_fen = (SELECT sum(amount_fen) FROM award) FROM envelope"
        if self._server.ask("hand", sums).strip() != "t":
            raise SystemExit("by hand the envelope is not drawn on by what was awarded")
        return Round(float(found[1]) * batch, self._syncs() - syncs, self._count() - count)


def frames(work: pathlib.Path) -> dict[int, pathlib.Path]:
    """The frames of a single award and of a batch, by how many applications they have."""
    sample = peers.sample("A-2026-000417")
    sample["applicant"]["unified_social_credit_code"] = CODE
    sample["medical_device_common_platform"]["engineering_investment_fen"] = INVESTMENT_FEN
    application = peers.part(1, peers.encode(sample, "application"))
    payloads = {
        1: ("Award", application + peers.part(6, KEY)),
        BATCH: ("AwardBatch", peers.part(1, application + peers.part(3, KEY)) * BATCH),
    }
    found = {}
    for batch, (method, payload) in payloads.items():
        found[batch] = work / f"{method}.frame"
        found[batch].write_bytes(peers.frame(method, payload, 1, AWARDS))
    return found


def scripts(work: pathlib.Path) -> dict[int, pathlib.Path]:
    """What pgbench runs; readable by the server's user."""
    found = {1: work / "single.sql", BATCH: work / "batch.sql"}
    found[1].write_text(SINGLE)
    found[BATCH].write_text(BATCHED)
    return found


def traced(log: pathlib.Path) -> tuple[list[str], Syncs]:
    """The words before a command whose syncs are counted, and how many there were. Other calls of the system are not slowed."""
    words = ["strace", "-D", "-f", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-e", "signal=none", "-o", str(log)]
    return words, lambda: sum(SYNC.search(line) is not None for line in log.open())


def syncs_of(server: PostgreSQL) -> Syncs:
    """How often a server has synced its log of writes."""
    version = int(server.ask("postgres", "SHOW server_version_num"))
    # From 18 on they stand beside the other figures of files.
    counted = "SELECT wal_sync FROM pg_stat_wal"
    if version >= 180_000:
        counted = "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"

    def count() -> int:
        # A session tells its figures when it ends, or a second later.
        time.sleep(1)
        return int(server.ask("postgres", counted))

    return count


@contextlib.contextmanager
def systems(build: pathlib.Path, folder: pathlib.Path, work: pathlib.Path) -> Iterator[tuple[dict[str, System], PostgreSQL]]:
    """All of them, on one disk."""
    server = PostgreSQL(PLACE, connections=300)
    books: list[Book] = []
    try:
        of_server = syncs_of(server)
        words, of_file = traced(work / "syncs")
        load, made = folder / "award_load", frames(work)
        found: dict[str, System] = {}
        places = {"SQLite": (str(work / "book"), words, of_file), "PostgreSQL": (server.database("book"), [], of_server)}
        for name, (place, before, syncs) in places.items():
            own = work / name
            own.mkdir()
            book = Book(build, place, own)
            books.append(book)
            book.before = before
            [address] = book.start()
            found[name] = Daemon(address, load, made, syncs)
        found[HAND] = Hand(server, scripts(work), of_server)
        yield found, server
        for book in books:
            book.stop()
            book.verify()
    finally:
        for book in books:
            book.close()
        server.stop()


def table(found: dict[str, System], batch: int, clients: int) -> None:
    """They take turns, each first in turn; medians of the rounds, and of the rounds' ratios."""
    names = list(found)
    rounds: dict[str, list[Round]] = {name: [] for name in names}
    for turn in range(ROUNDS):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            rounds[name].append(found[name].award(batch, clients, SECONDS / ROUNDS))
    what = "one award a call" if batch == 1 else f"batches of {batch:,}"
    print(f"\n{what}, {clients} client{'s' if clients > 1 else ''}")
    print(f"  {'':<22}{'awards/s':>12}{'syncs':>9}{'awards a sync':>15}{'× by hand':>11}")
    for name in names:
        rate = statistics.median(each.per_second for each in rounds[name])
        syncs, awards = (sum(getattr(each, key) for each in rounds[name]) for key in ("syncs", "awards"))
        line = f"  {name:<22}{rate:>12,.0f}{syncs:>9,}{awards / max(syncs, 1):>15,.1f}"
        if name == HAND:
            print(line)
            continue
        pairs = zip(rounds[name], rounds[HAND], strict=True)
        times = statistics.median(ours.per_second / hand.per_second for ours, hand in pairs)
        line += f"{times:>11.1f}"
        if batch > 1:
            line += f"   target >= {LEAST_IN_BATCHES:,} awards/s: {'met' if rate >= LEAST_IN_BATCHES else 'MISSED'}"
        elif clients == 256:
            line += f"   target >= {LEAST_TIMES} × by hand: {'met' if times >= LEAST_TIMES else 'MISSED'}"
        print(line)
    sys.stdout.flush()


def store_alone(build: pathlib.Path, server: PostgreSQL, work: pathlib.Path) -> None:
    """The book's store in process, with as many awards a step as would wait: no daemon, no assessment, no reply."""
    print("\nthe store alone, in process, with so many awards a step")
    for step in (1, 16, 256, BATCH):
        places = {"SQLite": str(work / f"book-{step}"), "PostgreSQL": server.database(f"book_{step}")}
        for name, place in places.items():
            seconds = str(max(1, round(SECONDS / ROUNDS)))
            command = [build / "grantd-bench", "book", place, "--step", str(step), "--seconds", seconds]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
            print(f"  {name:<12}{step:>6}   {said}", flush=True)


def main() -> None:
    build, folder = (pathlib.Path(each).resolve() for each in sys.argv[1:3])
    print(f"{machine()}; {ROUNDS} rounds, {SECONDS:g} s a system and row; all books below {PLACE}")
    print("by hand nothing is assessed, and no reply is made: it does less")
    with tempfile.TemporaryDirectory(prefix="grantd-bench-ledger.", dir=PLACE) as name:
        work = pathlib.Path(name)
        # The server's user reads what pgbench is to run.
        work.chmod(0o755)
        with systems(build, folder, work) as (found, server):
            for batch, clients in ROWS:
                table(found, batch, clients)
            store_alone(build, server, work)


if __name__ == "__main__":
    main()
