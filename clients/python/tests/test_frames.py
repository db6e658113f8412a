# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
from __future__ import annotations

import datetime
import random
from typing import Any

import numpy
import pandas
import polars
import pyarrow as pa
import pytest

import grantd
from grantd import _columnar, _table
from grantd._columnar import (
    COLUMNS_PATH,
    RESULT_FIELDS,
    ColumnOptions,
    evaluate_batches,
    evaluate_table,
    failed_rules,
)
from grantd._columns import Column
from grantd._frame_columns import fact_of
from grantd.table._form import form_of
from grantd.v1.assessment_pb2 import Finding, Outcome
from grantd.v1.catalogue_pb2 import ListMeasuresRequest
from grantd.v1.catalogue_pb2_grpc import CatalogueStub

from .fake import FakeServer, Request

MEASURE = "medical-device.common-platform"
PLATFORM = "medical_device_common_platform"


def typed(rows: int, seed: int = 7) -> pa.Table:
    """Rows of which some are flawed, and of some of which little is known."""
    chance = random.Random(seed)

    def some(value: Any, share: float = 0.85) -> Any:
        return value if chance.random() < share else None

    kinds = ["ENTERPRISE", "UNIVERSITY", "NONE"]
    return pa.table(
        {
            "application_id": pa.array([f"A-{row}" for row in range(rows)]),
            "as_of": pa.array([some(datetime.date(2026, 5, 20)) for _ in range(rows)], pa.date32()),
            "subject_id": pa.array([some(f"P-{row % 50}") for row in range(rows)], pa.large_string()),
            "applicant.registered_in_beijing": pa.array([some(chance.random() < 0.9) for _ in range(rows)]),
            "applicant.kind": pa.array([some(chance.choice(kinds)) for _ in range(rows)]).dictionary_encode(),
            "applicant.unified_social_credit_code": pa.array(
                [some(chance.choice(["91110108MA01CX7K1R", "9"]), 0.9) for _ in range(rows)]
            ),
            f"{PLATFORM}.for_medical_device_industry": pa.array([some(True) for _ in range(rows)]),
            f"{PLATFORM}.common_technology_platform": pa.array([some(True) for _ in range(rows)]),
            f"{PLATFORM}.engineering_investment_fen": pa.array(
                [some(chance.choice([-1, 5, 10**10])) for _ in range(rows)], pa.int64()
            ),
            "prior_awards": pa.array(
                [
                    some(
                        [
                            {
                                "measure": MEASURE,
                                "subject_id": f"P-{row % 50}",
                                "awarded_on": datetime.date(2026, 1, 2),
                                "amount_fen": 9,
                            }
                        ]
                    )
                    for row in range(rows)
                ]
            ),
        }
    )


def dictionary(row: dict[str, Any]) -> dict[str, Any]:
    """A row as an application."""
    application: dict[str, Any] = {PLATFORM: {}, "applicant": {}}
    for path, value in row.items():
        outer, _, inner = path.partition(".")
        if value is None:
            continue
        if inner:
            application[outer][inner] = value
        elif path == "prior_awards":
            application[path] = [{**award, "awarded_on": award["awarded_on"].isoformat()} for award in value]
        else:
            application[path] = value.isoformat() if isinstance(value, datetime.date) else value
    return application


@pytest.mark.parametrize("offset", [0, 3])
def test_a_table_comes_to_what_its_applications_come_to(address: str, offset: int) -> None:
    table = typed(600 + offset).slice(offset)
    with grantd.Channel(address) as channel:
        results = evaluate_table(channel, table, MEASURE)
        scores = list(grantd.score(map(dictionary, table.to_pylist()), channel=channel))
    assert results.num_rows == 600
    outcomes = set()
    for score, result in zip(scores, results.to_pylist(), strict=True):
        if score.error is not None:
            assert (result["error_details"], result["error_field"]) == (score.error.details(), score.error.field)
            assert (result["error"], result["error_number"]) == ("INVALID_ARGUMENT", 1003)
            assert result["outcome"] is None
            assert result["failed"] is None
            continue
        assessment = score.result()
        outcomes.add(result["outcome"])
        assert result["outcome"] == Outcome.Value.Name(assessment.outcome)
        assert result["amount_fen"] == (assessment.amount_fen if assessment.HasField("amount_fen") else None)
        assert result["missing"] == [fact.path for fact in assessment.missing]
        assert result["failed"] == [finding.rule for finding in assessment.findings if finding.verdict == Finding.FAIL]
        assert result["binding_cap"] == (assessment.binding_cap or None)
    assert outcomes == {"ELIGIBLE", "INELIGIBLE", "UNDETERMINED"}
    metadata = results.schema.metadata
    assert metadata[b"grantd.digest"].decode() == next(s.result() for s in scores if s.error is None).policy.digest
    assert metadata[b"grantd.in_force_from"] == b"2025-11-24"
    assert failed_rules(results)["registered-in-beijing"]["en"] == "The applicant is registered in Beijing"
    assert results.schema.names == [field.name for field in RESULT_FIELDS]


def test_reasons_lines_and_enums_of_lists(address: str) -> None:
    table = pa.table(
        {
            "resident_insurance_person.insurance_year": pa.array([2026, None], pa.int16()),
            "resident_insurance_person.insured_group": pa.array(["ELDERLY", "ELDERLY"]),
        }
    )
    with grantd.Channel(address) as channel:
        results = evaluate_table(channel, table, "resident-insurance.person", as_of="2026-06-01", reasons=True)
    first = results.slice(0, 1).to_pylist()[0]
    assert first["lines.total"] == first["lines.personal"] + first["lines.city"] + first["lines.district"]
    assert first["reasons"][0]["zh"]
    assert first["reasons"][0]["clause"]
    assert results["lines.total"][1].as_py() is None


def test_several_calls(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_columnar, "MOST_ROWS", 64)
    rows = 3 * 64 + 9
    days = pa.array([datetime.date(2026, 5, 20)] * (rows - 1) + [None], pa.date32())
    with grantd.Channel(address) as channel:
        results = evaluate_table(channel, pa.table({"as_of": days}), MEASURE)
        assert results.num_rows == rows
        assert results["error_field"][rows - 1].as_py() == "as_of"
        options = ColumnOptions(MEASURE, "2026-05-20")
        batches = (pa.table({"as_of": days}).slice(start, 5) for start in range(0, 20, 5))
        assert [piece.num_rows for piece in evaluate_batches(channel, batches, options)] == [5] * 4


def test_what_programs_call_takes_tables_batches_and_streams(address: str) -> None:
    table = typed(1000)
    with grantd.Channel(address) as channel:
        wanted = evaluate_table(channel, table, MEASURE)
        assert grantd.score_columns(table, MEASURE, channel=channel).equals(wanted, check_metadata=True)
    # By an address, of a batch alone, and of a stream.
    batches = table.to_batches(max_chunksize=300)
    assert grantd.score_columns(batches[0], MEASURE, channel=address).equals(wanted.slice(0, 300))
    reader = pa.RecordBatchReader.from_batches(table.schema, batches)
    pieces = list(grantd.score_batches(reader, MEASURE, channel=address))
    assert [piece.num_rows for piece in pieces] == [300, 300, 300, 100]
    assert pa.concat_tables([piece.replace_schema_metadata(None) for piece in pieces]).equals(wanted)
    assert all(piece.schema.metadata[b"grantd.digest"] == wanted.schema.metadata[b"grantd.digest"] for piece in pieces)
    assert grantd.score_columns(table.slice(0, 0), MEASURE, channel=address).schema == wanted.schema
    assert list(grantd.score_batches([], MEASURE, channel=address)) == []


def test_what_programs_call_refuses(address: str) -> None:
    with pytest.raises(TypeError, match="score_frame takes data frames"):
        grantd.score_columns(pandas.DataFrame({"as_of": ["2026-05-20"]}), MEASURE, channel=address)
    with pytest.raises(TypeError, match="not dict"):
        list(grantd.score_batches([{"as_of": ["2026-05-20"]}], MEASURE, channel=address))
    # Before anything is read.
    with pytest.raises(ValueError, match="batches_in_flight"):
        grantd.score_batches([], MEASURE, batches_in_flight=0)
    with pytest.raises(ValueError, match="as_of must be a day"):
        grantd.score_batches([], MEASURE, as_of="soon")
    with pytest.raises(grantd.GrantdError) as caught:
        grantd.score_columns(pa.table({"as_of": ["2026-05-20"]}), "no.such-measure", channel=address)
    assert caught.value.field == "measure"
    with pytest.raises(grantd.GrantdError, match="FAILED_PRECONDITION"):
        grantd.score_columns(pa.table({"as_of": ["2026-05-20"]}), MEASURE, digest="0" * 64, channel=address)


def test_what_no_column_can_hold(address: str) -> None:
    with grantd.Channel(address) as channel:
        with pytest.raises(ValueError, match="the column 'x' holds double"):
            evaluate_table(channel, pa.table({"x": [0.5]}), MEASURE)
        with pytest.raises(ValueError, match="as_of must be a day"):
            evaluate_table(channel, pa.table({"as_of": ["2026-05-20"]}), MEASURE, as_of="20260520")
        with pytest.raises(grantd.GrantdError, match=r"did you mean applicant\.kind") as caught:
            evaluate_table(channel, pa.table({"applicant.kin": ["NONE"]}), MEASURE)
        assert caught.value.field == "columns[0].path"
        with pytest.raises(grantd.GrantdError, match="FAILED_PRECONDITION"):
            evaluate_table(channel, pa.table({"as_of": ["2026-05-20"]}), MEASURE, digest="0" * 64)


LABELS = {"在京注册": ["是"] * 2, "服务医疗器械产业": ["有"] * 2, "产业共性平台": ["√"] * 2}


@pytest.mark.parametrize(
    ("investment", "amounts"),
    [
        (numpy.array([600.5, 600], "float16"), [180_150_000, 180_000_000]),
        (numpy.array([0.1, 6000], "float32"), [30_000, 1_800_000_000]),
        (pandas.Categorical([6000, None]), [1_800_000_000, None]),
        (pandas.arrays.ArrowExtensionArray(pa.array([b"6000", None])), [1_800_000_000, None]),
        (pandas.interval_range(0, 2), [None, None]),
    ],
)
def test_columns_of_odd_types_of_pandas(address: str, investment: Any, amounts: list[int | None]) -> None:
    frame = pandas.DataFrame({**LABELS, "项目工程投资（万元）": investment}, index=[7, 7])
    scores = grantd.score_frame(frame, measure=MEASURE, as_of="2026-05-20", channel=address)
    assert scores["amount_fen"].astype(object).where(scores["amount_fen"].notna(), None).tolist() == amounts
    # They went by columns, whatever is in one of them.
    assert "failed_rules" in scores.attrs


def test_days_of_pandas_own_are_no_serial_days(address: str) -> None:
    frame = pandas.DataFrame({"as_of": pandas.period_range("2026-05-20", periods=2)})
    scores = grantd.score_frame(frame, measure=MEASURE, channel=address)
    assert all("must be a day" in details for details in scores["error_details"])


def test_columns_of_odd_types_of_polars(address: str) -> None:
    heading = "项目工程投资（万元）"
    for investment in (
        polars.Series(heading, [6000, 2**70], dtype=polars.Int128),
        polars.Series(heading, ["6000", object()], dtype=polars.Object),
    ):
        frame = polars.DataFrame(LABELS).with_columns(investment)
        scores = grantd.score_frame(frame, measure=MEASURE, as_of="2026-05-20", channel=address)
        assert scores["amount_fen"].to_list() == [1_800_000_000, None]
        assert scores["error_field"].to_list() == [None, f"{PLATFORM}.engineering_investment_fen"]


def test_an_answer_that_is_none() -> None:
    table = pa.table({"as_of": ["2026-05-20"]})
    with FakeServer(Request.answer) as server, grantd.Channel(server.address) as channel:
        with pytest.raises(grantd.GrantdError, match="INTERNAL"):
            evaluate_table(channel, table, MEASURE)
        assert len(server.requests) == 1


# Frames.


def written() -> pandas.DataFrame:
    return pandas.DataFrame(
        {
            "申请编号": ["a", "b", "c", "d", "e", "f"],
            "计算日期": ["2026年5月20日", "2026/5/20", 46162, "2026-05-20", datetime.date(2026, 5, 20), "20.5.2026x"],
            "在京注册": ["是", "否", "有", "不详", True, "是"],
            "单位类型": ["企业", "ENTERPRISE", 1, "university", None, "教堂"],
            "服务医疗器械产业": ["是"] * 6,
            "产业共性平台": ["是", "是", "yes", "√", 1, "是"],
            "项目工程投资（万元）": [6000, "1,234.5", "200万元", None, 0.5, 1],
        },
        index=list("uvwxyz"),
    )


def test_values_as_people_write_them(address: str) -> None:
    scores = grantd.score_frame(written(), measure=MEASURE, channel=address)
    assert list(scores.index) == list("uvwxyz")
    assert scores["application_id"].tolist() == list("abcdef")
    assert scores["outcome"].fillna("-").tolist() == ["ELIGIBLE", "INELIGIBLE", "ELIGIBLE", "UNDETERMINED", "ELIGIBLE", "-"]
    assert scores["amount_fen"].fillna(-1).tolist() == [1_800_000_000, -1, 60_000_000, -1, 150_000, -1]
    assert scores.loc["w", "amount_fen"] == 60_000_000
    assert scores.loc["y", "amount_fen"] == 150_000
    assert scores.loc["v", "failed"] == ["registered-in-beijing"]
    assert scores.loc["x", "missing"] == ["applicant.registered_in_beijing", f"{PLATFORM}.engineering_investment_fen"]
    assert scores.loc["z", "error"] == "INVALID_ARGUMENT"
    assert scores.loc["z", "error_number"] == 1003
    assert str(scores.loc["z", "error_details"]).startswith("column '计算日期', row 'z': ")
    assert len(scores.attrs["digest"]) == 64
    assert scores.attrs["failed_rules"]["registered-in-beijing"]["clause"] == "标题、序言"


def test_the_same_by_columns_and_by_rows(address: str) -> None:
    table = typed(300).to_pandas()
    by_columns = grantd.score_frame(table, measure=MEASURE, as_of="2026-05-20", channel=address)
    by_rows = grantd.score_frame(table.drop(columns="prior_awards"), as_of="2026-05-20", channel=address)
    again = grantd.score_frame(table.drop(columns="prior_awards"), measure=MEASURE, as_of="2026-05-20", channel=address)
    assert by_columns["outcome"].notna().sum() > 100
    for name in ("application_id", "outcome", "amount_fen", "potential_amount_fen", "basis", "binding_cap"):
        one, other = by_rows[name], again[name]
        # Without a fact of it, a row alone does not say which measure it is for.
        known = by_rows["error_field"].fillna("") != "facts"
        assert [str(value) for value in one[known]] == [str(value) for value in other[known]], name
        assert str(one.dtype) == str(other.dtype)
    assert set(by_rows.columns) == set(again.columns)
    assert [{} if value == {} else None for value in again.loc[again["outcome"].notna(), "lines"]] == [{}] * again[
        "outcome"
    ].notna().sum()


def test_sums_are_in_fen_or_as_the_argument_says(address: str) -> None:
    path = f"{PLATFORM}.engineering_investment_fen"
    rest = {
        "as_of": ["2026-05-20"],
        "applicant.registered_in_beijing": [True],
        f"{PLATFORM}.for_medical_device_industry": [True],
        f"{PLATFORM}.common_technology_platform": [True],
    }
    for money, amount in ((None, 300), ("元", 30_000), ("万元", 300_000_000)):
        frame = pandas.DataFrame({**rest, "投资": [1000]})
        scores = grantd.score_frame(
            frame, columns={**{name: name for name in rest}, "投资": path}, measure=MEASURE, money=money, channel=address
        )
        assert scores["amount_fen"].tolist() == [amount], money
    with pytest.raises(ValueError, match="no unit of money"):
        grantd.score_frame(pandas.DataFrame(rest), measure=MEASURE, money="斤", channel=address)


# What makes a frame go row by row: cells of two rows, and the field that they are of.
ROW_BY_ROW: dict[str, tuple[str, list[Any]]] = {
    "without a measure": ("application_id", ["a", "b"]),
    "a column of measures": ("measure", [MEASURE, MEASURE]),
    "a field of another measure": ("digital_space_launch_event.in_pilot_zone", [None, None]),
    "a whole message": ("applicant", [{"registered_in_beijing": True}] * 2),
    "what Arrow cannot hold": ("prior_awards", [[], [{"amount_fen": 1}, {"amount_fen": "x"}]]),
}


@pytest.mark.parametrize("way", ROW_BY_ROW)
@pytest.mark.parametrize(
    ("heading", "cell", "money", "amount"),
    [
        ("投资", 1000, None, 300),
        ("投资", 1000, "万元", 300_000_000),
        ("投资", numpy.float32(0.5), "万元", 150_000),
        ("投资", "1,000", "元", 30_000),
        ("投资", "200万元", None, 60_000_000),
        ("项目工程投资（万元）", 1000, None, 300_000_000),
        ("项目工程投资（万元）", 1000, "元", 300_000_000),
        ("investment (yuan)", 1000.5, "万元", 30_015),
        # A path says that it counts fen.
        (f"{PLATFORM}.engineering_investment_fen", 1000, "万元", 300),
    ],
)
def test_sums_are_the_same_row_by_row(address: str, way: str, heading: str, cell: Any, money: str | None, amount: int) -> None:
    path, cells = ROW_BY_ROW[way]
    columns = {
        "day": ("as_of", ["2026年5月20日"] * 2),
        "registered": ("applicant.registered_in_beijing", ["是"] * 2),
        "industry": (f"{PLATFORM}.for_medical_device_industry", ["有"] * 2),
        "platform": (f"{PLATFORM}.common_technology_platform", ["√"] * 2),
        heading: (f"{PLATFORM}.engineering_investment_fen", [cell] * 2),
        "own": (path, cells),
    }
    if path == "applicant":
        del columns["registered"]
    scores = grantd.score_frame(
        pandas.DataFrame({name: cells for name, (_, cells) in columns.items()}),
        columns={name: path for name, (path, _) in columns.items()},
        measure=None if way == "without a measure" else MEASURE,
        money=money,
        channel=address,
    )
    assert "failed_rules" not in scores.attrs
    assert scores.loc[0, "amount_fen"] == amount, scores["error_details"].tolist()


@pytest.mark.parametrize("measure", [None, MEASURE])
def test_a_unit_of_money_that_is_none(address: str, measure: str | None) -> None:
    frame = pandas.DataFrame({"as_of": ["2026-05-20"], "measure": [MEASURE]})
    with pytest.raises(ValueError, match="no unit of money '斤'"):
        grantd.score_frame(frame, measure=measure, money="斤", channel=address)


def test_a_frame_by_labels_that_goes_row_by_row(address: str) -> None:
    by_columns = grantd.score_frame(written(), measure=MEASURE, channel=address)
    frame = written().assign(measure=MEASURE)
    by_rows = grantd.score_frame(frame, measure=MEASURE, channel=address)
    assert "failed_rules" in by_columns.attrs
    assert "failed_rules" not in by_rows.attrs
    for name in ("application_id", "outcome", "amount_fen", "potential_amount_fen", "error_details", "failed", "missing"):
        found, wanted = (
            ["-" if cell is None or cell is pandas.NA else str(cell) for cell in scores[name]]
            for scores in (by_rows, by_columns)
        )
        assert found == wanted, name


def test_without_pyarrow_cells_are_read_the_same(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = grantd.score_frame(written(), measure=MEASURE, channel=address)
    monkeypatch.setattr(_table, "_arrow_frames", lambda: None)
    scores = grantd.score_frame(written(), measure=MEASURE, channel=address)
    assert "failed_rules" not in scores.attrs
    assert [str(cell) for cell in scores["amount_fen"]] == [str(cell) for cell in wanted["amount_fen"]]


def test_labels_of_enums_that_only_the_daemon_tells(address: str) -> None:
    path = "resident_insurance_person.insured_group"
    with grantd.Channel(address) as channel:
        described = grantd.describe("resident-insurance.person", channel=channel)
    values = next(fact for fact in described.facts if fact.path == path).values
    names = ["ELDERLY", *(value.label.zh for value in values if value.name == "ELDERLY"), "教堂"]
    frame = pandas.DataFrame({"as_of": "2026-06-01", "resident_insurance_person.insurance_year": 2026, path: names})
    scores = grantd.score_frame(frame, channel=address)
    assert scores["outcome"].fillna("-").tolist() == ["ELIGIBLE", "ELIGIBLE", "-"]
    assert scores.loc[0, "lines"] == scores.loc[1, "lines"]
    assert "has no such choice as “教堂”" in str(scores.loc[2, "error_details"])


def test_names_of_fields_say_what_the_daemon_says_of_them(address: str) -> None:
    with grantd.Channel(address) as channel:
        measures = CatalogueStub(channel).ListMeasures(ListMeasuresRequest()).measures
        forms = [form_of(channel, one.measure) for one in measures]
    count = 0
    for form in forms:
        for fact in form.facts:
            own = fact_of(Column(fact.path))
            if fact.reading.kind == "list":
                assert own is None, fact.path
                continue
            assert own is not None
            assert (own.reading.kind, own.reading.bits, own.reading.unit) == (
                fact.reading.kind,
                fact.reading.bits,
                fact.reading.unit,
            ), fact.path
            assert {c.name for c in fact.reading.choices} <= {c.name for c in own.reading.choices}, fact.path
            count += 1
    assert count > 300


def test_every_frame_tells_the_policy_that_decided(address: str) -> None:
    frame = pandas.DataFrame(
        {
            "as_of": ["2026-05-20", "x"],
            "resident_insurance_person.insured_group": ["ELDERLY", None],
            "resident_insurance_person.insurance_year": pandas.array([2026, None], "Int32"),
        }
    )
    measure = "resident-insurance.person"
    wanted = grantd.describe(measure, as_of="2026-05-20", channel=address).policy.digest
    for asked in (measure, None):
        for kind in (frame, pa.Table.from_pandas(frame), polars.from_pandas(frame)):
            scores = grantd.score_frame(kind, measure=asked, channel=address)
            found = scores["digest"].to_pylist() if isinstance(scores, pa.Table) else list(scores["digest"])
            assert found[0] == wanted
            assert len(found) == 2
            assert pandas.isna(found[1])
            if isinstance(scores, pandas.DataFrame):
                assert scores.attrs["digest"] == wanted
                assert scores.attrs["document_number"]
                own: Any = scores.loc[0, "lines"]
                assert own["total"] > 0
                continue
            if isinstance(scores, pa.Table):
                assert scores.schema.metadata[b"grantd.digest"].decode() == wanted
            lines = scores["lines.total"]
            assert (lines.to_pylist() if isinstance(scores, pa.Table) else lines.to_list())[0] > 0


def test_frames_of_pyarrow(address: str) -> None:
    table = pa.table({"as_of": ["2026-05-20", "x"], "applicant.registered_in_beijing": ["否", "是"]})
    scores = grantd.score_frame(table, measure=MEASURE, channel=address)
    assert isinstance(scores, pa.Table)
    assert scores["outcome"].to_pylist() == ["INELIGIBLE", None]
    assert "column 'as_of', row 1" in scores["error_details"][1].as_py()
    assert scores.schema.metadata[b"grantd.measure"].decode() == MEASURE
    with pytest.raises(TypeError, match="is wanted, not list"):
        grantd.score_frame([1], measure=MEASURE, channel=address)


def test_frames_of_polars(address: str) -> None:
    polars = pytest.importorskip("polars")
    plain = polars.DataFrame(
        {name: [str(cell) if cell is not None else None for cell in column] for name, column in written().items()}
    )
    scores = grantd.score_frame(plain, measure=MEASURE, channel=address)
    expected = grantd.score_frame(written().astype({"申请编号": "string"}), measure=MEASURE, channel=address)
    assert isinstance(scores, polars.DataFrame)
    # Serial days are no texts; all other cells read as they do in pandas.
    rows = [0, 1, 3, 4, 5]
    for name in ("application_id", "outcome", "amount_fen", "potential_amount_fen", "binding_cap", "error", "error_field"):
        known = [None if pandas.isna(cell) else cell for cell in expected[name]]
        assert [scores[name][row] for row in rows] == [known[row] for row in rows], name
    assert scores["failed"].to_list()[1] == ["registered-in-beijing"]
    assert "row 5" in scores["error_details"][5]
    with pytest.raises(TypeError, match="collect"):
        grantd.score_frame(plain.lazy(), measure=MEASURE, channel=address)


def test_every_type_of_polars_and_pyarrow(address: str) -> None:
    polars = pytest.importorskip("polars")
    day = datetime.date(2026, 5, 20)
    prior = [{"measure": MEASURE, "subject_id": "P-1", "awarded_on": "2025-12-01", "amount_fen": 4_900_000_000}]
    columns: dict[str, Any] = {
        "application_id": polars.Series(["a", "b", None], dtype=polars.String),
        "as_of": polars.Series([day, day, day], dtype=polars.Date),
        "subject_id": polars.Series(["P-1", "P-2", "P-1"], dtype=polars.Categorical),
        "applicant.registered_in_beijing": polars.Series([True, None, True], dtype=polars.Boolean),
        "applicant.kind": polars.Series(["企业", "企业", "高等学校"], dtype=polars.Enum(["企业", "高等学校"])),
        f"{PLATFORM}.for_medical_device_industry": polars.Series([1, 1, 1], dtype=polars.UInt8),
        f"{PLATFORM}.common_technology_platform": polars.Series(["是", "有", "√"]),
        f"{PLATFORM}.engineering_investment_fen": polars.Series([10**9, 10**9, None], dtype=polars.UInt32),
        "prior_awards": polars.Series([prior, [], prior]),
    }
    frame = polars.DataFrame(columns)
    expected = [("ELIGIBLE", 100_000_000), ("UNDETERMINED", None), ("UNDETERMINED", None)]
    # In pieces, as frames that were put together are.
    pieces = [frame[place : place + 1] for place in range(3)]
    for one in (
        frame,
        polars.concat(pieces, rechunk=False),
        frame.to_arrow(),
        pa.concat_tables(piece.to_arrow() for piece in pieces),
    ):
        scores = grantd.score_frame(one, measure=MEASURE, channel=address)
        names = ("outcome", "amount_fen")
        found = [scores[name].to_list() if hasattr(scores[name], "to_list") else scores[name].to_pylist() for name in names]
        assert list(zip(*found, strict=True)) == expected
    # Row by row where no measure is given for all of them.
    rest = frame.drop("prior_awards", "applicant.kind").with_columns(polars.lit(MEASURE).alias("measure"))
    values = {
        "applicant.kind": ["ENTERPRISE", "ENTERPRISE", "UNIVERSITY"],
        f"{PLATFORM}.common_technology_platform": [True] * 3,
    }
    rest = rest.with_columns(polars.Series(name, cells) for name, cells in values.items())
    scores = grantd.score_frame(rest, channel=address)
    assert isinstance(scores, polars.DataFrame)
    assert scores["outcome"].to_list() == ["ELIGIBLE", "UNDETERMINED", "UNDETERMINED"]
    empty = grantd.score_frame(frame.head(0), measure=MEASURE, channel=address)
    assert isinstance(empty, polars.DataFrame)
    assert len(empty) == 0


def test_columns_that_nobody_knows(address: str) -> None:
    with pytest.raises(ValueError, match="the column '在京登记注册' is no field"):
        grantd.score_frame(pandas.DataFrame({"在京登记注册": ["是"]}), measure=MEASURE, channel=address)
    with pytest.raises(ValueError, match="did you mean engineering_investment_fen"):
        grantd.score_frame(pandas.DataFrame({f"{PLATFORM}.enginering_investment_fen": [1]}), measure=MEASURE, channel=address)


def test_a_daemon_without_columns_is_asked_row_by_row(address: str) -> None:
    def answer(request: Request) -> None:
        if request.meta.request.method_name == COLUMNS_PATH.rpartition("/")[2]:
            request.fail(1002, "no such method")
        elif request.meta.request.method_name == "DescribeMeasure":
            request.answer(described)
        else:
            request.answer_batch()

    with grantd.Channel(address) as channel:
        described = grantd.describe(MEASURE, channel=channel).SerializeToString()
    frame = pandas.DataFrame({"as_of": ["2026-05-20"], f"{PLATFORM}.common_technology_platform": numpy.array([True])})
    with FakeServer(answer) as server:
        scores = grantd.score_frame(frame, measure=MEASURE, channel=server.address)
        assert [request.meta.request.method_name for request in server.requests][-1] == "EvaluateBatch"
    assert len(scores) == 1


def test_dictionaries_in_and_out(address: str) -> None:
    application = {"as_of": "2026-05-20", "applicant": {"registered_in_beijing": False}, PLATFORM: {}}
    answer = grantd.evaluate(application, as_dict=True, channel=address)
    assert answer["outcome"] == "INELIGIBLE"
    assert answer["findings"][0] == {
        "rule": "registered-in-beijing",
        "kind": "REQUIREMENT",
        "verdict": "FAIL",
        "clause": "标题、序言",
    }
    screened = grantd.screen({"as_of": "2026-05-20", "applicant": {"kind": "ENTERPRISE"}}, as_dict=True, channel=address)
    assert isinstance(screened["assessments"][0]["measure"], str)
    described = grantd.describe(MEASURE, as_dict=True, channel=address)
    assert described["facts"][0]["path"].startswith("applicant.")
    assert described["caps"][0]["limit_fen"] == 5_000_000_000
    assert grantd.describe(MEASURE, as_of="2026-05-20", channel=address).title.zh == "产业共性平台建设补助"
    with pytest.raises(grantd.GrantdError, match="no such measure"):
        grantd.describe("no.such", channel=address)
