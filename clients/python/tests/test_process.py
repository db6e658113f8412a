# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Whole programs."""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys

import pytest

from .standin import MEMBER, StandIn, with_member

README = pathlib.Path(__file__).resolve().parents[1] / "README.md"
PREPARE = """
from grantd.v1.application_pb2 import Application
import grantd, os, pandas
applications = [application] * 3
frame = pandas.DataFrame({"applicant.registered_in_beijing": [True, None]})
"""
PREPARE_ADDED = """
import grantd, pandas
frame = pandas.DataFrame({"日期": ["2027-05-20"], "评定等级": ["MUNICIPAL"]})
"""


def run(program: str, address: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={"GRANTD_ADDRESS": address, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_readme(address: str) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    first, *others, added, typed = (block.replace('"127.0.0.1:7843"', "None") for block in blocks)
    (secured,) = [block for block in others if "ssl." in block]
    others.remove(secured)
    # Of files that are not there; of a book; and what wants Spark, whose tests have an environment of their own.
    apart = [
        block
        for block in others
        if any(word in block for word in ("read_table", "score_batches", "grantd.award", "grantd.spark"))
    ]
    assert len(apart) == 4
    others = [block for block in others if block not in apart]
    assert len(others) == 3
    assert run(first, address).startswith("UNDETERMINED [")
    run("\n".join([first, PREPARE, *others]), address)
    with StandIn(with_member()) as server:
        run(PREPARE_ADDED + added, server.address)
        assert [each[MEMBER]["rating"] for each in server.applications] == ["NATIONAL", "MUNICIPAL"]
    for block in secured, *apart, typed:
        compile(block, "README.md", "exec")


@pytest.mark.parametrize("ending", ["", "future = stub.Evaluate.future(REQUEST)", "channel.close()"])
def test_a_program_that_ends_with_a_channel_open(address: str, ending: str) -> None:
    program = f"""
import grantd
from grantd.v1.calculator_pb2 import EvaluateRequest
from grantd.v1.calculator_pb2_grpc import CalculatorStub
REQUEST = EvaluateRequest()
channel = grantd.Channel()
stub = CalculatorStub(channel)
try:
    stub.Evaluate(REQUEST)
except grantd.GrantdError as error:
    print(error)
{ending}
"""
    assert run(program, address).startswith("INVALID_ARGUMENT (1003) at application: ")


def test_a_pool_of_forked_processes(address: str) -> None:
    program = """
import multiprocessing
import warnings

import grantd
from grantd.v1.calculator_pb2 import EvaluateRequest
from grantd.v1.calculator_pb2_grpc import CalculatorStub

warnings.simplefilter("ignore", DeprecationWarning)
stub = CalculatorStub(grantd.Channel())


def work(_):
    try:
        stub.Evaluate(EvaluateRequest())
    except grantd.GrantdError as error:
        return error


if __name__ == "__main__":
    work(0)
    with multiprocessing.get_context("fork").Pool(4) as pool:
        print(sum(error.field == "application" for error in pool.map(work, range(40))))
"""
    assert run(program, address) == "40\n"


def test_the_version_stands_in_one_place() -> None:
    import importlib.metadata

    import grantd

    assert importlib.metadata.version("grantd") == grantd.__version__
