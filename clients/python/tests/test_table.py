# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
from __future__ import annotations

import datetime
import decimal
from typing import Any

import numpy
import pandas
import pytest

import grantd
from grantd._batches import Flawed
from grantd._columns import Column, application_of
from grantd.v1.application_pb2 import Applicant, Application
from grantd.v1.calculator_pb2 import EvaluateBatchRequest

from .fake import FakeServer, Request

PLATFORM = "medical_device_common_platform"


def frame() -> pandas.DataFrame:
    return pandas.DataFrame(
        {
            "application_id": ["a", "b", "c", "d", "e"],
            "as_of": pandas.to_datetime(["2026-05-20"] * 5),
            "subject_id": ["P-1", "P-2", None, "P-4", "P-5"],
            "applicant.registered_in_beijing": [True, False, True, None, True],
            "applicant.kind": ["ENTERPRISE"] * 5,
            f"{PLATFORM}.for_medical_device_industry": [True, True, True, True, True],
            f"{PLATFORM}.common_technology_platform": [True, True, True, True, True],
            # A gap makes floats of it.
            f"{PLATFORM}.engineering_investment_fen": [6_000_000_000, 1, 6_000_000_000, numpy.nan, 0.5],
        },
        index=[10, 20, 30, 40, 50],
    )


def test_a_table(address: str) -> None:
    scores = grantd.score_frame(frame(), channel=address)
    assert list(scores.index) == [10, 20, 30, 40, 50]
    assert list(scores["application_id"]) == ["a", "b", "c", "d", "e"]
    assert scores["outcome"].fillna("-").tolist() == ["ELIGIBLE", "INELIGIBLE", "ELIGIBLE", "UNDETERMINED", "-"]
    assert scores["amount_fen"].dtype == "Int64"
    assert scores.loc[10, "amount_fen"] == 1_800_000_000
    assert scores.loc[10, "measure"] == "medical-device.common-platform"
    assert pandas.isna(scores.loc[20, "amount_fen"])
    assert scores.loc[20, "failed"] == ["registered-in-beijing"]
    assert scores.loc[30, "missing"] == []
    assert scores.loc[40, "missing"] == ["applicant.registered_in_beijing", f"{PLATFORM}.engineering_investment_fen"]
    assert scores.loc[50, "error"] == "INVALID_ARGUMENT"
    assert scores.loc[50, "error_number"] == 1003
    assert scores.loc[50, "error_field"] == f"{PLATFORM}.engineering_investment_fen"
    assert "beyond the fen" in str(scores.loc[50, "error_details"])
    assert scores["error"].isna().tolist() == [True, True, True, True, False]


def test_own_names_and_arguments_for_every_row(address: str) -> None:
    table = pandas.DataFrame({"id": ["a", "b"], "beijing": [True, pandas.NA], "notes": ["x", "y"]})
    scores = grantd.score_frame(
        table,
        columns={"id": "application_id", "beijing": "applicant.registered_in_beijing"},
        measure="medical-device.common-platform",
        as_of="2026-05-20",
        channel=address,
    )
    assert scores["measure"].tolist() == ["medical-device.common-platform"] * 2
    assert scores.loc[0, "missing"] == [
        f"{PLATFORM}.for_medical_device_industry",
        f"{PLATFORM}.common_technology_platform",
        f"{PLATFORM}.engineering_investment_fen",
    ]
    joined = table.join(scores[["outcome"]])
    assert joined["outcome"].tolist() == ["UNDETERMINED", "UNDETERMINED"]


def test_a_measure_in_every_row(address: str) -> None:
    table = pandas.DataFrame(
        {"as_of": ["2026-05-20"] * 3, "measure": ["medical-device.test-time", "digital-space.launch-event", "no.such"]}
    )
    scores = grantd.score_frame(table, channel=address)
    assert scores["measure"].tolist()[:2] == ["medical-device.test-time", "digital-space.launch-event"]
    assert scores.loc[2, "error_field"] == "measure"


def test_lines_and_lists(address: str) -> None:
    table = pandas.DataFrame(
        {
            "as_of": ["2026-06-01"],
            "prior_awards": [[{"measure": "medical-device.common-platform", "awarded_on": "2026-01-01", "amount_fen": 5}]],
            "resident_insurance_person.insurance_year": [2026],
            "resident_insurance_person.insured_group": ["ELDERLY"],
        }
    )
    scores = grantd.score_frame(table, channel=address)
    assert scores.loc[0, "outcome"] == "ELIGIBLE"
    lines = scores.loc[0, "lines"]
    assert isinstance(lines, dict)
    assert lines["total"] == sum(lines[name] for name in ("personal", "city", "district"))


def test_an_empty_table(address: str) -> None:
    scores = grantd.score_frame(pandas.DataFrame({"as_of": []}), channel=address)
    assert len(scores) == 0
    assert "outcome" in scores.columns


def test_progress_over_a_table(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    grantd.score_frame(frame(), True, channel=address)
    assert "5.00/5.00" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"measure": "medical-device"}, "no measure"),
        ({"measure": "medical_device.common_platform.x"}, "no measure"),
        ({"columns": {"absent": "as_of"}}, "no column 'absent'"),
        ({"columns": {"as_of": "as_off"}}, "no field"),
        ({"columns": {"as_of": "applicants.kind"}}, "no message"),
        ({"columns": {"as_of": "prior_awards.measure"}}, "no message"),
        ({"batch_size": 5000}, "batch_size"),
    ],
)
def test_what_is_refused_before_anything_is_sent(options: dict[str, Any], problem: str) -> None:
    with FakeServer(Request.answer_batch) as server:
        with pytest.raises(ValueError, match=problem):
            grantd.score_frame(frame(), channel=server.address, **options)
        assert server.requests == []


@pytest.mark.parametrize(
    ("path", "value", "wanted"),
    [
        ("as_of", "2026-05-20", "2026-05-20"),
        ("as_of", datetime.date(2026, 5, 20), "2026-05-20"),
        ("as_of", datetime.datetime(2026, 5, 20), "2026-05-20"),
        ("applicant.kind", "UNIVERSITY", Applicant.UNIVERSITY),
        ("applicant.kind", 2, Applicant.UNIVERSITY),
        ("applicant.kind", 2.0, Applicant.UNIVERSITY),
        ("applicant.is_small_or_medium", False, False),
        ("applicant.is_small_or_medium", 1, True),
        ("applicant.is_small_or_medium", 0.0, False),
        (f"{PLATFORM}.engineering_investment_fen", 2**63 - 1, 2**63 - 1),
        (f"{PLATFORM}.engineering_investment_fen", 7.0, 7),
        (f"{PLATFORM}.engineering_investment_fen", decimal.Decimal("8.00"), 8),
    ],
)
def test_values_that_fit(path: str, value: object, wanted: object) -> None:
    application = Application()
    Column(path).set(application, value)
    message: Any = application
    *parents, name = path.split(".")
    for parent in parents:
        message = getattr(message, parent)
    assert message.HasField(name)
    assert getattr(message, name) == wanted


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("as_of", datetime.datetime(2026, 5, 20, 8)),
        ("as_of", 20260520),
        ("applicant.kind", "CHURCH"),
        ("applicant.kind", 99),
        ("applicant.kind", True),
        ("applicant.kind", numpy.bool_(True)),
        ("applicant.kind", 1.9),
        ("applicant.kind", "1"),
        ("applicant.is_small_or_medium", "yes"),
        ("applicant.is_small_or_medium", 2),
        (f"{PLATFORM}.engineering_investment_fen", 0.5),
        (f"{PLATFORM}.engineering_investment_fen", True),
        (f"{PLATFORM}.engineering_investment_fen", "5"),
        (f"{PLATFORM}.engineering_investment_fen", 2**63),
        (f"{PLATFORM}.engineering_investment_fen", float(2**60)),
        (f"{PLATFORM}.engineering_investment_fen", float("inf")),
        (f"{PLATFORM}.engineering_investment_fen", decimal.Decimal("0.1")),
        ("prior_awards", "none"),
        ("prior_awards", [{"no_such": 1}]),
        ("prior_awards", [{"amount_fen": True}]),
        ("prior_awards", [{"amountFen": 5}]),
        ("applicant", {"kind": "1"}),
        ("applicant", 5),
    ],
)
def test_values_that_do_not_fit(path: str, value: object) -> None:
    entry = application_of([Column("application_id"), Column(path)], ["A", value], None)
    assert isinstance(entry, Flawed)
    assert entry.error.field.startswith(path)
    assert f"column {path!r}" in (entry.error.details() or "")
    assert isinstance(entry.application, Application)
    assert entry.application.application_id == "A"


def refused(table: pandas.DataFrame, problem: str, **options: Any) -> None:
    with FakeServer(Request.answer_batch) as server:
        with pytest.raises(ValueError, match=problem):
            grantd.score_frame(table, channel=server.address, **options)
        assert server.requests == []


def test_columns_that_cannot_be_are_refused_before_anything_is_sent() -> None:
    twice = pandas.DataFrame([["2026-05-20", "2026-05-21"]], columns=["as_of", "as_of"])
    refused(twice, "the column 'as_of' occurs twice")
    refused(twice, "the column 'as_of' occurs twice", columns={"as_of": "as_of"})
    two = pandas.DataFrame({"a": ["2026-05-20"], "b": ["2026-05-21"]})
    refused(two, "the columns 'a' and 'b' are both as_of", columns={"a": "as_of", "b": "as_of"})
    refused(two, "the columns 'a' and 'b' are both the measure", columns={"a": "measure", "b": "measure"})
    whole = {"a": "applicant", "b": "applicant.kind"}
    refused(two, "the column 'a' is all of applicant, and 'b' a part of it", columns=whole)
    refused(two, "did you mean as_of?", columns={"a": "asOf"})
    refused(two, "did you mean applicant?", columns={"a": "applicants.kind"})


@pytest.mark.parametrize("dtype", ["bool", "boolean"])
@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("applicant.kind", "one of NONE, ENTERPRISE"),
        (f"{PLATFORM}.engineering_investment_fen", "whole numbers"),
        ("as_of", "texts"),
        ("applicant", "dictionaries"),
        ("prior_awards", "lists"),
    ],
)
def test_a_column_of_booleans_for_something_else(dtype: str, path: str, wanted: str) -> None:
    table = pandas.DataFrame({"x": pandas.Series([True, False], dtype=dtype)})
    refused(table, f"the column 'x' holds true and false; {path} takes {wanted}", columns={"x": path})


def test_a_misspelt_column_where_no_daemon_is() -> None:
    with pytest.raises(grantd.GrantdError, match="UNAVAILABLE") as caught:
        grantd.score_frame(pandas.DataFrame({"asOf": ["2026-05-20"]}), channel="127.0.0.1:1")
    assert "did you mean as_of?" in str(caught.value.__context__)


def sent(table: pandas.DataFrame, **options: Any) -> tuple[list[Application], pandas.DataFrame]:
    """What goes to the daemon, and the result."""
    with FakeServer(Request.answer_batch) as server:
        scores = grantd.score_frame(table, channel=server.address, **options)
        batches = [EvaluateBatchRequest.FromString(request.payload) for request in server.requests]
    return [application for batch in batches for application in batch.applications], scores


@pytest.mark.parametrize(
    ("cells", "sums"),
    [
        (numpy.array([2**24 - 1, 2**24, 2**24 + 2, numpy.nan], "float32"), [2**24 - 1]),
        (pandas.array([2**24 - 1, 2**24, 2**24 + 2, None], "Float32"), [2**24 - 1]),
        (numpy.array([2047, 2048, numpy.inf, numpy.nan], "float16"), [2047]),
        (numpy.array([2**53 - 1, 2**53, -numpy.inf, numpy.nan], "float64"), [2**53 - 1]),
        (pandas.array([2**53 + 1, 2**63 - 1, 5, None], "Int64"), [2**53 + 1, 2**63 - 1, 5]),
        (numpy.array([numpy.float32(5), True, "6_000", None], "object"), [5]),
    ],
    ids=["float32", "Float32", "float16", "float64", "Int64", "object"],
)
def test_money_that_may_have_lost_a_fen(cells: Any, sums: list[int]) -> None:
    path = f"{PLATFORM}.engineering_investment_fen"
    table = pandas.DataFrame({"money": cells}, index=["r1", "r2", "r3", "r4"])
    applications, scores = sent(table, columns={"money": path}, as_of="2026-05-20")
    assert [each.medical_device_common_platform.engineering_investment_fen for each in applications] == [*sums, 0]
    assert not applications[-1].HasField("medical_device_common_platform")
    errors = scores[scores["error"].notna()]
    assert len(errors) == 3 - len(sums)
    for row, error in errors.iterrows():
        assert (error["error_number"], error["error_field"]) == (1003, path)
        assert str(error["error_details"]).startswith(f"column 'money', row {row!r}: ")


def test_facts_of_two_measures_in_a_row() -> None:
    table = pandas.DataFrame(
        {
            f"{PLATFORM}.common_technology_platform": [True, None, True],
            "digital_space_launch_event.in_pilot_zone": [None, True, True],
            "measure": ["digital-space.launch-event", "digital-space.launch-event", None],
        }
    )
    applications, scores = sent(table, as_of="2026-05-20")
    assert [application.WhichOneof("facts") for application in applications] == ["digital_space_launch_event"]
    assert scores["error_field"].tolist()[::2] == ["facts", "facts"]
    assert "but the measure is digital-space.launch-event" in str(scores.loc[0, "error_details"])
    assert f"row 2: facts of {PLATFORM} and of digital_space_launch_event" in str(scores.loc[2, "error_details"])


@pytest.mark.parametrize(
    "day",
    [
        "2026-05-20",
        datetime.date(2026, 5, 20),
        datetime.datetime(2026, 5, 20),
        pandas.Timestamp("2026-05-20"),
        pandas.Timestamp("2026-05-20", tz="Asia/Shanghai"),
        numpy.datetime64("2026-05-20"),
        numpy.datetime64("2026-05-20T00:00:00", "us"),
    ],
)
def test_days_as_an_argument(day: Any) -> None:
    applications, _ = sent(pandas.DataFrame({"application_id": ["a"]}), as_of=day)
    assert [application.as_of for application in applications] == ["2026-05-20"]


@pytest.mark.parametrize(
    "day",
    [
        "20260520",
        "2026-02-30",
        "2026-5-2",
        "２０２６-05-20",
        "",
        20260520,
        pandas.Timestamp("2026-05-20 08:00"),
        pandas.Timestamp("2026-05-20") + pandas.Timedelta(1, "ns"),
        pandas.NaT,
        numpy.datetime64("NaT"),
        True,
    ],
)
def test_what_is_no_day_as_an_argument(day: Any) -> None:
    refused(pandas.DataFrame({"application_id": ["a"]}), "as_of must be a", as_of=day)


def test_a_table_without_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    table = frame()
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"grantd\[pandas\]"):
        grantd.score_frame(table)
