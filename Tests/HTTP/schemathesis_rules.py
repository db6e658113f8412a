# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What schemathesis is told beside the description: the refusals that no JSON Schema can say.

A schema bounds each value by itself. These hang on several values, on the day, or on a sum over digits: a request that the schema
lets through may be refused for them, and for nothing else.
"""

from __future__ import annotations

import re

import schemathesis
from schemathesis import Case, CheckContext, Response

REFUSALS = re.compile(
    "|".join(
        [
            "the check character of the unified social credit code does not match",
            "no version of this measure is in force on that day",
            "the policy is not in force on that day",
            "the facts of this measure are given twice",
            "the daemon keeps no book",
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
