# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A file of applications in, a file of results out: in bounded memory, in order, and from where it was cut off."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

import grpc

from grantd import _progress
from grantd._cells import Words
from grantd.table._applications import Applications, forms_of
from grantd.table._check import unused
from grantd.table._form import ID
from grantd.table._lock import locked
from grantd.table._outputs import LinesOutput, Output, ParquetOutput, TextOutput
from grantd.table._parts import Aligned, Parts, running
from grantd.table._problems import Language, Problem, RunError, TableError, said
from grantd.table._result_words import Awards, result_columns
from grantd.table._scoring import Question, Scorers
from grantd.table._several import measure_column
from grantd.table._summary import Summary
from grantd.table._table import Table
from grantd.table._workbook_output import MOST_ROWS, WorkbookOutput
from grantd.v1.calculator_pb2 import Stage

# Rows that are read, scored and kept at a time.
CHUNK = 65_536
_HEAD_BYTES = 1 << 20
OUTPUTS = (".xlsx", ".csv", ".parquet", ".jsonl", ".ndjson")
_STAGES = {
    Stage.APPLICATION: Words("申请时", "at the application"),
    Stage.PUBLICITY: Words("公示结束后", "after the public notice"),
    Stage.DISBURSEMENT: Words("拨付时", "at disbursement"),
}


@dataclasses.dataclass(frozen=True)
class RunOptions:
    """How a run goes."""

    question: Question = dataclasses.field(default_factory=Question)
    language: Language = "zh"
    # Results of another run that was cut off go, and an output that is there is written over.
    restarts: bool = False
    overwrites: bool = False
    progress: bool = False


def score_table(table: Applications, out: str | pathlib.Path, channel: grpc.Channel, options: RunOptions) -> Summary:
    """Scores a table into a file.

    Args:
        table: The table, of one measure or of several.
        out: ``.xlsx``, ``.csv``, ``.parquet`` or ``.jsonl``.
        channel: Where the daemon is.
        options: What is asked, and how the run goes.

    Returns:
        What the results come to.

    Raises:
        RunError: Where it was cut off; the results so far stay, and the same call goes on from them. Also where another run
            writes the same output.
        TableError: Where the table cannot be read, or the output cannot be written.
        GrantdError: Where the daemon does not answer; the results so far stay as well.
    """
    path = check_output(pathlib.Path(out), table, options)
    with locked(path):
        parts = Parts(path, fingerprint(table, options), options.restarts)
        scorers = Scorers(channel, table, options.question, options.language)
        # A run that goes on does not read the rows before, which have entries of their own.
        is_whole = not parts.rows
        with progress(options.progress, table, parts.rows) as bar:
            for rows in table.parts(CHUNK, parts.rows):
                results = scorers.score(rows)
                with running(parts):
                    parts.add(results)
                bar.update(len(rows.chunk))
        summary = assemble(table, path, parts, options, entries=unused(table) if is_whole else ())
        parts.remove()
    return summary


def assemble(
    table: Applications,
    path: pathlib.Path,
    parts: Parts,
    options: RunOptions,
    awards: Awards | None = None,
    entries: Sequence[Problem] = (),
) -> Summary:
    """Writes the output of parts that are whole; it is there only once it is whole. ``entries``: what no row has taken."""
    summary = Summary(forms_of(table))
    summary.unused = entries
    summary.is_trial = awards == "tried"
    unfinished = path.with_name(f".{path.stem}.unfinished{path.suffix}")
    aligned = Aligned(parts)
    output: Output | None = None
    try:
        with running(parts):
            output = _output(unfinished, table, options, parts.folder, awards)
            for chunk in table.source.chunks(CHUNK):
                results = aligned.take(len(chunk))
                if results.num_rows != len(chunk):
                    raise RunError(
                        Words(
                            "输入文件在运行中被改动；请加 --restart 重来",
                            "the file was changed meanwhile; begin anew with --restart",
                        )
                    )
                summary.add(results)
                output.add(dataclasses.replace(chunk, columns=[chunk.columns[place] for place in table.kept]), results)
            output.finish(summary)
            unfinished.replace(path)
    finally:
        # What is still to be written has no room either.
        with contextlib.suppress(OSError):
            if output is not None:
                output.close()
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return summary


def check_output(path: pathlib.Path, table: Applications, options: RunOptions) -> pathlib.Path:
    """Refuses an output that cannot be, before anything is asked."""
    suffix = path.suffix.lower()
    if suffix not in OUTPUTS:
        raise TableError(
            Words(
                f"不能写 {path.name}；可用 {'、'.join(OUTPUTS)}",
                f"{path.name} is of no format that is written: {', '.join(OUTPUTS)}",
            ),
            is_usage=True,
        )
    if path.exists() and path.resolve() == table.source.path.resolve():
        raise TableError(Words("输出不能是输入文件本身", "the output cannot be the input itself"), is_usage=True)
    if path.exists() and not options.overwrites:
        raise TableError(
            Words(f"{path} 已存在；要覆盖请加 --force", f"{path} is there already; to write over it, give --force"),
            is_usage=True,
        )
    if not path.parent.is_dir():
        raise TableError(Words(f"没有 {path.parent} 这个文件夹", f"there is no folder {path.parent}"), is_usage=True)
    total = table.source.total
    if suffix == ".xlsx" and total is not None and total > MOST_ROWS:
        raise TableError(
            Words(
                f"表中有约 {total:,} 行，超过工作表的 {MOST_ROWS:,} 行；请输出 .csv 或 .parquet",
                f"the table has about {total:,} rows, more than the {MOST_ROWS:,} of a sheet; write .csv or .parquet",
            ),
            is_usage=True,
        )
    return path


def fingerprint(table: Applications, options: RunOptions) -> dict[str, Any]:
    """What a run's results are the answers to."""
    question = options.question
    return {
        "file": _file(table.source.path),
        "sheet": [one.source.sheet for one in table.tables],
        "columns": [
            {match.heading: [match.fact.path, match.reading.power] for match in one.headings.matches} for one in table.tables
        ],
        "lists": [{entries.fact.path: entries.digest for entries in one.entries} for one in table.tables],
        "measure": [one.form.measure for one in table.tables],
        "digest": [one.form.digest for one in table.tables],
        "as_of": question.as_of,
        "stage": int(question.stage),
        "assume_unset_bars_absent": question.assume_unset_bars_absent,
        "language": options.language,
    }


@contextlib.contextmanager
def progress(is_wanted: bool, table: Applications, done: int) -> Iterator[_progress.Bar]:
    """A bar on standard error with the time left."""
    bar = _progress.rows(is_wanted, table.source.total, done)
    try:
        yield bar
    finally:
        bar.close()


def about(table: Applications, options: RunOptions, awards: Awards | None = None) -> list[tuple[str, str]]:
    """What was asked, for the sheet that says so."""
    language, question = options.language, options.question

    def line(zh: str, en: str, text: str) -> tuple[str, str]:
        return said(Words(zh, en), language), text

    def lines_of(one: Table) -> list[tuple[str, str]]:
        form = one.form
        until = form.in_force[1] or said(Words("未规定", "no end stated"), language)
        return [
            line("措施", "Measure", f"{said(form.title, language)}（{form.measure}）"),
            line("文件", "Document", f"{form.document} {form.clause}"),
            line("支持标准", "Support", said(form.award, language)),
            line("施行期间", "In force", f"{form.in_force[0]} – {until}"),
            line("输入文件", "File", one.source.path.name + (f" / {one.source.sheet}" if one.source.sheet else "")),
        ]

    rows = [
        *(pair for one in table.tables for pair in lines_of(one)),
        line("计算日期", "As of", question.as_of or said(Words("各行自填", "each row's own"), language)),
        line("阶段", "Stage", said(_STAGES[question.stage], language)),
    ]
    if question.assume_unset_bars_absent:
        rows.append(
            line(
                "假定",
                "Assumed",
                said(Words("没有填写的排除情形视为不存在", "bars that nothing is said about count as absent"), language),
            )
        )
    rows.extend(
        line("读取的列", "Column read", f"{match.heading} → {said(match.fact.label, language)}（{match.fact.path}）")
        for match in dict.fromkeys(match for one in table.tables for match in one.headings.matches)
    )
    rows.extend(line("提示", "Note", said(notice, language)) for notice in table.notices)
    note = Words(
        "待定各行缺少能改变结论的信息；“最高”各列是上限，不是核定的金额。",
        "Undetermined rows lack facts that could still change the outcome; what is called “at most” is a bound, not an award.",
    )
    rows.append(line("说明", "Note", said(note, language)))
    if awards == "tried":
        tried = Words(
            "本表为试算，没有记入台账，不是核定的结果。",
            "This was tried: nothing of it is in the book, and nothing was awarded.",
        )
        rows.append(line("说明", "Note", said(tried, language)))
    return rows


def _output(
    path: pathlib.Path, table: Applications, options: RunOptions, folder: pathlib.Path, awards: Awards | None
) -> Output:
    headings, suffix = [table.source.headings[place] for place in table.kept], path.suffix.lower()
    # Applications that the table has numbers of, and its own measure, need no second column.
    own = ["application_id"] if any(match.fact.path == ID for one in table.tables for match in one.headings.matches) else []
    own += [name for name in ("measure",) if name in headings]
    if suffix == ".parquet":
        return ParquetOutput(path, headings, own)
    if suffix in (".jsonl", ".ndjson"):
        return LinesOutput(path, headings, own)
    forms = forms_of(table)
    columns = result_columns(forms, options.language, awards, with_measure=measure_column(headings) is None)
    if suffix == ".csv":
        return TextOutput(path, headings, columns)
    return WorkbookOutput(path, headings, columns, forms, options.language, about(table, options, awards), folder)


def _file(path: pathlib.Path) -> Sequence[Any]:
    """What a file is known again by: its name, size, time, and its beginning."""
    status = os.stat(path)
    with path.open("rb") as file:
        head = hashlib.sha256(file.read(_HEAD_BYTES)).hexdigest()
    return [path.name, status.st_size, status.st_mtime_ns, head]
