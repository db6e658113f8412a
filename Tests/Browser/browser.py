# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Debian's Chromium, driven from here, and what axe finds on the page that it shows."""

from __future__ import annotations

import importlib.resources
from typing import Any

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


def open_browser(width: int, scripts: bool = True) -> webdriver.Chrome:
    """A browser without a window, so many pixels wide."""
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    # A window of Chromium is never narrower than 500 pixels: the page is, by the metrics that are set below.
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,1200"):
        options.add_argument(argument)
    if not scripts:
        options.add_experimental_option("prefs", WITHOUT_SCRIPTS)
    browser = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    metrics = {"width": width, "height": 1200, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    # The pages' own policy lets no script in, axe neither.
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    return browser


def problems(browser: webdriver.Chrome) -> list[str]:
    """What is wrong with the page that is shown: violations of WCAG that axe finds, and a page wider than its window."""
    browser.execute_script(AXE)
    found: list[Any] = browser.execute_async_script(RUN_AXE)
    if browser.execute_script(IS_TOO_WIDE):
        found.append("wider than the window")
    return [str(problem) for problem in found]
