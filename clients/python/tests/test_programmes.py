# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""A programme that is put into a running daemon: the one of ``examples/custom-policies``."""

from __future__ import annotations

import pathlib
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pandas
import pytest

import grantd
from grantd.v1.assessment_pb2 import Outcome
from grantd.v1.catalogue_pb2 import ListMeasuresRequest, ListMeasuresResponse

from .conftest import ROOT, Daemon, MakeCaller

CUSTOM = ROOT / "examples" / "custom-policies"
PROGRAMME = CUSTOM / "policies" / "green-factory.yaml"
MEASURE = "green-factory.award"
MEMBER = "green_factory_award"
ROW: dict[str, Any] = {
    "application_id": "G",
    "as_of": "2027-05-20",
    MEMBER: {"rating": "NATIONAL", "investment_fen": 2_000_000_000},
}
BUILT_IN: dict[str, Any] = {"application_id": "B", "as_of": "2026-05-20", "medical_device_test_time": {}}


class Policies:
    """A daemon with a policy directory that holds another programme at first: an empty one is refused."""

    def __init__(self, daemon: Daemon, directory: pathlib.Path) -> None:
        self._daemon = daemon
        self.address = daemon.address
        self._file = directory / "green-factory.yaml"

    def add(self) -> None:
        shutil.copy(PROGRAMME, self._file)
        self._reload(is_there=True)

    def remove(self) -> None:
        self._file.unlink()
        self._reload(is_there=False)

    def _reload(self, is_there: bool) -> None:
        self._daemon.reload()
        with grantd.Channel(self.address) as channel:
            list_measures = channel.unary_unary(
                "/grantd.v1.Catalogue/ListMeasures",
                ListMeasuresRequest.SerializeToString,
                ListMeasuresResponse.FromString,
            )
            while is_there != any(each.measure == MEASURE for each in list_measures(ListMeasuresRequest()).measures):
                time.sleep(0.01)


@pytest.fixture
def policies(start_daemon: Callable[..., Daemon], tmp_path: pathlib.Path) -> Policies:
    shutil.copy(CUSTOM / "policies" / "ai-application.yaml", tmp_path)
    # One thread: several take a reload in one after the other.
    return Policies(start_daemon(0, "--threads", "1", "--policies", str(tmp_path)), tmp_path)


def test_asked_about_before_and_after(make_caller: MakeCaller, policies: Policies) -> None:
    caller = make_caller(policies.address)
    with pytest.raises(grantd.GrantdError, match=f"at {MEMBER}: no field of Application has this name"):
        caller.evaluate(ROW)
    policies.add()
    assert caller.evaluate(ROW).measure == MEASURE
    screened = caller.screen({"as_of": ROW["as_of"], "known": [{MEMBER: ROW[MEMBER]}]})
    assert MEASURE in [each.measure for each in screened.assessments]
    with pytest.raises(grantd.GrantdError, match="INVALID_ARGUMENT") as caught:
        caller.evaluate({**ROW, MEMBER: {"rating": "GALACTIC"}})
    assert caught.value.field == f"{MEMBER}.rating"
    policies.remove()
    with pytest.raises(grantd.GrantdError, match=f"at {MEMBER}: no field of Application has this name"):
        caller.evaluate(ROW)
    assert caller.evaluate(BUILT_IN).measure == "medical-device.test-time"


def test_added_while_many_are_scored(make_caller: MakeCaller, policies: Policies) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        for _ in range(1000):
            yield BUILT_IN
        policies.add()
        for _ in range(1000):
            yield BUILT_IN
            yield ROW

    scores = list(make_caller(policies.address).score(rows(), batch_size=50))
    assert [score.application_id for score in scores] == ["B"] * 1000 + ["B", "G"] * 1000
    assert [score.error for score in scores if score.error is not None] == []
    assert [score.result().measure for score in scores[1000:1002]] == ["medical-device.test-time", MEASURE]


def test_a_table(policies: Policies) -> None:
    policies.add()
    table = pandas.DataFrame(
        {
            "as_of": pandas.to_datetime([ROW["as_of"]] * 2),
            f"{MEMBER}.rating": ["NATIONAL", None],
            f"{MEMBER}.investment_fen": pandas.array([ROW[MEMBER]["investment_fen"], None], "Int64"),
        }
    )
    scores = grantd.score_frame(table, measure=MEASURE, channel=policies.address)
    assert scores["error"].isna().all()
    assert scores["measure"].tolist() == [MEASURE] * 2
    missing: Any = scores.loc[1, "missing"]
    assert f"{MEMBER}.rating" in missing
    with grantd.Channel(policies.address) as channel:
        (score,) = grantd.score([ROW], channel=channel)
    assert scores.loc[0, "outcome"] == Outcome.Value.Name(score.result().outcome)
