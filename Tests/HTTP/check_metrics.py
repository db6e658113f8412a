# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""`/metrics` under load, as Prometheus' own parsers read it."""

from __future__ import annotations

import subprocess
import threading

from contract import HTTP, Frames, failure, vectors
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

CALLERS = 4
ROUNDS = 40
SCRAPES = 25
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def scrape(http: HTTP) -> tuple[str, list[Metric]]:
    status, kind, body = http.get("/metrics")
    assert (status, kind) == (200, CONTENT_TYPE), (status, kind)
    text = body.decode()
    return text, list(text_string_to_metric_families(text))


def check_shape(text: str, families: list[Metric]) -> None:
    """Each family has its words and its type, once, and no series stands twice."""
    names = [family.name for family in families]
    assert len(names) == len(set(names)), names
    for family in families:
        assert family.documentation and family.type in ("counter", "gauge", "histogram"), family
        name = f"{family.name}_total" if family.type == "counter" else family.name
        for word in ("HELP", "TYPE"):
            assert text.count(f"# {word} {name} ") == 1, f"{word} of {name}"
        series = [(sample.name, tuple(sorted(sample.labels.items()))) for sample in family.samples]
        assert len(series) == len(set(series)), family.name


def rising(families: list[Metric]) -> Series:
    """What may only rise, by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        if family.type in ("counter", "histogram")
        for sample in family.samples
    }


def check_buckets(families: list[Metric]) -> None:
    """Each histogram's buckets rise to its count."""
    for family in families:
        if family.type != "histogram":
            continue
        last: dict[tuple[tuple[str, str], ...], tuple[float, float]] = {}
        for sample in family.samples:
            labels = tuple(sorted((k, v) for k, v in sample.labels.items() if k != "le"))
            if sample.name.endswith("_bucket"):
                bound = float(sample.labels["le"])
                before = last.get(labels, (float("-inf"), 0))
                assert bound > before[0] and sample.value >= before[1], sample
                last[labels] = (bound, sample.value)
            elif sample.name.endswith("_count"):
                assert last[labels] == (float("inf"), sample.value), sample


def calls(families: list[Metric], transport: str, code: str) -> float:
    """How many Evaluate calls ended so."""
    wanted = {"transport": transport, "method": "grantd.v1.Calculator/Evaluate", "code": code}
    return sum(s.value for f in families for s in f.samples if s.name == "grantd_calls_total" and s.labels == wanted)


def check(address: str) -> str:
    good = next(vector for vector in vectors() if vector.error is None)
    bad = next(vector for vector in vectors() if vector.error is not None and vector.path == good.path)
    faults: list[BaseException] = []

    def load() -> None:
        try:
            http, frames = HTTP(address), Frames(address)
            for _ in range(ROUNDS):
                assert http.post(good.path, "proto", good.payload)[0] == 200
                assert failure(http.post(bad.path, "proto", bad.payload)[2]).status == "INVALID_ARGUMENT"
                assert isinstance(frames.call(good.path, good.payload), bytes)
        except BaseException as fault:
            faults.append(fault)

    http = HTTP(address)
    _, first = scrape(http)
    before = rising(first)
    threads = [threading.Thread(target=load) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    scrapes = 0
    while any(thread.is_alive() for thread in threads) or scrapes < SCRAPES:
        text, families = scrape(http)
        check_shape(text, families)
        check_buckets(families)
        now = rising(families)
        fallen = [key for key, value in before.items() if now.get(key, float("-inf")) < value]
        assert not fallen, f"fell: {fallen[:3]}"
        before = now
        scrapes += 1
    for thread in threads:
        thread.join()
    assert not faults, faults[0]
    text, last = scrape(http)
    for transport, code in (("http", "OK"), ("http", "INVALID_ARGUMENT"), ("frames", "OK")):
        counted = calls(last, transport, code) - calls(first, transport, code)
        assert counted == CALLERS * ROUNDS, f"{transport} {code}: {counted} of {CALLERS * ROUNDS} calls are counted"
    tool = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
    said = (tool.stdout + tool.stderr).strip()
    assert tool.returncode == 0 and not said, f"promtool: {said}"
    return f"{len(last)} families, {len(before)} rising series, {scrapes} scrapes under load; promtool has nothing to say"
