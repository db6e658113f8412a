# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What a book must hold: a model of it that works on one award after the other, in the order of the book's own entries."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

# medical-device.common-platform: 30 % of the investment, at most 50,000,000 yuan for a platform.
RATE_PERCENT = 30
CAP_FEN = 5_000_000_000


@dataclasses.dataclass(frozen=True)
class Wish:
    """An application, and the sum that the agency awards where it says one."""

    key: str
    code: str
    subject: str
    day: str
    investment_fen: int
    amount_fen: int | None = None
    reserve_seconds: int | None = None


@dataclasses.dataclass(frozen=True)
class Envelope:
    """A budget for the awards of some days."""

    id: str
    limit_fen: int
    from_on: str
    until_on: str

    def binds(self, day: str) -> bool:
        """Whether it binds awards of a day."""
        return self.from_on <= day <= self.until_on


@dataclasses.dataclass
class _Award:
    wish: Wish
    amount_fen: int


class Model:
    """The book as it must be, entry by entry."""

    def __init__(self, wishes: Mapping[str, Wish]) -> None:
        self._wishes = wishes
        self._envelopes: dict[str, Envelope] = {}
        self._live: dict[str, _Award] = {}
        self._used: collections.Counter[tuple[str, str]] = collections.Counter()
        self._drawn: collections.Counter[str] = collections.Counter()
        # By key, what each came to: the award's id and its sum, or nothing.
        self.answers: dict[str, tuple[str, int] | None] = {}
        self.problems: list[str] = []
        # How often the cap of a subject, and how often an envelope, left less than was due.
        self.cut_by_caps = 0
        self.cut_by_envelopes = 0

    def take(self, entry: Json) -> None:
        """The book's next entry."""
        kind, key = entry["kind"], entry.get("idempotency_key", "")
        if kind in ("AWARDED", "ANSWERED"):
            if key not in self._wishes:
                self._complain(entry, "nobody has asked for it")
            elif key in self.answers:
                self._complain(entry, "its key was answered before")
            else:
                self._answer(entry, self._wishes[key])
        elif kind == "SETTLED":
            self._settle(entry)
        elif kind == "EXPIRED":
            self._end(entry)
        elif kind == "ENVELOPE_PUT":
            self._put(entry)
        else:
            self._complain(entry, "there is no such entry")
        self._check(entry)

    def _put(self, entry: Json) -> None:
        envelope = Envelope(entry["envelope_id"], int(entry["limit_fen"]), entry["from_on"], entry["until_on"])
        self._envelopes[envelope.id] = envelope
        bound = (award.amount_fen for award in self._live.values() if envelope.binds(award.wish.day))
        self._drawn[envelope.id] = sum(bound)

    def _end(self, entry: Json) -> None:
        award = self._live.pop(entry["award_id"], None)
        if award is None:
            self._complain(entry, "there is no such award, or it is over")
        else:
            self._count(award, -1)

    def _settle(self, entry: Json) -> None:
        award = self._live.get(entry["award_id"])
        if award is None:
            self._complain(entry, "there is no such award, or it is over")
            return
        self._count(award, -1)
        award.amount_fen = int(entry["amount_fen"])
        if entry["state"] == "CANCELLED":
            del self._live[entry["award_id"]]
        else:
            self._count(award, 1)

    def _answer(self, entry: Json, wish: Wish) -> None:
        due = wish.investment_fen * RATE_PERCENT // 100
        under_cap = min(due, CAP_FEN - self._used[wish.code, wish.subject])
        bounds = [one.limit_fen - self._drawn[one.id] for one in self._envelopes.values() if one.binds(wish.day)]
        left = min([under_cap, *bounds])
        self.cut_by_caps += under_cap < due
        self.cut_by_envelopes += left < under_cap
        if entry["kind"] == "ANSWERED":
            self.answers[wish.key] = None
            if left > 0:
                self._complain(entry, f"nothing was awarded though {left} fen were left")
            return
        amount = int(entry["amount_fen"])
        expected = left if wish.amount_fen is None else wish.amount_fen
        if amount != expected or amount > left:
            self._complain(entry, f"{amount} fen, where {expected} were due and {left} left")
        award = _Award(wish, amount)
        self._live[entry["award_id"]] = award
        self._count(award, 1)
        self.answers[wish.key] = (entry["award_id"], amount)

    def _count(self, award: _Award, sign: int) -> None:
        self._used[award.wish.code, award.wish.subject] += sign * award.amount_fen
        for envelope in self._envelopes.values():
            if envelope.binds(award.wish.day):
                self._drawn[envelope.id] += sign * award.amount_fen

    def _check(self, entry: Json) -> None:
        for envelope in self._envelopes.values():
            if self._drawn[envelope.id] > envelope.limit_fen:
                self._complain(entry, f"{envelope.id} is overdrawn: {self._drawn[envelope.id]} fen")
        award = self._live.get(entry.get("award_id", ""))
        if award is not None and self._used[award.wish.code, award.wish.subject] > CAP_FEN:
            self._complain(entry, "the cap of its subject is overdrawn")

    def _complain(self, entry: Json, what: str) -> None:
        self.problems.append(f"entry {entry['seq']} ({entry['kind']}): {what}")
