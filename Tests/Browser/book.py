# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A book of awards with something of everything in it, and the pages that show it."""

from __future__ import annotations

import json
import urllib.request
from typing import Any
from urllib.parse import quote

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ROUND = "2026-05/first-round"
WHAT_IF = "what-if"


def credit_code(number: int) -> str:
    """A unified social credit code: 17 characters, and the check character of GB 32100-2015."""
    start = f"91110000MA{number:07}"
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(start))
    return start + ALPHABET[(31 - total % 31) % 31]


class Book:
    """Calls of Awards to the daemon at an address."""

    def __init__(self, address: str) -> None:
        self.address = address

    def call(self, method: str, request: dict[str, Any]) -> dict[str, Any]:
        """What the daemon answers."""
        http = urllib.request.Request(
            f"http://{self.address}/grantd.v1.Awards/{method}",
            data=json.dumps(request).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(http, timeout=30) as reply:
            answer: dict[str, Any] = json.load(reply)
        return answer

    def product(self, number: int, yuan: int, **more: Any) -> dict[str, Any]:
        """Awards a medical device that was approved. Returns the award."""
        application = {
            "application_id": f"A-{number}",
            "as_of": "2026-05-20",
            "subject_id": f"国械注准2026{number:05}",
            "applicant": {"unified_social_credit_code": credit_code(number % 40), "registered_in_beijing": True},
            "medical_device_product_approval": {
                "is_medical_device": True,
                "undertook_national_project": True,
                "approved_for_market": True,
            },
        }
        answer = self.call("Award", {"application": application, "amount_fen": yuan * 100, **more})
        award: dict[str, Any] = answer["award"]
        return award

    def platform(self, number: int, yuan: int, **more: Any) -> dict[str, Any]:
        """Awards a common platform 30 % of what it cost. Returns the award."""
        application = {
            "as_of": "2026-06-01",
            "subject_id": f"共性技术平台 {number} 号",
            "applicant": {"unified_social_credit_code": credit_code(number), "registered_in_beijing": True},
            "medical_device_common_platform": {
                "for_medical_device_industry": True,
                "common_technology_platform": True,
                "engineering_investment_fen": yuan * 100,
            },
        }
        award: dict[str, Any] = self.call("Award", {"application": application, **more})["award"]
        return award

    def envelope(self, envelope_id: str, zh: str, en: str, yuan: int, **more: Any) -> None:
        """Puts a budget."""
        envelope = {"envelope_id": envelope_id, "title": {"zh": zh, "en": en}, "limit_fen": yuan * 100}
        self.call("PutEnvelope", {"envelope": {**envelope, **more.pop("covers", {})}, **more})


def fill(address: str) -> list[str]:
    """Fills the book of a daemon. Returns the paths of the pages that show what is in it."""
    book = Book(address)
    year = {"from_on": "2026-01-01", "until_on": "2026-12-31"}
    covers = {"programmes": ["medical-device"], **year}
    book.envelope("devices-2026", "2026 年医疗器械产业支持资金", "Medical devices, 2026", 300_000_000, covers=covers)
    covers = {"measures": ["medical-device.product-approval"], **year}
    book.envelope("approvals-2026", "创新医疗器械获批上市奖励", "Approved devices", 80_000_000, covers=covers)
    for number in range(55):
        book.product(number, 500_000 + 12_345 * (number % 7), run_id=ROUND)
    kept = book.platform(7, 120_000_000, hold="RESERVE", reserve_seconds=30 * 86_400)["award_id"]
    history = book.platform(8, 60_000_000, hold="RESERVE", reserve_seconds=86_400, run_id=ROUND)["award_id"]
    book.call("Settle", {"award_id": history, "action": "COMMIT", "amount_fen": 1_500_000_000})
    reason = "核减与其他专项重复的投入"
    book.call("Settle", {"award_id": history, "action": "CORRECT", "amount_fen": 1_200_000_000, "reason": reason})
    back = book.product(60, 2_000_000, run_id=ROUND)["award_id"]
    book.call("Settle", {"award_id": back, "action": "CANCEL", "reason": "企业主动退回"})
    book.envelope("next", "下一轮预算", "The next round", 120_000_000, run_id=WHAT_IF, dry_run=True)
    for number in range(3):
        book.product(100 + number, 1_000_000, run_id=WHAT_IF, dry_run=True)
    return [
        "/awards",
        "/awards?q=nothing",
        "/awards/envelope?id=approvals-2026",
        "/awards/envelope?id=devices-2026",
        f"/awards/run?id={quote(ROUND, safe='')}",
        f"/awards/run?id={WHAT_IF}&dry=1",
        f"/awards/applicant?code={credit_code(7)}",
        f"/awards/award?id={history}",
        f"/awards/award?id={kept}",
        "/awards/award?id=none",
    ]
