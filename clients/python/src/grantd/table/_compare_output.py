# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A comparison as a workbook with pictures, as a Parquet file, and as a page of a terminal."""

from __future__ import annotations

import codecs
import contextlib
import pathlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import grpc
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import xlsxwriter

from grantd._cells import Words
from grantd.table._comparison import KINDS, ROWS, Comparison, titles
from grantd.table._lock import locked
from grantd.table._outputs import FORMULA
from grantd.table._page import padded, wrapped
from grantd.table._parts import Parts, reason_of
from grantd.table._problems import Language, RunError, TableError, said
from grantd.table._run import RunOptions
from grantd.table._summary import OUTCOMES, money
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


class ComparisonOutput(Protocol):
    """Where the rows of a comparison go as they come."""

    def add(self, rows: Any) -> None:
        """Writes rows, a table of the schema ``ROWS``."""

    def finish(self, comparison: Comparison) -> None:
        """Writes what they came to, and closes the file."""

    def close(self) -> None:
        """Closes the file as it is; does nothing where it is closed."""


@contextlib.contextmanager
def comparison_output(
    path: pathlib.Path, question: Mapping[str, Any], run: RunOptions, by: str | None
) -> Iterator[tuple[ComparisonOutput, Parts]]:
    """An output of a comparison, ``.xlsx``, ``.csv`` or ``.parquet``, and the rows so far of a run that was cut off.

    The output is there only once it is whole, and the rows so far until then.

    Args:
        path: The output.
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

    def add(self, rows: Any) -> None:
        self._writer.write_table(rows)

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

    def add(self, rows: Any) -> None:
        self._writer.write_table(_disarmed(rows.cast(self._SCHEMA)))

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


def comparison_page(comparison: Comparison, out: str, language: Language) -> str:
    """What a comparison came to, for a terminal."""

    def say(zh: str, en: str) -> str:
        return said(Words(zh, en), language)

    total = comparison.total
    lines = [wrapped(say(f"{new.title.zh}（{new.measure}）", f"{new.title.en} ({new.measure})")) for _, new in comparison.forms]
    lines += [""]
    if all(old.digest == new.digest for old, new in comparison.forms):
        lines += [say("两边的规则相同", "the rules are the same on both sides"), ""]
    for kind, count in comparison.counts.items():
        if count:
            lines.append("  " + padded(said(KINDS[kind], language), 46) + padded(f"{count:,}", 12, right=True))
    lines += ["  " + "─" * 76]
    for zh, en, fen in (
        ("原规则合计", "Before", total.old_fen),
        ("新规则合计", "Now", total.new_fen),
        ("差额", "Difference", total.change_fen),
    ):
        lines.append("  " + padded(say(zh, en), 34) + padded(money(fen, language), 34, right=True))
    if comparison.errors:
        zh = "有问题的行和原因写在输出里；`grantd table check` 逐处列出"
        lines += ["", wrapped(say(zh, "what is wrong with rows stands in the output; `grantd table check` lists it"))]
    reasons = comparison.reasons()
    if reasons:
        lines += ["", say("变化的原因", "Why")]
        for one in reasons[:8]:
            clause = f"（{one.clause}）" if language == "zh" else f" ({one.clause})"
            rows = say(f"{one.rows:,} 行", f"{one.rows:,} rows")
            lines.append(
                wrapped(f"{rows}  {money(one.change_fen, language)}  {one.reason}{clause if one.clause else ''}", "  ", "    ")
            )
    if comparison.by is not None:
        lines += ["", comparison.by + say("：增加 / 减少 / 差额", ": gain / lose / difference")]
        for group in comparison.groups()[:10]:
            counts = padded(f"{group.winners:,} / {group.losers:,}", 20, right=True)
            lines.append(
                "  " + padded(group.name or "—", 24) + counts + padded(money(group.change_fen, language), 30, right=True)
            )
    return "\n".join([*lines, "", say(f"已写入 {out}", f"written to {out}")])


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
            name: self._book.add_worksheet(title[:31])
            for name, title in (
                ("summary", self._said("汇总", "Summary")),
                ("groups", self._said(f"按{by}", f"By {by}") if by is not None else ""),
                ("reasons", self._said("变化的原因", "Why")),
                ("gains", self._said("增加最多", "Largest gains")),
                ("losses", self._said("减少最多", "Largest losses")),
                ("changed", self._said("有变化的行", "Rows that change")),
            )
            if title
        }
        self._row = self._left_out = 0
        self._heads = self._row_heads(self._sheets["changed"])

    def add(self, rows: Any) -> None:
        """Writes those of the rows that change, as many as a sheet has."""
        changed = rows.filter(pc.not_equal(rows["kind"].cast(pa.string()), "SAME"))
        room = MOST_ROWS - self._row
        self._left_out += max(0, changed.num_rows - room)
        for row in changed.slice(0, room).to_pylist():
            self._row += 1
            self._write_row(self._sheets["changed"], self._row, row)

    def finish(self, comparison: Comparison) -> None:
        """Writes the other sheets, and closes the file."""
        self._comparison = comparison
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
                heads = self._row_heads(sheets[name])
                for number, row in enumerate(rows, 1):
                    self._write_row(sheets[name], number, row)
                sheets[name].autofilter(0, 0, len(rows), heads - 1)
        if self._row:
            sheets["changed"].autofilter(0, 0, self._row, self._heads - 1)
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
        heads = self._many("申请", "Applications", "行数", "Rows", "原金额（元）", "Before (yuan)")
        heads += self._many("现金额（元）", "Now (yuan)", "差额（元）", "Difference (yuan)")
        sheet.set_row(row, 22)
        for place, head in enumerate(heads, 1):
            sheet.write_string(row, place, head, formats.head if place == 1 else formats.right_head)
        kinds = [(kind, count) for kind, count in comparison.counts.items() if count]
        for kind, count in kinds:
            row += 1
            part = comparison.of_kind(kind)
            sheet.write_string(row, 1, said(KINDS[kind], language), formats.plain)
            sheet.write_number(row, 2, count, formats.count)
            for place, fen in enumerate((part.old_fen, part.new_fen, part.change_fen), 3):
                write_money(sheet, row, place, fen, formats)
        row += 1
        sheet.write_string(row, 1, self._said("合计", "Total"), formats.total)
        sheet.write_number(row, 2, total.rows, formats.total_count)
        for place, fen in enumerate((total.old_fen, total.new_fen, total.change_fen), 3):
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
        if groups:
            name = self._said(f"按{self._comparison.by}", f"By {self._comparison.by}")[:31]
            last = min(len(groups), _MOST_BARS)
            title = self._said("差额（百万元）", "Difference (million yuan)")
            shown = [_KIND_COLOURS["GAIN" if group.change_fen >= 0 else "LOSS"] for group in groups[:last]]
            self._chart(sheet, name, title, (1, 0, last, 6), shown, (row + 6 + 2 * len(kinds), 1), "#,##0.00,,")
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

    def _groups(self, sheet: Any, groups: Sequence[Any]) -> None:
        heads = (self._comparison.by or "", *self._many("行数", "Rows", "增加", "Gain", "减少", "Lose"))
        heads = (
            *heads,
            *self._many("原金额（元）", "Before (yuan)", "现金额（元）", "Now (yuan)", "差额（元）", "Difference (yuan)"),
        )
        self._head(sheet, heads, (24, 10, 10, 10, 22, 22, 22))
        for row, group in enumerate(groups, 1):
            write(sheet, row, 0, group.name or "—", self._formats)
            for place, count in enumerate((group.rows, group.winners, group.losers), 1):
                sheet.write_number(row, place, count, self._formats.count)
            for place, fen in enumerate((group.old_fen, group.new_fen, group.change_fen), 4):
                write_money(sheet, row, place, fen, self._formats)

    def _reasons(self, sheet: Any) -> None:
        reasons = self._comparison.reasons()
        heads = self._many("原因", "Reason", "条款", "Clause", "行数", "Rows", "差额（元）", "Difference (yuan)")
        self._head(sheet, heads, (80, 18, 12, 22))
        for row, one in enumerate(reasons, 1):
            write(sheet, row, 0, one.reason, self._formats)
            write(sheet, row, 1, one.clause, self._formats)
            sheet.write_number(row, 2, one.rows, self._formats.count)
            write_money(sheet, row, 3, one.change_fen, self._formats)

    def _row_heads(self, sheet: Any) -> int:
        """The headings of a sheet of rows; returns how many there are."""
        heads = self._many("行", "Row", "申请编号", "Application")
        heads += (self._by,) if self._by is not None else ()
        heads += self._many("变化", "Change", "原结论", "Outcome before", "现结论", "Outcome now")
        heads += self._many("原金额（元）", "Before (yuan)", "现金额（元）", "Now (yuan)", "差额（元）", "Difference (yuan)")
        heads += self._many("原因", "Reason", "条款", "Clause", "问题", "Problem")
        self._head(sheet, heads, (8, 20, *((16,) if self._by is not None else ()), 16, 20, 20, 18, 18, 18, 56, 16, 40))
        return len(heads)

    def _write_row(self, sheet: Any, number: int, row: dict[str, Any]) -> None:
        outcomes = [said(OUTCOMES[row[name]], self._language) if row[name] else None for name in ("old_outcome", "new_outcome")]
        group = [row["group"]] if self._by is not None else []
        cells = [row["row"], row["application_id"], *group, said(KINDS[row["kind"]], self._language), *outcomes]
        for place, cell in enumerate(cells):
            write(sheet, number, place, cell, self._formats)
        place = len(cells)
        for fen in (row["old_amount_fen"], row["new_amount_fen"], row["change_fen"]):
            if fen is not None:
                write_money(sheet, number, place, fen, self._formats)
            place += 1
        for cell in (row["reason"], row["clause"], row["error"]):
            write(sheet, number, place, cell, self._formats)
            place += 1

    def _head(self, sheet: Any, heads: Sequence[str], widths: Sequence[int]) -> None:
        sheet.hide_gridlines(2)
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, 26)
        for place, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, head, self._formats.head)
        landscape(sheet, self._said("第 &P 页，共 &N 页", "Page &P of &N"))
        sheet.repeat_rows(0)

    def _many(self, *words: str) -> tuple[str, ...]:
        """Pairs of Chinese and English in the language."""
        return tuple(self._said(zh, en) for zh, en in zip(words[::2], words[1::2], strict=True))

    def _said(self, zh: str, en: str) -> str:
        return said(Words(zh, en), self._language)
