# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Dictionaries, read as grantctl reads JSON."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import numpy
import pytest

from grantd._schema import SHIPPED
from grantd._values import UnfitError
from grantd.v1.application_pb2 import Applicant, Application, PriorAward
from grantd.v1.facts.medical_device_pb2 import MedicalDeviceTestTimeFacts

from .conftest import MakeCaller
from .fake import FakeServer, Request

PLATFORM = "medical_device_common_platform"
FEN = "engineering_investment_fen"


def read(values: Any) -> Application:
    application = SHIPPED.application(values)
    assert isinstance(application, Application)
    return application


def test_a_whole_application() -> None:
    values = {
        "application_id": "A-1",
        "as_of": "2026-05-20",
        "subject_id": None,
        "applicant": {"kind": "UNIVERSITY", "registered_in_beijing": False},
        "prior_awards": [{"measure": "medical-device.test-time", "amount_fen": 5}, {}],
        "medical_device_test_time": {},
    }
    assert read(values) == Application(
        application_id="A-1",
        as_of="2026-05-20",
        applicant=Applicant(kind=Applicant.UNIVERSITY, registered_in_beijing=False),
        prior_awards=[PriorAward(measure="medical-device.test-time", amount_fen=5), PriorAward()],
        medical_device_test_time=MedicalDeviceTestTimeFacts(),
    )


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (5, 5),
        (-(2**63), -(2**63)),
        (numpy.int64(5), 5),
        (1_800_000_000.0, 1_800_000_000),
        (2.0**53 - 1, 2**53 - 1),
        (numpy.float32(5), 5),
        (decimal.Decimal("8.00"), 8),
        (decimal.Decimal("9223372036854775807"), 2**63 - 1),
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("18e8", 1_800_000_000),
        ("1.50E+1", 15),
        ("1500e-2", 15),
        ("0e99999999999", 0),
    ],
)
def test_whole_numbers(given: object, wanted: int) -> None:
    assert getattr(read({PLATFORM: {FEN: given}}), PLATFORM).engineering_investment_fen == wanted


@pytest.mark.parametrize(
    "given",
    [
        True,
        numpy.bool_(True),
        1.9,
        float("nan"),
        float("inf"),
        2.0**53,
        float(2**53 + 1),
        numpy.float32(2**24),
        numpy.float16(2048),
        decimal.Decimal("0.5"),
        decimal.Decimal("NaN"),
        decimal.Decimal("1e400"),
        2**63,
        "",
        " 5",
        "5 ",
        "+5",
        "5.",
        ".5",
        "1.9",
        "6_000",
        "６０００",
        "0x10",
        "9223372036854775808",
        "1e99999999999999",
        "NaN",
        [5],
        {"value": 5},
        b"5",
    ],
)
def test_what_is_no_whole_number(given: object) -> None:
    with pytest.raises(UnfitError) as caught:
        read({PLATFORM: {FEN: given}})
    assert caught.value.place == f"{PLATFORM}.{FEN}"


@pytest.mark.parametrize("given", ["ENTERPRISE", Applicant.ENTERPRISE, numpy.int32(1), 1.0])
def test_enums(given: object) -> None:
    assert read({"applicant": {"kind": given}}).applicant.kind == Applicant.ENTERPRISE


@pytest.mark.parametrize("given", [True, numpy.bool_(True), 1.9, "1", "enterprise", "Enterprise", " ENTERPRISE", 99, -1, [1]])
def test_what_is_no_value_of_an_enum(given: object) -> None:
    with pytest.raises(UnfitError, match="must be one of NONE, ENTERPRISE, ") as caught:
        read({"applicant": {"kind": given}})
    assert caught.value.place == "applicant.kind"


@pytest.mark.parametrize("given", [1, 0, 1.0, "true", "", numpy.int64(1), [True]])
def test_what_is_neither_true_nor_false(given: object) -> None:
    with pytest.raises(UnfitError, match="must be true or false") as caught:
        read({"applicant": {"registered_in_beijing": given}})
    assert caught.value.place == "applicant.registered_in_beijing"


@pytest.mark.parametrize("given", [20260520, datetime.date(2026, 5, 20), b"2026-05-20", True, ["x"], "\ud800"])
def test_what_is_no_text(given: object) -> None:
    with pytest.raises(UnfitError) as caught:
        read({"as_of": given})
    assert caught.value.place == "as_of"


@pytest.mark.parametrize(
    ("values", "place", "problem"),
    [
        ({"asOf": "2026-05-20"}, "asOf", "did you mean as_of?"),
        ({"as_of": "2026-05-20", "asOf": "2026-05-21"}, "asOf", "no field of Application has this name"),
        ({"applicant": {"registeredInBeijing": True}}, "applicant.registeredInBeijing", "did you mean registered_in_beijing?"),
        ({"prior_awards": [{}, {}, {"amount_fen": "6_000"}]}, "prior_awards[2].amount_fen", "must be a whole number"),
        ({"prior_awards": [{}, {"amount": 5}]}, "prior_awards[1].amount", "did you mean amount_fen?"),
        ({"prior_awards": {}}, "prior_awards", "must be a list, not dict"),
        ({"prior_awards": [None]}, "prior_awards[0]", "must be a dictionary, not NoneType"),
        ({"applicant": "x"}, "applicant", "must be a dictionary, not str"),
        ({5: 1}, "5", "no field"),
        ({"facts": {}}, "facts", "no field"),
        (
            {"medical_device_test_time": {}, "digital_space_launch_event": {}},
            "facts",
            "holds medical_device_test_time and digital_space_launch_event; give one of them",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(values: Any, place: str, problem: str) -> None:
    with pytest.raises(UnfitError) as caught:
        read(values)
    assert caught.value.place == place
    assert problem in str(caught.value)


def test_one_of_two_members_may_be_none() -> None:
    assert read({"medical_device_test_time": {}, "digital_space_launch_event": None}).HasField("medical_device_test_time")


def test_what_does_not_fit_is_not_sent(make_caller: MakeCaller) -> None:
    rows: list[Any] = [
        {"application_id": "A-0", "asOf": "2026-05-20"},
        {"application_id": "A-1", "applicant": {"kind": True}},
        {"application_id": 2},
    ]
    with FakeServer(Request.answer_batch) as server:
        scores = list(make_caller(server.address).score(rows))
        assert (server.requests, server.schema_calls) == ([], 1)
    assert [score.application_id for score in scores] == ["A-0", "A-1", ""]
    errors = [score.error for score in scores]
    assert [error.field for error in errors if error is not None] == ["asOf", "applicant.kind", "application_id"]
    assert str(errors[0]) == ("INVALID_ARGUMENT (1003) at asOf: no field of Application has this name; did you mean as_of?")
