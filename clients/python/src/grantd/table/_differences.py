# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Why two sets of rules answer the same row differently: by which clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from grantd._cells import Words
from grantd.table._form import Form
from grantd.table._summary import BASES, money
from grantd.v1.assessment_pb2 import Basis


class Reason(NamedTuple):
    """Why a row's answer changed."""

    clause: str
    words: Words


class Differences:
    """Finds reasons; each combination of answers once."""

    def __init__(self, old: Form, new: Form) -> None:
        self._old = old
        self._new = new
        self._known: dict[tuple[Any, ...], Reason] = {}

    def reason(self, old: Mapping[str, Any], new: Mapping[str, Any], lines: Sequence[str] = ()) -> Reason:
        """Why the answers to one row differ; ``lines``: the names of those that do."""
        key = (
            tuple(lines),
            old["outcome"], new["outcome"], tuple(old["failed"] or ()), tuple(new["failed"] or ()), tuple(old["missing"] or ()),
            tuple(new["missing"] or ()), old["binding_cap"], new["binding_cap"], old["basis"], new["basis"],
        )  # fmt: skip
        reason = self._known.get(key)
        if reason is None:
            reason = self._find(old, new, lines)
            if len(self._known) < 100_000:
                self._known[key] = reason
        return reason

    def _find(self, old: Mapping[str, Any], new: Mapping[str, Any], lines: Sequence[str]) -> Reason:
        failed_before, fails_now = old["failed"] or [], new["failed"] or []
        newly = [rule for rule in fails_now if rule not in failed_before]
        no_more = [rule for rule in failed_before if rule not in fails_now]
        if newly and new["outcome"] == "INELIGIBLE":
            return self._rules(self._new, newly, Words("现在不满足", "no longer met"), Words("现在存在", "now holds"))
        if no_more and old["outcome"] == "INELIGIBLE":
            return self._rules(self._old, no_more, Words("不再要求", "no longer asked"), Words("不再排除", "bars no more"))
        if "NOT_IN_FORCE" in (old["outcome"], new["outcome"]) and old["outcome"] != new["outcome"]:
            return Reason(self._new.clause, Words("施行期间不同", "other days in force"))
        if old["outcome"] != new["outcome"] or old["missing"] != new["missing"]:
            asked = [path for path in new["missing"] or [] if path not in (old["missing"] or [])]
            if asked:
                labels = [self._new.label(path) for path in asked]
                zh, en = "、".join(label.zh for label in labels), ", ".join(label.en for label in labels)
                return Reason(self._new.clause, Words(f"另需信息：{zh}", f"now asks for: {en}"))
            if old["missing"]:
                labels = [self._old.label(path) for path in old["missing"] if path not in (new["missing"] or [])]
                zh, en = "、".join(label.zh for label in labels), ", ".join(label.en for label in labels)
                return Reason(self._new.clause, Words(f"不再需要信息：{zh}", f"no longer asks for: {en}"))
        changes = list(self._amounts(old, new))
        if lines:
            labels = [self._line(name) for name in lines]
            zh, en = "、".join(label.zh for label in labels), ", ".join(label.en for label in labels)
            changes.append(Words(f"结果不同：{zh}", f"another result: {en}"))
        if not changes:
            changes.append(Words("计算办法不同", "computed in another way"))
        return Reason(self._new.clause, Words("；".join(one.zh for one in changes), "; ".join(one.en for one in changes)))

    def _amounts(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Words]:
        """Why amounts differ, or the bounds of what is still open."""
        cap = self._cap(old["binding_cap"], new["binding_cap"])
        if cap is not None:
            yield cap
            return
        if self._old.basis != self._new.basis:
            before, now = (BASES.get(Basis.Value.Name(form.basis), Words("—", "—")) for form in (self._old, self._new))
            yield Words(f"金额性质：{before.zh} → {now.zh}", f"the amount: {before.en} → {now.en}")
        if self._old.award != self._new.award:
            yield Words(f"{self._old.award.zh} → {self._new.award.zh}", f"{self._old.award.en} → {self._new.award.en}")

    def _line(self, name: str) -> Words:
        for form in (self._new, self._old):
            if name in form.lines:
                return form.lines[name][0]
        return Words(name, name)

    def _cap(self, old: str | None, new: str | None) -> Words | None:
        """What a cap that cuts the amount, before or now, has become."""
        for cap in (new, old):
            if cap is None:
                continue
            before, now = self._old.limits.get(cap), self._new.limits.get(cap)
            if before == now:
                continue
            label = self._new.caps.get(cap) or self._old.caps.get(cap) or Words(cap, cap)
            sums = [Words("无", "none") if fen is None else Words(money(fen, "zh"), money(fen, "en")) for fen in (before, now)]
            return Words(f"{label.zh}：{sums[0].zh} → {sums[1].zh}", f"{label.en}: {sums[0].en} → {sums[1].en}")
        return None

    @staticmethod
    def _rules(form: Form, rules: Sequence[str], requirement: Words, bar: Words) -> Reason:
        found = [form.rules.get(rule) for rule in rules]
        clauses = dict.fromkeys(rule.clause for rule in found if rule is not None and rule.clause)
        zh, en = [], []
        for name, rule in zip(rules, found, strict=True):
            how = bar if rule is not None and rule.is_bar else requirement
            label = rule.label if rule is not None else Words(name, name)
            zh.append(f"{how.zh}：{label.zh or name}")
            en.append(f"{how.en}: {label.en or name}")
        return Reason("、".join(clauses), Words("；".join(zh), "; ".join(en)))
