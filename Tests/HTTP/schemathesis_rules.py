# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What schemathesis is told beside the description: the refusals that no JSON Schema can say.

A schema bounds each value by itself. These hang on several values, on the day, or on a sum over digits: a request that the schema
lets through may be refused for them, and for nothing else.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator

import schemathesis
import yaml
from schemathesis import Case, CheckContext, Response

POLICIES = pathlib.Path(__file__).parents[2] / "Sources/GrantdPolicy/Policies"


def refusals_of_measures(node: object) -> Iterator[str]:
    """What a programme's file refuses, in its words: the `message` of each entry of `refuse`."""
    if isinstance(node, dict):
        yield from (entry["message"] for entry in node.get("refuse", []))
    if isinstance(node, (dict, list)):
        for part in node.values() if isinstance(node, dict) else node:
            yield from refusals_of_measures(part)


OF_MEASURES = [
    re.escape(message)
    for file in sorted(POLICIES.glob("*.yaml"))
    for message in refusals_of_measures(yaml.load(file.read_text(), yaml.BaseLoader))
]
assert OF_MEASURES, f"no programme in {POLICIES} refuses anything"

REFUSALS = re.compile(
    "|".join(
        [
            *OF_MEASURES,
            "the facts cannot be evaluated: ",
            "the check character of the unified social credit code does not match",
            "no version of this measure is in force on that day",
            "the policy is not in force on that day",
            "the facts of this measure are given twice",
            "prior_awards_unknown says that nobody has looked, and yet there are prior_awards",
            "the daemon keeps no book",
            # Columns: what a path names, and how long a buffer is, hang on the measure and on the rows.
            "no field of an application or of the measure's facts has this path",
            "no field of an entry has this path",
            "a fact of another measure",
            "this field cannot be a column",
            "the same field as ",
            "the field takes ",
            "a call has 0 to ",
            "[0-9]+ rows want [0-9]+ bytes",
            "[0-9]+ values want [0-9]+ offsets",
            "an offset must be 0 or more",
            "the offsets must ascend",
            "the last offset is ",
            "row [0-9]+ names text ",
            "the lists of a call have no more than ",
            "only a LIST column has entries",
            "a LIST column has its values in ",
            "a DICTIONARY column has its texts in ",
            "the entries are values",
        ]
    )
)


@schemathesis.check
def schema_valid_is_accepted(context: CheckContext, response: Response, case: Case) -> None:
    """Stands for `positive_data_acceptance`, which knows statuses only."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 400:
        return
    message = response.json().get("message", "")
    assert REFUSALS.match(message), f"the description lets it through, the daemon says: {message}"
