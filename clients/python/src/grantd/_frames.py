# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Data frames over columns: pandas, polars and pyarrow to typed columns, and results back, without a Python object a row."""

from __future__ import annotations

import collections
import contextlib
import datetime
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import grpc
import pyarrow as pa
import pyarrow.compute as pc

from grantd import _frame_columns, _progress
from grantd._cell_columns import ReadColumn, read_column
from grantd._cells import CellError, Reading
from grantd._columnar import (
    FAILED_RULES_FIELD,
    REASONS_FIELD,
    RESULT_FIELDS,
    ColumnOptions,
    evaluate_batches,
    failed_rules,
    joined,
    told_rules,
)
from grantd._schema import Schema
from grantd.table._form import AWARD_AMOUNT, Form
from grantd.v1.calculator_pb2 import Stage

# Rows of a frame that are read and sent at a time, between two looks at the bar.
_PART = 262_144
# What an error of a row is beside its words.
_INVALID = ("INVALID_ARGUMENT", 1003)


class NotColumnarError(Exception):
    """The frame, or the daemon, wants the other way: row by row."""


class FrameOptions(NamedTuple):
    """What is asked of a frame."""

    measure: str
    as_of: str | None
    stage: Stage.Value.ValueType
    assume_unset_bars_absent: bool
    reasons: bool
    money: str | None
    batch_size: int | None
    calls_in_flight: int
    timeout: float


class ColumnFrame:
    """A frame whose columns go over the wire as they are, once they are typed."""

    def __init__(self, frame: Any, paths: Mapping[Any, str], form: Form, schema: Schema, options: FrameOptions) -> None:
        """Looks at the columns.

        Args:
            frame: Of pandas, polars or pyarrow.
            paths: The paths by the frame's own names.
            form: What the measure asks for.
            schema: What the daemon's messages hold.
            options: What is asked.

        Raises:
            NotColumnarError: Where a column is no single value, or of another measure.
            ValueError: Where there is no such unit of money.
        """
        self._frame = frame
        self._options = options
        self._form = form
        self._names: dict[str, Any] = {path: name for name, path in paths.items()}
        facts = {fact.path: fact for fact in form.all() if fact.path != AWARD_AMOUNT.path}
        for path in self._names:
            outer = path.partition(".")[0]
            if path not in facts or (outer in schema.members and outer != form.member):
                # A field that no rule of the measure reads, a whole message, or another measure's: as messages are read.
                raise NotColumnarError
        self._readings = _frame_columns.readings_of(paths, facts.values(), options.money)

    def results(self, channel: grpc.Channel, bar: _progress.Bar) -> pa.Table:
        """Scores the frame; a row for each row, with ``application_id``, ``measure`` and the fields of a result.

        Raises:
            NotColumnarError: Where the daemon knows no columns, or a column holds what no array can.
            grpc.RpcError: Where the scoring cannot go on.
        """
        options = self._options
        asked = ColumnOptions(options.measure, options.as_of, options.stage, options.assume_unset_bars_absent, options.reasons)
        read: collections.deque[_Part] = collections.deque()

        def tables() -> Iterator[Any]:
            for part in self._parts():
                read.append(part)
                yield from part.batches(options.batch_size)

        pieces: list[pa.Table] = []
        results: list[pa.Table] = []
        gathered = 0
        try:
            for piece in evaluate_batches(
                channel, tables(), asked, calls_in_flight=options.calls_in_flight, timeout=options.timeout
            ):
                pieces.append(piece)
                gathered += piece.num_rows
                while read and pieces and gathered >= read[0].sent.num_rows:
                    part = read.popleft()
                    table = joined(pieces)
                    results.append(self._with_errors(table.slice(0, part.sent.num_rows), part))
                    gathered -= part.sent.num_rows
                    pieces = [table.slice(part.sent.num_rows)] if gathered else []
                    bar.update(part.rows)
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.UNIMPLEMENTED:
                raise NotColumnarError from error
            raise
        return joined(results)

    def _parts(self) -> Iterator[_Part]:
        rows = len(self._frame)
        for start in range(0, max(rows, 1), _PART):
            yield self._read(start, min(_PART, rows - start))

    def _read(self, start: int, rows: int) -> _Part:
        columns: dict[str, Any] = {}
        problems: dict[int, tuple[str, str]] = {}
        for path, name in self._names.items():
            cells = _cells(self._frame, name, start, rows)
            reading = self._readings[path]
            if reading.kind == "list":
                columns[path] = _list(cells)
                continue
            read = _read_cells(cells, reading)
            columns[path] = read.values
            for row, error in read.problems.items():
                problems.setdefault(row, (path, self._words(name, start + row, error)))
        table = pa.table(columns) if columns else _bare(rows)
        return _Part(table, rows, problems)

    def _words(self, name: Any, row: int, error: CellError) -> str:
        return f"column {name!r}, row {_label(self._frame, row)!r}: {error}"

    def _with_errors(self, table: pa.Table, part: _Part) -> pa.Table:
        """The results with those of the rows that were not sent in their places, and the columns that tell them apart."""
        if part.problems:
            rows = sorted(part.problems)
            errors: dict[str, Any] = {
                "error": pa.array([_INVALID[0]] * len(rows), pa.string()),
                "error_number": pa.array([_INVALID[1]] * len(rows), pa.int32()),
                "error_field": pa.array([part.problems[row][0] for row in rows], pa.string()),
                "error_details": pa.array([part.problems[row][1] for row in rows], pa.string()),
            }
            fields: Any = table.schema
            wrong = pa.table(
                [errors.get(field.name, pa.nulls(len(rows), field.type)) for field in iter(fields)], names=table.schema.names
            )
            order = pc.if_else(part.is_sent, pc.subtract(pc.cumulative_sum(part.is_sent.cast(pa.int64())), 1), None)
            order = pc.replace_with_mask(
                order, pc.invert(part.is_sent), pa.array(range(table.num_rows, table.num_rows + len(rows)), pa.int64())
            )
            metadata = table.schema.metadata
            table = pa.concat_tables([table.replace_schema_metadata(None), wrong]).take(order)
            table = table.replace_schema_metadata(metadata)
        has_ids = "application_id" in part.table.column_names
        ids: Any = part.table["application_id"] if has_ids else pa.nulls(part.rows, pa.string())
        measure = pc.if_else(pc.is_valid(table["outcome"]), self._options.measure, pa.scalar(None, pa.string()))
        # An empty name is none, as in an assessment.
        ids = pc.if_else(pc.equal(ids, pa.scalar("")), pa.scalar(None, pa.string()), ids)
        return table.add_column(0, pa.field("measure", pa.string()), measure).add_column(
            0, pa.field("application_id", pa.string()), ids
        )


class _Part:
    """Rows of a frame, read."""

    def __init__(self, table: pa.Table, rows: int, problems: dict[int, tuple[str, str]]) -> None:
        self.table = table
        self.rows = rows
        # By row its field and what is wrong with it.
        self.problems = problems
        self.sent = table
        if problems:
            wrong = pa.array(sorted(problems), pa.int64())
            self.is_sent = pc.invert(pc.is_in(pa.array(range(rows), pa.int64()), wrong))
            self.sent = table.filter(self.is_sent)

    def batches(self, size: int | None) -> Iterator[Any]:
        if size is None:
            yield self.sent
        else:
            for start in range(0, max(self.sent.num_rows, 1), size):
                yield self.sent.slice(start, size)


def _bare(rows: int) -> pa.Table:
    """A table of so many rows of which nothing is known."""
    return pa.table({"application_id": pa.nulls(rows, pa.string())})


# MARK: - Frames


def kind_of(frame: Any) -> str:
    """``pandas``, ``polars`` or ``pyarrow``.

    Raises:
        TypeError: Where it is none of these.
    """
    module = type(frame).__module__.partition(".")[0]
    if module == "polars" and hasattr(frame, "collect"):
        raise TypeError("a polars LazyFrame has no rows yet; give its collect()")
    if module in ("pandas", "polars", "pyarrow"):
        return module
    raise TypeError(f"a DataFrame of pandas or polars or a Table of pyarrow is wanted, not {type(frame).__name__}")


def names_of(frame: Any) -> list[Any]:
    """The names of its columns."""
    return list(frame.column_names) if kind_of(frame) == "pyarrow" else list(frame.columns)


def _cells(frame: Any, name: Any, start: int, rows: int) -> Any:
    kind = kind_of(frame)
    if kind == "pyarrow":
        return frame.column(name).slice(start, rows)
    if kind == "polars":
        return _of_polars(frame[name].slice(start, rows))
    series = frame[name].iloc[start : start + rows]
    try:
        array = pa.array(series, from_pandas=True)
        if not isinstance(array.type, pa.BaseExtensionType):
            return array
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        pass
    # Of several kinds, or of pandas' own, of which Arrow has only what they are kept as: each cell as it is.
    return [None if _is_gap(cell) else cell for cell in series.tolist()]


def _of_polars(series: Any) -> Any:
    # Arrow would have where its objects lie in memory.
    if str(series.dtype) != "Object":
        with contextlib.suppress(pa.ArrowException):
            return series.to_arrow()
    return series.to_list()


def _read_cells(cells: Any, reading: Reading) -> ReadColumn:
    """Reads a column.

    Raises:
        NotColumnarError: Where it holds what no array can, or what means more to its own program than to Arrow.
    """
    if isinstance(cells, (pa.Array, pa.ChunkedArray)) and isinstance(cells.type, pa.BaseExtensionType):
        raise NotColumnarError
    try:
        return read_column(cells, reading)
    except (pa.ArrowException, OverflowError):
        raise NotColumnarError from None


def _is_gap(cell: Any) -> bool:
    pandas: Any = sys.modules["pandas"]
    return cell is None or cell is pandas.NA or cell is pandas.NaT or (isinstance(cell, float) and cell != cell)


def _list(cells: Any) -> Any:
    """Entries of a list as an array.

    Raises:
        NotColumnarError: Where Arrow cannot tell their types.
    """
    try:
        array = pa.array(cells) if isinstance(cells, list) else cells
    except (pa.ArrowException, TypeError):
        raise NotColumnarError from None
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type) or pa.types.is_null(array.type)):
        raise NotColumnarError
    return array


def _label(frame: Any, row: int) -> Any:
    return frame.index[row] if kind_of(frame) == "pandas" else row


def empty_pandas(frame: Any) -> Any:
    """The columns of a frame without its rows, for looking at them."""
    import pandas

    if kind_of(frame) == "polars":
        arrays = [_of_polars(column.head(0)) for column in frame.iter_columns()]
        frame = pa.table([pa.nulls(0) if isinstance(array, list) else array for array in arrays], names=frame.columns)
    names = frame.column_names
    empty = frame.slice(0, 0).to_pandas(types_mapper=pandas.ArrowDtype)
    empty.columns = names
    return empty


# Of each column of lists its type.
_LISTS = {
    field.name: field.type for field in (*RESULT_FIELDS, REASONS_FIELD, FAILED_RULES_FIELD) if pa.types.is_list(field.type)
}


def of_rows(frame: Any, scores: Any) -> Any:
    """Results that were made row by row, as a frame of the kind that was given; each line is a column of its own."""
    table = pa.Table.from_pandas(scores.drop(columns=["lines", *_LISTS.keys() & set(scores.columns)]), preserve_index=False)
    for place, name in enumerate(name for name in scores.columns if name != "lines"):
        if name in _LISTS:
            # Where all of them are empty there is nothing to tell a type by.
            table = table.add_column(place, name, pa.array(scores[name].tolist(), _LISTS[name]))
    lines = [lines if isinstance(lines, dict) else {} for lines in scores["lines"]]
    for name in dict.fromkeys(name for one in lines for name in one):
        table = table.append_column(f"lines.{name}", _line([one.get(name) for one in lines]))
    told: dict[bytes | str, bytes | str] = {f"grantd.{name}": str(value) for name, value in scores.attrs.items()}
    return _of_kind(frame, table.replace_schema_metadata(told))


def _line(values: list[Any]) -> Any:
    try:
        return pa.array(values)
    except pa.ArrowException:
        # Two measures may mean different things by one name.
        return pa.array([None if value is None else json.dumps(value, ensure_ascii=False) for value in values], pa.string())


# MARK: - Results


def result_of(frame: Any, table: pa.Table) -> Any:
    """The results as a frame of the kind that was given; what decided them stands in its ``attrs``, or its metadata.

    Frames of polars have neither: the column ``digest`` says in all of them by which policy a row was decided, and with reasons
    ``failed_rules`` what is told of the rules that failed.
    """
    digest = (table.schema.metadata or {}).get(b"grantd.digest", b"").decode()
    places = pc.if_else(pc.is_valid(table["outcome"]), pa.scalar(0, pa.int8()), pa.scalar(None, pa.int8()))
    digests: Any = pa.chunked_array(
        [pa.DictionaryArray.from_arrays(piece, pa.array([digest])) for piece in places.chunks],
        pa.dictionary(pa.int8(), pa.string()),
    )
    if REASONS_FIELD.name in table.column_names:
        table = table.append_column(FAILED_RULES_FIELD, told_rules(table))
    return _of_kind(frame, table.append_column("digest", digests))


def _of_kind(frame: Any, table: pa.Table) -> Any:
    kind = kind_of(frame)
    if kind == "pyarrow":
        return table
    if kind == "polars":
        polars: Any = sys.modules["polars"]
        return polars.from_arrow(table)
    return _pandas(frame, table)


def _pandas(frame: Any, table: pa.Table) -> Any:
    import pandas

    data: dict[str, Any] = {}
    lines = {}
    for name in table.column_names:
        column = table[name]
        if name.startswith("lines."):
            lines[name.removeprefix("lines.")] = column
        elif name in ("missing_omitted", "in_force_from") and column.null_count == len(column):
            continue
        elif pa.types.is_dictionary(column.type):
            data[name] = column.to_pandas()
        elif pa.types.is_string(column.type):
            # In Arrow's memory, as it came; where there is nothing in it, in the type that pandas would make of it.
            is_empty = column.null_count == len(column)
            dtype: Any = pandas.StringDtype("pyarrow")
            column = pa.chunked_array([pa.nulls(len(column), pa.large_string())]) if is_empty else column
            data[name] = dtype.__from_arrow__(column)
        elif pa.types.is_integer(column.type):
            data[name] = _integers(column)
        else:
            data[name] = pandas.array(column, dtype=pandas.ArrowDtype(column.type))  # type: ignore[call-overload]
        if name == "missing":
            data["lines"] = None
    data["lines"] = _lines(lines, table)
    result = pandas.DataFrame(data, index=frame.index, copy=False)
    result.attrs.update(attributes_of(table))
    return result


def _integers(column: Any) -> Any:
    """Whole numbers with gaps, as pandas has them."""
    import numpy
    import pandas

    if column.null_count == len(column):
        return pandas.arrays.IntegerArray(numpy.zeros(len(column), numpy.int64), numpy.ones(len(column), bool))
    mask: Any = column.is_null().to_numpy()
    values: Any = pc.fill_null(column, 0).cast(pa.int64()).to_numpy()
    return pandas.arrays.IntegerArray(values, mask)


def _lines(lines: dict[str, Any], table: pa.Table) -> Any:
    """By row a dictionary of the lines that it has; ``None`` where there is an error."""
    import numpy
    import pandas

    if not lines:
        # Empty ones, without an object a row.
        known: Any = pa.array(pc.is_valid(table["outcome"]).to_numpy())
        empty: Any = pa.StructArray.from_buffers(pa.struct([]), table.num_rows, [known.buffers()[1]])
        return pandas.arrays.ArrowExtensionArray(empty)
    cells = numpy.empty(table.num_rows, dtype=object)
    columns = [[_plain(value) for value in column.to_pylist()] for column in lines.values()]
    cells[:] = [
        {name: value for name, value in zip(lines, row, strict=True) if value is not None} for row in zip(*columns, strict=True)
    ]
    if table["outcome"].null_count:
        cells[pc.is_null(table["outcome"]).to_numpy()] = None
    return cells


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def attributes_of(table: pa.Table) -> dict[str, Any]:
    """What decided the results: ``measure``, ``digest``, ``document_number``, ``engine_version``, ``failed_rules``."""
    metadata = table.schema.metadata or {}
    told: dict[str, Any] = {
        key.decode().removeprefix("grantd."): value.decode() for key, value in metadata.items() if key.startswith(b"grantd.")
    }
    told["failed_rules"] = failed_rules(table)
    return told


__all__ = ["RESULT_FIELDS", "ColumnFrame", "FrameOptions", "NotColumnarError", "result_of"]
