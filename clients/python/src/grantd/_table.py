# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The scoring of a data frame: by columns where the daemon and the frame let it, else row by row."""

from __future__ import annotations

import contextlib
import datetime
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import grpc

from grantd import _frame_columns, _progress, _values
from grantd._ask import fetch, opened
from grantd._batches import BatchOptions, Entry, Flawed, Score
from grantd._columns import MEASURE, Column, UnknownColumnError, application_of, check_columns
from grantd._schema import Reader, Schema, known_of
from grantd._score import score_entries
from grantd.v1.assessment_pb2 import Assessment, Basis, Finding, Line, Outcome
from grantd.v1.calculator_pb2 import Stage

if TYPE_CHECKING:
    import pandas

    from grantd import _frames


def score_frame(
    frame: Any,
    progress: bool = False,
    *,
    columns: Mapping[str, str] | None = None,
    measure: str | None = None,
    as_of: str | datetime.date | None = None,
    channel: grpc.Channel | str | None = None,
    stage: Stage.Value.ValueType = Stage.APPLICATION,
    assume_unset_bars_absent: bool = False,
    reasons: bool = False,
    money: str | None = None,
    batch_size: int | None = None,
    batches_in_flight: int = 4,
    timeout: float = 60.0,
) -> Any:
    """Assesses a table, a row an application, and returns a table of the same kind, of pandas with the same index.

    Where ``measure`` is given and pyarrow is installed (``grantd[tables]``) the table goes over the wire as columns, many times
    as fast as row by row. Else, and where a column holds whole messages, all goes row by row.

    A column's name is the field's path: ``as_of``, ``subject_id``, ``applicant.registered_in_beijing``,
    ``medical_device_common_platform.engineering_investment_fen``; with ``measure`` it may be the field's label, with its unit:
    项目工程投资（万元）. The column ``measure``, or the argument, names the measure where a row may have none of its facts.

    Either way cells are read as people write them: 是 and 否, yes and no; an enum's name, its number, or its label in Chinese
    or English; 2026年5月20日, 2026/5/20, dates and the serial days of a sheet; 1,234.5 and 200万元. Without a unit in the cell,
    in the column's name or in ``money``, a sum is in fen, as it is under a path, whose name says so. A gap (None, NaN, NaT,
    NA, and words for it: 不详) is a fact that is not known, which differs from false and from 0. A list is a list of
    dictionaries with the .proto's names, read as ``score`` reads them. A measure, a field or an enum's value that this
    package's own contract does not have is looked for in the daemon's schema, which is asked for once a channel.

    A cell that its field does not take, or facts of two measures, is its row's error, which names column and row; the row is
    not sent. So is a float that may have lost its last digits: from 2^53 on, in float32 from 2^24 on.

    Args:
        frame: The applications: a DataFrame of pandas or polars, or a Table of pyarrow.
        progress: Show a progress bar (tqdm) on standard error.
        columns: The paths by the frame's own column names; then its other columns are not read.
        measure: The measure of the rows that name none, ``medical-device.common-platform``.
        as_of: The day for which the question is asked, of the rows that name none: ``YYYY-MM-DD``, a date or a timestamp
            without a time.
        channel: Where to: a channel, also a stock one, or ``HOST:PORT``; by default as ``grantd.Channel()``.
        stage: Eligible at all, or payable: ``Stage.DISBURSEMENT`` asks further rules.
        assume_unset_bars_absent: Take a bar whose ground is unset as absent.
        reasons: Ask for the whole reasoning: a column ``reasons``, a list of dictionaries with ``rule``, ``clause``, ``zh`` and
            ``en``, and a column ``failed_rules``, the same of the rules in ``failed``, by their labels, with ``kind``.
        money: The unit of sums whose column names none and is no path: ``万元``, ``元``, ``yuan``; by default fen.
        batch_size: The most applications in one call, 1 to 4,096, or to 256 with ``reasons``; by default as many as are best.
        batches_in_flight: The most batches sent and not yet read.
        timeout: How long one batch may take, in seconds, waiting for the daemon included.

    Returns:
        A row for each row, with ``application_id``, ``measure``, ``outcome``, ``amount_fen`` and ``potential_amount_fen`` in
        fen (Int64), ``basis``, ``binding_cap``, ``failed`` (rules), ``missing`` (paths, in the order to ask,
        the first 1,000), ``lines`` (values by id), and for a row without an assessment ``error`` (gRPC's name),
        ``error_number``, ``error_field`` and ``error_details``; and ``digest``, the policy that decided. What decided all of
        them stands in the frame's ``attrs`` (pandas) or its schema's metadata (pyarrow): ``digest``, ``document_number``,
        ``engine_version``, ``measure``, and by columns ``failed_rules``, the clause and the label of every rule in ``failed``.
        The lines of polars and pyarrow are columns of their own, ``lines.ID``.

    Raises:
        GrantdError: Where the scoring as a whole cannot go on.
        ImportError: Where pandas is not installed; for other frames, where pyarrow is not.
        TypeError: Where it is no frame.
        ValueError: Before any application is sent: a column's name is no path, a column occurs twice, two are for one field,
            one holds true and false for a field of something else, there is no such measure, day or unit of money, or a size is
            out of its range.
    """
    options = BatchOptions(stage, assume_unset_bars_absent, reasons, batch_size)
    if batches_in_flight < 1:
        raise ValueError(f"batches_in_flight must be 1 or more, not {batches_in_flight}")
    try:
        day = None if as_of is None else _values.day(as_of)
    except _values.UnfitError as error:
        raise ValueError(f"as_of {error}: {as_of!r}") from error
    frames = _arrow_frames()
    is_pandas = type(frame).__module__.partition(".")[0] == "pandas"
    if frames is None and not is_pandas:
        raise ImportError("score_frame needs pandas, or pyarrow for other frames: pip install 'grantd[pandas,tables]'")
    if frames is not None:
        frames.kind_of(frame)
    with opened(channel) as used:
        reader = Reader(known_of(used))
        descriptions = _frame_columns.Descriptions(used, day, timeout)
        if columns is None and measure is not None:
            names = list(frame.columns) if frames is None else frames.names_of(frame)
            columns = _by_labels(names, measure, money, reader.known.schema, descriptions)
        cells = _Cells(columns, measure, day, money, descriptions)
        if frames is not None and measure is not None:
            asked = frames.FrameOptions(
                measure, day, stage, assume_unset_bars_absent, reasons, money, batch_size, batches_in_flight, timeout
            )
            with contextlib.suppress(frames.NotColumnarError):
                return _by_columns(frame, progress, cells, asked, used, reader, frames)
        plain = frame if is_pandas else frame.to_pandas()
        scores = _by_rows(plain, progress, cells, options, used, reader, batches_in_flight, timeout)
        if is_pandas:
            return scores
    return scores if frames is None else frames.of_rows(frame, scores)


def _arrow_frames() -> Any:
    """What scores by columns; ``None`` where pyarrow is not installed."""
    try:
        from grantd import _frames
    except ImportError:
        return None
    return _frames


class _Cells(NamedTuple):
    """What the cells of a frame are, whichever way it goes."""

    # The paths by the frame's own names; by default its names are paths.
    columns: Mapping[str, str] | None
    # The measure and the day of the rows that name none.
    measure: str | None
    as_of: str | None
    # The unit of sums whose column names none.
    money: str | None
    descriptions: _frame_columns.Descriptions


def _by_labels(
    names: list[Any], measure: str, money: str | None, schema: Schema, descriptions: _frame_columns.Descriptions
) -> dict[Any, str] | None:
    """The paths of columns that are called by their labels; ``None`` where they are paths, or no daemon tells of labels."""
    if not any(_is_no_path(name, schema) for name in names):
        return None
    form = descriptions.form(measure)
    return None if form is None else _frame_columns.paths_of(names, form, money)


def _by_columns(
    frame: Any,
    progress: bool,
    cells: _Cells,
    asked: _frames.FrameOptions,
    channel: grpc.Channel,
    reader: Reader,
    frames: Any,
) -> Any:
    """Raises NotColumnarError where the frame or the daemon wants the other way."""
    # Looks at the columns, before anything is sent, and asks for the daemon's schema where it is wanted.
    looked_at = frame if frames.kind_of(frame) == "pandas" else frames.empty_pandas(frame)
    _Table(looked_at, cells, reader, lambda waits: fetch(channel, asked.timeout, waits))
    names = frames.names_of(frame)
    paths = {name: str(name) for name in names} if cells.columns is None else dict(cells.columns)
    form = cells.descriptions.form(asked.measure)
    if form is None:
        raise frames.NotColumnarError
    scoring = frames.ColumnFrame(frame, paths, form, reader.known.schema, asked)
    bar = _progress.bar(progress, frame, None)
    try:
        table = scoring.results(channel, bar)
    finally:
        bar.close()
    return frames.result_of(frame, table)


def _is_no_path(name: Any, schema: Schema) -> bool:
    if name == MEASURE:
        return False
    try:
        Column(str(name), name, schema)
    except UnknownColumnError:
        # A path with a slip in it is told as such, not as a label.
        return not str(name).isascii() or " " in str(name) or "." not in str(name)
    return False


def _by_rows(
    frame: Any,
    progress: bool,
    cells: _Cells,
    options: BatchOptions,
    channel: grpc.Channel,
    reader: Reader,
    batches_in_flight: int,
    timeout: float,
) -> pandas.DataFrame:
    try:
        import pandas
    except ImportError as error:
        raise ImportError("score_frame needs pandas: pip install 'grantd[pandas]'") from error
    table = _Table(frame, cells, reader, lambda waits: fetch(channel, timeout, waits))
    bar = _progress.bar(progress, frame, None)
    scores = score_entries(table.rows(), options, channel, batches_in_flight, timeout, bar)
    scored = list(scores)
    answers = [_answer(score) for score in scored]
    dtypes = dict(_DTYPES)
    if options.explain:
        dtypes |= {"reasons": "object", "failed_rules": "object"}
        for score, answer in zip(scored, answers, strict=True):
            if score.assessment is not None:
                answer |= _reasons(score.assessment, cells.descriptions)
    result = pandas.DataFrame(
        {name: [answer.get(name) for answer in answers] for name in dtypes}, index=frame.index, dtype=object
    )
    result = result.astype({name: dtype for name, dtype in dtypes.items() if dtype != "object"})
    result.attrs.update(_told(score.assessment for score in scored if score.assessment is not None))
    return result


_DTYPES = {
    "application_id": "string",
    "measure": "string",
    "outcome": "string",
    "amount_fen": "Int64",
    "potential_amount_fen": "Int64",
    "basis": "string",
    "binding_cap": "string",
    "failed": "object",
    "missing": "object",
    "lines": "object",
    "error": "string",
    "error_number": "Int64",
    "error_field": "string",
    "error_details": "string",
    "digest": "category",
}


# Rows that are turned into applications at a time.
_CHUNK = 1024


class _Table:
    """A frame whose rows become applications."""

    def __init__(
        self,
        frame: pandas.DataFrame,
        cells: _Cells,
        reader: Reader,
        fetch_schema: Callable[[bool], bytes | None],
    ) -> None:
        """Looks at the columns.

        Args:
            frame: The frame.
            cells: What its cells are.
            reader: What is known of the daemon's schema.
            fetch_schema: Asks the daemon for it, and waits where the daemon is not there, or does not.

        Raises:
            GrantdError: Where the daemon's schema is wanted and cannot be had.
            ValueError: Where the columns, the measure or the unit of money cannot be.
        """
        paths = {name: str(name) for name in frame.columns} if cells.columns is None else dict(cells.columns)
        absent = [name for name in paths if name not in frame.columns]
        if absent:
            raise ValueError(f"the frame has no column {', '.join(map(repr, absent))}")
        twice = [name for name in frame.columns[frame.columns.duplicated()] if name in paths]
        if twice:
            raise ValueError(f"the column {twice[0]!r} occurs twice; give it once")
        measures = [name for name, path in paths.items() if path == MEASURE]
        if len(measures) > 1:
            raise ValueError(f"the columns {measures[0]!r} and {measures[1]!r} are both the measure; give one")
        self._frame = frame
        self._paths = {name: path for name, path in paths.items() if path != MEASURE}
        self._measures = measures[0] if measures else None
        self._measure = cells.measure
        self._as_of = cells.as_of
        self._money = cells.money
        self._descriptions = cells.descriptions
        self._reader = reader
        self._fetch_schema = fetch_schema
        if reader.known.is_stale:
            reader.learn(fetch_schema(True))
        self._schema: Schema = reader.known.schema
        try:
            self._fields = self._fields_of(self._schema)
        except UnknownColumnError:
            if not reader.may_ask:
                raise
            # Where no daemon is there, whoever has misspelt a column is not to wait for one.
            self._renew(waits=False)

    def rows(self) -> Iterator[Entry]:
        """The applications of the rows, in their order.

        Raises:
            GrantdError: Where the daemon's schema is wanted and cannot be had.
        """
        cells = _plain_cells()
        for start in range(0, len(self._frame), _CHUNK):
            part = self._frame.iloc[start : start + _CHUNK]
            columns = [cells(part[name]) for name in self._paths]
            named = [None] * len(part) if self._measures is None else cells(part[self._measures])
            for row, (label, own) in enumerate(zip(part.index, named, strict=True)):
                values = [column[row] for column in columns]
                yield self._application(values, self._measure if own is None else str(own), label)

    def _application(self, values: list[Any], measure: str | None, label: object) -> Entry:
        entry = application_of(self._fields, values, measure, label, self._schema)
        if isinstance(entry, Flawed) and entry.is_unknown and self._reader.may_ask:
            # Where the newer schema has a column no more, the daemon itself may say so of each row.
            with contextlib.suppress(UnknownColumnError):
                self._renew(waits=True)
            entry = application_of(self._fields, values, measure, label, self._schema)
        if isinstance(entry, Flawed):
            return entry
        if self._as_of is not None and not entry.HasField("as_of"):
            entry.as_of = self._as_of  # type: ignore[attr-defined]  # A message of the contract, whoever has made its class.
        return entry

    def _renew(self, waits: bool) -> None:
        self._reader.learn(self._fetch_schema(waits))
        schema = self._reader.known.schema
        self._fields = self._fields_of(schema)
        self._schema = schema

    def _fields_of(self, schema: Schema) -> list[Column]:
        from pandas.api.types import is_bool_dtype

        if self._measure is not None and schema.member_of(self._measure) is None:
            raise UnknownColumnError(f"there is no measure {self._measure!r}")
        fields = [Column(path, name, schema) for name, path in self._paths.items()]
        check_columns(fields)
        for column in fields:
            column.check(is_bool_dtype(self._frame[column.name].dtype))
        facts = [fact for fact in map(_frame_columns.fact_of, fields) if fact is not None]
        readings = _frame_columns.readings_of(self._paths, facts, self._money)
        for column in fields:
            if column.path in readings:
                column.read_by(readings[column.path], functools.partial(self._descriptions.choices, column))
        return fields


def _plain_cells() -> Callable[[pandas.Series[Any]], list[Any]]:
    """What makes plain values of a column's cells, and ``None`` of the gaps."""
    import numpy
    import pandas

    gaps = (None, pandas.NA, pandas.NaT)

    def known(value: Any) -> Any:
        # Numpy's narrow floats stay what they are: they lose digits sooner.
        if isinstance(value, (numpy.generic, numpy.ndarray)) and not isinstance(value, (numpy.float16, numpy.float32)):
            value = value.tolist()
        if any(value is gap for gap in gaps):
            return None
        if isinstance(value, (float, numpy.floating)) and value != value:
            return None
        if isinstance(value, Decimal) and value.is_nan():
            return None
        return value

    def cells(column: pandas.Series[Any]) -> list[Any]:
        values = map(known, column.tolist())
        narrow = _NARROW.get(column.dtype.name.lower())
        if narrow is None:
            return list(values)
        as_stored = getattr(numpy, narrow)
        return [None if value is None else as_stored(value) for value in values]

    return cells


# Dtypes of floats that lose digits sooner than Python's, and numpy's type of the same width.
_NARROW = {"float16": "float16", "float32": "float32", "halffloat[pyarrow]": "float16", "float[pyarrow]": "float32"}


def _answer(score: Score) -> dict[str, Any]:
    if score.error is not None:
        return {
            **dict.fromkeys(_DTYPES),
            "application_id": score.application_id or None,
            "error": score.error.code().name,
            "error_number": score.error.number,
            "error_field": score.error.field or None,
            "error_details": score.error.details(),
        }
    assessment = score.result()
    return {
        **dict.fromkeys(_DTYPES),
        "application_id": score.application_id or None,
        "measure": assessment.measure,
        "digest": assessment.policy.digest,
        "outcome": Outcome.Value.Name(assessment.outcome),
        "amount_fen": assessment.amount_fen if assessment.HasField("amount_fen") else None,
        "potential_amount_fen": (assessment.potential_amount_fen if assessment.HasField("potential_amount_fen") else None),
        "basis": Basis.Value.Name(assessment.basis),
        "binding_cap": assessment.binding_cap or None,
        "failed": [finding.rule for finding in assessment.findings if finding.verdict == Finding.FAIL],
        "missing": [missing.path for missing in assessment.missing],
        "lines": {line.id: _line(line) for line in assessment.lines},
    }


def _reasons(assessment: Assessment, descriptions: _frame_columns.Descriptions) -> dict[str, Any]:
    """The reasoning, and what is told of the rules that failed."""
    failed = [finding for finding in assessment.findings if finding.verdict == Finding.FAIL]
    form = descriptions.form(assessment.measure) if failed else None
    labels = {} if form is None else {name: rule.label for name, rule in form.rules.items()}
    return {
        "reasons": [
            {"rule": step.rule, "clause": step.clause, "zh": step.text.zh, "en": step.text.en}
            for step in assessment.explanation
        ],
        "failed_rules": [
            {
                "rule": finding.rule,
                "kind": Finding.Kind.Name(finding.kind),
                "clause": finding.clause,
                "zh": labels[finding.rule].zh if finding.rule in labels else None,
                "en": labels[finding.rule].en if finding.rule in labels else None,
            }
            for finding in failed
        ],
    }


def _told(assessments: Iterable[Assessment]) -> dict[str, str]:
    """What decided all rows, where it was the same: ``measure``, ``digest``, ``document_number``, ``engine_version``."""
    told: dict[str, set[str]] = {}
    for assessment in assessments:
        policy = assessment.policy
        told.setdefault("measure", set()).add(assessment.measure)
        for name in ("digest", "document_number", "engine_version"):
            told.setdefault(name, set()).add(getattr(policy, name))
    return {name: value for name, values in told.items() if len(values) == 1 and (value := values.pop())}


def _line(line: Line) -> Any:
    kind = line.WhichOneof("value")
    if kind == "quantity":
        return line.quantity.value
    if kind == "names":
        return list(line.names.values)
    return None if kind is None else getattr(line, kind)
