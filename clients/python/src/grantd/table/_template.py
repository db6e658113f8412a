# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A workbook to fill in: a column a fact, a sheet a list, a sheet that explains."""

from __future__ import annotations

import contextlib
import datetime
import io
import pathlib
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import xlsxwriter

from grantd._cells import UNITS, Reading, Words, folded, shown
from grantd._version import __version__
from grantd.table._entries import columns_of
from grantd.table._form import CREDIT_CODE, ID, PRIOR_AWARDS, STANDARD, Fact, Form
from grantd.table._parts import reason_of
from grantd.table._problems import Language, TableError, said
from grantd.table._workbook_output import FONT, landscape
from grantd.table._workbook_source import MARK_SHEET

MOST_ROWS = 100_000
MOST_MEASURES = 30
_MOST_RULED = 2_000
_INK, _COMMON, _FACTS = "#1F3A5F", "#1F3A5F", "#3D6B52"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_FIRST_DAY = datetime.date(1980, 1, 1)
_LAST_DAY = datetime.date(2100, 12, 31)
# The columns of the sheet that explains.
_WIDTHS = (30, 52, 34, 30, 22)
# What a sheet's own messages may take.
_MOST_TITLE, _MOST_MESSAGE = 32, 255
_EXACT = 2**53


def write_template(forms: Form | Sequence[Form], path: pathlib.Path, language: Language, rows: int = 500) -> None:
    """Writes the workbook: a sheet of applications a measure.

    Args:
        forms: The measures' forms.
        path: Where to.
        language: Of headings, choices and explanations.
        rows: How many rows are prepared for applications, and for the entries of each list.

    Raises:
        TableError: Where the file cannot be written, or so many rows are not prepared.
    """
    if not 1 <= rows <= MOST_ROWS:
        raise TableError(Words(f"行数应为 1 至 {MOST_ROWS:,}", f"from 1 to {MOST_ROWS:,} rows can be prepared"), is_usage=True)
    if path.suffix.lower() != ".xlsx":
        raise TableError(Words("模板应为 .xlsx 文件", "a template is an .xlsx file"), is_usage=True)
    every = [forms] if isinstance(forms, Form) else list(forms)
    if len(every) > MOST_MEASURES:
        raise TableError(
            Words(f"一份模板最多可有 {MOST_MEASURES} 项措施", f"a template is for {MOST_MEASURES} measures at most"),
            is_usage=True,
        )
    written = _Template(every, language, rows).written()
    unfinished = path.with_name(f".{path.stem}.unfinished{path.suffix}")
    try:
        # It is there only once it is whole.
        unfinished.write_bytes(written)
        unfinished.replace(path)
    except OSError as error:
        reason = reason_of(error)
        raise TableError(Words(f"无法写入 {path}：{reason.zh}", f"{path} cannot be written: {reason.en}")) from None
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)


def template_columns(form: Form) -> list[Fact]:
    """The columns of the sheet of applications, in the order in which they are filled in."""
    standard = {fact.path: fact for fact in STANDARD}
    first = [standard[path] for path in (ID, "applicant.name", CREDIT_CODE, "as_of")]
    if form.goes_by_subject:
        first.append(standard["subject_id"])
    applicant = [fact for fact in form.common if fact.path.startswith("applicant.") and fact is not standard.get(fact.path)]
    facts = [fact for fact in form.facts if not fact.entries]
    last = [standard["prior_awards_unknown"]] if form.goes_by_prior_awards else []
    return [*first, *applicant, *facts, *last]


def template_lists(form: Form) -> list[Fact]:
    """The lists that have a sheet of their own."""
    prior = [fact for fact in form.common if fact.path == PRIOR_AWARDS and form.goes_by_prior_awards]
    return [*(fact for fact in form.facts if fact.entries), *prior]


class _Sheet(NamedTuple):
    """A sheet to fill in."""

    name: str
    facts: Sequence[Fact]
    # Those of the measure itself, whose headings have another colour.
    own: set[Fact]
    # The measure, where the sheet is one measure's alone.
    form: Form | None
    # The list whose entries it takes; ``None``: applications.
    entries: Fact | None


class _Template:
    """The workbook while it is written."""

    def __init__(self, forms: Sequence[Form], language: Language, rows: int) -> None:
        self._forms = forms
        self._language = language
        self._rows = rows
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._written = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._written, options)
        title = self._said("、", ", ").join(said(form.title, language) for form in forms)
        rules = ", ".join(f"{form.measure} {form.digest}" for form in forms)
        self._book.set_properties({"title": title[:255], "comments": f"grantd {__version__}, {rules}"})
        self._formats: dict[str, Any] = {}
        self._choices: Any = None
        self._choice_columns: dict[tuple[str, ...], str] = {}

    def written(self) -> bytes:
        """The workbook with all sheets."""
        sheets = self._sheets()
        opened = [(self._book.add_worksheet(one.name), one) for one in sheets]
        guide = self._book.add_worksheet(self._said("填表说明", "How to fill in"))
        self._choices = self._book.add_worksheet("choices")
        self._choices.very_hidden()
        for sheet, one in opened:
            self._grid(sheet, one.facts, one.own)
        self._guide(guide, sheets)
        self._mark(sheets)
        self._book.close()
        return self._written.getvalue()

    def _sheets(self) -> list[_Sheet]:
        """The sheets: of applications first, then of lists; of earlier awards there is one for all measures."""
        taken = {folded(self._said("填表说明", "How to fill in")), "choices", MARK_SHEET}
        is_several = len(self._forms) > 1
        applications, lists = [], {}
        for form in self._forms:
            title = said(form.title, self._language) or form.measure
            name = _sheet_name(title if is_several else self._said("申请", "Applications"), taken)
            applications.append(_Sheet(name, template_columns(form), set(form.facts), form, None))
        for form in self._forms:
            title = said(form.title, self._language) or form.measure
            for fact in template_lists(form):
                is_shared = fact.path == PRIOR_AWARDS
                label = said(fact.label, self._language)
                key = (fact.path, "" if is_shared else form.measure)
                if key not in lists:
                    name = label if is_shared or not is_several else f"{label} {title}"
                    columns = (columns_of(fact), set(fact.entries))
                    lists[key] = _Sheet(_sheet_name(name, taken), *columns, None if is_shared else form, fact)
        return [*applications, *lists.values()]

    def _mark(self, sheets: Sequence[_Sheet]) -> None:
        """Says what the template was made from, in a sheet that nobody sees."""
        rows: list[tuple[str, ...]] = []
        if len(self._forms) == 1:
            rows += [("measure", self._forms[0].measure), ("digest", self._forms[0].digest)]
        else:
            for one in sheets:
                measure, digest = ("", "") if one.form is None else (one.form.measure, one.form.digest)
                rows.append(
                    ("sheet", one.name, measure, digest)
                    if one.entries is None
                    else ("list", one.name, measure, one.entries.path)
                )
        rows += [("language", self._language), ("version", __version__)]
        sheet = self._book.add_worksheet(MARK_SHEET)
        sheet.very_hidden()
        for row, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                sheet.write_string(row, place, cell)

    def _grid(self, sheet: Any, facts: Sequence[Fact], own: set[Fact]) -> None:
        sheet.set_row(0, 48)
        sheet.freeze_panes(1, 1)
        sheet.hide_gridlines(0)
        sheet.set_default_row(18)
        for place, fact in enumerate(facts):
            heading = self.heading(fact)
            colour = _FACTS if fact in own else _COMMON
            sheet.write_string(0, place, heading, self._format("head", colour))
            sheet.write_comment(0, place, self._note(fact), {"x_scale": 2.2, "y_scale": 1.1, "font_name": FONT, "font_size": 9})
            sheet.set_column(place, place, self._width(fact, heading), self._cell_format(fact))
            # The columns' own format is enough for any row; the lines around the cells help the eye.
            for row in range(1, min(self._rows, _MOST_RULED) + 1):
                sheet.write_blank(row, place, None, self._cell_format(fact))
            rule = self._validation(fact)
            if rule:
                sheet.data_validation(1, place, self._rows, place, rule)
        # Columns of the user's own.
        sheet.set_column(len(facts), len(facts) + 50, 14, self._format("free", "General"))
        sheet.protect(
            "",
            {
                "format_columns": True, "format_rows": True, "insert_rows": True, "delete_rows": True, "sort": True,
                "autofilter": True, "select_locked_cells": True, "select_unlocked_cells": True, "format_cells": True,
            },
        )  # fmt: skip
        landscape(sheet, self._said("第 &P 页，共 &N 页", "Page &P of &N"))
        sheet.repeat_rows(0)

    def heading(self, fact: Fact) -> str:
        """A column's heading, with the unit of its numbers."""
        label = said(fact.label, self._language) or fact.path
        unit = self._unit(fact)
        if not unit:
            return label
        return f"{label}（{unit}）" if self._language == "zh" else f"{label} ({unit})"

    def _unit(self, fact: Fact) -> str:
        if fact.reading.kind != "whole":
            return ""
        if fact.reading.unit == "fen":
            return self._said("万元", "yuan")
        unit = UNITS.get(fact.reading.unit)
        return "" if unit is None else said(unit.words, self._language)

    def _note(self, fact: Fact) -> str:
        parts = [said(fact.question, self._language), said(fact.hint, self._language), self._what(fact)]
        example = self._example(fact)
        # Of the others what is wanted says as much.
        if example and fact.reading.kind in ("whole", "enums", "text"):
            parts.append(self._said(f"例如：{example}", f"For example: {example}"))
        return "\n".join(part for part in parts if part)

    def _what(self, fact: Fact) -> str:
        """What kind of answer is wanted."""
        reading = fact.reading
        match reading.kind:
            case "bool":
                return self._said("填“是”或“否”；不清楚的留空。", "Yes or no; leave it empty where it is not known.")
            case "date":
                return self._said("填日期，如 2026-05-20。", "A day, such as 2026-05-20.")
            case "enum":
                return self._said("从下拉列表中选择。", "Choose from the list.")
            case "enums":
                return self._said("可填多项，用顿号隔开。", "Several may be given, with commas between them.")
            case "whole":
                bounds = []
                if reading.minimum is not None and reading.minimum != 0:
                    least = shown(reading.minimum, reading)
                    bounds.append(self._said(f"不小于 {least.zh}", f"at least {least.en}"))
                if reading.maximum is not None:
                    most = shown(reading.maximum, reading)
                    bounds.append(self._said(f"不大于 {most.zh}", f"at most {most.en}"))
                unit = self._unit(fact)
                text = self._said(f"填数字，单位{unit}" if unit else "填数字", f"A number of {unit}" if unit else "A number")
                return text + "".join(self._said("，", ", ") + bound for bound in bounds) + self._said("。", ".")
            case _:
                return ""

    def _example(self, fact: Fact) -> str:
        match fact.reading.kind:
            case "bool":
                return self._said("是", "yes")
            case "date":
                return "2026-05-20"
            case "enum" | "enums":
                first = next((choice for choice in fact.reading.choices if choice.number), None)
                return said(first.label, self._language) if first is not None else ""
            case "whole":
                return {"fen": "1,234.5", "bp": "30"}.get(fact.reading.unit, "12" if fact.reading.unit else "2026")
            case _:
                return {ID: "2026-001", CREDIT_CODE: "91110000600037341L"}.get(fact.path, "")

    def _validation(self, fact: Fact) -> dict[str, Any]:
        reading = fact.reading
        # Wrong texts are told by the check too; what may be typed otherwise, 200万元 say, is not barred.
        rule: dict[str, Any] = {
            "input_title": _cut((said(fact.label, self._language) or fact.path), _MOST_TITLE),
            "input_message": _cut(self._note(fact), _MOST_MESSAGE),
            "error_title": self._said("请核对", "Look again"),
            "error_message": _cut(self._what(fact), _MOST_MESSAGE),
        }
        match reading.kind:
            case "bool":
                return rule | {"validate": "list", "source": [self._said("是", "yes"), self._said("否", "no")]}
            case "enum":
                labels = tuple(said(choice.label, self._language) or choice.name for choice in reading.choices)
                return (
                    rule | {"validate": "list", "source": self._choice_range(labels)} if labels else rule | {"validate": "any"}
                )
            case "date":
                return rule | {
                    "validate": "date",
                    "criteria": "between",
                    "minimum": _FIRST_DAY,
                    "maximum": _LAST_DAY,
                    "error_type": "warning",
                }
            case "whole":
                least, most = self._in_cells(reading.minimum, reading), self._in_cells(reading.maximum, reading)
                bounds = {"validate": "decimal", "error_type": "warning"}
                if least is not None and most is not None:
                    return rule | bounds | {"criteria": "between", "minimum": least, "maximum": most}
                if least is not None:
                    return rule | bounds | {"criteria": ">=", "value": least}
                if most is not None:
                    return rule | bounds | {"criteria": "<=", "value": most}
                return rule | {"validate": "any"}
            case _ if fact.path == CREDIT_CODE:
                return rule | {"validate": "length", "criteria": "==", "value": 18, "error_type": "warning"}
            case _:
                return rule | {"validate": "any"}

    def _in_cells(self, bound: int | None, reading: Reading) -> float | None:
        """A bound in the heading's unit; nothing where a sheet's numbers do not go so far."""
        if bound is None or abs(bound) >= _EXACT:
            return None
        unit = UNITS.get(reading.unit)
        places = 0 if unit is None else unit.places
        if reading.unit == "fen" and self._language == "zh":
            places += 4
        scale: int = 10**places
        return bound / scale if bound % scale else bound // scale

    def _choice_range(self, labels: tuple[str, ...]) -> str:
        """Where the labels of an enum stand: a list in the rule itself has no room, and breaks at commas."""
        found = self._choice_columns.get(labels)
        if found is None:
            column = len(self._choice_columns)
            for row, label in enumerate(labels):
                self._choices.write_string(row, column, label)
            name = xlsxwriter.utility.xl_col_to_name(column, True)
            found = self._choice_columns[labels] = f"=choices!{name}$1:{name}${len(labels)}"
        return found

    def _width(self, fact: Fact, heading: str) -> float:
        wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in heading)
        base = {"bool": 10, "date": 13, "whole": 16, "enum": 18, "enums": 24}.get(fact.reading.kind, 20)
        # A heading may take three lines.
        return max(base, min(wide / 2 + 3, 30))

    def _cell_format(self, fact: Fact) -> Any:
        unit = UNITS.get(fact.reading.unit)
        match fact.reading.kind:
            case "date":
                return self._format("cell", "yyyy-mm-dd")
            case "whole":
                return self._format("cell", "#,##0.######" if unit is not None and unit.places else "0")
            case "bool":
                return self._format("cell", "General", "center")
            case _:
                return self._format("cell", "@")

    def _format(self, kind: str, detail: str, align: str = "left") -> Any:
        key = f"{kind} {detail} {align}"
        if key not in self._formats:
            base: dict[str, Any] = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
            if kind == "head":
                base |= {"bold": True, "font_color": "#FFFFFF", "bg_color": detail, "text_wrap": True, "border": 1}
                base |= {"border_color": "#FFFFFF", "align": "center"}
            elif kind == "cell":
                base |= {"locked": False, "num_format": detail, "border": 1, "border_color": "#D9D9D9"}
                if align != "left":
                    base["align"] = align
            elif kind == "free":
                base |= {"locked": False}
            elif kind == "title":
                base |= {"bold": True, "font_size": 16, "font_color": _INK}
            elif kind == "section":
                base |= {"bold": True, "font_size": 12, "font_color": _INK, "bottom": 2, "bottom_color": _INK}
            elif kind == "strong":
                base |= {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": "#E3E3E3"}
            else:
                base |= {"text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": "#E3E3E3"}
            self._formats[key] = self._book.add_format(base)
        return self._formats[key]

    def _guide(self, sheet: Any, sheets: Sequence[_Sheet]) -> None:
        language = self._language
        sheet.hide_gridlines(2)
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width)
        plain, strong = self._format("plain", ""), self._format("strong", "")
        row = 0
        lines: list[tuple[str, str]] = []
        for form in self._forms:
            sheet.set_row(row, 30)
            sheet.write_string(row, 0, said(form.title, language), self._format("title", ""))
            until = form.in_force[1] or self._said("未规定", "no end stated")
            lines = [
                (self._said("文件", "Document"), f"{form.document} {form.clause}"),
                (self._said("施行期间", "In force"), f"{form.in_force[0]} – {until}"),
                (self._said("支持标准", "Support"), said(form.award, language)),
            ]
            if form is self._forms[-1]:
                lines.append((self._said("怎样填", "How to fill in"), self._rules()))
            for name, text in lines:
                row += 1
                sheet.write_string(row, 0, name, strong)
                sheet.merge_range(row, 1, row, 4, text, plain)
                sheet.set_row(row, 16 * _lines(text, 130) + 4)
            row += 1
        for one in sheets:
            row += 1
            sheet.set_row(row, 22)
            for place in range(5):
                sheet.write_string(row, place, one.name if not place else "", self._format("section", ""))
            row += 1
            heads = (
                self._said("列", "Column"), self._said("问题", "Question"), self._said("怎样填", "What to write"),
                self._said("可选项", "Choices"), self._said("示例", "Example"),
            )  # fmt: skip
            for place, head in enumerate(heads):
                sheet.write_string(row, place, head, strong)
            row += 1
            for fact in one.facts:
                choices = self._said("、", ", ").join(
                    said(choice.label, language) or choice.name for choice in fact.reading.choices
                )
                question = "\n".join(filter(None, (said(fact.question, language), said(fact.hint, language))))
                cells = (self.heading(fact), question, self._what(fact), choices, self._example(fact))
                for place, cell in enumerate(cells):
                    sheet.write_string(row, place, cell, strong if not place else plain)
                high = max(_lines(cell, width) for cell, width in zip(cells, _WIDTHS, strict=True))
                sheet.set_row(row, 15 * high + 3)
                row += 1
        landscape(sheet, self._said("第 &P 页，共 &N 页", "Page &P of &N"))

    def _rules(self) -> str:
        return self._said(
            "一行一个申请。不知道的留空：留空表示“未知”，与“否”和 0 不同，结果会列出还缺什么。\n"
            "表头不要改动；不要合并单元格，不要加合计行；可以在右侧另加自己的列，计算时原样保留。\n"
            "金额按表头单位填数字，也可写明单位，如 200万元。清单类内容（如此前获得的支持）填在各自的工作表，用申请编号对应。",
            "A row is an application. Leave empty what is not known: that differs from “no” and from 0; the results list what "
            "is missing.\nLeave the headings as they are, merge no cells, add no totals; columns of your own may stand on the "
            "right, and are kept as they are.\nSums are numbers in the heading’s unit, or name their own: "
            "2 million yuan. Lists, such as earlier awards, have sheets of their own and go by the application number.",
        )

    def _said(self, zh: str, en: str) -> str:
        return said(Words(zh, en), self._language)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that a sheet may have, and none of the workbook's has yet, whatever its capitals."""
    plain = _FORBIDDEN.sub(" ", name).strip("' ")
    wanted, number = plain[:31].strip(), 2
    while folded(wanted) in taken:
        wanted, number = f"{plain[:27].strip()} {number}", number + 1
    taken.add(folded(wanted))
    return wanted


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column."""
    return sum(1 + _wide(line) // width for line in text.split("\n"))


def _wide(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
