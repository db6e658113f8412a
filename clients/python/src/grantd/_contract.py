# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What the contract sets on every answer. An answer that lacks it is none: an unset enum would read as its first value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from operator import attrgetter
from typing import Any, NamedTuple

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from grantd.v1 import auction_pb2, awards_pb2, calculator_pb2, catalogue_pb2
from grantd.v1.assessment_pb2 import Assessment, PolicyReference
from grantd.v1.auction_pb2 import AuctionOutcome

_ASSESSMENT = ("measure", "as_of", "outcome", "basis")
_AWARD = ("award_id", "state")
_ENVELOPE = ("envelope_id", "limit_fen")
_POLICY = ("programme", "document_number", "digest")
_policy = attrgetter("policy")
_has: Any = Assessment.HasField
_policy_has: Any = PolicyReference.HasField


class Answer(NamedTuple):
    """The answer of a method."""

    descriptor: Descriptor | None
    # What an answer lacks, of what was asked for so many times; empty where it lacks nothing.
    lack: Callable[[Any, int | None], str]
    # The list of the request that has an entry in the answer for each of its own.
    asked: str = ""


def lack_of_assessments(assessments: Sequence[Assessment], wire: bytes = b"") -> str:
    """What one of them lacks; empty where none lacks anything. Field by field over all of them: there are many.

    Args:
        assessments: The assessments.
        wire: The bytes that they were made of. Where the first one's policy stands in them once for each assessment, the
            policies are the same, as they are of one measure, and one is looked at for all.
    """
    for name in _ASSESSMENT:
        if not all(map(_has, assessments, repeat(name))):
            return f"an assessment without {name}"
    policies: list[PolicyReference] = [assessment.policy for assessment in assessments[:1]]
    if not (policies and wire and wire.count(_encoded(policies[0])) == len(assessments)):
        policies = list(map(_policy, assessments))
    for name in _POLICY:
        if not all(map(_policy_has, policies, repeat(name))):
            return f"an assessment without policy.{name}"
    return ""


def _encoded(policy: PolicyReference) -> bytes:
    """A policy as a field of an assessment."""
    return Assessment(policy=policy).SerializeToString()


def _assessment(answer: Any, _: int | None) -> str:
    # The same for one, where the loops would cost more than what they look at.
    has = answer.HasField
    if has("measure") and has("as_of") and has("outcome") and has("basis"):
        has = answer.policy.HasField
        if has("programme") and has("document_number") and has("digest"):
            return ""
    return lack_of_assessments((answer,))


def _batch(answer: Any, asked: int | None) -> str:
    if asked is not None and len(answer.results) != asked:
        return f"{len(answer.results)} results for {asked} applications"
    assessments: list[Assessment] = []
    for result in answer.results:
        if result.HasField("assessment"):
            assessments.append(result.assessment)
        elif not (result.HasField("error") and result.error.code):
            return "a result without an assessment or an error"
    return lack_of_assessments(assessments)


def _columns(answer: Any, asked: int | None) -> str:
    if not answer.HasField("rows"):
        return "no rows"
    if not any(column.path == "outcome" for column in answer.columns):
        return "no outcome"
    return _lack((answer.policy,), _POLICY)


def _screening(answer: Any, _: int | None) -> str:
    return lack_of_assessments(answer.assessments)


def _auction(answer: Any, asked: int | None) -> str:
    if not answer.HasField("outcome"):
        return "no outcome"
    has_results = answer.outcome in (AuctionOutcome.CLEARED, AuctionOutcome.NOTHING_SELECTED)
    if has_results and asked is not None and len(answer.results) != asked:
        return f"{len(answer.results)} results for {asked} bids"
    return ""


def _award(answer: Any, _: int | None) -> str:
    if not answer.HasField("assessment"):
        return "no assessment"
    lack = lack_of_assessments((answer.assessment,))
    return lack or (_lack((answer.award,), _AWARD) if answer.HasField("award") else "")


def _awards(answer: Any, asked: int | None) -> str:
    if asked is not None and len(answer.results) != asked:
        return f"{len(answer.results)} results for {asked} entries"
    assessments: list[Assessment] = []
    for result in answer.results:
        if result.HasField("award"):
            if not result.award.HasField("assessment"):
                return "no assessment"
            assessments.append(result.award.assessment)
            if result.award.HasField("award"):
                lack = _lack((result.award.award,), _AWARD)
                if lack:
                    return lack
        elif not (result.HasField("error") and result.error.code):
            return "a result without an award or an error"
    return lack_of_assessments(assessments)


def _settlement(answer: Any, _: int | None) -> str:
    return _lack((answer.award,), _AWARD) if answer.HasField("award") else "no award"


def _award_list(answer: Any, _: int | None) -> str:
    return _lack(answer.awards, _AWARD)


def _envelope(answer: Any, _: int | None) -> str:
    return _lack((answer,), _ENVELOPE)


def _envelopes(answer: Any, _: int | None) -> str:
    return _lack(answer.envelopes, _ENVELOPE)


def _description(answer: Any, _: int | None) -> str:
    return _lack((answer,), ("measure", "basis", "policy"))


def _measures(answer: Any, _: int | None) -> str:
    return _lack(answer.measures, ("measure", "basis", "policy"))


def _documents(answer: Any, _: int | None) -> str:
    return _lack(answer.documents, ("number",))


def _schema(answer: Any, _: int | None) -> str:
    return "" if answer.file_descriptor_set else "no file_descriptor_set"


def _health(answer: Any, _: int | None) -> str:
    # Of proto3: unset is 0, UNKNOWN, which is no status of a daemon.
    return "" if answer.status else "no status"


def _lack(messages: Iterable[Message], names: tuple[str, ...]) -> str:
    for message in messages:
        for name in names:
            if not message.HasField(name):
                return f"{message.DESCRIPTOR.name} without {name}"
    return ""


def _answer(module: Any, service: str, method: str, lack: Callable[[Any, int | None], str], asked: str = "") -> Answer:
    return Answer(module.DESCRIPTOR.services_by_name[service].methods_by_name[method].output_type, lack, asked)


# By the method's path.
ANSWERS = {
    "/grantd.v1.Calculator/Evaluate": _answer(calculator_pb2, "Calculator", "Evaluate", _assessment),
    "/grantd.v1.Calculator/EvaluateBatch": _answer(calculator_pb2, "Calculator", "EvaluateBatch", _batch, "applications"),
    "/grantd.v1.Calculator/EvaluateColumns": _answer(calculator_pb2, "Calculator", "EvaluateColumns", _columns),
    "/grantd.v1.Calculator/Screen": _answer(calculator_pb2, "Calculator", "Screen", _screening),
    "/grantd.v1.Catalogue/ListMeasures": _answer(catalogue_pb2, "Catalogue", "ListMeasures", _measures),
    "/grantd.v1.Catalogue/DescribeMeasure": _answer(catalogue_pb2, "Catalogue", "DescribeMeasure", _description),
    "/grantd.v1.Catalogue/ListDocuments": _answer(catalogue_pb2, "Catalogue", "ListDocuments", _documents),
    "/grantd.v1.Catalogue/GetSchema": _answer(catalogue_pb2, "Catalogue", "GetSchema", _schema),
    "/grantd.v1.RenewablesAuction/ClearAuction": _answer(auction_pb2, "RenewablesAuction", "ClearAuction", _auction, "bids"),
    "/grantd.v1.Awards/Award": _answer(awards_pb2, "Awards", "Award", _award),
    "/grantd.v1.Awards/AwardBatch": _answer(awards_pb2, "Awards", "AwardBatch", _awards, "entries"),
    "/grantd.v1.Awards/Settle": _answer(awards_pb2, "Awards", "Settle", _settlement),
    "/grantd.v1.Awards/ListAwards": _answer(awards_pb2, "Awards", "ListAwards", _award_list),
    "/grantd.v1.Awards/PutEnvelope": _answer(awards_pb2, "Awards", "PutEnvelope", _envelope),
    "/grantd.v1.Awards/ListEnvelopes": _answer(awards_pb2, "Awards", "ListEnvelopes", _envelopes),
    "/grpc.health.v1.Health/Check": Answer(None, _health),
}
