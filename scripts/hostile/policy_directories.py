# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The directories of policy files that cost the loader the most. Each fills one of its limits, or goes over it."""

from __future__ import annotations

import pathlib
from collections.abc import Callable

MIB = 1 << 20
HEAD = """programme: hostile-{n}
document:
  number: 某{n}号
  title: {{zh: 某, en: some}}
  issuer: {{zh: 某, en: some}}
  issued: 2026-01-01
  gazette: some
in_force: {{from: 2026-01-01, until: none}}
"""
WORDS = "label: {zh: 某, en: some}, question: {zh: 某？, en: Some?}"
LIST = f"xs: {{number: 1, type: list, most: 10000, of: {{a_kwh: {{number: 1, type: kwh, {WORDS}}}}}, {WORDS}}}"


def measure(n: int, k: int, body: str) -> str:
    """A measure with a number of its own."""
    number = 20_000 + n * 1_000 + k
    return f"""  - id: m{k}
    number: {number}
    title: {{zh: 某, en: some}}
    clause: some
    basis: NON_MONETARY
    award: none
{body}"""


def harmless() -> str:
    """A file that is read in no time."""
    return small(900).split("  - id: m1\n")[0]


def padded(text: str) -> str:
    """The text with comments up to a whole MiB."""
    size = len(text.encode())
    return text + "#" * (MIB - size - 1) + "\n"


def costly(n: int) -> str:
    """Rules that cost what a rule may, shared by as many measures as are compiled."""
    ten = " && ".join(f"x.a_kwh > {i}" for i in range(90))
    rules = "rules:\n" + "".join(
        f'  r{i}: {{when: "facts.xs.all(x, x.a_kwh != {i} && {ten})", label: {{zh: 某, en: some}}}}\n' for i in range(9)
    )
    each = f"    facts: {{xs: 1}}\n    requires: [{', '.join(f'r{i}' for i in range(9))}]\n"
    facts = "facts:\n  " + LIST.replace("number: 1, type: list", "type: list") + "\n"
    return HEAD.format(n=n) + facts + rules + "measures:\n" + "".join(measure(n, k, each) for k in range(260))


def wide(n: int) -> str:
    """As many facts as nodes allow, each of them read."""
    facts = "".join(f"      f{i}: {{number: {i + 1}, type: bool, {WORDS}}}\n" for i in range(1_000))
    terms = [[f"facts.f{i}" for i in range(start, start + 100)] for start in range(0, 1_000, 100)]
    requires = "".join(
        f"      - {{id: r{i}, when: {' || '.join(part)}, label: {{zh: 某, en: some}}}}\n" for i, part in enumerate(terms)
    )
    return HEAD.format(n=n) + "measures:\n" + measure(n, 0, f"    facts:\n{facts}    requires:\n{requires}") + "".join(
        measure(n, k, f"    facts:\n      g: {{number: 1, type: bool, {WORDS}}}\n    requires: [{{id: g, when: facts.g}}]\n")
        for k in range(1, 499)
    )


def long_expression(n: int) -> str:
    """One rule as long as an expression may be, shared by as many measures as are compiled."""
    text = " || ".join(["facts.xs.exists(x, x.a_kwh == 123456789)"] * 120)
    facts = "facts:\n  " + LIST.replace("number: 1, type: list", "type: list") + "\n"
    rules = f'rules:\n  r: {{when: "{text} || facts.xs.exists(x, x.a_kwh in [{", ".join("1" * 12 for _ in range(6_500))}])"'
    rules += ", label: {zh: 某, en: some}}\n"
    each = "    facts: {xs: 1}\n    requires: [r]\n"
    return HEAD.format(n=n) + facts + rules + "measures:\n" + "".join(measure(n, k, each) for k in range(50))


def small(n: int) -> str:
    """As many measures as the bytes allow, each as small as may be."""
    each = "    facts: {g: 1}\n    requires: [g]\n"
    head = "facts:\n  g: {type: bool, " + WORDS + "}\nrules:\n  g: {when: facts.g}\n"
    return HEAD.format(n=n) + head + "measures:\n" + "".join(measure(n, k, each) for k in range(330))


# By name: the number of files, and the text of one.
DIRECTORIES: dict[str, tuple[int, Callable[[int], str]]] = {
    "fifty": (50, lambda n: padded(costly(n))),
    "costly": (16, lambda n: padded(costly(n))),
    "wide": (16, wide),
    "long": (16, long_expression),
    "many": (256, lambda n: costly(n)[: 60 * 1024].rsplit("  - id:", 1)[0]),
    "small": (256, small),
    "deep": (16, lambda n: padded("a: " + "[" * (MIB - 64))),
    "alias": (16, lambda n: "a: &" + "a" * (MIB // 2 - 8) + " 1\nb: *" + "a" * (MIB // 2 - 8) + "\n"),
    "keys": (16, lambda n: "a: 1\n" * (MIB // 5)),
    "unknown": (16, lambda n: HEAD.format(n=n) + "".join(f"programe{i}: 1\n" for i in range(29_000))),
    "quotes": (16, lambda n: "a: \"" + "\\x41" * (MIB // 4 - 4) + "\"\n"),
    "lines": (16, lambda n: HEAD.format(n=n) + "measures:\n" + "\n" * (MIB // 2)),
}


def write(folder: pathlib.Path, name: str, share: int) -> float:
    """Writes so many percent of a directory's files, one at least, and says how many MiB they are."""
    folder.mkdir()
    count, text = DIRECTORIES[name]
    files = max(1, count * share // 100)
    return sum((folder / f"h{n}.yaml").write_bytes(text(n).encode()) for n in range(files)) / MIB
