# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Debian's Chromium, driven from here, and what axe finds on the page that it shows."""

from __future__ import annotations

import base64
import importlib.resources
import io
import math
import unicodedata
from typing import Any

import pypdf
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

# 2: blocked. Pages run nothing then; what the driver asks of them still works.
WITHOUT_SCRIPTS = {"profile.managed_default_content_settings.javascript": 2}

AXE = (importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = """
const done = arguments[0];
axe.run().then(result => done(result.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" | ").slice(0, 400))));
"""
IS_TOO_WIDE = "return document.documentElement.scrollWidth > document.documentElement.clientWidth"
# What does not show whole, unless somebody scrolls it.
CUT_OFF = """
return [...document.querySelectorAll("main *")].filter(element => element.getClientRects().length > 0
    && getComputedStyle(element).overflowX != "visible" && element.scrollWidth > element.clientWidth + 1
).map(element => element.outerHTML.slice(0, 200));
"""
# A4 in points, and what its margins leave of it in pixels of CSS.
A4 = (595, 842)
A4_WIDTH = round((210 - 2 * 15) / 25.4 * 96)


def open_browser(width: int, scripts: bool = True, zoom: float = 1) -> webdriver.Chrome:
    """A browser without a window, so many pixels wide, that shows everything so many times as large."""
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    # A window of Chromium is never narrower than 500 pixels: the page is, by the metrics that are set below.
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,1200"):
        options.add_argument(argument)
    preferences: dict[str, Any] = {} if scripts else dict(WITHOUT_SCRIPTS)
    if zoom != 1:
        # Each level is a fifth more.
        preferences["partition.default_zoom_level"] = {"x": math.log(zoom, 1.2)}
    options.add_experimental_option("prefs", preferences)
    browser = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    resize(browser, width)
    # The pages' own policy lets no script in, axe neither.
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    return browser


def resize(browser: webdriver.Chrome, width: int) -> None:
    """Makes the page so many pixels wide."""
    metrics = {"width": width, "height": 1200, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def problems(browser: webdriver.Chrome) -> list[str]:
    """What is wrong with the page that is shown: violations of WCAG that axe finds, and a page wider than its window."""
    browser.execute_script(AXE)
    found: list[Any] = browser.execute_async_script(RUN_AXE)
    if browser.execute_script(IS_TOO_WIDE):
        found.append("wider than the window")
    return [str(problem) for problem in found]


def layout_problems(browser: webdriver.Chrome) -> list[str]:
    """What of the page that is shown is cut off, or lies beside the window."""
    found = [f"cut off: {element}" for element in browser.execute_script(CUT_OFF)]
    if browser.execute_script(IS_TOO_WIDE):
        found.append("wider than the window")
    return found


def print_problems(browser: webdriver.Chrome, words: list[str]) -> list[str]:
    """What is wrong with the page on paper: sheets that are no A4, what is cut off on them, and words that they lack."""
    width: int = browser.execute_script("return innerWidth")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    resize(browser, A4_WIDTH)
    found = [f"on paper: {problem}" for problem in layout_problems(browser)]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    resize(browser, width)
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    sheets = pypdf.PdfReader(io.BytesIO(base64.b64decode(printed["data"]))).pages
    for sheet in sheets:
        size = round(sheet.mediabox.width), round(sheet.mediabox.height)
        if size != A4:
            found.append(f"on paper: a sheet of {size[0]} × {size[1]} points")
    text = bare("".join(sheet.extract_text() for sheet in sheets))
    return found + [f"not on paper: {word}" for word in words if bare(word) not in text]


def bare(text: str) -> str:
    """A text without its spaces and line breaks, in the usual forms of its characters."""
    return "".join(unicodedata.normalize("NFKC", text).split())
