# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What is wrong with tables, in both languages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from grantd._cells import Words

Language = Literal["zh", "en"]

# What is told of one file, and of one row.
_MOST_OF_FILE = 20
_MOST_OF_ROW = 5


class TableError(ValueError):
    """A table, or a file, that cannot be read or written at all: why, in both languages."""

    def __init__(self, words: Words, *, is_usage: bool = False) -> None:
        super().__init__(words.en)
        self.words = words
        # Whether it is the command that is wrong, not the file.
        self.is_usage = is_usage
        # One by one, where it is several things.
        self.faults: tuple[Words, ...] = (words,)


class RunError(TableError):
    """A run that ended early; what it has so far stays."""


class Faults:
    """What is wrong with a file, gathered: whoever mends one thing wants to know of the others as well."""

    def __init__(self) -> None:
        self._found: dict[Words, bool] = {}

    def add(self, words: Words, *, is_usage: bool = False) -> None:
        """Takes in a fault, each once."""
        self._found[words] = self._found.get(words, True) and is_usage

    @contextlib.contextmanager
    def gathering(self, sheet: str | None = None) -> Iterator[None]:
        """Takes in what is raised, and goes on behind the block; ``sheet``: the one that it is about, where there are such."""
        try:
            yield
        except TableError as error:
            for words in error.faults:
                self.add(words if sheet is None else _of_sheet(words, sheet), is_usage=error.is_usage)

    def check(self) -> None:
        """Tells all of them, where there are any.

        Raises:
            TableError: The one, or all of them in one.
        """
        faults = tuple(self._found)
        if not faults:
            return
        error = TableError(faults[0] if len(faults) == 1 else _listed(faults), is_usage=all(self._found.values()))
        error.faults = faults
        raise error


def _of_sheet(words: Words, sheet: str) -> Words:
    return words if f"“{sheet}”" in words.zh else Words(f"工作表“{sheet}”：{words.zh}", f"sheet “{sheet}”: {words.en}")


def _listed(faults: Sequence[Words]) -> Words:
    zh, en = [f"共有 {len(faults)} 处问题："], [f"{len(faults)} problems:"]
    for words in faults[:_MOST_OF_FILE]:
        zh.append(f"- {words.zh}")
        en.append(f"- {words.en}")
    more = len(faults) - _MOST_OF_FILE
    if more > 0:
        zh.append(f"- 另有 {more:,} 处未列出")
        en.append(f"- and {more:,} more")
    return Words("\n".join(zh), "\n".join(en))


class Problem(NamedTuple):
    """What is wrong with one row, and where."""

    # The row as people count it in the file, from 1, and the sheet or ``None``.
    row: int
    sheet: str | None
    # The column's letters in a sheet, ``C``; empty elsewhere, and where it is no column's.
    column: str
    heading: str
    words: Words
    # What people call the fact that has no column.
    label: Words | None = None

    def place(self, language: Language) -> str:
        """``工作表“申请”第 5 行 C 列“单位类型”``; without a row, where in all of them."""
        if language == "zh":
            sheet = f"工作表“{self.sheet}”" if self.sheet else ""
            row = f"第 {self.row} 行" if self.row else ""
            column = f"{' ' if row else ''}{self.column} 列" if self.column else ""
            heading = self._named(self.heading or (self.label.zh if self.label else ""))
            return f"{sheet}{row}{column}{heading}"
        sheet = f"sheet “{self.sheet}”" if self.sheet else ""
        row = f"row {self.row}" if self.row else ""
        column = f"column {self.column}" if self.column else ""
        heading = self._named(self.heading or (self.label.en if self.label else ""))
        return ", ".join(filter(None, (sheet, row, " ".join(filter(None, (column, heading))))))

    @staticmethod
    def _named(heading: str) -> str:
        return f"“{heading}”" if heading else ""

    def with_others(self, others: Sequence[Problem]) -> Problem:
        """The same, whose words tell the other problems of its row, too, each with its place."""
        if not others:
            return self
        told = [one._replace(row=0, sheet=None) if one[:2] == self[:2] else one for one in others[: _MOST_OF_ROW - 1]]
        zh, en = "；".join(one.text("zh") for one in told), "; ".join(one.text("en") for one in told)
        more = len(others) - len(told)
        if more:
            zh, en = f"{zh}；另有 {more:,} 处", f"{en}; and {more:,} more"
        return self._replace(words=Words(f"{self.words.zh}；{zh}", f"{self.words.en}; {en}"))

    def text(self, language: Language) -> str:
        """The whole problem in words."""
        words = said(self.words, language)
        return f"{self.place(language)}：{words}" if language == "zh" else f"{self.place(language)}: {words}"


def said(words: Words, language: Language) -> str:
    """The words in a language."""
    return words.zh if language == "zh" else words.en
