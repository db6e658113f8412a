# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What differs between two sets of answers about the same rows, by whole columns: of tables and of Spark's batches."""

from __future__ import annotations

import dataclasses
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from grantd.table._differences import Differences
from grantd.table._form import Form
from grantd.table._problems import Language, said
from grantd.table._summary import amount_kind

# What stands between the names of a list, and between the parts of a row's key.
COMMA, STOP = "\x1f", "\x1e"
# What of an answer tells why it is another one.
_TELLING = ("outcome", "failed", "missing", "binding_cap", "basis")
_OPEN = "UNDETERMINED"
# The outcomes of which something is awarded, or may still be.
_AWARDING = pa.array(["ELIGIBLE", "EXHAUSTED", _OPEN], pa.string())


@dataclasses.dataclass(frozen=True)
class Changes:
    """What changed, row by row."""

    # Whether a row has no assessment on one side; whether the two differ, of the others.
    is_wrong: Any
    changed: Any
    # By name: ``kind``, and before and now ``outcome``, ``amount_fen``, ``potential_amount_fen`` and ``basis``, ``change_fen``.
    # All but the kind are null where a row has no assessment on one side.
    columns: dict[str, Any]


def changes_of(before: Any, now: Any, lines: Any, forms: tuple[Form, Form]) -> Changes:
    """Holds answers against each other.

    Args:
        before: The answers by the old rules, a table or a batch.
        now: The answers by the new ones.
        lines: The names of the lines that differ, one text a row.
        forms: The measure by both.
    """
    is_wrong = pc.or_(pc.is_valid(before["error"]), pc.is_valid(now["error"]))
    amounts = _amount(before), _amount(now)
    potentials = _potential(before), _potential(now)
    bases = _basis(before), _basis(now)
    change = pc.subtract(amounts[1], amounts[0])
    if amount_kind(forms[0]) != amount_kind(forms[1]):
        # A bound less a sum says nothing; where nothing is awarded, nothing is either.
        is_nothing = pc.and_(pc.is_null(before["amount_fen"]), pc.is_null(now["amount_fen"]))
        change = pc.if_else(is_nothing, change, pa.scalar(None, pa.int64()))
    changed = pc.not_equal(lines, "")
    for pair, nothing in (
        # Sums are 0 or more.
        ((before["outcome"], now["outcome"]), ""),
        (amounts, -1),
        (potentials, -1),
        (bases, ""),
        ((joined(before["missing"]), joined(now["missing"])), ""),
    ):
        changed = pc.or_(changed, differ(*pair, nothing))
    kind = pc.case_when(
        pc.make_struct(
            is_wrong,
            pc.invert(changed),
            pc.is_null(change),
            pc.fill_null(pc.greater(change, 0), False),
            pc.fill_null(pc.less(change, 0), False),
        ),
        *("ERROR", "SAME", "OPEN", "GAIN", "LOSS", "OTHER"),
    )
    told = {
        "old_outcome": before["outcome"],
        "new_outcome": now["outcome"],
        "old_amount_fen": amounts[0],
        "new_amount_fen": amounts[1],
        "change_fen": change,
        "old_potential_amount_fen": potentials[0],
        "new_potential_amount_fen": potentials[1],
        "old_basis": bases[0],
        "new_basis": bases[1],
    }
    columns = {"kind": kind} | {name: where_assessed(column, is_wrong) for name, column in told.items()}
    return Changes(is_wrong, pc.and_not(changed, is_wrong), columns)


def reasons_of(
    before: Any, now: Any, lines: Any, changed: Any, differences: Differences, language: Language
) -> tuple[Any, Any]:
    """Why rows that changed did, and by which clause: each combination of answers is looked at once; of other rows null."""
    parts = [lines]
    for side in (before, now):
        parts += [joined(side["missing"]), joined(side["failed"])]
        parts += [pc.fill_null(side[name], "") for name in ("outcome", "binding_cap", "basis")]
    key = pc.binary_join_element_wise(*parts, STOP)
    keys = _whole(pc.if_else(changed, key, pa.scalar(None, pa.string()))).dictionary_encode()
    first: dict[int, int] = {}
    for place, index in enumerate(keys.indices.to_pylist()):
        if index is not None and index not in first:
            first[index] = place
            if len(first) == len(keys.dictionary):
                break
    found = []
    for index in range(len(keys.dictionary)):
        place = first[index]
        old, new = (side.select(_TELLING).slice(place, 1).to_pylist()[0] for side in (before, now))
        names = lines[place].as_py()
        found.append(differences.reason(old, new, names.split(COMMA) if names else ()))
    texts = pa.array([said(reason.words, language) for reason in found], pa.string())
    clauses = pa.array([reason.clause for reason in found], pa.string())
    return texts.take(keys.indices), clauses.take(keys.indices)


def where_assessed(column: Any, is_wrong: Any) -> Any:
    """A column's values, null where a row has no assessment on one side."""
    return pc.if_else(is_wrong, pa.scalar(None, column.type), column)


def joined(lists: Any) -> Any:
    """Lists of names as texts, to be compared; no list is like an empty one."""
    return pc.fill_null(pc.binary_join(lists, COMMA), "")


def differ(old: Any, new: Any, nothing: Any) -> Any:
    """Where values differ; nothing is like nothing."""
    return pc.not_equal(pc.fill_null(old, nothing), pc.fill_null(new, nothing))


def _is_open(results: Any) -> Any:
    return pc.equal(pc.fill_null(results["outcome"], ""), _OPEN)


def _amount(results: Any) -> Any:
    """What answers come to, in fen: nothing where there is none; null while it is open."""
    return pc.if_else(_is_open(results), pa.scalar(None, pa.int64()), pc.fill_null(results["amount_fen"], 0))


def _potential(results: Any) -> Any:
    """What those that are open may still come to, in fen."""
    return pc.if_else(_is_open(results), results["potential_amount_fen"], pa.scalar(None, pa.int64()))


def _basis(results: Any) -> Any:
    """What the amount is, where there is one or may be."""
    return pc.if_else(pc.is_in(results["outcome"], _AWARDING), results["basis"], pa.scalar(None, pa.string()))


def _whole(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
