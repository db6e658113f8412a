# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Tables in files of JSON, an object a line."""

from __future__ import annotations

import itertools
import json
import pathlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from grantd._cells import Words
from grantd.table._problems import TableError
from grantd.table._source import Chunk


class LinesSource:
    """A file with a JSON object a line: columns by name, or applications as ``grantctl evaluate --jsonl`` reads them."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.sheet: str | None = None
        self.is_1904 = False
        self.notices: list[Words] = []
        names: dict[str, None] = {}
        count = 0
        first: tuple[int, Words] | None = None
        for number, row, flaw in self._lines():
            names.update(dict.fromkeys(row))
            count += 1
            if flaw is not None and first is None:
                first = number, flaw
        if not names and first is not None:
            number, flaw = first
            raise TableError(
                Words(
                    f"{path.name} 第 {number} 行{flaw.zh}；每行应为一个 JSON 对象，存为 UTF-8",
                    f"{path.name}, line {number} {flaw.en}; each line is to be a JSON object, in UTF-8",
                )
            )
        if not names:
            raise TableError(Words(f"{path.name} 没有任何字段", f"{path.name} holds no field"))
        self.headings = list(names)
        self.total: int | None = count

    def chunks(self, size: int, skip: int = 0) -> Iterator[Chunk]:
        """The rows, ``size`` at a time, without the first ``skip``."""
        data = itertools.islice(self._lines(), skip, None)
        while taken := list(itertools.islice(data, size)):
            chunk = Chunk(
                [number for number, _, _ in taken], [[row.get(name) for _, row, _ in taken] for name in self.headings]
            )
            chunk.flaws = {place: [(None, flaw)] for place, (_, _, flaw) in enumerate(taken) if flaw is not None}
            yield chunk

    def letter(self, place: int) -> str:
        """Lines have no letters."""
        return ""

    def _lines(self) -> Iterator[tuple[int, dict[str, Any], Words | None]]:
        """Of each line its number, its fields, and what is wrong with it."""
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    value = json.loads(line.decode("utf-8-sig"), parse_float=Decimal, object_pairs_hook=_object)
                except UnicodeDecodeError:
                    yield number, {}, Words("不是 UTF-8 编码", "is not UTF-8")
                    continue
                except _TwiceError as error:
                    yield number, {}, _twice(str(error))
                    continue
                except (ValueError, RecursionError) as error:
                    hint = ("；文件可能不完整", "; the file may be cut") if not line.endswith(b"\n") else ("", "")
                    zh, en = (
                        (f"第 {error.pos + 1} 个字符起", f"from character {error.pos + 1} on")
                        if isinstance(error, json.JSONDecodeError)
                        else ("嵌套过深", "nested too deeply")
                    )
                    yield number, {}, Words(f"不是有效的 JSON（{zh}）{hint[0]}", f"is no JSON ({en}){hint[1]}")
                    continue
                if not isinstance(value, Mapping):
                    yield number, {}, Words("不是 JSON 对象", "is no JSON object")
                    continue
                inner = value.get("application")
                row: dict[str, Any] = {}
                twice: str | None = None
                for name, cell in _flat(inner if isinstance(inner, Mapping) else value):
                    twice = name if name in row else twice
                    row[name] = cell
                yield number, row, None if twice is None else _twice(twice)


class _TwiceError(Exception):
    """A name that an object has twice: which of the two counts, nobody knows."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return found


def _twice(name: str) -> Words:
    return Words(f"“{name}”出现了两次；请只留一个", f"has “{name}” twice; leave one of them")


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The fields of nested objects by their paths."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, _number(value)


def _number(value: Any) -> Any:
    if isinstance(value, list):
        return [{name: _number(one) for name, one in entry.items()} if isinstance(entry, dict) else entry for entry in value]
    if isinstance(value, Decimal) and value == value.to_integral_value() and abs(value.adjusted()) < 30:
        return int(value)
    return value
