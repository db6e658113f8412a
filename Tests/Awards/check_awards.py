# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Whether awards keep their promises under load, and whatever dies; run by scripts/check-awards.sh.

check_awards.py FOLDER-OF-PROGRAMS [--long] [--only PART]…

Each part lets clients work on one book, then holds the book's own entries against a model that works on one after the other: no
cap and no envelope is ever overdrawn, each award is what the model gives, none that was told is lost, none stands twice; a key
that comes again is answered with the same bytes, and refused with other content.
"""

from __future__ import annotations

import argparse
import asyncio
import pathlib
import random
import sys
import time
from collections.abc import Callable

import trouble
from book import Book, PostgreSQL, faulty_disk, postgresql, sqlite
from disk import FaultyDisk
from load import Load
from model import Model

# In the short form fewer clients work while things die, and may come up against nothing: what is sought is what a death leaves.
SHORT = {"clients": 100, "clients of kills": 48, "seconds": 8, "daemon kills": 8, "server kills": 3, "power cuts": 4}
LONG = {
    "clients": 1_000,
    "clients of kills": 1_000,
    "seconds": 60,
    "daemon kills": 200,
    "server kills": 50,
    "power cuts": 50,
}


def hold(book: Book, load: Load, daemons: int, seconds: float, is_crowded: bool = False) -> str:
    """Holds the book against the model. Many clients come up against caps and envelopes, and use keys again.

    Raises:
        SystemExit: Where something is not as it should be.
    """
    book.stop()
    book.verify()
    model = Model(load.wishes)
    entries = book.entries()
    for entry in entries:
        model.take(entry)
    problems_of_load = list(load.problems)
    problems = problems_of_load + model.problems
    for key, told in load.told.items():
        if key not in model.answers:
            problems.append(f"{key} was told {told}, and the book has nothing of it")
        elif model.answers[key] != told:
            problems.append(f"{key} was told {told}, and the book has {model.answers[key]}")
    settled = {entry["award_id"]: int(entry["amount_fen"]) for entry in entries if entry["kind"] == "SETTLED"}
    problems += [
        f"{award} was settled to {fen} fen, and the book has {settled.get(award)}"
        for award, fen in load.settled.items()
        if settled.get(award) != fen
    ]
    again = asyncio.run(load.ask_again(book.start(daemons)))
    book.stop()
    problems += load.problems[len(problems_of_load) :]
    if problems:
        raise SystemExit("\n  ".join([f"{len(problems)} problems:", *list(dict.fromkeys(problems))[:30]]))
    awards = sum(told is not None for told in load.told.values())
    if not awards or not load.settled:
        raise SystemExit("nothing was awarded or settled: the check has checked nothing")
    if is_crowded and not (model.cut_by_caps and model.cut_by_envelopes and load.refusals and again):
        raise SystemExit("no cap, no envelope, or no key was put to the test: the check has checked too little")
    return (
        f"{len(load.told)} answers, {awards} of them awards, {model.cut_by_caps} cut by caps, {model.cut_by_envelopes} by "
        f"envelopes, {len(load.settled)} settled, {load.repeats} asked again ({again} of them of daemons started anew), "
        f"{load.refusals} with other content, {len(entries)} entries as in the model, {len(load.told) / seconds:.0f} answers/s"
    )


def crowd(book: Book, daemons: int, clients: int, seconds: float) -> str:
    """Many clients at once."""
    load = Load(book.start(daemons), seed=1)
    took = asyncio.run(load.run(clients, seconds))
    return f"{clients} clients, {daemons} daemon(s): {hold(book, load, daemons, took, is_crowded=True)}"


def deaths(book: Book, daemons: int, clients: int, times: int, kill: Callable[[int], None]) -> str:
    """Something dies again and again while clients work."""
    load = Load(book.start(daemons), seed=2)
    chance = random.Random(3)

    async def meanwhile() -> None:
        for number in range(times):
            # A machine that is busy may take longer to start what dies than it is left alive.
            await load.progress()
            await asyncio.sleep(chance.uniform(0, 0.5))
            await asyncio.to_thread(kill, number)

    took = asyncio.run(load.run(clients, 0, meanwhile))
    held = hold(book, load, daemons, took, is_crowded=_is_crowd(clients))
    return f"{times} times, {clients} clients, {daemons} daemon(s): {held}"


def _is_crowd(clients: int) -> bool:
    """Whether so many come up against caps, envelopes and used keys even while things die."""
    return clients >= LONG["clients"]


def power_cuts(book: Book, disk: FaultyDisk, clients: int, times: int) -> str:
    """The power goes again and again while clients work, and the daemon goes on with what the disk holds."""
    chance = random.Random(5)
    log = disk.root / "log"
    book.options = ["--decision-log", str(log), "--decision-log-segment-size", "64KiB"]
    book.before = disk.before(1_000)
    load = Load(book.start(), seed=4)
    cuts = 0

    async def meanwhile() -> None:
        nonlocal cuts
        while cuts < times:
            cuts += await asyncio.to_thread(book.outlive, disk, chance, times - cuts)

    took = asyncio.run(load.run(clients, 0, meanwhile))
    book.before = []
    held = hold(book, load, 1, took, is_crowded=_is_crowd(clients))
    segments, decisions = book.verify_log(log)
    return f"{cuts} times, {clients} clients: {held}, {decisions} decisions in {segments} sound segments of the log"


def parts(programs: pathlib.Path, sizes: dict[str, int]) -> dict[str, Callable[[], str]]:
    """The parts by name."""

    def in_sqlite(check: Callable[[Book], str]) -> str:
        with sqlite(programs) as book:
            return check(book)

    def on_disk(check: Callable[[Book, FaultyDisk], str]) -> str:
        with faulty_disk(programs) as (book, disk):
            return check(book, disk)

    def in_postgresql(check: Callable[[Book, PostgreSQL], str]) -> str:
        with postgresql(programs) as (book, server):
            return check(book, server)

    clients, few, seconds = sizes["clients"], sizes["clients of kills"], sizes["seconds"]
    kills, server_kills = sizes["daemon kills"], sizes["server kills"]
    return {
        "sqlite-crowd": lambda: in_sqlite(lambda book: crowd(book, 1, clients, seconds)),
        "sqlite-kill": lambda: in_sqlite(lambda book: deaths(book, 1, few, kills, lambda _: book.kill(0))),
        "sqlite-power-cut": lambda: on_disk(lambda book, disk: power_cuts(book, disk, few, sizes["power cuts"])),
        "sqlite-trouble": lambda: on_disk(trouble.in_sqlite),
        "postgresql-crowd": lambda: in_postgresql(lambda book, _: crowd(book, 2, clients, seconds)),
        "postgresql-kill-daemon": lambda: in_postgresql(
            lambda book, _: deaths(book, 2, few, kills, lambda number: book.kill(number % 2))
        ),
        "postgresql-kill-server": lambda: in_postgresql(
            lambda book, server: deaths(book, 2, few, server_kills, lambda _: server.kill())
        ),
        "postgresql-trouble": lambda: in_postgresql(trouble.in_postgresql),
    }


def main() -> int:
    """Runs the parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", type=pathlib.Path)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--only", action="append")
    arguments = parser.parse_args()
    found = parts(arguments.programs.resolve(), LONG if arguments.long else SHORT)
    unknown = set(arguments.only or ()) - set(found)
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(found)}")
    for name, check in found.items():
        if arguments.only and name not in arguments.only:
            continue
        began = time.monotonic()
        sys.stdout.write(f"{name}: {check()} ({time.monotonic() - began:.0f} s)\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
