# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What a round of awards has come to."""

from __future__ import annotations

import collections
import dataclasses

from grantd.v1.assessment_pb2 import Outcome
from grantd.v1.awards_pb2 import AwardResponse, AwardState


@dataclasses.dataclass
class AwardMeasure:
    """The rows of one measure."""

    outcomes: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    """How many rows came to each outcome, by its name: ``ELIGIBLE``."""

    awards: int = 0
    """How many of them were awarded something."""

    amount_fen: int = 0
    """What they were awarded, what is held included."""


@dataclasses.dataclass
class AwardSummary:
    """What a round has come to, by measure and outcome, as far as its results were taken."""

    rows: int = 0
    """How many rows had their turn."""

    awards: int = 0
    """How many of them were awarded something."""

    held: int = 0
    """Of these, how many are held until they are settled."""

    amount_fen: int = 0
    """What was awarded, what is held included."""

    replayed: int = 0
    """How many rows the book knew already by their keys, and answered as before."""

    failed: int = 0
    """How many rows had an error in place of an assessment."""

    measures: dict[str, AwardMeasure] = dataclasses.field(default_factory=dict)
    """The rows that were assessed, by measure."""

    def add(self, response: AwardResponse | None) -> None:
        """Counts one more row; ``None``: it had an error."""
        self.rows += 1
        if response is None:
            self.failed += 1
            return
        self.replayed += response.replayed
        assessment = response.assessment
        measure = self.measures.setdefault(assessment.measure, AwardMeasure())
        measure.outcomes[Outcome.Value.Name(assessment.outcome)] += 1
        if response.HasField("award"):
            self.awards += 1
            self.held += response.award.state == AwardState.RESERVED
            self.amount_fen += response.award.amount_fen
            measure.awards += 1
            measure.amount_fen += response.award.amount_fen
