# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Programmes that the daemon has and the shipped contract has not."""

from __future__ import annotations

import asyncio
import datetime
import gc
import itertools
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pandas
import pytest
from google.protobuf import message_factory
from google.protobuf.unknown_fields import UnknownFieldSet

import grantd
import grantd.aio
from grantd import _schema
from grantd.v1.application_pb2 import Application
from grantd.v1.calculator_pb2 import EvaluateRequest, Explain, Stage
from grantd.v1.catalogue_pb2 import Schema

from .conftest import MakeCaller
from .fake import assessment, shipped_files
from .standin import FACTS, MEMBER, NUMBER, StandIn, application_of, pool_of, with_extension, with_member

GREEN: dict[str, Any] = {
    "rating": "NATIONAL",
    "investment_fen": 2**53 + 1,
    "audited": False,
    "certified_on": "2026-03-01",
    "workshops": "3",
    "lines": [{"line_id": "A", "capacity_kwh": 5, "rating": 2}, {}],
}
# As JSON has it.
GREEN_JSON = {
    **GREEN,
    "investment_fen": str(2**53 + 1),
    "workshops": 3,
    "lines": [{"line_id": "A", "capacity_kwh": "5", "rating": "MUNICIPAL"}, {}],
}
BUILT_IN: dict[str, Any] = {"as_of": "2026-05-20", "medical_device_test_time": {}}


def green(name: str = "A", **facts: Any) -> dict[str, Any]:
    return {"application_id": name, "as_of": "2026-05-20", MEMBER: {**GREEN, **facts}}


def test_one_question(make_caller: MakeCaller) -> None:
    with StandIn(with_member()) as server:
        caller = make_caller(server.address)
        assert caller.evaluate(BUILT_IN).measure == "medical_device_test_time"
        assert server.schema_calls == 0
        for _ in range(3):
            assert caller.evaluate(green()).measure == "green-factory.award"
        assert server.schema_calls == 1
        assert server.applications[-1] == {"application_id": "A", "as_of": "2026-05-20", MEMBER: GREEN_JSON}


@pytest.mark.parametrize(
    ("values", "place", "problem"),
    [
        (green(investment=5), f"{MEMBER}.investment", "did you mean investment_fen?"),
        (green(rating="national"), f"{MEMBER}.rating", "must be one of NONE, NATIONAL, MUNICIPAL"),
        (green(audited=1), f"{MEMBER}.audited", "must be true or false"),
        (green(workshops=2**31), f"{MEMBER}.workshops", "32 bits"),
        (green(certified_on=datetime.date(2026, 3, 1)), f"{MEMBER}.certified_on", "must be a text"),
        (green(lines=[{}, {"line": 1}]), f"{MEMBER}.lines[1].line", "did you mean line_id?"),
        ({**green(), "medical_device_test_time": {}}, "facts", f"holds {MEMBER} and medical_device_test_time"),
        ({**BUILT_IN, "green_factory_awards": {}}, "green_factory_awards", f"did you mean {MEMBER}?"),
    ],
)
def test_what_does_not_fit(make_caller: MakeCaller, values: Any, place: str, problem: str) -> None:
    with StandIn(with_member()) as server:
        caller = make_caller(server.address)
        with pytest.raises(grantd.GrantdError, match="INVALID_ARGUMENT") as caught:
            caller.evaluate(values)
        assert (caught.value.number, caught.value.field) == (1003, place)
        assert problem in str(caught.value.details())
        (score,) = caller.score([values])
        assert score.error is not None
        assert (score.error.field, score.error.details()) == (place, caught.value.details())
        assert server.requests == []


def test_what_is_no_application(make_caller: MakeCaller) -> None:
    caller = make_caller("127.0.0.1:1")
    with pytest.raises(TypeError, match=r"grantd\.v1\.Application"):
        caller.evaluate(5)
    with pytest.raises(TypeError, match=r"grantd\.v1\.ScreenRequest"):
        caller.screen(Application())


def test_options_of_one_question(make_caller: MakeCaller) -> None:
    with StandIn(with_member()) as server:
        caller = make_caller(server.address)
        for application in (BUILT_IN, Application(as_of="2026-05-20")):
            caller.evaluate(application, stage=Stage.DISBURSEMENT, assume_unset_bars_absent=True, explain=True, timeout=5)
            request = EvaluateRequest.FromString(server.requests[-1].payload)
            assert (request.stage, request.explain) == (Stage.DISBURSEMENT, Explain.FULL)
            assert request.assume_unset_bars_absent


def test_a_screening(make_caller: MakeCaller) -> None:
    with StandIn(with_member()) as server:
        caller = make_caller(server.address)
        request = {"as_of": "2026-05-20", "applicant": {"kind": "ENTERPRISE"}, "known": [{MEMBER: GREEN}]}
        assert [each.measure for each in caller.screen(request).assessments] == ["green-factory.award"]
        assert server.applications == [{MEMBER: GREEN_JSON}]
        with pytest.raises(grantd.GrantdError) as caught:
            caller.screen({"known": [{}, {MEMBER: {"rated": 1}}]})
        assert caught.value.field == f"known[1].{MEMBER}.rated"


def test_many(make_caller: MakeCaller, monkeypatch: pytest.MonkeyPatch) -> None:
    # However long it takes.
    monkeypatch.setattr(_schema, "_PAUSE", float("inf"))
    kinds = [BUILT_IN, green(), {**BUILT_IN, "asOf": "2026-05-20"}, green(rating="CITY"), Application(as_of="2026-05-20")]
    with StandIn(with_member()) as server:
        rows = list(itertools.islice(itertools.cycle(kinds), 1000))
        scores = list(make_caller(server.address).score(rows, batch_size=70))
        assert server.schema_calls == 1
        assert len(server.applications) == 600
    assert [score.index for score in scores] == list(range(1000))
    measures = [score.assessment.measure if score.assessment else score.error and score.error.field for score in scores[:5]]
    assert measures == ["medical_device_test_time", "green-factory.award", "asOf", f"{MEMBER}.rating", "None"]
    assert all(scores[number].error == scores[number % 5].error for number in range(1000) if number % 5 not in (2, 3))


def test_a_programme_that_is_added_and_removed(make_caller: MakeCaller) -> None:
    with StandIn(shipped_files()) as server:
        caller = make_caller(server.address)
        for calls in (1, 2):
            with pytest.raises(grantd.GrantdError, match=f"at {MEMBER}: no field of Application has this name"):
                caller.evaluate(green())
            assert server.schema_calls == calls
        server.reload(with_member())
        assert caller.evaluate(green()).measure == "green-factory.award"
        assert server.schema_calls == 3
        server.reload(shipped_files())
        with pytest.raises(grantd.GrantdError, match=f"at {MEMBER}: no field of Application has this name"):
            caller.evaluate(green())
        assert server.schema_calls == 4
        # The same name with another number: what is sent is made anew.
        server.reload(with_member())
        caller.evaluate(green())
        server.reload(with_member(NUMBER + 1))
        assert caller.evaluate(green()).measure == "green-factory.award"
        assert server.schema_calls == 6


def test_a_programme_that_is_added_while_many_are_scored(make_caller: MakeCaller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_schema, "_PAUSE", 0)

    def rows(server: StandIn) -> Iterator[dict[str, Any]]:
        yield green("before")
        server.reload(with_member())
        yield green("while")
        # All that was sent is answered, since the window is one application.
        yield from (BUILT_IN, BUILT_IN, BUILT_IN)
        server.reload(shipped_files())
        for _ in range(4):
            yield green("after")

    with StandIn(shipped_files()) as server:
        scores = list(make_caller(server.address).score(rows(server), batch_size=1, batches_in_flight=1))
    assert [score.error is None for score in scores] == [False, True, True, True, True, False, False, False, False]
    places = [score.error.field for score in scores if score.error is not None]
    # The daemon knows the number alone; from then on its schema is read anew.
    assert (places[0], places[1], places[-1]) == (MEMBER, str(NUMBER), MEMBER)
    assert [score.application_id for score in scores][-1] == "after"


def test_values_that_only_the_daemon_knows(make_caller: MakeCaller) -> None:
    files = shipped_files()
    file, application = application_of(files)
    applicant = next(message for message in file.message_type if message.name == "Applicant")
    applicant.enum_type[0].value.add(name="COOPERATIVE", number=8)
    application.field.add(name="region", number=99, type=9, label=1)
    row = {**BUILT_IN, "applicant": {"kind": "COOPERATIVE"}, "region": "east"}
    with StandIn(files) as server:
        caller = make_caller(server.address)
        caller.evaluate(row)
        assert [score.error for score in caller.score([row, {**row, "applicant": {"kind": 8}}])] == [None, None]
        assert [(each["applicant"], each["region"]) for each in server.applications] == [({"kind": "COOPERATIVE"}, "east")] * 3
        table = pandas.DataFrame({"applicant.kind": ["ENTERPRISE", "COOPERATIVE", "CHURCH", 8]})
        scores = grantd.score_frame(table, measure="medical-device.test-time", as_of="2026-05-20", channel=server.address)
        assert scores["error_field"].isna().tolist() == [True, True, False, True]


def test_a_daemon_without_a_schema(make_caller: MakeCaller) -> None:
    with StandIn(shipped_files()) as server:
        server.files = None
        caller = make_caller(server.address)
        (score,) = caller.score([green()])
        assert score.error is not None
        assert score.error.field == MEMBER
        with pytest.raises(grantd.GrantdError, match="no field of Application has this name"):
            caller.evaluate(green())


@pytest.mark.parametrize("files", [b"", b"\x0a", b"\x0a\x02\x0a\x00", b"\x0a\x05\x0a\x03a.b"])
def test_a_schema_that_is_none(make_caller: MakeCaller, files: bytes) -> None:
    with StandIn(shipped_files()) as server:
        server.files = files
        caller = make_caller(server.address)
        with pytest.raises(grantd.GrantdError, match="INTERNAL"):
            list(caller.score([green()]))
        with pytest.raises(grantd.GrantdError, match="INTERNAL"):
            caller.evaluate(green())
        assert caller.evaluate(BUILT_IN).measure == "medical_device_test_time"


def test_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_schema, "_PAUSE", float("inf"))
    table = pandas.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            f"{MEMBER}.rating": ["NATIONAL", "MUNICIPAL", None, "CITY"],
            f"{MEMBER}.investment_fen": pandas.array([2**53 + 1, None, None, 1], "Int64"),
            f"{MEMBER}.audited": [True, None, None, False],
            f"{MEMBER}.certified_on": [datetime.date(2026, 3, 1), None, pandas.NaT, None],
            f"{MEMBER}.workshops": [3, 4, None, 5],
            f"{MEMBER}.lines": [[{"line_id": "A", "capacity_kwh": 5}], None, None, None],
        },
        index=["r1", "r2", "r3", "r4"],
    ).rename(columns={"id": "application_id"})
    with StandIn(with_member()) as server:
        scores = grantd.score_frame(table, measure="green-factory.award", as_of="2026-05-20", channel=server.address)
        assert server.schema_calls == 1
    rows = [(each["application_id"], each["as_of"], each[MEMBER]) for each in server.applications]
    assert rows == [
        (
            "a",
            "2026-05-20",
            {
                "rating": "NATIONAL",
                "investment_fen": str(2**53 + 1),
                "audited": True,
                "certified_on": "2026-03-01",
                "workshops": 3,
                "lines": [{"line_id": "A", "capacity_kwh": "5"}],
            },
        ),
        ("b", "2026-05-20", {"rating": "MUNICIPAL", "workshops": 4}),
        ("c", "2026-05-20", {}),
    ]
    assert scores["measure"].tolist()[:3] == ["green-factory.award"] * 3
    assert scores.loc["r4", "error_field"] == f"{MEMBER}.rating"
    assert "row 'r4': has no such choice as “CITY”; choose one of: NONE, NATIONAL" in str(scores.loc["r4", "error_details"])


def test_a_table_whose_rows_name_their_measures() -> None:
    table = pandas.DataFrame(
        {"as_of": ["2026-05-20"] * 3, "measure": ["medical-device.test-time", "green-factory.award", "no.such"]}
    )
    with StandIn(with_member()) as server, grantd.Channel(server.address) as channel:
        scores = grantd.score_frame(table, channel=channel)
        assert scores["measure"].tolist()[:2] == ["medical_device_test_time", "green-factory.award"]
        assert scores.loc[2, "error_field"] == "measure"
        with pytest.raises(ValueError, match="the column 'x' holds true and false"):
            grantd.score_frame(pandas.DataFrame({"x": [True]}), columns={"x": f"{MEMBER}.workshops"}, channel=channel)
        with pytest.raises(ValueError, match="did you mean workshops"):
            grantd.score_frame(pandas.DataFrame({"x": [5]}), columns={"x": f"{MEMBER}.workshop"}, channel=channel)
        with pytest.raises(ValueError, match=r"no measure 'green-factory\.awards'"):
            grantd.score_frame(pandas.DataFrame(), measure="green-factory.awards", channel=channel)


def test_extensions_are_sent_as_they_stand(make_caller: MakeCaller) -> None:
    pool = pool_of(with_extension())
    types = [message_factory.GetMessageClass(pool.FindMessageTypeByName(name)) for name in ("grantd.v1.Application", FACTS)]
    typed: Any = types[0](application_id="A", as_of="2026-05-20")
    extension: Any = pool.FindExtensionByName(f"cityx.v1.{MEMBER}")
    typed.Extensions[extension].CopyFrom(types[1](rating=1, lines=[{"line_id": "L"}]))
    encoded = typed.SerializeToString()
    # The shipped class keeps what it does not know.
    shipped = Application.FromString(encoded)
    wanted = {
        "application_id": "A",
        "as_of": "2026-05-20",
        MEMBER: {"rating": "NATIONAL", "lines": [{"line_id": "L"}]},
    }
    with StandIn(with_member()) as server:
        caller = make_caller(server.address)
        for message in (typed, shipped):
            assert caller.evaluate(message).measure == "green-factory.award"
            (score,) = caller.score([message])
            assert (score.result().measure, score.application_id) == ("green-factory.award", "A")
        assert server.schema_calls == 0
        assert server.applications == [wanted] * 4
        assert server.encoded == [encoded] * 4
        server.reload(shipped_files())
        (score,) = caller.score([typed])
        assert score.error is not None
        assert (score.application_id, score.error.field) == ("A", str(NUMBER))
        with pytest.raises(grantd.GrantdError, match=f"at {NUMBER}: "):
            caller.evaluate(typed)


def test_an_extension_is_a_member_of_facts_like_another(make_caller: MakeCaller) -> None:
    pool = pool_of(with_extension())
    application: Any = message_factory.GetMessageClass(pool.FindMessageTypeByName("grantd.v1.Application"))()
    extension: Any = pool.FindExtensionByName(f"cityx.v1.{MEMBER}")
    application.Extensions[extension].SetInParent()
    application.medical_device_test_time.SetInParent()
    with StandIn(with_member()) as server:
        # Both are sent: it is for the daemon to refuse them.
        make_caller(server.address).evaluate(application)
        assert server.requests[-1].payload.endswith(application.SerializeToString())


def test_over_stock_channels() -> None:
    numbers = [NUMBER]
    calls: list[str] = []

    class Servicer(grpc.GenericRpcHandler):
        def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
            def answer(payload: bytes, context: grpc.ServicerContext) -> bytes:
                calls.append(str(handler_call_details.method).rpartition("/")[2])
                if calls[-1] == "GetSchema":
                    return Schema(file_descriptor_set=with_member(numbers[0]).SerializeToString()).SerializeToString()
                unknown: Any = UnknownFieldSet(EvaluateRequest.FromString(payload).application)
                (member,) = unknown
                if member.field_number != numbers[0]:
                    context.set_trailing_metadata((("field", str(member.field_number)),))
                    context.abort(grpc.StatusCode.INVALID_ARGUMENT, "not known")
                return assessment().SerializeToString()

            return grpc.unary_unary_rpc_method_handler(answer)

    server = grpc.server(ThreadPoolExecutor(2), handlers=[Servicer()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        for number in (NUMBER, NUMBER + 1):
            numbers[0] = number
            grantd.evaluate({MEMBER: GREEN}, channel=channel)
    wanted = ["GetSchema", "Evaluate", "Evaluate", "GetSchema", "Evaluate"]
    assert calls == wanted

    async def over_aio() -> None:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            for number in (NUMBER, NUMBER + 1):
                numbers[0] = number
                await grantd.aio.evaluate({MEMBER: GREEN}, channel=channel)

    calls.clear()
    asyncio.run(over_aio())
    assert calls == wanted
    server.stop(None)


def test_what_is_known_goes_with_the_channel() -> None:
    channel = grantd.Channel("127.0.0.1:1")
    known = weakref.ref(_schema.known_of(channel))
    assert known() is _schema.known_of(channel)
    channel.close()
    del channel
    gc.collect()
    assert known() is None
