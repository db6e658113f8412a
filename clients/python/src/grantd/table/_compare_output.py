# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A comparison as a workbook with pictures, as a Parquet file, and as a page of a terminal."""

from __future__ import annotations

import codecs
import contextlib
import functools
import pathlib
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import grpc
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import xlsxwriter

from grantd._cells import Words
from grantd.table._comparison import AMOUNTS, KINDS, ROWS, Comparison, Group, titles
from grantd.table._lock import locked
from grantd.table._outputs import FORMULA
from grantd.table._page import none_below, padded, wrapped
from grantd.table._parts import Parts, reason_of
from grantd.table._problems import Language, RunError, TableError, said
from grantd.table._result_words import LineColumn, line_columns
from grantd.table._run import RunOptions
from grantd.table._summary import BASES, OUTCOMES, AmountKind, amount_kind, money
from grantd.table._workbook_output import FONT, MOST_ROWS, Formats, landscape, write, write_money

_KIND_COLOURS = {
    "GAIN": "#4C9F5E",
    "LOSS": "#CC6B60",
    "OTHER": "#5B93C7",
    "OPEN": "#E0B23C",
    "SAME": "#A8A8A8",
    "ERROR": "#B86AA2",
}
_MOST_BARS = 20
# What no sheet's name may hold, and how long it may be.
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_MOST_TITLE = 31
# The sheets; that of the groups has a name of its own.
_SHEETS = {
    "summary": Words("汇总", "Summary"),
    "groups": Words("", ""),
    "reasons": Words("变化的原因", "Why"),
    "gains": Words("增加最多", "Largest gains"),
    "losses": Words("减少最多", "Largest losses"),
    "changed": Words("有变化的行", "Rows that change"),
}
_POTENTIALS = (Words("原最高可达", "Before, up to"), Words("现最高可达", "Now, up to"))
_LINES = (Words("原：", "Before: "), Words("现：", "Now: "))
_YUAN = Words("元", "yuan")
_BASES = (Words("原金额性质", "What the amount was"), Words("现金额性质", "What the amount is"))


class ComparisonOutput(Protocol):
    """Where the rows of a comparison go as they come."""

    def begin(self, comparison: Comparison) -> Callable[[Any], None]:
        """Gives what writes rows, tables of the schema ``ROWS``, of a comparison that has none yet."""

    def finish(self, comparison: Comparison) -> None:
        """Writes what they came to, and closes the file."""

    def close(self) -> None:
        """Closes the file as it is; does nothing where it is closed."""


@contextlib.contextmanager
def comparison_output(
    path: pathlib.Path, given: pathlib.Path, question: Mapping[str, Any], run: RunOptions, by: str | None
) -> Iterator[tuple[ComparisonOutput, Parts]]:
    """An output of a comparison, ``.xlsx``, ``.csv`` or ``.parquet``, and the rows so far of a run that was cut off.

    The output is there only once it is whole, and the rows so far until then.

    Args:
        path: The output.
        given: The table's own file.
        question: What the rows are the answers to.
        run: How the run goes.
        by: The heading of a column that winners and losers are counted by.

    Raises:
        TableError: Where the output cannot be, or there are rows of another run.
        RunError: Where another run writes it, or there is no room for it.
    """
    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".csv", ".parquet"):
        raise TableError(
            Words(f"不能写 {path.name}；可用 .xlsx、.csv、.parquet", f"{path.name} is of no format that is written"),
            is_usage=True,
        )
    if path.exists() and path.resolve() == given.resolve():
        raise TableError(Words("输出不能是输入文件本身", "the output cannot be the input itself"), is_usage=True)
    if path.exists() and not run.overwrites:
        raise TableError(
            Words(f"{path} 已存在；要覆盖请加 --force", f"{path} is there already; to write over it, give --force"),
            is_usage=True,
        )
    if not path.parent.is_dir():
        raise TableError(Words(f"没有 {path.parent} 这个文件夹", f"there is no folder {path.parent}"), is_usage=True)
    with locked(path):
        unfinished = path.with_name(f".{path.stem}.unfinished{path.suffix}")
        output: ComparisonOutput | None = None
        try:
            parts = Parts(path, question, run.restarts)
            if suffix == ".xlsx":
                output = WorkbookComparison(unfinished, run.language, by)
            else:
                output = (_Parquet if suffix == ".parquet" else _Text)(unfinished)
            yield output, parts
            unfinished.replace(path)
            parts.remove()
        except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
            if isinstance(error, grpc.RpcError):
                raise
            zh, en = reason_of(error)
            raise RunError(Words(f"无法写入 {path}：{zh}", f"{path} cannot be written: {en}")) from None
        finally:
            # What is still to be written has no room either.
            with contextlib.suppress(OSError):
                if output is not None:
                    output.close()
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)


class _Parquet:
    """The rows, by their names."""

    def __init__(self, path: pathlib.Path) -> None:
        self._writer: Any = pq.ParquetWriter(path, ROWS, compression="zstd")

    def begin(self, comparison: Comparison) -> Callable[[Any], None]:
        write_rows: Callable[[Any], None] = self._writer.write_table
        return write_rows

    def finish(self, comparison: Comparison) -> None:
        self.close()

    def close(self) -> None:
        self._writer.close()


class _Text:
    """The same as comma-separated values, with the mark by which sheets know UTF-8."""

    _SCHEMA = pa.schema([(field.name, pa.string() if pa.types.is_dictionary(field.type) else field.type) for field in ROWS])

    def __init__(self, path: pathlib.Path) -> None:
        self._file = path.open("wb")
        self._file.write(codecs.BOM_UTF8)
        self._writer: Any = pyarrow.csv.CSVWriter(self._file, self._SCHEMA)

    def begin(self, comparison: Comparison) -> Callable[[Any], None]:
        return lambda rows: self._writer.write_table(_disarmed(rows.cast(self._SCHEMA)))

    def finish(self, comparison: Comparison) -> None:
        self.close()

    def close(self) -> None:
        self._writer.close()
        self._file.close()


def _disarmed(rows: Any) -> Any:
    """Texts that no sheet takes for formulas; the user's own are the applications' names and the groups."""
    for name in ("application_id", "group"):
        place = rows.schema.get_field_index(name)
        found = pc.match_substring_regex(rows[name], f"^{FORMULA}")
        if pc.any(found).as_py():
            disarmed = pc.if_else(found, pc.binary_join_element_wise("'", rows[name], ""), rows[name])
            rows = rows.set_column(place, name, disarmed)
    return rows


def _of_row(name: str, row: dict[str, Any]) -> Any:
    return row[name]


def _line_of(line: LineColumn, name: str, row: dict[str, Any]) -> Any:
    shown = line.shown.get(row["measure"])
    return None if shown is None else shown(row[name])


def comparison_page(comparison: Comparison, out: str, language: Language) -> str:
    """What a comparison came to, for a terminal."""

    def say(zh: str, en: str) -> str:
        return said(Words(zh, en), language)

    lines = [wrapped(say(f"{new.title.zh}（{new.measure}）", f"{new.title.en} ({new.measure})")) for _, new in comparison.forms]
    lines += [""]
    if all(old.digest == new.digest for old, new in comparison.forms):
        lines += [say("两边的规则相同", "the rules are the same on both sides"), ""]
    for kind, count in comparison.counts.items():
        if count:
            lines.append("  " + padded(said(KINDS[kind], language), 46) + padded(f"{count:,}", 12, right=True))
    if not sum(comparison.counts.values()):
        lines.append("  " + none_below(language))
    lines += ["  " + "─" * 76]
    for words, fen in comparison.sums():
        lines.append("  " + padded(said(words, language), 34) + padded(money(fen, language), 34, right=True))
    if len(comparison.amount_kinds) > 1:
        zh = "金额与上限不能相加，各行的金额写在输出里"
        lines.append("  " + say(zh, "sums and bounds do not add up: each row's stand in the output"))
    # Of bounds the difference is one of bounds.
    change = said(AMOUNTS[comparison.amounts].change, language) if comparison.amounts != "none" else ""
    if comparison.errors:
        zh = "有问题的行和原因写在输出里；`grantd table check` 逐处列出"
        lines += ["", wrapped(say(zh, "what is wrong with rows stands in the output; `grantd table check` lists it"))]
    reasons = comparison.reasons()
    if reasons:
        lines += ["", say("变化的原因", "Why") + (say(f"：行数、{change}", f": rows, {change.lower()}") if change else "")]
        for one in reasons[:8]:
            clause = f"（{one.clause}）" if language == "zh" else f" ({one.clause})"
            rows = say(f"{one.rows:,} 行", f"{one.rows:,} rows")
            amount = "" if one.change_fen is None else f"{money(one.change_fen, language)}  "
            lines.append(wrapped(f"{rows}  {amount}{one.reason}{clause if one.clause else ''}", "  ", "    "))
    if comparison.by is not None:
        more = f" / {change.lower()}" if change else ""
        lines += ["", comparison.by + say("：增加 / 减少", ": gain / lose") + more]
        for group in comparison.groups()[:10]:
            counts = padded(f"{group.winners:,} / {group.losers:,}", 20, right=True)
            amount = "" if group.change_fen is None else padded(money(group.change_fen, language), 30, right=True)
            lines.append("  " + padded(group.name or "—", 24) + counts + amount)
    return "\n".join([*lines, "", say(f"已写入 {out}", f"written to {out}")])


class _Column(NamedTuple):
    """A column of the sheets of rows."""

    head: str
    width: int
    # Its value of a row, and whether that is in fen.
    value: Callable[[dict[str, Any]], Any]
    is_money: bool = False


class WorkbookComparison:
    """A workbook: what the change comes to with pictures, why, the largest gains and losses, and the rows that change."""

    def __init__(self, path: pathlib.Path, language: Language, by: str | None) -> None:
        self._language = language
        self._by = by
        self._folder = tempfile.TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.")
        options = {"constant_memory": True, "tmpdir": self._folder.name}
        self._book = xlsxwriter.Workbook(str(path), {**options, "strings_to_formulas": False, "strings_to_urls": False})
        self._formats = Formats(self._book)
        self._comparison: Any = None
        # In the order in which they are shown; those that have nothing to show stay hidden.
        self._sheets = {
            name: self._book.add_worksheet(self._title(name)) for name in _SHEETS if name != "groups" or by is not None
        }
        self._row = self._left_out = 0
        self._columns: list[_Column] = []

    def begin(self, comparison: Comparison) -> Callable[[Any], None]:
        """Writes the headings of the rows."""
        self._comparison = comparison
        self._columns = list(self._columns_of(comparison))
        self._row_heads(self._sheets["changed"])
        return self._add

    def _add(self, rows: Any) -> None:
        """Writes those of the rows that change, as many as a sheet has."""
        changed = rows.filter(pc.not_equal(rows["kind"].cast(pa.string()), "SAME"))
        room = MOST_ROWS - self._row
        self._left_out += max(0, changed.num_rows - room)
        for row in changed.slice(0, room).to_pylist():
            self._row += 1
            self._write_row(self._sheets["changed"], self._row, row)

    def finish(self, comparison: Comparison) -> None:
        """Writes the other sheets, and closes the file."""
        sheets = self._sheets
        groups = comparison.groups() if comparison.by is not None else []
        used = {"summary", *(["groups"] if groups else []), *(["changed"] if self._row else [])}
        if groups:
            self._groups(sheets["groups"], groups)
        if comparison.reasons():
            used.add("reasons")
            self._reasons(sheets["reasons"])
        for gains, name in ((True, "gains"), (False, "losses")):
            rows = comparison.largest(100, gains)
            if rows:
                used.add(name)
                self._row_heads(sheets[name])
                for number, row in enumerate(rows, 1):
                    self._write_row(sheets[name], number, row)
                sheets[name].autofilter(0, 0, len(rows), len(self._columns) - 1)
        if self._row:
            sheets["changed"].autofilter(0, 0, self._row, len(self._columns) - 1)
        for name, sheet in sheets.items():
            if name not in used:
                sheet.very_hidden()
        self._summary(sheets["summary"], groups)
        sheets["summary"].activate()
        self._book.close()

    def close(self) -> None:
        """Lets go of the rows' files."""
        for sheet in self._book.worksheets():
            with contextlib.suppress(OSError):
                if sheet.row_data_fh is not None:
                    sheet.row_data_fh.close()
        self._folder.cleanup()

    def _summary(self, sheet: Any, groups: Sequence[Any]) -> None:
        comparison, formats, language = self._comparison, self._formats, self._language
        total = comparison.total
        sheet.hide_gridlines(2)
        for place, width in enumerate((2, 46, 14, 24, 24, 24)):
            sheet.set_column(place, place, width)
        sheet.set_row(0, 28)
        sheet.write_string(0, 1, titles(comparison), formats.title)
        row = 0
        for pair in comparison.forms:
            for name, form in zip((self._said("原规则", "Before"), self._said("新规则", "Now")), pair, strict=True):
                row += 1
                title = f"{said(form.title, language)}　" if len(comparison.forms) > 1 else ""
                text = f"{name}：{title}{form.document}　{said(form.award, language)}　{form.digest[:12]}"
                sheet.write_string(row, 1, text, formats.note)
        if self._left_out:
            row += 1
            more = f"{self._left_out:,}"
            text = self._said(
                f"“有变化的行”放不下的另有 {more} 行；要全部各行，请输出 .csv 或 .parquet",
                f"{more} more rows change than a sheet has room for; for all of them write .csv or .parquet",
            )
            sheet.write_string(row, 1, text, formats.note)
        row += 2
        first = row + 1
        heads = (*self._many("申请", "Applications", "行数", "Rows"), *self._sum_heads())
        sheet.set_row(row, 22)
        for place, head in enumerate(heads, 1):
            sheet.write_string(row, place, head, formats.head if place == 1 else formats.right_head)
        kinds = [(kind, count) for kind, count in comparison.counts.items() if count]
        for kind, count in kinds:
            row += 1
            part = comparison.of_kind(kind)
            sheet.write_string(row, 1, said(KINDS[kind], language), formats.plain)
            sheet.write_number(row, 2, count, formats.count)
            # Of these no difference is known.
            sums = comparison.sums(part) if kind not in ("OPEN", "ERROR") else []
            for place, (_, fen) in enumerate(sums, 3):
                write_money(sheet, row, place, fen, formats)
        row += 1
        sheet.write_string(row, 1, self._said("合计", "Total"), formats.total)
        sheet.write_number(row, 2, total.rows, formats.total_count)
        for place, (_, fen) in enumerate(comparison.sums(), 3):
            write_money(sheet, row, place, fen, formats, is_total=True)
        row += 2
        for place, head in enumerate((self._said("结论：原 → 现", "Outcome: before → now"), self._said("行数", "Rows")), 1):
            sheet.write_string(row, place, head, formats.head if place == 1 else formats.right_head)
        for (old, new), count in comparison.transitions.items():
            row += 1
            sheet.write_string(row, 1, f"{said(OUTCOMES[old], language)} → {said(OUTCOMES[new], language)}", formats.plain)
            sheet.write_number(row, 2, count, formats.count)
        colours = [_KIND_COLOURS[kind] for kind, _ in kinds]
        title = self._said("申请数", "Applications")
        self._chart(sheet, sheet.get_name(), title, (first, 1, first + len(kinds) - 1, 2), colours, (row + 2, 1))
        if groups and comparison.amounts != "none":
            last = min(len(groups), _MOST_BARS)
            title = self._with_unit(AMOUNTS[comparison.amounts].change, Words("百万元", "million yuan"))
            shown = [_KIND_COLOURS["GAIN" if group.change_fen >= 0 else "LOSS"] for group in groups[:last]]
            at = (row + 6 + 2 * len(kinds), 1)
            self._chart(sheet, self._title("groups"), title, (1, 0, last, 6), shown, at, "#,##0.00,,")
        landscape(sheet, "")
        sheet.fit_to_pages(1, 1)

    def _chart(
        self,
        sheet: Any,
        of: str,
        title: str,
        area: tuple[int, int, int, int],
        colours: Sequence[str],
        at: tuple[int, int],
        numbers: str = "#,##0",
    ) -> None:
        """A bar for each row of an area: names in its first column, numbers in its last."""
        first, names, last, values = area
        chart: Any = self._book.add_chart({"type": "bar"})
        chart.add_series(
            {
                "name": title,
                "categories": [of, first, names, last, names],
                "values": [of, first, values, last, values],
                "points": [{"fill": {"color": colour}, "border": {"none": True}} for colour in colours],
                "data_labels": {"value": True, "num_format": numbers, "font": {"name": FONT, "size": 9}},
                "gap": 50,
            }
        )
        chart.set_title({"name": title, "name_font": {"name": FONT, "size": 12, "color": "#1F3A5F"}, "overlay": False})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True, "num_font": {"name": FONT, "size": 9}, "label_position": "low"})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        chart.set_size({"width": 860, "height": 90 + 30 * len(colours)})
        sheet.insert_chart(at[0], at[1], chart)

    def _groups(self, sheet: Any, groups: Sequence[Group]) -> None:
        heads = (self._by or "", *self._many("行数", "Rows", "增加", "Gain", "减少", "Lose"), *self._sum_heads())
        self._head(sheet, heads, (24, 10, 10, 10, 22, 22, 22)[: len(heads)])
        for row, group in enumerate(groups, 1):
            write(sheet, row, 0, group.name or "—", self._formats)
            for place, count in enumerate((group.rows, group.winners, group.losers), 1):
                sheet.write_number(row, place, count, self._formats.count)
            for place, (_, fen) in enumerate(self._comparison.sums(group), 4):
                write_money(sheet, row, place, fen, self._formats)

    def _reasons(self, sheet: Any) -> None:
        reasons = self._comparison.reasons()
        heads = (*self._many("原因", "Reason", "条款", "Clause", "行数", "Rows"), *self._sum_heads()[2:])
        self._head(sheet, heads, (80, 18, 12, 26)[: len(heads)])
        for row, one in enumerate(reasons, 1):
            write(sheet, row, 0, one.reason, self._formats)
            write(sheet, row, 1, one.clause, self._formats)
            sheet.write_number(row, 2, one.rows, self._formats.count)
            if one.change_fen is not None:
                write_money(sheet, row, 3, one.change_fen, self._formats)

    def _sum_heads(self) -> list[str]:
        """What sums, or bounds, are called: nothing where nothing adds up."""
        return [self._with_unit(words) for words, _ in self._comparison.sums()]

    def _columns_of(self, comparison: Comparison) -> Iterator[_Column]:
        """The columns of the sheets of rows. Sums and bounds never stand in one."""

        def plain(name: str, width: int, words: Words) -> _Column:
            return _Column(said(words, self._language), width, functools.partial(_of_row, name))

        def worded(name: str, width: int, words: Words, known: Mapping[str, Words]) -> _Column:
            return _Column(
                said(words, self._language), width, lambda row: said(known[row[name]], self._language) if row[name] else None
            )

        yield plain("row", 8, Words("行", "Row"))
        yield plain("application_id", 20, Words("申请编号", "Application"))
        if len(comparison.forms) > 1:
            titles_of = {new.measure: new.title for _, new in comparison.forms}
            yield worded("measure", 24, Words("措施", "Measure"), titles_of)
        if self._by is not None:
            yield _Column(self._by, 16, lambda row: row["group"])
        yield worded("kind", 20, Words("变化", "Change"), KINDS)
        yield worded("old_outcome", 20, Words("原结论", "Outcome before"), OUTCOMES)
        yield worded("new_outcome", 20, Words("现结论", "Outcome now"), OUTCOMES)
        yield from self._amount_columns(comparison)
        if any(old.basis != new.basis for old, new in comparison.forms):
            for side, words in zip(("old", "new"), _BASES, strict=True):
                yield worded(f"{side}_basis", 24, words, BASES)
        yield from self._line_columns(comparison)
        yield plain("reason", 56, Words("原因", "Reason"))
        yield plain("clause", 16, Words("条款", "Clause"))
        yield plain("error", 40, Words("问题", "Problem"))

    def _amount_columns(self, comparison: Comparison) -> Iterator[_Column]:
        kinds = {new.measure: (amount_kind(old), amount_kind(new)) for old, new in comparison.forms}

        def column(kind: AmountKind, words: Words, name: str, sides: Sequence[int]) -> _Column:
            def value(row: dict[str, Any]) -> Any:
                of = kinds.get(row["measure"])
                return row[name] if of is not None and all(of[side] == kind for side in sides) else None

            return _Column(self._with_unit(words), 18, value, is_money=True)

        for kind in comparison.amount_kinds:
            words = AMOUNTS[kind]
            if any(kind == old for old, _ in kinds.values()):
                yield column(kind, words.before, "old_amount_fen", (0,))
            if any(kind == new for _, new in kinds.values()):
                yield column(kind, words.now, "new_amount_fen", (1,))
            if (kind, kind) in kinds.values():
                yield column(kind, words.change, "change_fen", (0, 1))
        # Of a floor there is no such bound.
        if {"sum", "most"} & {*comparison.amount_kinds}:
            for side, words_of in zip(("old", "new"), _POTENTIALS, strict=True):
                name = f"{side}_potential_amount_fen"
                yield _Column(self._with_unit(words_of), 20, functools.partial(_of_row, name), is_money=True)

    def _line_columns(self, comparison: Comparison) -> Iterator[_Column]:
        """Each line before and now, side by side."""
        forms = ({pair[1].measure: pair[side] for pair in comparison.forms} for side in (0, 1))
        sides = [{one.heading: one for one in line_columns(by_measure, self._language)} for by_measure in forms]
        for heading in {**sides[0], **sides[1]}:
            for side, name, words in zip(sides, ("old_lines", "new_lines"), _LINES, strict=True):
                if heading in side:
                    yield _Column(said(words, self._language) + heading, 20, functools.partial(_line_of, side[heading], name))

    def _row_heads(self, sheet: Any) -> None:
        self._head(sheet, [column.head for column in self._columns], [column.width for column in self._columns])

    def _write_row(self, sheet: Any, number: int, row: dict[str, Any]) -> None:
        for place, column in enumerate(self._columns):
            value = column.value(row)
            if value is None or not column.is_money:
                write(sheet, number, place, value, self._formats)
            else:
                write_money(sheet, number, place, value, self._formats)

    def _head(self, sheet: Any, heads: Sequence[str], widths: Sequence[int]) -> None:
        sheet.hide_gridlines(2)
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, 26)
        for place, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, head, self._formats.head)
        landscape(sheet, self._said("第 &P 页，共 &N 页", "Page &P of &N"))
        sheet.repeat_rows(0)

    def _title(self, name: str) -> str:
        """The name of a sheet, as sheets may be called."""
        if name != "groups":
            return said(_SHEETS[name], self._language)
        text = _FORBIDDEN.sub(" ", self._said(f"按{self._by}", f"By {self._by}"))
        while len(text.encode("utf-16-le", "replace")) > 2 * _MOST_TITLE:
            text = text[:-1]
        return text.strip("' ")

    def _with_unit(self, words: Words, unit: Words = _YUAN) -> str:
        return self._said(f"{words.zh}（{unit.zh}）", f"{words.en} ({unit.en})")

    def _many(self, *words: str) -> tuple[str, ...]:
        """Pairs of Chinese and English in the language."""
        return tuple(self._said(zh, en) for zh, en in zip(words[::2], words[1::2], strict=True))

    def _said(self, zh: str, en: str) -> str:
        return said(Words(zh, en), self._language)
