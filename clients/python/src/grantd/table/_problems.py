# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What is wrong with tables, in both languages."""

from __future__ import annotations

from typing import Literal, NamedTuple

from grantd._cells import Words

Language = Literal["zh", "en"]


class TableError(ValueError):
    """A table, or a file, that cannot be read or written at all: why, in both languages."""

    def __init__(self, words: Words, *, is_usage: bool = False) -> None:
        super().__init__(words.en)
        self.words = words
        # Whether it is the command that is wrong, not the file.
        self.is_usage = is_usage


class RunError(TableError):
    """A run that ended early; what it has so far stays."""


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

    def text(self, language: Language) -> str:
        """The whole problem in words."""
        words = said(self.words, language)
        return f"{self.place(language)}：{words}" if language == "zh" else f"{self.place(language)}: {words}"


def said(words: Words, language: Language) -> str:
    """The words in a language."""
    return words.zh if language == "zh" else words.en
