# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Writes a program's manual page from what it says of itself (`PROGRAM --experimental-dump-help`, on standard input).

Usage: make_man.py DATE SEE-ALSO…
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any


def escaped(text: str) -> str:
    """Text that troff reads as it stands."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").splitlines()
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in lines)


def name(argument: dict[str, Any], value: dict[str, str]) -> str:
    """`--port` or `-h`."""
    return ("--" if value["kind"] == "long" else "-") + value["name"]


def described(argument: dict[str, Any]) -> Iterator[str]:
    """An option's paragraph."""
    value = argument.get("valueName", "value")
    if argument["kind"] == "positional":
        title = f"\\fI{escaped(value)}\\fR"
    else:
        title = ", ".join(f"\\fB{escaped(name(argument, spelt))}\\fR" for spelt in argument["names"])
        if argument["kind"] == "option":
            title += f" \\fI{escaped(value)}\\fR"
    yield f".TP\n{title}"
    text = [argument["abstract"]] if argument.get("abstract") else []
    if argument.get("allValues"):
        text.append(f"One of {', '.join(argument['allValues'])}.")
    if argument.get("defaultValue"):
        text.append(f"Default: {argument['defaultValue']}.")
    yield escaped(" ".join(text) or "\u00a0")


def arguments(command: dict[str, Any]) -> Iterator[str]:
    """All options that help shows."""
    for argument in command.get("arguments", []):
        if argument.get("shouldDisplay", True):
            yield from described(argument)


def synopsis(command: dict[str, Any], path: list[str]) -> str:
    """How it is called."""
    places = [argument for argument in command.get("arguments", []) if argument["kind"] == "positional"]
    words = [f"\\fB{escaped(' '.join(path))}\\fR", "[options]"]
    for place in places:
        word = f"\\fI{escaped(place.get('valueName', 'value'))}\\fR"
        words.append(f"[{word}]" if place.get("isOptional") else word)
    return " ".join(words)


def subcommands(command: dict[str, Any], path: list[str]) -> Iterator[str]:
    """Every command below this one, with its options."""
    for below in command.get("subcommands", []):
        if not below.get("shouldDisplay", True) or below["commandName"] == "help":
            continue
        here = [*path, below["commandName"]]
        yield f".SS {escaped(' '.join(here[1:]))}"
        yield synopsis(below, here)
        for text in (below.get("abstract"), below.get("discussion")):
            if text:
                yield f".PP\n{escaped(text)}"
        yield from arguments(below)
        yield from subcommands(below, here)


def page(tool: dict[str, Any], date: str, others: list[str]) -> Iterator[str]:
    """The whole page."""
    command = tool["command"]
    title = command["commandName"]
    yield f'.TH {title.upper()} 1 {date} grantd "User Commands"'
    yield f".SH NAME\n{title} \\- {escaped(command['abstract'][0].lower() + command['abstract'][1:].rstrip('.'))}"
    yield f".SH SYNOPSIS\n\\fB{title}\\fR \\fIcommand\\fR [options]"
    if command.get("discussion"):
        yield f".SH DESCRIPTION\n{escaped(command['discussion'])}"
    yield ".SH COMMANDS"
    yield from subcommands(command, [title])
    yield ".SH OPTIONS"
    yield from arguments(command)
    yield ".SH SEE ALSO"
    yield ",\n".join(f".BR {other} (1)" for other in others).replace(",\n", " ,\n")


if __name__ == "__main__":
    print("\n".join(page(json.load(sys.stdin), sys.argv[1], sys.argv[2:])))
