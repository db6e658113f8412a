# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Whether an envelope binds a whole round: what is left of one that does not says nothing of the round."""

from __future__ import annotations

from collections.abc import Iterable

import grpc

from grantd._cells import Words, listed
from grantd.errors import GrantdError
from grantd.v1.awards_pb2 import Envelope


class EnvelopeError(GrantdError):
    """INVALID_ARGUMENT at ``envelope``: there is none of this id, or it does not bind the round; why, in both languages."""

    def __init__(self, words: Words) -> None:
        super().__init__(grpc.StatusCode.INVALID_ARGUMENT, words.en, field="envelope")
        self.words = words


def no_envelope(name: str) -> EnvelopeError:
    """The error where there is none of this id, and no limit to put it with."""
    return EnvelopeError(
        Words(f"没有预算“{name}”；请设定预算额，或先建立该预算", f"there is no envelope {name}: say its limit, or put it first")
    )


def check_binding(envelope: Envelope, measures: Iterable[str], days: Iterable[str]) -> None:
    """Refuses an envelope on which some of the awards would not draw.

    Args:
        envelope: With what it binds.
        measures: Those of the round, by their full ids.
        days: Those of its applications, ``YYYY-MM-DD``.

    Raises:
        EnvelopeError: With the measures or, where it binds all of them, the days that it does not bind.
    """
    name = envelope.envelope_id
    unbound = _unbound_measures(envelope, measures)
    if unbound:
        zh, en = listed(unbound)
        raise EnvelopeError(
            Words(
                f"预算“{name}”已用于其他措施，不含 {zh}；请另用一个标识，或用 grantctl envelope put 改变其范围",
                f"the envelope {name} does not bind awards of {en}: name another, or change what it binds",
            )
        )
    first, last = envelope.from_on, envelope.until_on
    # As the wire writes days they are in order as texts are.
    outside = sorted({day for day in days if day < first or (last and day > last)})
    if outside:
        zh, en = listed(outside)
        span_zh = f"{first} 至 {last} " if first and last else f"{first} 起" if first else f"{last} 止"
        span_en = f"from {first} to {last}" if first and last else f"from {first}" if first else f"until {last}"
        raise EnvelopeError(
            Words(
                f"预算“{name}”只管 {span_zh}的核定，不含计算日期 {zh}；请另用一个标识，或用 grantctl envelope put 改变其期间",
                f"the envelope {name}, {span_en}, does not bind awards of {en}: name another, or change what it binds",
            )
        )


def _unbound_measures(envelope: Envelope, measures: Iterable[str]) -> list[str]:
    if not envelope.measures and not envelope.programmes:
        return []
    return [
        measure
        for measure in dict.fromkeys(measures)
        if measure not in envelope.measures and measure.partition(".")[0] not in envelope.programmes
    ]
