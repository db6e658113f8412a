# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The columns of a data frame as fields, and how the cells of each are read: the same whichever way the frame goes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import grpc
from google.protobuf.descriptor import FieldDescriptor

from grantd._cells import UNITS, Choice, Reading, Words
from grantd._columns import MEASURE, Column
from grantd._dictionaries import BITS
from grantd.table._form import STANDARD, Fact, Form, form_of, member_of
from grantd.table._headings import Unknown, match_headings
from grantd.table._problems import TableError
from grantd.v1.catalogue_pb2 import ListMeasuresRequest
from grantd.v1.catalogue_pb2_grpc import CatalogueStub

_STANDARD = {fact.path: fact for fact in STANDARD}
# What a daemon says that does not describe measures.
_UNDESCRIBED = (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL)
# Columns that are told to be none of the measure's.
_MOST_TOLD = 8


class Descriptions:
    """Measures as the daemon describes them; each is asked for once, and where it is wanted."""

    def __init__(self, channel: grpc.Channel, as_of: str | None, timeout: float) -> None:
        self._channel = channel
        self._as_of = as_of
        self._timeout = timeout
        self._forms: dict[str, Form | None] = {}
        # The measures' full ids by their members of ``Application.facts``.
        self._measures: dict[str, str] | None = None

    def form(self, measure: str) -> Form | None:
        """What a measure asks for; ``None`` where the daemon does not describe measures.

        Raises:
            grpc.RpcError: Where it does not answer, or has no such measure.
        """
        if measure not in self._forms:
            try:
                self._forms[measure] = form_of(self._channel, measure, self._as_of, self._timeout)
            except grpc.RpcError as error:
                if error.code() not in _UNDESCRIBED:
                    raise
                self._forms[measure] = None
        return self._forms[measure]

    def choices(self, column: Column) -> Sequence[Choice]:
        """The values of a fact with what people call them; none where the daemon does not tell.

        Raises:
            grpc.RpcError: Where it does not answer.
        """
        if column.member is None:
            return ()
        if self._measures is None:
            try:
                listed = CatalogueStub(self._channel).ListMeasures(ListMeasuresRequest(), timeout=self._timeout)
                self._measures = {member_of(one.measure): one.measure for one in listed.measures}
            except grpc.RpcError as error:
                if error.code() not in _UNDESCRIBED:
                    raise
                self._measures = {}
        measure = self._measures.get(column.member)
        form = None if measure is None else self.form(measure)
        return () if form is None else next((fact.reading.choices for fact in form.facts if fact.path == column.path), ())


def paths_of(names: Iterable[Any], form: Form, money: str | None) -> dict[Any, str]:
    """The fields that columns are called by their labels: ``项目工程投资（万元）``.

    Raises:
        ValueError: Where a column is none of the measure's.
    """
    own = [name for name in names if name != MEASURE]
    try:
        found = match_headings([str(name) for name in own], form.all(), money=money).check()
    except TableError as error:
        raise ValueError(str(error)) from None
    if found.unknown:
        raise ValueError("; ".join(_unknown(found.unknown, form.measure)))
    return {own[match.place]: match.fact.path for match in found.matches} | {name: MEASURE for name in names if name == MEASURE}


def _unknown(columns: Sequence[Unknown], measure: str) -> Iterator[str]:
    """What to say of columns that are none of the measure's, and what they may have been meant for."""
    for one in columns[:_MOST_TOLD]:
        near = one.suggestion
        hint = f", did you mean {near.path} ({near.label.zh}, {near.label.en})?" if near is not None else ""
        yield f"the column {one.heading!r} is no field of {measure}{hint}"
    if len(columns) > _MOST_TOLD:
        yield f"and {len(columns) - _MOST_TOLD} more"


def readings_of(paths: Mapping[Any, str], facts: Iterable[Fact], money: str | None) -> dict[str, Reading]:
    """How the cells of columns are read, by path: in the unit that a column's name says, else in ``money``, else in the wire's.

    Args:
        paths: The paths by the frame's own names.
        facts: What is known of them; columns of others are left out.
        money: The unit of sums whose column names none.

    Raises:
        ValueError: Where there is no such unit.
    """
    known = {fact.path: fact for fact in facts}
    # A column without a name has a path all the same.
    named = {str(name) if str(name).strip() else f"column {path}": path for name, path in paths.items() if path in known}
    try:
        matches = match_headings(list(named), known.values(), named=named, money=money).check().matches
    except TableError as error:
        raise ValueError(str(error)) from None
    return {match.fact.path: _in_some_unit(match.reading) for match in matches}


def fact_of(column: Column) -> Fact | None:
    """What a field takes, by its type and by the end of its name, as the daemon tells units and days as well.

    ``None`` where it holds messages, which are read as dictionaries are.
    """
    field = column.descriptor
    standard = _STANDARD.get(column.path)
    if field.message_type is not None:
        return None
    if field.enum_type is not None:
        labels = {} if standard is None else {choice.name: choice.label for choice in standard.reading.choices}
        choices = tuple(
            Choice(value.name, value.number, labels.get(value.name, Words(value.name, value.name)))
            for value in field.enum_type.values
        )
        return _fact(column, Reading("enums" if field.is_repeated else "enum", choices=choices))
    if standard is not None or field.is_repeated:
        return standard
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return _fact(column, Reading("bool"))
    if field.cpp_type in BITS:
        unit = next((unit for unit in UNITS if field.name.endswith(f"_{unit}")), "")
        return _fact(column, Reading("whole", BITS[field.cpp_type], unit))
    return _fact(column, Reading("date" if field.name.endswith("_on") else "text"))


def _fact(column: Column, reading: Reading) -> Fact:
    return Fact(column.path, Words("", ""), reading)


def _in_some_unit(reading: Reading) -> Reading:
    if reading.kind == "whole" and reading.power is None:
        # As this package has always read them: a bare number of a column without a unit is in the wire's own.
        return dataclasses.replace(reading, power=0)
    return reading
