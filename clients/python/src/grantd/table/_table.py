# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A file of applications for one measure, opened: which column is which fact, and what its reader should know."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import grpc
import pyarrow as pa

from grantd import _cell_columns
from grantd._cells import Words, folded
from grantd.table._entries import Entries, columns_of, read_entries, read_lists
from grantd.table._form import CREDIT_CODE, ID, PRIOR_AWARDS, Fact, Form, form_of, member_of
from grantd.table._headings import Headings, Unknown, count_known, match_headings
from grantd.table._lines_source import LinesSource
from grantd.table._parquet_source import ParquetSource
from grantd.table._problems import Problem, TableError
from grantd.table._result_words import is_result_heading
from grantd.table._source import Chunk, Source
from grantd.table._text_source import TextSource
from grantd.table._workbook_source import Workbook, WorkbookSource
from grantd.v1.catalogue_pb2 import ListMeasuresRequest
from grantd.v1.catalogue_pb2_grpc import CatalogueStub

WORKBOOKS = (".xlsx", ".xlsm", ".xltx")
FORMATS = (*WORKBOOKS, ".csv", ".tsv", ".txt", ".parquet", ".jsonl", ".ndjson")


@dataclasses.dataclass(frozen=True)
class TableOptions:
    """How a file is read."""

    measure: str | None = None
    # The day of the rows that name none, ``YYYY-MM-DD``.
    as_of: str | None = None
    sheet: str | None = None
    # Paths by heading, where the user says what a column is; empty: nothing.
    columns: Mapping[str, str] = dataclasses.field(default_factory=dict)
    # The unit of sums whose heading names none.
    money: str | None = None
    # Files of entries by the list's path.
    lists: Mapping[str, pathlib.Path] = dataclasses.field(default_factory=dict)
    # Headings that nobody knows and that look like one that is known are taken for columns of the user's own.
    keeps_unknown: bool = False


@dataclasses.dataclass
class TypedRows:
    """Rows as typed columns by path, and what is wrong with some of them."""

    chunk: Chunk
    # Of each path an Arrow array; of lists Python lists of dictionaries.
    table: dict[str, Any]
    # By row of the chunk, the first of each.
    problems: dict[int, Problem]


class Table:
    """A file of applications, with the form that it is read by."""

    def __init__(
        self,
        source: Source,
        form: Form,
        headings: Headings,
        entries: Sequence[Entries],
        notices: Sequence[Words],
        as_of: str | None,
    ) -> None:
        self.source = source
        self.form = form
        self.headings = headings
        self.entries = list(entries)
        self.as_of = as_of
        self._notices = list(notices)
        # The places of the columns that stay beside the results: all but results of an earlier run.
        self.kept = [place for place, heading in enumerate(source.headings) if not self._is_result(heading)]
        if len(self.kept) < len(source.headings):
            self._notices.append(
                Words("上次的结果列由本次结果代替", "the results of an earlier run give way to those of this one")
            )

    @property
    def notices(self) -> list[Words]:
        """What the reader did that its user should know."""
        return [*self._notices, *self.source.notices]

    @property
    def strays(self) -> list[Problem]:
        """Entries that belong to no application."""
        return [problem for entries in self.entries for problem in entries.stray]

    def rows(self, size: int, skip: int = 0) -> Iterator[TypedRows]:
        """The rows, ``size`` at a time, without the first ``skip``."""
        for chunk in self.source.chunks(size, skip):
            yield self.read(chunk)

    def read(self, chunk: Chunk) -> TypedRows:
        """The typed columns of a chunk."""
        # What is wrong in the user's own columns is nobody's business.
        known = {match.place for match in self.headings.matches}
        problems: dict[int, Problem] = {}
        for row, flaws in chunk.flaws.items():
            for place, words in flaws:
                if place is None or place in known:
                    problems.setdefault(row, self._problem(chunk, row, place, words))
        table: dict[str, Any] = {}
        for match in self.headings.matches:
            reading = match.reading
            if self.source.is_1904:
                reading = dataclasses.replace(reading, is_1904=True)
            read = _cell_columns.read_column(chunk.columns[match.place], reading)
            found = dict(read.problems)
            if match.fact.entries:
                table[match.fact.path] = read_lists(read.values.to_pylist(), match.fact, found)
            else:
                table[match.fact.path] = read.values.to_pylist() if reading.kind == "enums" else read.values
            for row, error in found.items():
                problems.setdefault(row, self._problem(chunk, row, match.place, error.words))
        if self.entries:
            self._join(chunk, table, problems)
        return TypedRows(chunk, table, problems)

    def _is_result(self, heading: str) -> bool:
        return any(one.heading == heading for one in self.headings.unknown) and is_result_heading(heading, self.form)

    def _join(self, chunk: Chunk, table: dict[str, Any], problems: dict[int, Problem]) -> None:
        ids = _texts(table.get(ID), len(chunk))
        codes = _texts(table.get(CREDIT_CODE), len(chunk))
        for entries in self.entries:
            lists: list[Any] = []
            for row, (key, code) in enumerate(zip(ids, codes, strict=True)):
                found, problem = entries.of(key, code)
                lists.append(found)
                if problem is not None:
                    problems.setdefault(row, problem)
            table[entries.fact.path] = lists

    def _problem(self, chunk: Chunk, row: int, place: int | None, words: Words) -> Problem:
        column, heading = ("", "") if place is None else (self.source.letter(place), self.source.headings[place])
        return Problem(chunk.rows[row], self.source.sheet, column, heading, words)


def open_table(path: str | pathlib.Path, channel: grpc.Channel, options: TableOptions, also: Sequence[Fact] = ()) -> Table:
    """Opens a file of applications.

    Args:
        path: The file.
        channel: Where the daemon is.
        options: How the file is read.
        also: Facts that the form does not have, and that may have columns all the same: those of other rules.

    Raises:
        TableError: Where it cannot be read, its columns cannot be told, or its measure is not known.
        grpc.RpcError: Where the daemon does not describe the measure.
    """
    path = pathlib.Path(path)
    suffix = path.suffix.lower()
    if not path.is_file():
        raise TableError(Words(f"没有 {path} 这个文件", f"there is no file {path}"))
    if path.stat().st_size == 0:
        raise TableError(Words(f"{path.name} 是空文件", f"{path.name} is empty"))
    if suffix not in FORMATS:
        raise TableError(
            Words(
                f"{path.name} 的格式不支持；可用 {'、'.join(FORMATS)}",
                f"{path.name} is of no format that is read: {', '.join(FORMATS)}",
            )
        )
    book = Workbook(path) if suffix in WORKBOOKS else None
    notices = list(book.notices) if book is not None else []
    measure = options.measure or (book.mark.measure if book is not None and book.mark is not None else None)
    if measure is None:
        measure = _measure_by_paths(path, suffix, channel)
    form = form_of(channel, measure, options.as_of)
    notices += _of_template(book, form, options.measure)
    own = [*form.all()]
    facts = own + [fact for fact in also if fact.path not in {one.path for one in own}]
    sample = "、".join(fact.label.zh for fact in [*form.common[:2], *form.facts[:3]])
    source = _open(path, suffix, book, options.sheet, lambda names: count_known(names, facts), sample)
    named = dict(options.columns)
    absent = [name for name in named if name not in source.headings]
    if absent:
        raise TableError(Words(f"没有“{absent[0]}”这一列", f"there is no column “{absent[0]}”"))
    headings = match_headings(source.headings, facts, named=named, money=options.money)
    notices += _unknown(headings, form, options.keeps_unknown)
    if not any(match.fact.path in {fact.path for fact in form.facts} for match in headings.matches) and form.facts != ():
        notices.append(Words(f"表中没有“{form.title.zh}”的任何事实", f"the table has no fact of “{form.title.en}”"))
    if options.as_of is None and not any(match.fact.path == "as_of" for match in headings.matches):
        raise TableError(
            Words(
                "没有计算日期；请加“计算日期”一列，或用 --as-of 2026-05-20 指定",
                "has no day; add a column “As of”, or give --as-of 2026-05-20",
            ),
            is_usage=True,
        )
    entries = _entries(book, source, form, channel, options, notices)
    return Table(source, form, headings, entries, notices, options.as_of)


def _open(
    path: pathlib.Path,
    suffix: str,
    book: Workbook | None,
    sheet: str | None,
    count: Callable[[Sequence[str]], int],
    sample: str,
) -> Source:
    if book is not None:
        return WorkbookSource(book, _sheet(book, sheet, count, sample), count, sample)
    if sheet is not None:
        raise TableError(Words("只有工作簿才有工作表", "only a workbook has sheets"), is_usage=True)
    if suffix == ".parquet":
        return ParquetSource(path)
    if suffix in (".jsonl", ".ndjson"):
        return LinesSource(path)
    return TextSource(path, count, sample)


def _sheet(book: Workbook, named: str | None, count: Callable[[Sequence[str]], int], sample: str) -> str:
    """The sheet of applications: the one that is named, else the one that knows most headings."""
    sheets = book.sheets
    if named is not None:
        if named not in sheets:
            raise TableError(
                Words(
                    f"没有“{named}”这一工作表；有：{'、'.join(sheets)}",
                    f"there is no sheet “{named}”; there are: {', '.join(sheets)}",
                )
            )
        return named
    best, most = "", 0
    for sheet in sheets:
        known = max((count([str(cell or "") for cell in row]) for _, row in book.rows(sheet, count=30)), default=0)
        if known > most:
            best, most = sheet, known
    if not most:
        raise TableError(
            Words(
                f"{book.path.name} 的工作表（{'、'.join(sheets)}）都没有可识别的表头；表头应为字段名称，例如：{sample}",
                f"no sheet of {book.path.name} ({', '.join(sheets)}) has headings that are known, such as: {sample}",
            )
        )
    return best


def _of_template(book: Workbook | None, form: Form, named: str | None) -> list[Words]:
    """What there is to say where the workbook is a template."""
    mark = None if book is None else book.mark
    if mark is None:
        return []
    if named is not None and mark.measure != named:
        raise TableError(
            Words(
                f"这份模板是为 {mark.measure} 制作的，不是 {named}",
                f"this template was made for {mark.measure}, not for {named}",
            )
        )
    if mark.digest != form.digest:
        return [
            Words(
                f"模板按另一版规则（{mark.digest[:8]}）制作，现行为 {form.digest[:8]}；各列仍按表头识别，建议重新生成模板",
                f"the template was made by other rules ({mark.digest[:8]}) than those in force ({form.digest[:8]}); "
                "its columns are read by their headings all the same, but a new one is better",
            )
        ]
    return []


def _unknown(headings: Headings, form: Form, keeps: bool) -> list[Words]:
    unknown = [one for one in headings.unknown if not is_result_heading(one.heading, form)]
    meant = [one for one in unknown if one.suggestion is not None]
    if meant and not keeps:
        raise TableError(_meant(meant))
    if not unknown:
        return []
    zh = "、".join(f"“{one.heading}”" for one in unknown[:8]) + ("等" if len(unknown) > 8 else "")
    en = ", ".join(f"“{one.heading}”" for one in unknown[:8]) + (", …" if len(unknown) > 8 else "")
    return [Words(f"未识别的列，原样保留：{zh}", f"columns that are not known, kept as they are: {en}")]


def _meant(columns: list[Unknown]) -> Words:
    """What to say of columns that are nearly the form's: of all of them at once, since whoever mends one mends them all."""
    pairs = [(one.heading, one.suggestion) for one in columns if one.suggestion is not None]
    zh = "".join(f"没有“{heading}”这一字段，是否指“{meant.label.zh}”？" for heading, meant in pairs)
    en = " ".join(f"There is no field “{heading}”: did you mean “{meant.label.en}”?" for heading, meant in pairs)
    heading, meant = pairs[0]
    return Words(
        f"{zh}请改表头，或用 --column '{heading}={meant.path}' 指明，不用则写 --column '{heading}='",
        f"{en} Change the heading, or say --column '{heading}={meant.path}', or --column '{heading}=' where it is none",
    )


def _measure_by_paths(path: pathlib.Path, suffix: str, channel: grpc.Channel) -> str:
    """The measure whose facts the columns' names are paths of."""
    measures = [entry.measure for entry in CatalogueStub(channel).ListMeasures(ListMeasuresRequest(), timeout=30).measures]
    names: list[str] = []
    if suffix == ".parquet":
        names = ParquetSource(path).headings
    elif suffix in (".jsonl", ".ndjson"):
        names = LinesSource(path).headings
    elif suffix not in WORKBOOKS:
        with contextlib.suppress(TableError):
            names = TextSource(path, lambda names: sum("." in name for name in names), "").headings
    members = {name.partition(".")[0] for name in names if "." in name}
    found = [measure for measure in dict.fromkeys(measures) if member_of(measure) in members]
    if len(found) == 1:
        return found[0]
    raise TableError(
        Words(
            "不知道是哪项措施；请用 --measure 指明（grantctl measures 列出全部）",
            "which measure? Give --measure (grantctl measures lists all)",
        ),
        is_usage=True,
    )


def _entries(
    book: Workbook | None, source: Source, form: Form, channel: grpc.Channel, options: TableOptions, notices: list[Words]
) -> list[Entries]:
    lists = {fact.path: fact for fact in form.all() if fact.entries}
    found: dict[str, tuple[Source, Fact]] = {}
    for name, path in options.lists.items():
        fact = lists.get(name) or next((one for one in lists.values() if folded(name) in _names(one)), None)
        if fact is None:
            raise TableError(Words(f"没有“{name}”这一清单", f"there is no list “{name}”"), is_usage=True)
        columns = columns_of(fact)
        if not path.is_file():
            raise TableError(Words(f"没有 {path} 这个文件", f"there is no file {path}"))
        other = Workbook(path) if path.suffix.lower() in WORKBOOKS else None
        inner = _open(path, path.suffix.lower(), other, None, _counter(columns), columns[0].label.zh)
        found[fact.path] = (inner, fact)
    for sheet in book.sheets if book is not None else ():
        fact = next((one for one in lists.values() if folded(sheet) in _names(one)), None)
        if fact is not None and fact.path not in found and sheet != source.sheet:
            assert book is not None
            columns = columns_of(fact)
            found[fact.path] = (WorkbookSource(book, sheet, _counter(columns), columns[0].label.zh), fact)
    titles = _titles(channel) if PRIOR_AWARDS in found else {}
    entries = []
    for inner, fact in found.values():
        notices += inner.notices
        entries.append(read_entries(inner, fact, form.measure, titles, options.money))
    return entries


def _counter(columns: Sequence[Fact]) -> Callable[[Sequence[str]], int]:
    return lambda names: count_known(names, columns)


def _names(fact: Fact) -> set[str]:
    # A sheet's name has at most 31 characters.
    return {folded(name)[:31] for name in (fact.label.zh, fact.label.en, fact.path, fact.path.split(".")[-1])}


def _titles(channel: grpc.Channel) -> dict[str, str]:
    measures = CatalogueStub(channel).ListMeasures(ListMeasuresRequest(), timeout=30).measures
    titles = {folded(title): one.measure for one in measures for title in (one.title.zh, one.title.en)}
    return titles | {one.measure: one.measure for one in measures}


def _texts(column: Any, count: int) -> list[str | None]:
    if column is None:
        return [None] * count
    texts: list[str | None] = column.to_pylist() if isinstance(column, pa.Array) else list(column)
    return texts
