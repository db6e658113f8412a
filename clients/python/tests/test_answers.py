# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Answers that are none: incomplete ones, and those that would take too much memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2

from grantd import ChannelConfig, GrantdError, _contract, _cost
from grantd.v1 import auction_pb2, awards_pb2, calculator_pb2, catalogue_pb2
from grantd.v1.assessment_pb2 import Assessment, Basis, PolicyReference
from grantd.v1.auction_pb2 import AuctionOutcome, ClearAuctionRequest, ClearAuctionResponse
from grantd.v1.calculator_pb2 import EvaluateBatchRequest, EvaluateBatchResponse, EvaluateColumnsResponse, ScreenResponse

from .conftest import MakeCaller
from .fake import FakeServer, assessment

POLICY = PolicyReference(programme="medical-device", document_number="京科发〔2025〕20号", digest="0" * 64)
BATCH = "/grantd.v1.Calculator/EvaluateBatch"


def batch(*results: dict[str, Any]) -> EvaluateBatchResponse:
    return EvaluateBatchResponse(results=results)  # type: ignore[arg-type]


def columns() -> EvaluateColumnsResponse:
    return EvaluateColumnsResponse(rows=0, columns=[{"path": "outcome"}], policy=POLICY)  # type: ignore[list-item]


def summary(**fields: Any) -> catalogue_pb2.ListMeasuresResponse:
    whole: dict[str, Any] = {"measure": "x", "basis": Basis.EXACT, "policy": POLICY}
    return catalogue_pb2.ListMeasuresResponse(measures=[{**whole, **fields}])  # type: ignore[list-item]


def described(**fields: Any) -> catalogue_pb2.MeasureDescription:
    whole: dict[str, Any] = {"measure": "x", "basis": Basis.EXACT, "policy": POLICY}
    return catalogue_pb2.MeasureDescription(**{**whole, **fields})


def without(message: Any, path: str) -> Any:
    """The same without one field."""
    *parents, name = path.split(".")
    inner = message
    for parent in parents:
        inner = inner[int(parent)] if parent.isdigit() else getattr(inner, parent)
    inner.ClearField(name)
    return message


ASSESSED = ["measure", "as_of", "outcome", "basis", "policy", "policy.programme", "policy.document_number", "policy.digest"]
WHOLE: list[tuple[str, Message, int | None]] = [
    ("Calculator/Evaluate", assessment(), None),
    ("Calculator/EvaluateBatch", batch({"assessment": assessment()}, {"error": {"code": 1003}}), 2),
    ("Calculator/EvaluateBatch", batch(), 0),
    ("Calculator/EvaluateColumns", columns(), None),
    ("Calculator/Screen", ScreenResponse(assessments=[assessment()]), None),
    ("Calculator/Screen", ScreenResponse(), None),
    ("Catalogue/ListMeasures", summary(), None),
    ("Catalogue/DescribeMeasure", described(), None),
    ("Catalogue/ListDocuments", catalogue_pb2.ListDocumentsResponse(documents=[{"number": "1"}]), None),  # type: ignore[list-item]
    ("Catalogue/GetSchema", catalogue_pb2.Schema(file_descriptor_set=b"x"), None),
    ("RenewablesAuction/ClearAuction", ClearAuctionResponse(outcome=AuctionOutcome.CLEARED, results=[{}]), 1),  # type: ignore[list-item]
    ("RenewablesAuction/ClearAuction", ClearAuctionResponse(outcome=AuctionOutcome.INVALID), 5),
]
LACKING: list[tuple[str, Message, int | None]] = [
    *(("Calculator/Evaluate", without(assessment(), name), None) for name in ASSESSED),
    *(("Calculator/Screen", without(ScreenResponse(assessments=[assessment()]), f"assessments.0.{n}"), None) for n in ASSESSED),
    *(
        ("Calculator/EvaluateBatch", without(batch({"assessment": assessment()}), f"results.0.assessment.{name}"), 1)
        for name in ASSESSED
    ),
    ("Calculator/EvaluateBatch", batch(), 1),
    ("Calculator/EvaluateBatch", batch({"assessment": assessment()}, {"assessment": assessment()}), 1),
    ("Calculator/EvaluateBatch", batch({}), 1),
    ("Calculator/EvaluateBatch", batch({"error": {"status": "INTERNAL"}}), 1),
    *(
        ("Calculator/EvaluateColumns", without(columns(), name), None)
        for name in ("rows", "columns", "policy", "policy.digest")
    ),
    *(("Catalogue/ListMeasures", without(summary(), f"measures.0.{name}"), None) for name in ("measure", "basis", "policy")),
    *(("Catalogue/DescribeMeasure", without(described(), name), None) for name in ("measure", "basis", "policy")),
    ("Catalogue/ListDocuments", catalogue_pb2.ListDocumentsResponse(documents=[{}]), None),  # type: ignore[list-item]
    ("Catalogue/GetSchema", catalogue_pb2.Schema(), None),
    ("Catalogue/GetSchema", catalogue_pb2.Schema(file_descriptor_set=b""), None),
    ("RenewablesAuction/ClearAuction", ClearAuctionResponse(), 0),
    ("RenewablesAuction/ClearAuction", ClearAuctionResponse(outcome=AuctionOutcome.CLEARED), 1),
    ("RenewablesAuction/ClearAuction", ClearAuctionResponse(outcome=AuctionOutcome.NOTHING_SELECTED), 2),
]


@pytest.mark.parametrize(("method", "answer", "asked"), WHOLE)
def test_whole_answers(method: str, answer: Message, asked: int | None) -> None:
    assert _contract.ANSWERS[f"/grantd.v1.{method}"].lack(answer, asked) == ""


@pytest.mark.parametrize(("method", "answer", "asked"), LACKING)
def test_answers_that_lack_something(method: str, answer: Message, asked: int | None) -> None:
    assert _contract.ANSWERS[f"/grantd.v1.{method}"].lack(answer, asked)


def test_every_method_of_the_contract_is_looked_at() -> None:
    paths = {
        f"/{service.full_name}/{method.name}"
        for module in (calculator_pb2, catalogue_pb2, auction_pb2, awards_pb2)
        for service in module.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }
    assert paths | {"/grpc.health.v1.Health/Check"} == set(_contract.ANSWERS)


def test_assessments_of_one_policy_and_of_several() -> None:
    one, other = assessment("1"), assessment("2")
    other.policy.programme = "digital-space"
    for rows in ([one, one], [one, other], [other, one, one]):
        wire = batch(*({"assessment": row} for row in rows)).SerializeToString()
        assert _contract.lack_of_assessments(rows, wire) == ""
        bad = [*rows, without(assessment("3"), "policy.digest")]
        wire = batch(*({"assessment": row} for row in bad)).SerializeToString()
        assert _contract.lack_of_assessments(bad, wire) == "an assessment without policy.digest"
        assert _contract.lack_of_assessments(bad[::-1], wire) == "an assessment without policy.digest"


@pytest.mark.parametrize(
    ("path", "request_of", "response"),
    [
        ("/grantd.v1.Calculator/Screen", calculator_pb2.ScreenRequest, None),
        (BATCH, lambda: EvaluateBatchRequest(applications=[{}]), EvaluateBatchResponse),  # type: ignore[list-item]
        ("/grantd.v1.Catalogue/DescribeMeasure", catalogue_pb2.DescribeMeasureRequest, catalogue_pb2.MeasureDescription),
        ("/grantd.v1.Catalogue/GetSchema", catalogue_pb2.GetSchemaRequest, catalogue_pb2.Schema),
        ("/grantd.v1.RenewablesAuction/ClearAuction", lambda: ClearAuctionRequest(bids=[{}]), ClearAuctionResponse),  # type: ignore[list-item]
        ("/grpc.health.v1.Health/Check", health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse),
    ],
)
def test_an_empty_answer_over_the_wire(
    make_caller: MakeCaller, path: str, request_of: Callable[[], Message], response: type[Message] | None
) -> None:
    with FakeServer(lambda request: request.answer(), serves_schema=False) as server:
        caller = make_caller(server.address)
        if response is None:
            # No measure may be left: an empty list is a whole answer.
            assert caller.ask(path, request_of(), ScreenResponse) == ScreenResponse()
            return
        with pytest.raises(GrantdError, match="the answer lacks") as caught:
            caller.ask(path, request_of(), response)
        assert caught.value.code() is grpc.StatusCode.INTERNAL
        assert len(server.requests) == 1


MANY = 16 * 1024 * 1024 - 1024


@pytest.mark.parametrize(
    "entries",
    [b"\x0a\x00", b"\x0a\x02\x0a\x00", b"\x0a\x04\x0a\x02\x4a\x00", b"\x0a\x02\x12\x00", b"\x0a\x04\x0a\x02\x52\x00"],
    ids=["results", "assessments", "findings", "errors", "missing facts"],
)
def test_many_empty_entries_cost_too_much(entries: bytes) -> None:
    with pytest.raises(_cost.DearError):
        _cost.check(entries * (MANY // len(entries)), EvaluateBatchResponse.DESCRIPTOR, ChannelConfig.max_decoded_bytes)


def test_many_empty_entries_are_not_decoded(make_caller: MakeCaller) -> None:
    payload = bytes((0x0A, 0)) * (MANY // 2)
    with FakeServer(lambda request: request.answer(payload)) as server:
        caller = make_caller(server.address)
        for ask in (
            lambda: caller.ask(BATCH, EvaluateBatchRequest(), EvaluateBatchResponse, timeout=60),
            lambda: list(caller.score([{"as_of": "2026-05-20"}], timeout=60)),
        ):
            with pytest.raises(GrantdError, match="max_decoded_bytes") as caught:
                ask()
            assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_the_bound_can_be_set(make_caller: MakeCaller) -> None:
    rows = [assessment() for _ in range(50)]
    payload = ScreenResponse(assessments=rows).SerializeToString()
    with FakeServer(lambda request: request.answer(payload)) as server:
        path = "/grantd.v1.Calculator/Screen"
        assert len(make_caller(server.address).ask(path, calculator_pb2.ScreenRequest(), ScreenResponse).assessments) == 50
        with pytest.raises(GrantdError, match="max_decoded_bytes"):
            make_caller(server.address, max_decoded_bytes=10_000).ask(path, calculator_pb2.ScreenRequest(), ScreenResponse)


@pytest.mark.parametrize(
    "payload",
    [b"\x0a", b"\x0a\x05", b"\x0b\x0c", b"\x0a\x80", b"\x80", b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\x0d\x00"],
)
def test_what_does_not_decode_is_no_cost(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut off|group"):
        _cost.check(payload, EvaluateBatchResponse.DESCRIPTOR, 0)


def test_the_usual_answers_are_far_from_the_bound() -> None:
    usual = assessment()
    for number in range(20):
        usual.findings.add(rule=f"rule-{number}", kind="BAR", verdict="PASS", clause="第九条(一)2")
    payload = batch(*({"assessment": usual} for _ in range(4096))).SerializeToString()
    _cost.check(payload, EvaluateBatchResponse.DESCRIPTOR, 64 * 1024 * 1024)
    results: Any = [{"bid_id": str(number), "status": 1, "mechanism_kwh": 5} for number in range(100_000)]
    bids = ClearAuctionResponse(
        outcome=AuctionOutcome.CLEARED,
        results=results,
    )
    _cost.check(bids.SerializeToString(), ClearAuctionResponse.DESCRIPTOR, 64 * 1024 * 1024)


def test_a_call_that_was_answered_badly_says_so_wherever_it_is_asked() -> None:
    import grantd

    with FakeServer(lambda request: request.answer()) as server, grantd.Channel(server.address) as channel:
        method: Any = channel.unary_unary("/grantd.v1.Calculator/Evaluate", None, Assessment.FromString)
        call = method.future(b"")
        assert call.code() is grpc.StatusCode.INTERNAL
        assert "measure" in call.details()
        assert isinstance(call.exception(), GrantdError)
