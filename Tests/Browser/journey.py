# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A way through the questions of one measure, as a person goes it: one page after the other, by what stands on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

MOST_PAGES = 120
# More than any page has to step through.
MOST_STEPS = 400
# What a field takes whose kind the page does not tell: words, a day, a number, one after the other until one fits.
WORDS = ("甲", "2026年5月20日", "12")
NUMBER = "120"
# How many digits of a number stand behind the point when people read and write it: the end of its path tells.
PLACES = {"_fen": 2, "_bp": 2, "_e2days": 2, "_e4yuan_per_kwh": 4}
MONEY_PLACES = {"yuan": 0, "wan": 4}


class Journey:
    """Answers every question until the result is shown.

    choose picks which of so many choices is taken. by_keyboard does all with keys: Tab from one place to the next,
    Space, arrows and Enter.
    """

    def __init__(self, browser: WebDriver, choose: Callable[[int], int], by_keyboard: bool = False) -> None:
        self.browser = browser
        self.choose = choose
        self.by_keyboard = by_keyboard
        self.tries = 0
        self.pages = 0
        self.entered = 0
        # What was answered, as the request must have it, by the paths of the facts.
        self.given: dict[str, Any] = {}

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
            self.step_to(element)
            self.keys(Keys.ENTER)
        else:
            element.click()
        # While one page gives way to the next, the driver may fail to find either.
        wait = WebDriverWait(self.browser, 30, poll_frequency=0.05, ignored_exceptions=[WebDriverException])
        wait.until(lambda _: any(root != before for root in self.all("html")) and self.all(".foot"))

    def keys(self, *keys: str) -> None:
        """Presses keys, wherever the focus is."""
        ActionChains(self.browser).send_keys(*keys).perform()

    def step_to(self, *elements: WebElement) -> WebElement:
        """Presses Tab until one of the elements has the focus, and gives that one."""
        for _ in range(MOST_STEPS):
            focused = self.browser.switch_to.active_element
            if focused in elements:
                return focused
            self.keys(Keys.TAB)
        missed = elements[0].get_attribute("outerHTML")
        raise AssertionError(f"the Tab key does not reach {missed}: {self.browser.title}")

    def take(self, radio: WebElement) -> None:
        """Takes one of some choices."""
        if not self.by_keyboard:
            return radio.click()
        group = self.all(f'input[type=radio][name="{radio.get_attribute("name")}"]')
        focused = self.step_to(*group)
        for _ in group:
            if focused == radio:
                break
            self.keys(Keys.ARROW_DOWN)
            focused = self.browser.switch_to.active_element
        if not radio.is_selected():
            self.keys(Keys.SPACE)
        assert radio.is_selected(), f"keys do not take a choice: {self.browser.title}"

    def write(self, field: WebElement, text: str) -> None:
        """Fills a field."""
        if self.by_keyboard:
            self.step_to(field)
            ActionChains(self.browser).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
            self.keys(text)
        else:
            field.clear()
            field.send_keys(text)

    def button(self, action: str) -> WebElement | None:
        found = self.all(f'main button[name=go][value^="{action}"]')
        return found[0] if found else None

    def answer(self) -> None:
        """Answers what the page asks, and goes on."""
        has_problems = bool(self.all(".problems"))
        if has_problems:
            self.expect_focus()
        self.tries = self.tries + 1 if has_problems else 0
        if self.tries >= len(WORDS):
            self.tries = 0
            way_out = self.button("skip") or self.button("none") or self.button("back")
            assert way_out is not None, f"no way on: {self.browser.title}"
            return self.press(way_out)
        groups: dict[str, list[WebElement]] = {}
        for field in self.all('main input[type=text][name^="typed:"], main input[type=radio][name^="typed:"]'):
            if field.get_attribute("value") != "?":
                groups.setdefault(field.get_attribute("name") or "", []).append(field)
        if not groups:
            return self.go_on()
        given = dict(self.fill(name.removeprefix("typed:"), fields) for name, fields in groups.items())
        forward = self.button("next")
        assert forward is not None, f"no way on: {self.browser.title}"
        self.press(forward)
        if not self.all(".problems"):
            self.given |= given

    def fill(self, question: str, fields: list[WebElement]) -> tuple[str, Any]:
        """Takes one of a question's radio buttons, or writes into its field. Returns the fact's path and its value."""
        place = self.all("main input[type=hidden][name=at]")[0].get_attribute("value") or ""
        # `deals[].valid` on the page of `deals[3]`.
        path = question.replace("[]", place[place.rfind("[") :]) if "[]" in question else question
        if fields[0].get_attribute("type") == "radio":
            radio = fields[self.choose(len(fields))]
            self.take(radio)
            name = radio.get_attribute("value") or ""
            return path, {"yes": True, "no": False}.get(name, name)
        (field,) = fields
        is_number = field.get_attribute("inputmode") == "decimal"
        text = field.get_attribute("value") or ""
        if not text or field.get_attribute("aria-invalid") == "true":
            text = NUMBER if is_number else WORDS[self.tries]
            self.write(field, text)
        if is_number:
            places = next((places for end, places in PLACES.items() if path.endswith(end)), 0)
            for unit in self.all(f'input[type=radio][name="unit:{question}"]:checked'):
                places += MONEY_PLACES[unit.get_attribute("value") or ""]
            return path, int(Decimal(text.replace(",", "")).scaleb(places))
        day = re.fullmatch(r"(\d+)年(\d+)月(\d+)日", text)
        return path, "{:04}-{:02}-{:02}".format(*map(int, day.groups())) if day else text

    def expect_focus(self) -> None:
        """The summary of what is wrong has the focus, so that it is read first."""
        try:
            WebDriverWait(self.browser, 5, poll_frequency=0.05).until(
                lambda browser: browser.switch_to.active_element.get_attribute("class") == "problems"
            )
        except TimeoutException:
            focused = self.browser.switch_to.active_element.tag_name
            message = f"not the summary of problems has the focus, but {focused}: {self.browser.title}"
            raise AssertionError(message) from None

    def go_on(self) -> None:
        """Leaves a page without fields: a list gets one entry, all answers are taken as they are."""
        add = self.button("change ")
        if self.button("none") is not None and add is not None and self.entered < 4 and self.choose(2) == 0:
            self.entered += 1
            return self.press(add)
        way_on = self.button("result") or self.button("none") or self.button("next") or self.button("skip")
        assert way_on is not None, f"no way on: {self.browser.title}"
        self.press(way_on)
