# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Makes the Python client's Chinese for what the daemon says of the same words that grantctl has: DaemonWords.swift.

generate_words.py [--check]
"""

from __future__ import annotations

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "Sources/GrantdInterview/Words/DaemonWords.swift"
TARGET = ROOT / "clients/python/src/grantd/table/daemon_words.json"
_TEXT = r'"((?:[^"\\]|\\.)*)"'


def words(source: str) -> dict[str, object]:
    """The texts, and the patterns as start, end and what is said of what stands between them.

    Raises:
        ValueError: Where the source has an entry in a form that is not known here.
    """
    named = dict(re.findall(rf"private static let (\w+) = {_TEXT}", source))
    texts = _part(source, "private static let texts: [String: String] = [")
    patterns = _part(source, "private static let patterns:")
    found = re.findall(rf"{_TEXT}:\s*{_TEXT},", texts)
    if 2 * len(found) != len(re.findall(_TEXT, texts)):
        raise ValueError(f"{SOURCE}: a text is no pair of plain literals")
    listed = re.findall(rf"\(\s*{_TEXT},\s*{_TEXT},\s*\{{(?: _ in)? {_TEXT} \}}\s*\),", patterns)
    if len(listed) != patterns.count("{ ") or len(listed) < 2:
        raise ValueError(f"{SOURCE}: a pattern is no start, end and words of one literal")
    return {
        "texts": {_plain(key, named): _plain(value, named) for key, value in found},
        "patterns": [[_plain(part, named) for part in pattern] for pattern in listed],
    }


def _part(source: str, start: str) -> str:
    behind = source[source.index(start) + len(start) :]
    return behind[: behind.index("\n    ]")]


def _plain(literal: str, named: dict[str, str]) -> str:
    """A literal's text; what it interpolates as `{}`, `{range}` or `{sum}`."""
    literal = re.sub(r"\\\(DaemonWords\.(\w+)\(\$0\)\)", r"{\1}", literal).replace("\\($0)", "{}")
    literal = re.sub(r"\\\((\w+)\)", lambda match: named[match[1]], literal)
    if "\\" in literal.replace('\\"', ""):
        raise ValueError(f"{SOURCE}: {literal!r} interpolates what is not known here")
    return literal.replace('\\"', '"')


def main() -> None:
    """Writes the file, or says that it is another one."""
    made = json.dumps(words(SOURCE.read_text(encoding="utf-8")), ensure_ascii=False, indent=1) + "\n"
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(made, encoding="utf-8")
    elif TARGET.read_text(encoding="utf-8") != made:
        sys.exit(f"{TARGET.relative_to(ROOT)} is not what DaemonWords.swift makes; run scripts/generate_words.py")


if __name__ == "__main__":
    main()
