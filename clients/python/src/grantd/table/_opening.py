# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The opening of a file of applications: which sheet and which measure, and which column is which fact."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
from collections.abc import Callable, Sequence

import grpc

from grantd._cells import Words, folded, listed
from grantd.table._applications import Applications
from grantd.table._entries import Entries, columns_of, read_entries
from grantd.table._form import PRIOR_AWARDS, STANDARD, Fact, Form, form_of, member_of
from grantd.table._headings import Headings, Unknown, count_known, match_headings
from grantd.table._lines_source import LinesSource
from grantd.table._parquet_source import ParquetSource
from grantd.table._problems import Faults, TableError
from grantd.table._result_words import is_result_heading
from grantd.table._several import MOST, Known, by_column, by_sheet, measure_column, measures_in
from grantd.table._source import HEADING_ROWS, CountKnown, Source
from grantd.table._table import Table, TableOptions
from grantd.table._text_source import TextSource
from grantd.table._workbook_source import Workbook, WorkbookSource
from grantd.v1.catalogue_pb2 import ListMeasuresRequest
from grantd.v1.catalogue_pb2_grpc import CatalogueStub

WORKBOOKS = (".xlsx", ".xlsm", ".xltx")
FORMATS = (*WORKBOOKS, ".csv", ".tsv", ".txt", ".parquet", ".jsonl", ".ndjson")
# Of other programs, or of older ones.
_OTHER_WORKBOOKS = (
    ".xls",
    ".xlsb",
    ".xlt",
    ".et",
    ".ett",
    ".ods",
    ".fods",
    ".numbers",
    ".wps",
    ".dbf",
    ".html",
    ".htm",
    ".mht",
)
_ADVICE = Words(
    "。请用表格软件打开，另存为“Excel 工作簿（.xlsx）”",
    "; open it in a spreadsheet program and save it as .xlsx",
)

# Where nobody is told of headings.
_NO_SAMPLE = Words("", "")
# Columns that nobody knows and that are told by name.
_MOST_NAMED = 8

Also = Callable[[str], Sequence[Fact]]


def _none(_: str) -> Sequence[Fact]:
    return ()


def open_applications(
    path: str | pathlib.Path, channel: grpc.Channel, options: TableOptions, also: Also = _none
) -> Applications:
    """Opens a file of applications for one measure or for several.

    A workbook may have a sheet a measure, as templates for several have; any file may have a column that says which measure a
    row is for.

    Args:
        path: The file.
        channel: Where the daemon is.
        options: How the file is read; its measure is that of the rows that name none.
        also: By measure, facts that its form does not have, and that may have columns all the same: those of other rules.

    Raises:
        TableError: Where it cannot be read, its columns cannot be told, or its measures are not known.
        grpc.RpcError: Where the daemon does not describe the measures.
    """
    file = _File(path)
    known = Known(_titles(channel))
    sheets = file.sheets_of_measures(known) if options.sheet is None and options.measure is None else {}
    if len(sheets) > 1:
        tables = []
        faults = Faults()
        for sheet, measure in sheets.items():
            with faults.gathering(sheet):
                tables.append(_opened(file, channel, dataclasses.replace(options, measure=measure, sheet=sheet), also))
        faults.check()
        return by_sheet(tables, file.notices)
    if len(sheets) == 1 and file.mark is None:
        ((sheet, measure),) = sheets.items()
        options = dataclasses.replace(options, measure=measure, sheet=sheet)
    return _by_column(file, channel, options, known, also) or _opened(file, channel, options, also)


class _File:
    """A file that was looked at."""

    def __init__(self, path: str | pathlib.Path) -> None:
        self.path = path = pathlib.Path(path)
        self.suffix = suffix = path.suffix.lower()
        if not path.is_file():
            raise TableError(Words(f"没有 {path} 这个文件", f"there is no file {path}"))
        if path.stat().st_size == 0:
            raise TableError(Words(f"{path.name} 是空文件", f"{path.name} is empty"))
        if suffix not in FORMATS:
            is_sheet = suffix in _OTHER_WORKBOOKS
            raise TableError(
                Words(
                    f"{path.name} 的格式不支持；可用 {'、'.join(FORMATS)}{_ADVICE.zh if is_sheet else ''}",
                    f"{path.name} is of no format that is read: {', '.join(FORMATS)}{_ADVICE.en if is_sheet else ''}",
                )
            )
        self.book = Workbook(path) if suffix in WORKBOOKS else None
        # What is the same however often it is opened: finding its columns takes a look at all of it.
        self._source: Source | None = None

    @property
    def notices(self) -> list[Words]:
        return list(self.book.notices) if self.book is not None else []

    @property
    def mark(self) -> str | None:
        """The measure that the template was made for."""
        return self.book.mark.measure if self.book is not None and self.book.mark is not None else None

    def measure_of(self, sheet: str | None) -> str | None:
        """The measure that one of a template's sheets is for."""
        mark = None if self.book is None else self.book.mark
        return mark.sheets[sheet].measure if mark is not None and sheet in mark.sheets else None

    def sheets_of_measures(self, known: Known) -> dict[str, str]:
        """The measures of the sheets that have one of their own: by what a template says, else by the sheets' names."""
        if self.book is None or self.mark is not None:
            return {}
        marked = self.book.mark.sheets if self.book.mark is not None else {}
        found: dict[str, str] = {}
        for sheet in self.book.sheets:
            measure = marked[sheet].measure if sheet in marked else known.find(sheet)
            if measure is not None and (sheet in marked) == bool(marked):
                found[sheet] = measure
        return found

    def open(self, sheet: str | None, count: CountKnown, sample: Words) -> Source:
        """The file's table, or one of its sheets: the one that is named, else the one that knows most headings."""
        if self.book is not None:
            found, others = _sheet(self.book, sheet, count, sample)
            source = WorkbookSource(self.book, found, count, sample)
            if others:
                source.notices.append(_others(found, others))
            return source
        if sheet is not None:
            raise TableError(Words("只有工作簿才有工作表", "only a workbook has sheets"), is_usage=True)
        if self.suffix not in (".parquet", ".jsonl", ".ndjson"):
            return TextSource(self.path, count, sample)
        if self._source is None:
            self._source = ParquetSource(self.path) if self.suffix == ".parquet" else LinesSource(self.path)
        return self._source


def _opened(file: _File, channel: grpc.Channel, options: TableOptions, also: Also = _none) -> Table:
    measure = options.measure or file.mark or file.measure_of(options.sheet) or _measure_by_paths(file, channel)
    form = form_of(channel, measure, options.as_of)
    notices = [*file.notices, *_of_template(file.book, form, options)]
    facts = _facts(form, also)
    faults = Faults()
    source: Source | None = None
    with faults.gathering():
        source = file.open(options.sheet, _counter(facts), _sample(form))
    headings = None if source is None else _headings_of(source, form, facts, options, notices, faults)
    # What is wrong with the lists' sheets is told with the rest, even where the applications cannot be read at all.
    entries = _entries(file, source, form, channel, options, notices, faults)
    faults.check()
    assert source is not None
    assert headings is not None
    return Table(source, form, headings, entries, notices, options.as_of)


def _headings_of(
    source: Source, form: Form, facts: Sequence[Fact], options: TableOptions, notices: list[Words], faults: Faults
) -> Headings:
    """Which column is which fact, with all that is wrong with them."""
    headings = match_headings(source.headings, facts, named=options.columns, money=options.money, letter=source.letter)
    with faults.gathering(source.sheet):
        _check_named(options, source)
    with faults.gathering(source.sheet):
        headings.check()
    with faults.gathering(source.sheet):
        notices += _unknown(headings.unknown, [form], options.keeps_unknown)
    with faults.gathering(source.sheet):
        _check_day(options, headings)
    if not any(match.fact.path in {fact.path for fact in form.facts} for match in headings.matches) and form.facts != ():
        notices.append(Words(f"表中没有“{form.title.zh}”的任何事实", f"the table has no fact of “{form.title.en}”"))
    return headings


# MARK: - Several measures


def _by_column(file: _File, channel: grpc.Channel, options: TableOptions, known: Known, also: Also) -> Applications | None:
    """The file by its column of measures; ``None`` where it has none, or one that is its user's own."""
    usual = options.measure or file.mark
    first = list(STANDARD) if usual is None else [*form_of(channel, usual, options.as_of).all()]
    headings = _headings(file, options, _counter_with_measure(first))
    if headings is None or measure_column(headings.headings) is None:
        return None
    place = measure_column(headings.headings)
    assert place is not None
    cells = measures_in(headings, place)
    found = [known.find(cell) for cell in cells]
    measures = list(dict.fromkeys(measure for measure in [usual, *found] if measure is not None))
    # Where no cell names a measure the column is its user's own; where one does, what the others name has to be one too.
    if not any(found) or (measures == [usual] and None not in found):
        return None
    if len(measures) == 1 and "outcome" in headings.headings:
        # Results of an earlier run, which name no measure where there was a problem.
        return _opened(file, channel, dataclasses.replace(options, measure=measures[0]), also)
    if len(measures) > MOST:
        raise TableError(
            Words(f"一个文件最多可有 {MOST} 项措施", f"a file may have applications for {MOST} measures at most"), is_usage=True
        )
    forms = {measure: form_of(channel, measure, options.as_of) for measure in measures}
    facts = {fact.path: fact for form in forms.values() for fact in _facts(form, also)}
    source = file.open(options.sheet, _counter_with_measure(list(facts.values())), _sample(next(iter(forms.values()))))
    place = measure_column(source.headings)
    assert place is not None
    faults = Faults()
    with faults.gathering(source.sheet):
        _check_named(options, source)
    for path in options.columns.values():
        if path and path not in facts:
            faults.add(Words(f"没有“{path}”这一字段", f"there is no field {path!r}"), is_usage=True)
    for name in options.lists:
        if not any(_list_named(form, name) for form in forms.values()):
            faults.add(_no_list(name), is_usage=True)
    # The column itself is no fact.
    names = ["" if one == place else heading for one, heading in enumerate(source.headings)]
    tables: dict[str, Table] = {}
    unknown: list[tuple[Unknown, ...]] = []
    for measure, form in forms.items():
        own = _facts(form, also)
        paths = {fact.path for fact in own}
        named = {heading: path for heading, path in options.columns.items() if not path or path in paths}
        headings_of = match_headings(names, own, named=named, money=options.money, letter=source.letter)
        with faults.gathering(source.sheet):
            headings_of.check()
        with faults.gathering(source.sheet):
            _check_day(options, headings_of)
        notices: list[Words] = []
        lists = {name: path for name, path in options.lists.items() if _list_named(form, name) is not None}
        entries = _entries(file, source, form, channel, dataclasses.replace(options, lists=lists), notices, faults)
        tables[measure] = Table(source, form, headings_of, entries, notices, options.as_of)
        unknown.append(headings_of.unknown)
    # What no measure knows, with whichever suggestion there is.
    by_place = [{one.place: one for one in found} for found in unknown]
    common = [place for place in by_place[0] if all(place in found for found in by_place)]
    nobodys = [
        next((found[place] for found in by_place if found[place].suggestion is not None), by_place[0][place])
        for place in common
    ]
    notices = list(file.notices)
    with faults.gathering(source.sheet):
        notices += _unknown(nobodys, list(forms.values()), options.keeps_unknown)
    faults.check()
    return by_column(source, tables, place, known, usual, notices)


def _headings(file: _File, options: TableOptions, count: CountKnown) -> Source | None:
    """The file by the headings that every measure has; ``None`` where there are none."""
    if file.book is not None and options.sheet is not None and options.sheet not in file.book.sheets:
        return None
    try:
        return file.open(options.sheet, count, _NO_SAMPLE)
    except TableError:
        # Whoever reads it by its measure's own headings says what is wrong.
        return None


def _counter_with_measure(facts: Sequence[Fact]) -> CountKnown:
    counted = _counter(facts)
    return lambda names: counted(names) + (measure_column(names) is not None)


def _facts(form: Form, also: Also) -> list[Fact]:
    own = [*form.all()]
    return own + [fact for fact in also(form.measure) if fact.path not in {one.path for one in own}]


# MARK: - Checks


def _check_named(options: TableOptions, source: Source) -> None:
    faults = Faults()
    for name in options.columns:
        if name not in source.headings:
            faults.add(Words(f"没有“{name}”这一列", f"there is no column “{name}”"))
    faults.check()


def _check_day(options: TableOptions, headings: Headings) -> None:
    if options.as_of is None and not any(match.fact.path == "as_of" for match in headings.matches):
        raise TableError(
            Words(
                "没有计算日期；请加“计算日期”一列，或用 --as-of 2026-05-20 指定",
                "has no day; add a column “As of”, or give --as-of 2026-05-20",
            ),
            is_usage=True,
        )


def _sample(form: Form) -> Words:
    """Headings that would be known, to say so."""
    labels = [fact.label for fact in [*form.common[:2], *form.facts[:3]]]
    return Words("、".join(label.zh for label in labels), ", ".join(label.en for label in labels))


# MARK: - Parts of a file


def _sheet(book: Workbook, named: str | None, count: CountKnown, sample: Words) -> tuple[str, list[str]]:
    """The sheet of applications: the one that is named, else the one that knows most headings; and others that look like it."""
    sheets = book.sheets
    if named is not None:
        if named not in sheets:
            raise TableError(
                Words(
                    f"没有“{named}”这一工作表；有：{'、'.join(sheets)}",
                    f"there is no sheet “{named}”; there are: {', '.join(sheets)}",
                )
            )
        return named, []
    known = {
        sheet: max((count([str(cell or "") for cell in row]) for _, row in book.rows(sheet, count=HEADING_ROWS)), default=0)
        for sheet in sheets
    }
    best = max(sheets, key=lambda sheet: known[sheet], default="")
    if not sheets:
        raise TableError(
            Words(
                f"{book.path.name} 没有可见的工作表；请取消隐藏，或另存为普通工作簿",
                f"{book.path.name} has no sheet that shows; unhide the one of applications",
            )
        )
    if not known[best]:
        raise TableError(
            Words(
                f"{book.path.name} 的工作表（{'、'.join(sheets)}）都没有可识别的表头；表头应为字段名称，例如：{sample.zh}",
                f"no sheet of {book.path.name} ({', '.join(sheets)}) has headings that are known, such as: {sample.en}",
            )
        )
    # A list's sheet, and one that explains, have one or two of them.
    return best, [sheet for sheet in sheets if sheet != best and known[sheet] >= 3 and 2 * known[sheet] > known[best]]


def _others(sheet: str, others: Sequence[str]) -> Words:
    zh, en = "”“".join(others), "”, “".join(others)
    return Words(
        f"只读取工作表“{sheet}”；“{zh}”也像是申请表，未读取：请用 --sheet 指明要读的一张，或合并到一张表",
        f"only the sheet “{sheet}” is read; “{en}” looks like one of applications as well, and is not: name the one to be read "
        "by --sheet, or put them into one",
    )


def _of_template(book: Workbook | None, form: Form, options: TableOptions) -> list[Words]:
    """What there is to say where the workbook is a template."""
    mark = None if book is None else book.mark
    if mark is None:
        return []
    made = mark.sheets.get(options.sheet or "")
    measure, digest = (mark.measure, mark.digest) if made is None else made
    if measure is None:
        return []
    if measure != form.measure:
        raise TableError(
            Words(
                f"这份模板是为 {measure} 制作的，不是 {form.measure}",
                f"this template was made for {measure}, not for {form.measure}",
            )
        )
    if digest != form.digest:
        return [
            Words(
                f"模板按另一版规则（{digest[:8]}）制作，现行为 {form.digest[:8]}；各列仍按表头识别，建议重新生成模板",
                f"the template was made by other rules ({digest[:8]}) than those in force ({form.digest[:8]}); "
                "its columns are read by their headings all the same, but a new one is better",
            )
        ]
    return []


def _unknown(columns: Sequence[Unknown], forms: Sequence[Form], keeps: bool) -> list[Words]:
    unknown = [one for one in columns if not any(is_result_heading(one.heading, form) for form in forms)]
    meant = [one for one in unknown if one.suggestion is not None]
    if meant and not keeps:
        raise TableError(_meant(meant))
    if not unknown:
        return []
    zh, en = _named(unknown)
    return [Words(f"未识别的列，原样保留：{zh}", f"columns that are not known, kept as they are: {en}")]


def _named(columns: Sequence[Unknown]) -> Words:
    """The headings of columns, the first few."""
    return listed([f"“{one.heading}”" for one in columns], _MOST_NAMED)


def _meant(columns: list[Unknown]) -> Words:
    """What to say of columns that are nearly the form's: of all of them at once, since whoever mends one mends them all."""
    pairs = [(one.heading, one.suggestion) for one in columns if one.suggestion is not None]
    zh = "".join(f"没有“{heading}”这一字段，是否指“{meant.label.zh}”？" for heading, meant in pairs[:_MOST_NAMED])
    en = " ".join(f"There is no field “{heading}”: did you mean “{meant.label.en}”?" for heading, meant in pairs[:_MOST_NAMED])
    if len(pairs) > _MOST_NAMED:
        zh += f"另有 {len(pairs) - _MOST_NAMED:,} 列类似。"
        en += f" And {len(pairs) - _MOST_NAMED:,} more such columns."
    heading, meant = pairs[0]
    return Words(
        f"{zh}请改表头，或用 --column '{heading}={meant.path}' 指明，不用则写 --column '{heading}='",
        f"{en} Change the heading, or say --column '{heading}={meant.path}', or --column '{heading}=' where it is none",
    )


def _measure_by_paths(file: _File, channel: grpc.Channel) -> str:
    """The measure whose facts the columns' names are paths of."""
    measures = [entry.measure for entry in CatalogueStub(channel).ListMeasures(ListMeasuresRequest(), timeout=30).measures]
    names: list[str] = []
    with contextlib.suppress(TableError):
        names = file.open(None, lambda names: sum("." in name for name in names), _NO_SAMPLE).headings
    members = {name.partition(".")[0] for name in names if "." in name}
    found = [measure for measure in dict.fromkeys(measures) if member_of(measure) in members]
    if len(found) == 1:
        return found[0]
    raise TableError(
        Words(
            "不知道是哪项措施；请用 --measure 指明（grantctl measures 列出全部），或加“措施”一列",
            "which measure? Give --measure (grantctl measures lists all), or add a column “Measure”",
        ),
        is_usage=True,
    )


def _entries(
    file: _File,
    source: Source | None,
    form: Form,
    channel: grpc.Channel,
    options: TableOptions,
    notices: list[Words],
    faults: Faults,
) -> list[Entries]:
    """The lists' entries; ``source``: the applications, where they can be read."""
    lists = {fact.path: fact for fact in form.all() if fact.entries}
    found: dict[str, tuple[Source, Fact]] = {}
    for name, path in options.lists.items():
        fact = _list_named(form, name)
        if fact is None:
            faults.add(_no_list(name), is_usage=True)
            continue
        columns = columns_of(fact)
        with faults.gathering():
            found[fact.path] = (_File(path).open(None, _counter(columns), columns[0].label), fact)
    book = file.book
    marked = book.mark.lists if book is not None and book.mark is not None else {}
    for sheet in book.sheets if book is not None else ():
        named = marked.get(sheet)
        if named is not None:
            fact = lists.get(named.path) if named.measure in (form.measure, "") else None
        else:
            fact = next((one for one in lists.values() if folded(sheet) in _names(one)), None)
        if fact is not None and fact.path not in found and (source is None or sheet != source.sheet):
            assert book is not None
            columns = columns_of(fact)
            with faults.gathering():
                found[fact.path] = (WorkbookSource(book, sheet, _counter(columns), columns[0].label), fact)
    titles = _titles(channel) if PRIOR_AWARDS in found else {}
    entries = []
    for inner, fact in found.values():
        notices += inner.notices
        with faults.gathering(inner.sheet or inner.path.name):
            one = read_entries(inner, fact, form.measure, titles, options.money)
            notices += _unknown_entries(one, options.keeps_unknown)
            entries.append(one)
    return entries


def _unknown_entries(entries: Entries, keeps: bool) -> list[Words]:
    """What there is to say of a list's columns that nobody knows: they would be left out without a word."""
    meant = [(one.heading, one.suggestion.label) for one in entries.unknown if one.suggestion is not None]
    if meant and not keeps:
        faults = Faults()
        for heading, label in meant:
            zh = f"没有“{heading}”这一字段，是否指“{label.zh}”？请改表头；是自己的列则加 --keep-unknown"
            en = f"there is no field “{heading}”, did you mean “{label.en}”? Change the heading, or keep it by --keep-unknown"
            faults.add(Words(zh, en))
        faults.check()
    if not entries.unknown:
        return []
    name = entries.source.sheet or entries.source.path.name
    zh, en = _named(entries.unknown)
    return [Words(f"“{name}”中未识别的列，不使用：{zh}", f"columns of “{name}” that are not known, and not used: {en}")]


def _counter(columns: Sequence[Fact]) -> Callable[[Sequence[str]], int]:
    return lambda names: count_known(names, columns)


def _names(fact: Fact) -> set[str]:
    # A sheet's name has at most 31 characters.
    return {folded(name)[:31] for name in (fact.label.zh, fact.label.en, fact.path, fact.path.split(".")[-1])}


def _titles(channel: grpc.Channel) -> dict[str, str]:
    measures = CatalogueStub(channel).ListMeasures(ListMeasuresRequest(), timeout=30).measures
    titles = {folded(title): one.measure for one in measures for title in (one.title.zh, one.title.en)}
    return titles | {one.measure: one.measure for one in measures}


def _list_named(form: Form, name: str) -> Fact | None:
    lists = [fact for fact in form.all() if fact.entries]
    return next((fact for fact in lists if fact.path == name or folded(name) in _names(fact)), None)


def _no_list(name: str) -> Words:
    return Words(f"没有“{name}”这一清单", f"there is no list “{name}”")
