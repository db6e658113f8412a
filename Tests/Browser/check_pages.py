# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Goes through the daemon's pages in a browser: what they say must be what the interface answers, and axe must find nothing.

Usage: check_pages.py GRANTD [--short]
"""

from __future__ import annotations

import base64
import json
import pathlib
import random
import re
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from book import Book, fill
from browser import open_browser, problems
from journey import Journey
from selenium.webdriver.support.ui import WebDriverWait

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "scripts"))
from listening_process import ListeningProcess  # noqa: E402

# A voucher whose rate is unpublished, an exact rate under caps, a ceiling, a grade, a list of deals, no money, scores, a quota.
MEASURES = (
    "ai-application.maas-compute-voucher",
    "medical-device.common-platform",
    "medical-device.overseas-registration",
    "digital-space.benchmark-incubator",
    "patent-conversion.institution",
    "innovative-medicine.trial-review-time",
    "payment-qualification.standing",
    "renewables-settlement.month",
)
OTHER_PAGES = ("/", "/?q=算力", "/screen", "/documents", "/measures/medical-device.common-platform", "/nowhere")
OUTCOMES = {
    "ELIGIBLE": "✓ 符合条件",
    "INELIGIBLE": "✗ 不符合条件",
    "UNDETERMINED": "？ 尚不能判断：信息不全",
    "EXHAUSTED": "！ 符合条件，但额度已用完",
    "NOT_IN_FORCE": "— 该日不在施行期",
}
BOUNDS = ("CEILING", "UNPUBLISHED_RATE")
UNITS = {"亿元": 10_000_000_000, "万元": 1_000_000, "元": 100}


def evaluate(address: str, request: str) -> dict[str, Any]:
    """What the interface answers to the request that a result page shows."""
    call = urllib.request.Request(
        f"http://{address}/grantd.v1.Calculator/Evaluate",
        data=request.encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(call, timeout=30) as reply:
        return json.load(reply)


def often_first(seed: str) -> Callable[[int], int]:
    """Takes the first of some choices (yes, mostly) three times of four, so that ways go on to their ends."""
    chance = random.Random(seed)
    return lambda count: 0 if chance.random() < 0.75 else chance.randrange(count)


def fen(text: str) -> int | None:
    """The sum that a page shows, in fen."""
    found = re.search(r"([\d,.]+)\s*(亿元|万元|元)", text)
    return int(Decimal(found[1].replace(",", "")) * UNITS[found[2]]) if found else None


def expect(journey: Journey, address: str) -> str:
    """Holds a result page against the interface's own answer. Returns the outcome."""
    request = journey.all("textarea#request")[0].get_attribute("textContent") or ""
    answer = evaluate(address, request)
    outcome = answer["outcome"]
    band = journey.all(".verdict .band")[0].text
    assert band == OUTCOMES[outcome], f"{outcome}: {band}"
    sums = journey.all(".verdict .sum")
    shown = sums[0].text if sums else ""
    is_potential = outcome == "UNDETERMINED"
    wanted = answer.get("potential_amount_fen") if is_potential else answer.get("amount_fen")
    if wanted is None:
        assert fen(shown) is None, f"a sum where there is none: {shown}"
    else:
        assert fen(shown) == int(wanted), f"{wanted} fen: {shown}"
        is_bound = is_potential or answer.get("basis") in BOUNDS
        assert ("最高" in shown) == is_bound, f"{answer.get('basis')}: {shown}"
    digest = answer["policy"]["digest"]
    assert journey.all(".digest")[0].text == digest, "another digest"
    return outcome


def expect_book(browser: Any, base: str, address: str) -> None:
    """Holds the page of the book against the interface's own answer."""
    browser.get(f"{base}/awards?lang=zh")
    bars = browser.find_elements("css selector", ".cap")
    envelopes = Book(address).call("ListEnvelopes", {})["envelopes"]
    assert len(bars) == len(envelopes) > 1, f"{len(bars)} bars of {len(envelopes)} envelopes"
    for bar, envelope in zip(bars, envelopes, strict=True):
        shown = [fen(part.text) for part in bar.find_elements("css selector", ".key li")]
        wanted = [int(envelope[name]) for name in ("used_fen", "reserved_fen", "remaining_fen")]
        assert shown == wanted, f"{envelope['envelope_id']}: {shown}, not {wanted}"
    newest = browser.find_elements("css selector", "main li.found a[href^='/awards/award']")
    wanted = [award["award_id"] for award in Book(address).call("ListAwards", {"order": "NEWEST", "page_size": 20})["awards"]]
    shown = [(link.get_attribute("href") or "").split("id=")[1].split("&")[0] for link in newest]
    assert shown == wanted, f"{shown}, not {wanted}"
    browser.find_element("css selector", "#q").send_keys("2026-05/first-round\n")
    WebDriverWait(browser, 30).until(lambda _: "/awards/run" in browser.current_url)
    assert "2026-05/first-round" in browser.find_element("css selector", "h1").text, browser.title


def main() -> None:
    is_short = "--short" in sys.argv[2:]
    folder = tempfile.TemporaryDirectory()
    daemon = ListeningProcess(
        [sys.argv[1], "serve", "--port", "0", "--connections-per-peer", "256", "--ledger", f"{folder.name}/book.sqlite"]
    )
    base = f"http://{daemon.address}"
    failures: list[str] = []
    pages = 0

    def inspect(name: str, browser: Any) -> None:
        nonlocal pages
        pages += 1
        for problem in problems(browser):
            failures.append(f"{name}: {browser.title}: {problem}")

    try:
        book_pages = tuple(fill(daemon.address))
        for width in (1280, 320):
            browser = open_browser(width)
            for language in ("zh", "en"):
                name = f"{width} px, {language}"
                for path in OTHER_PAGES + book_pages:
                    browser.get(f"{base}{path}{'&' if '?' in path else '?'}lang={language}")
                    inspect(f"{name}, {path}", browser)
                for measure in MEASURES[1:2] if is_short else MEASURES:
                    journey = Journey(browser, often_first(measure))
                    journey.run(f"{base}/measures/{measure}/ask?lang={language}", lambda: inspect(name, browser))
            browser.quit()
        print(f"axe: {pages} pages, {len(failures)} violations")

        browser = open_browser(1280, scripts=False)
        try:
            expect_book(browser, base, daemon.address)
            print("the book of awards: its pages say what the interface answers")
        except AssertionError as error:
            failures.append(f"the book of awards: {error}")
        for seed in range(1 if is_short else 4):
            for measure in MEASURES:
                journey = Journey(browser, often_first(f"{measure} {seed}"), by_keyboard=seed % 2 == 1)
                try:
                    journey.run(f"{base}/measures/{measure}/ask?lang=zh")
                    outcome = expect(journey, daemon.address)
                    print(f"{measure}: {journey.pages} pages without scripts, {outcome}, as the interface answers")
                except AssertionError as error:
                    failures.append(f"{measure}, seed {seed}: {error}")
        printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
        assert base64.b64decode(printed["data"]).startswith(b"%PDF"), "the result does not print"
        browser.quit()
    finally:
        daemon.terminate()
        folder.cleanup()
    for failure in failures:
        print(failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
