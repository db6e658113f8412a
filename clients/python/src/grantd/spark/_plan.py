# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What the driver finds out before a job: which columns are read, what comes back, and by which policy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import (
    ArrayType,
    BooleanType,
    DataType,
    DateType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
)

from grantd._arrow import UnfitColumnError, wire_array
from grantd._columnar import ColumnOptions, evaluate_table
from grantd.channel import Channel
from grantd.errors import GrantdError
from grantd.table._form import AWARD_AMOUNT, Form, form_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_COLUMN = re.compile(r"columns\[([0-9]+)\]")


class Read(NamedTuple):
    """A column that is read: its name in the data frame, and the field's path."""

    name: str
    path: str


class Places(NamedTuple):
    """Where a task finds columns in its batches."""

    # Those that are kept, in their order, and those that are read, by the paths of their fields.
    kept: tuple[int, ...]
    read: tuple[tuple[int, str], ...]

    def kept_of(self, batch: Any) -> list[Any]:
        """The columns that are kept."""
        return [batch.column(place) for place in self.kept]

    def facts_of(self, batch: Any, paths: Collection[str] | None = None) -> Any:
        """The columns that are read, or some of them."""
        read = [(place, path) for place, path in self.read if paths is None or path in paths]
        return pa.Table.from_arrays([batch.column(place) for place, _ in read], names=[path for _, path in read])


def narrowed(frame: DataFrame, read: Sequence[Read], kept: Sequence[str]) -> tuple[DataFrame, Places]:
    """The columns that a task needs, under names without dots, which ``mapInArrow`` takes for structs."""
    names = list(dict.fromkeys([*kept, *(one.name for one in read)]))
    needed = [frame.columns.index(name) for name in names]
    plain = frame.toDF(*[f"c{place}" for place in range(len(frame.columns))]).select(*[f"c{place}" for place in needed])
    return plain, Places(tuple(map(names.index, kept)), tuple((names.index(one.name), one.path) for one in read))


def columns_read(frame: DataFrame, columns: Mapping[str, str] | None, forms: Iterable[Form]) -> tuple[Read, ...]:
    """The columns that one of the forms has.

    Args:
        frame: The data frame.
        columns: The paths by the frame's own names; by default, columns whose names are paths.
        forms: What the measure asks for, by each set of rules.

    Raises:
        ValueError: Where a name looks like a path and is none, or a column is not there, twice there or of no fitting type.
    """
    forms = tuple(forms)
    known = {path for form in forms for path in paths_of(form)}
    given = [(name, name) for name in frame.columns] if columns is None else list(columns.items())
    read: list[Read] = []
    for name, path in given:
        if name not in frame.columns:
            raise ValueError(f"the data frame has no column {name!r}")
        if path in known:
            read.append(Read(name, path))
        elif columns is not None or "." in path:
            close = difflib.get_close_matches(path, known, 1)
            hint = f"; is it {close[0]}?" if close else ""
            raise ValueError(f"{forms[-1].measure} has no field {path!r}{hint}")
    for what, names in (("the column", [one.name for one in read]), ("a column for", [one.path for one in read])):
        twice = {name for name in names if names.count(name) > 1}
        if twice or (what == "the column" and any(frame.columns.count(name) > 1 for name in names)):
            raise ValueError(f"{what} {sorted(twice or names)[0]!r} is there twice")
    for one, field in zip(read, _arrow_fields(frame, read), strict=True):
        try:
            wire_array(pa.array([], field.type))
        except UnfitColumnError as error:
            raise ValueError(f"the column {one.name!r} {error}: cast it first") from None
    return tuple(read)


def paths_of(form: Form) -> set[str]:
    """The fields that an application for the measure may have."""
    return {fact.path for fact in form.all()} - {AWARD_AMOUNT.path}


class Probe(NamedTuple):
    """What a question about no row says of the answers."""

    digest: str
    # The fields of an answer, ``lines.ID`` last.
    schema: Any


def probe(channel: Channel, frame: DataFrame, read: Sequence[Read], options: ColumnOptions, digest: str | None = None) -> Probe:
    """Asks about no row, so that columns that do not fit are told before the job, and the policy is pinned.

    Raises:
        GrantdError: Where the daemon does not answer, or its policy is not that of ``digest``.
        ValueError: Where it does not take a column.
    """
    fields = _arrow_fields(frame, read)
    # Where all is null nothing is sent, whatever the type.
    used = [(one, field) for one, field in zip(read, fields, strict=True) if not pa.types.is_null(field.type)]
    table = pa.table({one.path: pa.array([], field.type) for one, field in used})
    try:
        answer = evaluate_table(
            channel,
            table,
            options.measure,
            as_of=options.as_of,
            stage=options.stage,
            assume_unset_bars_absent=options.assume_unset_bars_absent,
            reasons=options.reasons,
            digest=digest,
        )
    except GrantdError as error:
        place = _COLUMN.match(error.field)
        if place is None or int(place[1]) >= len(used):
            raise
        raise ValueError(f"the column {used[int(place[1])][0].name!r}: {error.details()}") from error
    return Probe(answer.schema.metadata[b"grantd.digest"].decode(), answer.schema.remove_metadata())


def form(channel: Channel, measure: str, as_of: str | None) -> Form:
    """What the measure asks for."""
    return form_of(channel, measure, as_of)


def output(
    frame: DataFrame, keep: Sequence[str] | None, added: Iterable[Any], prefix: str, told: Mapping[str, dict[str, str]]
) -> tuple[list[str], StructType]:
    """The columns that are kept, and the schema of the result: these, then what is added.

    Args:
        frame: The data frame.
        keep: The columns to keep; by default all.
        added: Arrow's fields of what is added.
        prefix: Stands before their names.
        told: Metadata, by the names of some of them.

    Raises:
        ValueError: Where one that is kept has a name of the added ones, or is not there.
    """
    kept = list(frame.columns if keep is None else keep)
    absent = [name for name in kept if name not in frame.columns]
    if absent:
        raise ValueError(f"the data frame has no column {absent[0]!r}")
    fields = [frame.schema[name] for name in kept]
    fields += [StructField(prefix + each.name, _spark_type(each.type), True, told.get(each.name)) for each in added]
    names = [field.name.lower() for field in fields]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"the result would have the column {twice[0]!r} twice: give a prefix, or leave it out of keep")
    return kept, StructType(fields)


def _spark_type(given: Any) -> DataType:
    """Spark's type for one of an answer's types."""
    if pa.types.is_list(given):
        return ArrayType(_spark_type(given.value_type))
    if pa.types.is_struct(given):
        return StructType([StructField(field.name, _spark_type(field.type)) for field in given])
    return _TYPES[given]


_TYPES: dict[Any, DataType] = {
    pa.string(): StringType(),
    pa.int64(): LongType(),
    pa.int32(): IntegerType(),
    pa.bool_(): BooleanType(),
    pa.date32(): DateType(),
}


def _arrow_fields(frame: DataFrame, read: Sequence[Read]) -> list[Any]:
    return list(to_arrow_schema(StructType([frame.schema[one.name] for one in read])))
