# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A way through the questions of one measure, as a person goes it: one page after the other, by what stands on them."""

from __future__ import annotations

from collections.abc import Callable

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

MOST_PAGES = 120
# What a field takes whose kind the page does not tell: words, a day, a number, one after the other until one fits.
WORDS = ("甲", "2026年5月20日", "12")
NUMBER = "120"


class Journey:
    """Answers every question until the result is shown.

    choose picks which of so many choices is taken; by_keyboard presses keys where a mouse would click.
    """

    def __init__(self, browser: WebDriver, choose: Callable[[int], int], by_keyboard: bool = False) -> None:
        self.browser = browser
        self.choose = choose
        self.by_keyboard = by_keyboard
        self.tries = 0
        self.pages = 0
        self.entered = 0

    def run(self, address: str, visit: Callable[[], None] = lambda: None) -> None:
        """Opens the first question and goes on to the result; visit is called on every page.

        Raises AssertionError where no result comes.
        """
        self.browser.get(address)
        for _ in range(MOST_PAGES):
            self.pages += 1
            visit()
            if self.all(".verdict"):
                return
            self.answer()
        raise AssertionError(f"no result after {MOST_PAGES} pages: {self.browser.title}")

    def all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def press(self, element: WebElement) -> None:
        """Presses a button, and waits until the next page has come."""
        before = self.all("html")[0]
        if self.by_keyboard:
            element.send_keys(Keys.ENTER)
        else:
            element.click()
        # While one page gives way to the next, the driver may fail to find either.
        wait = WebDriverWait(self.browser, 30, poll_frequency=0.05, ignored_exceptions=[WebDriverException])
        wait.until(lambda _: any(root != before for root in self.all("html")) and self.all(".foot"))

    def button(self, action: str) -> WebElement | None:
        found = self.all(f'main button[name=go][value^="{action}"]')
        return found[0] if found else None

    def answer(self) -> None:
        """Answers what the page asks, and goes on."""
        has_problems = bool(self.all(".problems"))
        self.tries = self.tries + 1 if has_problems else 0
        if self.tries >= len(WORDS):
            self.tries = 0
            way_out = self.button("skip") or self.button("none") or self.button("back")
            assert way_out is not None, f"no way on: {self.browser.title}"
            return self.press(way_out)
        fields = self.all('main input[type=text][name^="typed:"]')
        groups: dict[str, list[WebElement]] = {}
        for radio in self.all('main input[type=radio][name^="typed:"]'):
            if radio.get_attribute("value") != "?":
                groups.setdefault(radio.get_attribute("name") or "", []).append(radio)
        if not fields and not groups:
            return self.go_on()
        for radios in groups.values():
            radios[self.choose(len(radios))].send_keys(Keys.SPACE)
        for field in fields:
            is_wrong = field.get_attribute("aria-invalid") == "true"
            if is_wrong or not field.get_attribute("value"):
                field.clear()
                is_number = field.get_attribute("inputmode") == "decimal"
                field.send_keys(NUMBER if is_number else WORDS[self.tries])
        forward = self.button("next")
        assert forward is not None, f"no way on: {self.browser.title}"
        self.press(forward)

    def go_on(self) -> None:
        """Leaves a page without fields: a list gets one entry, all answers are taken as they are."""
        add = self.button("change ")
        if self.button("none") is not None and add is not None and self.entered < 4 and self.choose(2) == 0:
            self.entered += 1
            return self.press(add)
        way_on = self.button("result") or self.button("none") or self.button("next") or self.button("skip")
        assert way_on is not None, f"no way on: {self.browser.title}"
        self.press(way_on)
