# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What a file of applications is to whoever scores, checks or awards it: rows, each of which is of one measure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from grantd._cells import Words
from grantd.table._problems import Problem
from grantd.table._source import Chunk, Source

if TYPE_CHECKING:
    from grantd.table._form import Form
    from grantd.table._table import Table, TypedRows


class Part(NamedTuple):
    """Those of some rows that are of one measure."""

    table: Table
    rows: TypedRows
    # Their places among all rows of the chunk.
    places: Sequence[int]


@dataclasses.dataclass
class Rows:
    """Some rows of a file, in their order."""

    chunk: Chunk
    parts: list[Part]
    # By row of the chunk: what is wrong with those of which nobody knows the measure.
    problems: dict[int, Problem] = dataclasses.field(default_factory=dict)


class Applications(Protocol):
    """A file of applications: for one measure, a ``Table``, or for several."""

    source: Source
    # The places of the columns that stay beside the results.
    kept: list[int]

    @property
    def tables(self) -> Sequence[Table]:
        """One for each measure."""

    @property
    def notices(self) -> list[Words]:
        """What the reader did that its user should know."""

    @property
    def strays(self) -> list[Problem]:
        """Entries that belong to no application."""

    def parts(self, size: int, skip: int = 0) -> Iterator[Rows]:
        """The rows, about ``size`` at a time, without the first ``skip``."""


def forms_of(applications: Applications) -> Mapping[str, Form]:
    """The forms by their measures."""
    return {table.form.measure: table.form for table in applications.tables}
