# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Whether an envelope binds a whole round: what is left of one that does not says nothing of the round."""

from __future__ import annotations

from collections.abc import Iterable

from grantd.v1.awards_pb2 import Envelope


def unbound_measures(envelope: Envelope, measures: Iterable[str]) -> list[str]:
    """The measures, by their full ids, whose awards do not draw on an envelope, each once."""
    if not envelope.measures and not envelope.programmes:
        return []
    return [
        measure
        for measure in dict.fromkeys(measures)
        if measure not in envelope.measures and measure.partition(".")[0] not in envelope.programmes
    ]


def unbound_days(envelope: Envelope, days: Iterable[str]) -> list[str]:
    """The days, ``YYYY-MM-DD``, whose awards do not draw on an envelope, in their order."""
    first, last = envelope.from_on, envelope.until_on
    # As the wire writes days they are in order as texts are.
    return sorted(day for day in days if day < first or (last and day > last))
