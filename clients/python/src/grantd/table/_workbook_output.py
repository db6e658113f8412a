# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Results as a workbook that a clerk can hand on."""

from __future__ import annotations

import contextlib
import datetime
import json
import math
import pathlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from grantd._cells import Words
from grantd.table._form import Form
from grantd.table._outputs import unique_names
from grantd.table._problems import Language, said
from grantd.table._result_words import ResultColumn
from grantd.table._source import Chunk
from grantd.table._summary import MOST_PROBLEMS, OUTCOMES, Summary, Tally, amount_label
from grantd.v1.assessment_pb2 import Basis

# A sheet has 2^20 rows; one is the heading.
MOST_ROWS = 2**20 - 1
_MOST_CHARACTERS = 32_767
_EXACT = 2**53
# Of each outcome the colour of its cells, of their text, and of its piece of the chart.
COLOURS = {
    "ELIGIBLE": ("#E3F3E6", "#1B5E2A", "#4C9F5E"),
    "EXHAUSTED": ("#E2EEF9", "#1F4E79", "#5B93C7"),
    "UNDETERMINED": ("#FFF4D6", "#7A5B00", "#E0B23C"),
    "INELIGIBLE": ("#FBE4E2", "#8C2A20", "#CC6B60"),
    "NOT_IN_FORCE": ("#ECECEC", "#4A4A4A", "#A8A8A8"),
    "ERROR": ("#F6E0F0", "#7A1F62", "#B86AA2"),
}
_RESULT_WIDTHS = {"outcome": 18, "money": 17, "reasons": 38, "text": 16, "number": 14, "digest": 14}
# Of a column of the sheets that list, and of the one that tells what was asked.
_MOST_WIDTH, _ABOUT_WIDTH = 70, 96
# A row is at most 409 points high.
_MOST_LINES = 28
_HEAD = "#1F3A5F"
_RESULT_HEAD = "#3D6B52"
FONT = "Microsoft YaHei"


class WorkbookOutput:
    """A summary with a chart, the rows, what is missing, what fails, the problems, and what was asked."""

    def __init__(
        self,
        path: pathlib.Path,
        headings: Sequence[str],
        columns: Sequence[ResultColumn],
        forms: Mapping[str, Form],
        language: Language,
        about: Sequence[tuple[str, str]],
        folder: pathlib.Path,
    ) -> None:
        # Rows go to a file in the folder as they come, so that a million of them need no memory.
        options = {"constant_memory": True, "tmpdir": str(folder), "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._forms = forms
        # Reasons of several measures say whose they are.
        self._is_several = len(forms) > 1
        self._language = language
        self._about = about
        self._columns = columns
        self._headings = unique_names([*headings, *[column.heading for column in columns]])
        self._own = len(headings)
        self._formats = Formats(self._book)
        self._outcomes = {said(words, language): name for name, words in OUTCOMES.items()}
        self._summary_sheet = self._book.add_worksheet(self._said("汇总", "Summary"))
        self._sheet = self._book.add_worksheet(self._said("结果", "Results"))
        self._row = 0
        self._heads()

    def add(self, chunk: Chunk, results: Any) -> None:
        """Writes rows."""
        sheet, formats = self._sheet, self._formats
        own = [column.to_pylist() if hasattr(column, "to_pylist") else column for column in chunk.columns]
        words = [column.values(results) for column in self._columns]
        if not self._row:
            self._widths(own)
        reasons = [values for column, values in zip(self._columns, words, strict=True) if column.kind == "reasons"]
        for place in range(len(chunk)):
            self._row += 1
            high = max((_lines(values[place], _RESULT_WIDTHS["reasons"]) for values in reasons if values[place]), default=1)
            if high > 1:
                # Not every program makes room for lines that go on.
                sheet.set_row(self._row, 14 * high + 2)
            for index, column in enumerate(own):
                write(sheet, self._row, index, column[place], formats)
            for index, (column, values) in enumerate(zip(self._columns, words, strict=True), self._own):
                value = values[place]
                if value is None:
                    continue
                if column.kind == "outcome":
                    sheet.write_string(self._row, index, value, formats.outcomes[self._outcomes[value]])
                elif column.kind == "money":
                    write_money(sheet, self._row, index, value, formats)
                elif column.kind == "reasons" and high > 1:
                    # They would run into the next column, and off the page.
                    sheet.write_string(self._row, index, value[:_MOST_CHARACTERS], formats.reasons)
                else:
                    write(sheet, self._row, index, value, formats)

    def finish(self, summary: Summary) -> None:
        """Writes the other sheets, and closes the file."""
        if self._row:
            last = len(self._headings) - 1
            self._sheet.autofilter(0, 0, self._row, last)
            # The lines below empty cells: writing each of those takes a fifth of the time.
            rule = {"type": "formula", "criteria": "=TRUE", "format": self._formats.ruled}
            self._sheet.conditional_format(1, 0, self._row, last, rule)
        self._counts(
            self._said("不符合的原因", "Why not"),
            [
                *self._measure_head(),
                self._said("条件或排除情形", "Requirement or bar"),
                self._said("条款", "Clause"),
                self._said("涉及行数", "Rows"),
            ],
            [
                (*self._measure_cell(form), *self._rule(form, rule, count))
                for form, tally in self._tallies(summary)
                for rule, count in tally.failed.most_common()
            ],
        )
        self._counts(
            self._said("缺少的信息", "What is missing"),
            [
                *self._measure_head(),
                self._said("信息", "Fact"),
                self._said("字段", "Field"),
                self._said("涉及行数", "Rows"),
            ],
            [
                (*self._measure_cell(form), said(form.label(path), self._language), path, count)
                for form, tally in self._tallies(summary)
                for path, count in tally.missing.most_common()
            ],
        )
        problems: list[tuple[Any, ...]] = [(one.row, one.place, one.application_id, one.problem) for one in summary.problems]
        if summary.errors > MOST_PROBLEMS:
            more = summary.errors - MOST_PROBLEMS
            problems.append(
                (
                    self._said(f"另有 {more:,} 行", f"{more:,} more rows"),
                    "",
                    self._said("见“结果”表的“问题”列", "see the results"),
                )
            )
        self._counts(
            self._said("问题", "Problems"),
            [
                self._said("行", "Row"),
                self._said("位置", "Where"),
                self._said("申请编号", "Application"),
                self._said("问题", "Problem"),
            ],
            problems,
        )
        self._write_summary(summary)
        self._write_about(summary)
        self._summary_sheet.activate()
        self._book.close()

    def close(self) -> None:
        """Lets go of the rows' files; nothing is written."""
        for sheet in self._book.worksheets():
            with contextlib.suppress(OSError):
                if sheet.row_data_fh is not None:
                    sheet.row_data_fh.close()

    def _heads(self) -> None:
        sheet = self._sheet
        sheet.freeze_panes(1, min(1, self._own))
        sheet.set_row(0, 34)
        sheet.hide_gridlines(1)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        for index, heading in enumerate(self._headings):
            formats = self._formats
            chosen = formats.head if index < self._own else formats.result_head
            if index >= self._own and self._columns[index - self._own].kind == "money":
                chosen = formats.right_result_head
            sheet.write_string(0, index, heading, chosen)
        landscape(sheet, self._said("第 &P 页，共 &N 页", "Page &P of &N"))
        # A3: a table with its results is wide.
        sheet.set_paper(8)
        sheet.repeat_rows(0)

    def _widths(self, own: Sequence[Sequence[Any]]) -> None:
        for index, heading in enumerate(self._headings):
            most = min(_wide(heading), 24)
            if index < self._own:
                most = max([most, *[_wide(_text(cell)) for cell in own[index][:200]]])
                self._sheet.set_column(index, index, min(max(most + 2, 8), 36))
                continue
            kind = self._columns[index - self._own].kind
            wide = _RESULT_WIDTHS[kind]
            if kind == "outcome":
                wide = max(wide, *[_wide(label) + 3 for label in self._outcomes])
            self._sheet.set_column(index, index, max(wide, most + 2))

    def _tallies(self, summary: Summary) -> list[tuple[Form, Tally]]:
        return [(form, summary.measures[measure]) for measure, form in self._forms.items()]

    def _measure_head(self) -> list[str]:
        return [self._said("措施", "Measure")] if self._is_several else []

    def _measure_cell(self, form: Form) -> list[str]:
        return [said(form.title, self._language)] if self._is_several else []

    def _rule(self, form: Form, rule: str, count: int) -> tuple[str, str, int]:
        found = form.rules.get(rule)
        return (rule, "", count) if found is None else (said(found.label, self._language) or rule, found.clause, count)

    def _counts(self, title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """A sheet of a few columns; none where there is nothing to list."""
        if not rows:
            return
        sheet = self._book.add_worksheet(title)
        sheet.hide_gridlines(2)
        sheet.freeze_panes(1, 0)
        for index, head in enumerate(heads):
            # Counts come last, and stand on the right; numbers of rows are names.
            is_count = index == len(heads) - 1 and isinstance(rows[0][index], int)
            sheet.write_string(0, index, head, self._formats.right_head if is_count else self._formats.head)
            most = max([_wide(head), *[_wide(_text(row[index])) for row in rows[:500]]])
            sheet.set_column(index, index, min(max(most + 3, 10), _MOST_WIDTH))
        for number, row in enumerate(rows, 1):
            high = max(_lines(_text(cell), _MOST_WIDTH) for cell in row)
            if high > 1:
                sheet.set_row(number, 14 * high + 2)
            for index, cell in enumerate(row):
                if not index and isinstance(cell, int):
                    sheet.write_number(number, index, cell, self._formats.name)
                elif high > 1 and isinstance(cell, str):
                    sheet.write_string(number, index, cell[:_MOST_CHARACTERS], self._formats.reasons)
                else:
                    write(sheet, number, index, cell, self._formats)
        landscape(sheet, self._said("第 &P 页，共 &N 页", "Page &P of &N"))
        sheet.repeat_rows(0)

    def _write_summary(self, summary: Summary) -> None:
        sheet, formats, language = self._summary_sheet, self._formats, self._language
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 2)
        sheet.set_column(1, 1, 30)
        sheet.set_column(2, 2, 12)
        sheet.set_column(3, 4, 24)
        sheet.set_row(0, 28)
        if self._is_several:
            sheet.write_string(0, 1, self._said(f"{len(self._forms)} 项措施", f"{len(self._forms)} measures"), formats.title)
            row = 2
        else:
            (form,) = self._forms.values()
            sheet.write_string(0, 1, said(form.title, language), formats.title)
            sheet.write_string(1, 1, f"{form.document}　{form.clause}", formats.note)
            sheet.write_string(2, 1, said(form.award, language), formats.note)
            row = 4
        for form, tally in self._tallies(summary) if self._is_several else ():
            if tally.rows:
                sheet.write_string(row, 1, f"{said(form.title, language)}（{form.measure}）", formats.label)
                sheet.write_string(row + 1, 1, f"{form.document}　{form.clause}　{said(form.award, language)}", formats.note)
                row = self._outcomes_of(tally, form, row + 2) + 2
        first, shown = row + 1, [name for name in OUTCOMES if summary.outcomes[name].rows]
        # The table of all, which the chart draws; where the measures' amounts are of several kinds it has none.
        common = next(iter(self._forms.values())) if summary.label(language) is not None else None
        end = self._outcomes_of(summary, common, row)
        if summary.awards is not None:
            end += 1
            word = self._said("试算可核定", "Would be awarded") if summary.is_trial else self._said("已核定", "Awarded")
            sheet.write_string(end, 1, word, formats.total)
            sheet.write_number(end, 2, summary.awards, formats.total_count)
            write_money(sheet, end, 3, summary.awarded_fen, formats, is_total=True)
            sheet.write_blank(end, 4, None, formats.total)
        if shown:
            self._chart(shown, first, end + 2)
        landscape(sheet, "")
        sheet.fit_to_pages(1, 1)

    def _outcomes_of(self, tally: Tally, form: Form | None, row: int) -> int:
        """A table of rows and sums by outcome, without sums where there is no form; returns the row of its total."""
        sheet, formats, language = self._summary_sheet, self._formats, self._language
        heads = [self._said("结论", "Outcome"), self._said("行数", "Rows")]
        heads += (
            [] if form is None else [amount_label(form, language), self._said("最高可达（元）", "May still come to (yuan)")]
        )
        sheet.set_row(row, 22)
        for index, head in enumerate(heads, 1):
            sheet.write_string(row, index, head, formats.head if index == 1 else formats.right_head)
        for name in OUTCOMES:
            total = tally.outcomes[name]
            if not total.rows:
                continue
            row += 1
            sheet.write_string(row, 1, said(OUTCOMES[name], language), formats.outcomes[name])
            sheet.write_number(row, 2, total.rows, formats.count)
            if form is not None:
                sheet.write_blank(row, 3, None, formats.plain)
                sheet.write_blank(row, 4, None, formats.plain)
                if name in ("ELIGIBLE", "EXHAUSTED") and form.basis not in (Basis.UNPUBLISHED_AMOUNT, Basis.NON_MONETARY):
                    write_money(sheet, row, 3, total.amount_fen, formats)
                if name == "UNDETERMINED" and total.potential_fen:
                    write_money(sheet, row, 4, total.potential_fen, formats)
        row += 1
        sheet.write_string(row, 1, self._said("合计", "Total"), formats.total)
        sheet.write_number(row, 2, tally.rows, formats.total_count)
        if form is not None:
            write_money(sheet, row, 3, tally.amount_fen, formats, is_total=True)
            write_money(sheet, row, 4, tally.potential_fen, formats, is_total=True)
        return row

    def _chart(self, shown: Sequence[str], first: int, row: int) -> None:
        sheet, title = self._summary_sheet, self._said("各结论的申请数", "Applications by outcome")
        chart: Any = self._book.add_chart({"type": "bar"})
        name, last = sheet.get_name(), first + len(shown) - 1
        chart.add_series(
            {
                "name": title,
                "categories": [name, first, 1, last, 1],
                "values": [name, first, 2, last, 2],
                "points": [{"fill": {"color": COLOURS[one][2]}, "border": {"none": True}} for one in shown],
                "data_labels": {"value": True, "num_format": "#,##0", "font": {"name": FONT, "size": 10}},
                "gap": 55,
            }
        )
        chart.set_title(
            {"name": title, "name_font": {"name": FONT, "size": 12, "bold": True, "color": _HEAD}, "overlay": False}
        )
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True, "num_font": {"name": FONT, "size": 10}, "line": {"color": "#BFBFBF"}})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
        chart.set_chartarea({"border": {"color": "#D9D9D9"}})
        chart.set_size({"width": 690, "height": 80 + 44 * len(shown)})
        sheet.insert_chart(row, 1, chart)

    def _write_about(self, summary: Summary) -> None:
        sheet = self._book.add_worksheet(self._said("说明", "About"))
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, _ABOUT_WIDTH)
        rows = [*self._about, *[(self._said("规则摘要", "Digest of the rules"), digest) for digest in summary.digests]]
        if summary.repeated is not None:
            rows.append((self._said("提示", "Note"), said(summary.repeated, self._language)))
        unused = [one.text(self._language) for one in summary.unused[:MOST_PROBLEMS]]
        rows += [(self._said("未使用的条目", "Entry not used"), text) for text in unused]
        for number, (name, text) in enumerate(rows):
            sheet.write_string(number, 0, name, self._formats.label)
            sheet.write_string(number, 1, text[:_MOST_CHARACTERS], self._formats.wrapped)
            sheet.set_row(number, 16 * _lines(text, _ABOUT_WIDTH))
        landscape(sheet, self._said("第 &P 页，共 &N 页", "Page &P of &N"))

    def _said(self, zh: str, en: str) -> str:
        return said(Words(zh, en), self._language)


class Formats:
    """The formats of all sheets."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
        head = {**base, "bold": True, "font_color": "#FFFFFF", "text_wrap": True, "border": 1, "border_color": "#FFFFFF"}
        thin = {"bottom": 1, "bottom_color": "#E3E3E3"}
        self.head = book.add_format({**head, "bg_color": _HEAD})
        self.right_head = book.add_format({**head, "bg_color": _HEAD, "align": "right"})
        self.result_head = book.add_format({**head, "bg_color": _RESULT_HEAD})
        self.right_result_head = book.add_format({**head, "bg_color": _RESULT_HEAD, "align": "right"})
        # A cell that begins like a formula stays a text when it is edited.
        self.text = book.add_format({**base, **thin, "quote_prefix": True})
        self.ruled = book.add_format(thin)
        self.plain = book.add_format({**base, **thin})
        self.reasons = book.add_format({**base, **thin, "text_wrap": True})
        self.name = book.add_format({**base, **thin, "num_format": "0", "align": "left"})
        self.wrapped = book.add_format({**base, "text_wrap": True, "valign": "top"})
        self.number = book.add_format({**base, **thin, "num_format": "General"})
        self.money = book.add_format({**base, **thin, "num_format": "#,##0.00"})
        self.count = book.add_format({**base, **thin, "num_format": "#,##0"})
        self.date = book.add_format({**base, **thin, "num_format": "yyyy-mm-dd", "align": "left"})
        self.title = book.add_format({**base, "font_size": 16, "bold": True, "font_color": _HEAD})
        self.note = book.add_format({**base, "font_color": "#595959"})
        self.label = book.add_format({**base, "bold": True, "font_color": _HEAD, "valign": "top"})
        total = {**base, "bold": True, "top": 2, "top_color": _HEAD}
        self.total = book.add_format(total)
        self.total_count = book.add_format({**total, "num_format": "#,##0"})
        self.total_money = book.add_format({**total, "num_format": "#,##0.00"})
        self.outcomes = {
            name: book.add_format({**base, **thin, "bg_color": fill, "font_color": ink, "indent": 1})
            for name, (fill, ink, _) in COLOURS.items()
        }


def write(sheet: Any, row: int, column: int, cell: Any, formats: Any) -> None:
    """Writes a cell as what it is; never as a formula or a link."""
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, formats.plain)
    elif isinstance(cell, (int, float)):
        if abs(cell) < _EXACT:
            sheet.write_number(row, column, cell, formats.number)
        else:
            sheet.write_string(row, column, str(cell), formats.plain)
    elif isinstance(cell, datetime.datetime) and cell.time() != datetime.time():
        sheet.write_string(row, column, cell.isoformat(" "), formats.plain)
    elif isinstance(cell, datetime.date):
        if cell.year < 1900:
            sheet.write_string(row, column, cell.isoformat(), formats.plain)
        else:
            sheet.write_datetime(row, column, cell, formats.date)
    else:
        text = _text(cell)[:_MOST_CHARACTERS]
        sheet.write_string(row, column, text, formats.text if text[:1] in ("=", "+", "-", "@", "\t") else formats.plain)


def write_money(sheet: Any, row: int, column: int, fen: int, formats: Any, is_total: bool = False) -> None:
    """Writes a sum in yuan; as a text where a sheet's numbers would lose its fen."""
    chosen = formats.total_money if is_total else formats.money
    if abs(fen) < _EXACT:
        sheet.write_number(row, column, fen / 100, chosen)
    else:
        sheet.write_string(row, column, f"{Decimal(fen).scaleb(-2):,.2f}", chosen)


def landscape(sheet: Any, footer: str) -> None:
    """A sheet as it is printed: A4 across, all columns on a page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    if footer:
        sheet.set_footer(f"&C{footer}")


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, (list, dict)):
        return json.dumps(cell, ensure_ascii=False, default=str)
    return "" if cell is None else str(cell)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column, of those that a row has room for."""
    # Most texts are so short that their letters need no look.
    return 1 if 2 * len(text) < width else min(1 + _wide(text) // width, _MOST_LINES)


def _wide(text: str) -> int:
    """How many columns a text takes: a Chinese character two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
