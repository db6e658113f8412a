# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The daemon's tokens, and the files that hold them. No error quotes a token."""

from __future__ import annotations

import os
import re

_MOST_BYTES = 4096
_TOKEN = re.compile(rb"[\x21-\x7e]+")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ROLE = rb"[ \t]*(?:ask|agency|operate)[ \t]*"
# A token has no blank inside, so that one with a colon is told from a name.
_NAMED = re.compile(
    rb"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}[ \t]*(?:\[" + _ROLE + rb"(?:," + _ROLE + rb")*\][ \t]*)?:[ \t]*([\x21-\x7e]+)"
)


def check(token: str) -> str:
    """A token as it is.

    Raises:
        ValueError: Where it is none.
    """
    problem = _problem(token.encode("utf-8", "surrogatepass"))
    if problem:
        raise ValueError(f"the token {problem}")
    return token


def read(path: str | os.PathLike[str]) -> str:
    """The first token of a file.

    A line is a token, or ``NAME [ROLE,...]: TOKEN``; empty lines and those that begin with ``#`` are none.

    Raises:
        OSError: Where the file cannot be read.
        ValueError: Where it holds no token, or a line that is none.
    """
    with open(path, "rb") as file:
        data = file.read()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise ValueError(f"{path}: the token file is UTF-16; save it as UTF-8")
    first: str | None = None
    # All of it is looked at, so that a file is good or bad whoever reads it.
    for number, line in enumerate(data.removeprefix(_BYTE_ORDER_MARK).split(b"\n"), 1):
        token = line.strip(b" \t\r")
        if not token or token.startswith(b"#"):
            continue
        if b" " in token or b"\t" in token:
            named = _NAMED.fullmatch(token)
            if not named:
                raise ValueError(f"{path}, line {number}: a line is a token of visible ASCII, or NAME [ROLE,...]: TOKEN")
            token = named[1]
        problem = _problem(token)
        if problem:
            raise ValueError(f"{path}, line {number}: the token {problem}")
        if first is None:
            first = token.decode("ascii")
    if first is None:
        raise ValueError(f"{path}: the file holds no token")
    return first


def _problem(token: bytes) -> str:
    if not token:
        return "is empty"
    if not _TOKEN.fullmatch(token):
        return "holds something else than visible ASCII"
    return f"is longer than {_MOST_BYTES} bytes" if len(token) > _MOST_BYTES else ""
