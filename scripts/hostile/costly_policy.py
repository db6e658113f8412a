# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A policy file with hundreds of rules that each look at every entry of a long list: as costly as the check lets pass."""

from __future__ import annotations

import pathlib

import frames

_RULES = 423
_ENTRIES = 10_000


def write(folder: pathlib.Path) -> None:
    """Puts the file into a folder for `--policies`."""
    rules = "\n".join(
        f"      - {{id: r{rule}, when: 'facts.entries.all(e, e.size_count + {rule} >= 0)',"
        " label: {zh: 规则, en: rule}}"
        for rule in range(_RULES)
    )
    (folder / "costly.yaml").write_text(
        f"""programme: costly
document:
  number: 测试1号
  title: {{zh: 测试, en: a test}}
  issuer: {{zh: 测试, en: a test}}
  issued: 2026-01-01
  gazette: 2026 No. 1, p. 1
in_force: {{from: 2026-01-01, until: none}}
measures:
  - id: lists
    number: 10001
    title: {{zh: 测试, en: a test}}
    clause: 第一条
    basis: CEILING
    facts:
      entries:
        number: 1
        type: list
        most: {_ENTRIES}
        of:
          size_count: {{number: 1, type: count, label: {{zh: 数, en: size}}, question: {{zh: 多少？, en: How many?}}}}
        label: {{zh: 项, en: entries}}
        question: {{zh: 哪些？, en: Which?}}
    requires:
{rules}
    award:
      - fixed: 1万元
      - cap: none
""",
        encoding="utf-8",
    )


def call(entries: int = _ENTRIES) -> bytes:
    """A call of its measure in which every rule looks at every entry."""
    items = frames.text(1, frames.number(1, 1)) * entries
    return frames.evaluate(frames.application(frames.text(10001, items)))


def short_call() -> bytes:
    """The costliest that is short by its bytes: 2 KiB are answered where they came in."""
    return call(500)
