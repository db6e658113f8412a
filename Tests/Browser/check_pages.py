# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Goes through the daemon's pages in a browser: what they say must be what the interface answers, and axe must find nothing.

Usage: check_pages.py GRANTD [--short]
"""

from __future__ import annotations

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
from urllib.parse import quote

from book import Book, fill
from browser import layout_problems, open_browser, print_problems, problems
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
OTHER_PAGES = (
    "/",
    "/?q=算力",
    "/?day=x",
    "/screen",
    "/documents",
    f"/documents/{quote('京经信发〔2025〕50号')}",
    "/measures/medical-device.common-platform",
    "/nowhere",
)
OUTCOMES = {
    "ELIGIBLE": "✓ 符合条件",
    "INELIGIBLE": "✗ 不符合条件",
    "UNDETERMINED": "？ 尚不能判断：信息不全",
    "EXHAUSTED": "！ 符合条件，但额度已用完",
    "NOT_IN_FORCE": "— 该日不在施行期",
}
# What is wrong with the page that a browser shows.
Look = Callable[[Any], list[str]]
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


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """The values within some JSON, by their paths."""
    if isinstance(value, dict):
        members = [(f"{path}.{name}" if path else name, member) for name, member in value.items()]
    elif isinstance(value, list) and all(isinstance(member, dict) for member in value):
        members = [(f"{path}[{index}]", member) for index, member in enumerate(value)]
    else:
        return {path: value}
    return {name: leaf for place, member in members for name, leaf in leaves(member, place).items()}


def expect(journey: Journey, address: str) -> str:
    """Holds a result page against what was answered, and against what the interface answers. Returns the outcome."""
    request = journey.all("textarea#request")[0].get_attribute("textContent") or ""
    sent = leaves(json.loads(request)["application"])
    # Nobody is asked for these: the day is filled in, and the other says that a question was not answered.
    for path in {"as_of", "prior_awards_unknown"} - journey.given.keys():
        sent.pop(path, None)
    differing = {path for path in sent.keys() | journey.given.keys() if sent.get(path) != journey.given.get(path)}
    said = [f"{path}: {journey.given.get(path)} was answered, {sent.get(path)} is asked" for path in sorted(differing)]
    assert not said, "; ".join(said)
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


class Check:
    """What was looked at, and what was found wrong."""

    def __init__(self, address: str, is_short: bool) -> None:
        self.address, self.is_short = address, is_short
        self.base = f"http://{address}"
        self.book_pages = tuple(fill(address))
        self.failures: list[str] = []
        self.pages = 0

    def inspect(self, name: str, browser: Any, look: Look) -> None:
        """Notes what is wrong with the page that is shown."""
        self.pages += 1
        self.failures += [f"{name}: {browser.title}: {problem}" for problem in look(browser)]

    def look_at(self, browser: Any, name: str, language: str, asks: bool, look: Look) -> None:
        """Looks at the pages, at what a screening finds and, where it asks, at all pages of measures' questions."""
        for path in OTHER_PAGES + self.book_pages:
            browser.get(f"{self.base}{path}{'&' if '?' in path else '?'}lang={language}")
            self.inspect(f"{name}, {path}", browser, look)
        browser.get(f"{self.base}/screen?lang={language}")
        screening = Journey(browser, lambda count: 0)
        button = screening.button("next")
        assert button is not None, f"no screening: {browser.title}"
        screening.press(button)
        assert screening.all("main .found"), f"a screening finds nothing: {browser.title}"
        self.inspect(f"{name}, what a screening finds", browser, look)
        measures = MEASURES[1:2] if self.is_short else MEASURES
        for measure in measures if asks else ():
            journey = Journey(browser, often_first(measure))
            address = f"{self.base}/measures/{measure}/ask?lang={language}"
            journey.run(address, lambda: self.inspect(name, browser, look))

    def look_at_all(self) -> None:
        """Every page in two widths and two languages by axe, and twice as large."""
        for width in (1280, 320):
            browser = open_browser(width)
            for language in ("zh", "en"):
                # The short form does without the English questions where there is the most room.
                asks = not self.is_short or (width, language) != (1280, "en")
                self.look_at(browser, f"{width} px, {language}", language, asks, problems)
            browser.quit()
        print(f"axe: {self.pages} pages, {len(self.failures)} violations")
        before, self.pages = len(self.failures), 0
        browser = open_browser(1280, zoom=2)
        browser.get(self.base)
        seen = browser.execute_script("return innerWidth")
        assert seen == 640, f"zoomed to 200 % a page of 1280 px has {seen} px of CSS"
        self.look_at(browser, "200 %", "zh", not self.is_short, layout_problems)
        browser.quit()
        print(f"at 200 %: {self.pages} pages, of {len(self.failures) - before} something is cut off")

    def use(self) -> None:
        """Uses the pages without scripts, with the mouse and with keys, and prints what comes of it."""
        browser = open_browser(1280, scripts=False)
        try:
            expect_book(browser, self.base, self.address)
            print("the book of awards: its pages say what the interface answers")
        except AssertionError as error:
            self.failures.append(f"the book of awards: {error}")
        for seed in range(1 if self.is_short else 4):
            for place, measure in enumerate(MEASURES):
                # Half of the ways; the short form goes one.
                by_keyboard = place == 1 if self.is_short else (seed + place) % 2 == 1
                journey = Journey(browser, often_first(f"{measure} {seed}"), by_keyboard)
                try:
                    journey.run(f"{self.base}/measures/{measure}/ask?lang=zh")
                    outcome = expect(journey, self.address)
                    means = "by keys, without scripts" if by_keyboard else "without scripts"
                    print(f"{measure}: {journey.pages} pages {means}, {outcome}, as the interface answers")
                    if seed == 0:
                        shown = [element.text for element in journey.all(".verdict .band, .verdict .sum, .digest")]
                        self.failures += [f"{measure}: {problem}" for problem in print_problems(browser, shown)]
                except AssertionError as error:
                    self.failures.append(f"{measure}, seed {seed}: {error}")
        browser.quit()


def main() -> None:
    folder = tempfile.TemporaryDirectory()
    daemon = ListeningProcess(
        [sys.argv[1], "serve", "--port", "0", "--connections-per-peer", "256", "--ledger", f"{folder.name}/book.sqlite"]
    )
    try:
        check = Check(daemon.address, "--short" in sys.argv[2:])
        check.look_at_all()
        check.use()
    finally:
        daemon.terminate()
        folder.cleanup()
    for failure in check.failures:
        print(failure, file=sys.stderr)
    sys.exit(1 if check.failures else 0)


if __name__ == "__main__":
    main()
