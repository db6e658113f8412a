# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What a table of applications for one measure may hold: the measure's description as a form."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

import grpc

from grantd._cells import Choice, Reading, Words
from grantd.errors import GrantdError
from grantd.v1.assessment_pb2 import Basis, Text
from grantd.v1.catalogue_pb2 import DescribeMeasureRequest, FactDescription, MeasureDescription
from grantd.v1.catalogue_pb2_grpc import CatalogueStub

PRIOR_AWARDS = "prior_awards"
# The names that applications are known by: of files, of results, of the sheets of entries.
ID = "application_id"
CREDIT_CODE = "applicant.unified_social_credit_code"


_NO_WORDS = Words("", "")


@dataclasses.dataclass(frozen=True)
class Fact:
    """A column of the form: a fact of the measure, or a field of the application."""

    path: str
    label: Words
    reading: Reading
    question: Words = _NO_WORDS
    hint: Words = _NO_WORDS
    # Other headings that people give it.
    synonyms: tuple[str, ...] = ()
    # Of a list: the columns of its entries, whose paths are the names of the entries' fields.
    entries: tuple[Fact, ...] = ()
    most: int | None = None


@dataclasses.dataclass(frozen=True)
class Rule:
    """A rule as reasons name it."""

    label: Words
    clause: str
    is_bar: bool


@dataclasses.dataclass(frozen=True)
class Form:
    """All columns that a table may have, and the words for what comes back."""

    measure: str
    title: Words
    clause: str
    basis: Basis.Value.ValueType
    award: Words
    # The programme's document, and what names the very rules.
    document: str
    digest: str
    in_force: tuple[str, str]
    # What every application has, whatever the measure.
    common: tuple[Fact, ...]
    # What the measure asks for, in the order in which it is best asked.
    facts: tuple[Fact, ...]
    rules: Mapping[str, Rule]
    caps: Mapping[str, Words]
    # In fen; of the caps that are sums.
    limits: Mapping[str, int]
    lines: Mapping[str, tuple[Words, str, Mapping[str, Words]]]
    # Whether caps or rules go by the subject, or by earlier awards.
    goes_by_subject: bool
    goes_by_prior_awards: bool

    @property
    def member(self) -> str:
        """The member of ``Application.facts``."""
        return member_of(self.measure)

    def all(self) -> Iterator[Fact]:
        """Every column: the application's, then the measure's."""
        yield from self.common
        yield from self.facts

    def label(self, path: str) -> Words:
        """What people call a fact; the path itself where the form does not have it."""
        for fact in self.all():
            if fact.path == path:
                return fact.label
            for entry in fact.entries:
                if f"{fact.path}[].{entry.path}" == path:
                    return Words(f"{fact.label.zh}：{entry.label.zh}", f"{fact.label.en}: {entry.label.en}")
        return Words(path, path)


def member_of(measure: str) -> str:
    """``medical-device.common-platform`` as a member of ``Application.facts``."""
    return measure.replace(".", "_").replace("-", "_")


def form_of(channel: grpc.Channel, measure: str, as_of: str | None = None, timeout: float = 30.0) -> Form:
    """The form of a measure, by the daemon's description of it.

    Args:
        channel: Where the daemon is.
        measure: The measure's full id.
        as_of: The version in force on this day; by default, and where none is, the newest.
        timeout: In seconds.

    Raises:
        grpc.RpcError: Where the daemon does not answer, or has no such measure.
    """
    catalogue = CatalogueStub(channel)
    if as_of is not None:
        try:
            return _form(catalogue.DescribeMeasure(DescribeMeasureRequest(measure=measure, as_of=as_of), timeout=timeout))
        except grpc.RpcError as error:
            # In force or not, each row says for itself.
            if not isinstance(error, GrantdError) or error.field != "as_of":
                raise
    return _form(catalogue.DescribeMeasure(DescribeMeasureRequest(measure=measure), timeout=timeout))


def _form(description: MeasureDescription) -> Form:
    facts = _facts(description)
    own = {fact.path for fact in facts}
    applicant = tuple(fact for fact in facts if fact.path.startswith("applicant."))
    rest = tuple(fact for fact in STANDARD if fact.path not in own)
    labels = {cap.id: _words(cap.label) for cap in description.caps}
    by_subject = any(cap.startswith("subject") for cap in labels) or any(
        rule.id == "already-awarded" or "subject_id" in rule.expression for rule in description.rules
    )
    return Form(
        measure=description.measure,
        title=_words(description.title),
        clause=description.clause,
        basis=description.basis,
        award=_words(description.award_summary),
        document=description.policy.document_number,
        digest=description.policy.digest,
        in_force=(description.policy.in_force_from, description.policy.in_force_until),
        common=(*rest, *applicant, AWARD_AMOUNT, PRIOR),
        facts=tuple(fact for fact in facts if not fact.path.startswith("applicant.")),
        rules={rule.id: Rule(_words(rule.label), rule.clause, rule.kind == 2) for rule in description.rules},
        caps=labels,
        limits={cap.id: cap.limit_fen for cap in description.caps if cap.HasField("limit_fen")},
        lines={
            line.id: (_words(line.label), line.unit, {v.name: _words(v.label) for v in line.values})
            for line in description.lines
        },
        goes_by_subject=by_subject,
        goes_by_prior_awards=description.HasField("prior_awards"),
    )


def _facts(description: MeasureDescription) -> list[Fact]:
    entries: dict[str, list[Fact]] = {}
    facts: list[Fact] = []
    for fact in description.facts:
        outer, is_entry, inner = fact.path.partition("[].")
        if is_entry:
            entries.setdefault(outer, []).append(_fact(fact, inner))
        else:
            facts.append(_fact(fact, fact.path))
    return [dataclasses.replace(fact, entries=tuple(entries.get(fact.path, ()))) for fact in facts]


def _fact(fact: FactDescription, path: str) -> Fact:
    choices = tuple(Choice(value.name, value.number, _words(value.label)) for value in fact.values)
    least = fact.minimum if fact.HasField("minimum") else None
    most = fact.maximum if fact.HasField("maximum") else None
    match fact.type:
        case "bool":
            reading = Reading("bool")
        case "int32" | "int64":
            reading = Reading("whole", int(fact.type[3:]), fact.unit, minimum=least, maximum=most)
        case "date":
            reading = Reading("date")
        case "list":
            reading = Reading("list")
        case _ if fact.type.startswith("enum"):
            reading = Reading("enum", choices=choices)
        case _ if fact.type.startswith("list of enum"):
            reading = Reading("enums", choices=choices)
        case _:
            reading = Reading("text")
    return Fact(
        path,
        _words(fact.label),
        reading,
        _words(fact.question),
        _words(fact.hint),
        most=fact.most if fact.HasField("most") else None,
    )


def _words(text: Text) -> Words:
    return Words(text.zh, text.en)


_KINDS = tuple(
    Choice(name, number, Words(zh, en))
    for number, (name, zh, en) in enumerate(
        (
            ("NONE", "以上均不是", "none of these"),
            ("ENTERPRISE", "企业", "enterprise"),
            ("UNIVERSITY", "高等学校", "university"),
            ("RESEARCH_INSTITUTE", "科研机构", "research institute"),
            ("MEDICAL_INSTITUTION", "医疗卫生机构", "medical institution"),
            ("SERVICE_AGENCY", "服务机构", "service agency"),
            ("FOUNDATION", "基金会", "foundation"),
            ("INDIVIDUAL", "个人", "individual"),
        )
    )
)

# The fields that every application has, as the daemon's own pages word them.
STANDARD = (
    Fact(
        ID,
        Words("申请编号", "Application number"),
        Reading("text", is_name=True),
        Words("本申请的编号，结果按它对应。", "The application's own number; results go by it."),
        synonyms=("申请号", "编号", "申报编号", "id", "application id"),
    ),
    Fact(
        "applicant.name",
        Words("单位名称", "Name of the applicant"),
        Reading("text"),
        Words("登记的名称；不参与计算。", "The registered name; no rule reads it."),
        synonyms=("申请单位", "申报单位", "企业名称", "申请单位名称", "申报单位名称", "applicant", "name"),
    ),
    Fact(
        CREDIT_CODE,
        Words("统一社会信用代码", "Unified social credit code"),
        Reading("text", is_name=True),
        Words("18 位统一社会信用代码。", "The 18 characters of the unified social credit code."),
        synonyms=("信用代码", "社会信用代码", "credit code"),
    ),
    Fact(
        "as_of",
        Words("计算日期", "As of"),
        Reading("date"),
        Words(
            "通常是提出申请的日期；条件、上限和文件效力均按这一天判断。",
            "Usually the day of the application: conditions, caps and what is in force go by it.",
        ),
        synonyms=("申请日期", "申报日期", "application date"),
    ),
    Fact(
        "subject_id",
        Words("申请对象", "Subject"),
        Reading("text", is_name=True),
        Words(
            "本次申请针对的产品、项目、作品或实验室；名称或编号均可，同一对象每次写法须一致。",
            "The product, project, work or laboratory that it is for; a name or a number, written the same way each time.",
        ),
        synonyms=("对象", "subject id"),
    ),
    Fact(
        "applicant.registered_in_beijing",
        Words("在京注册", "Registered in Beijing"),
        Reading("bool"),
        Words("申请单位是否在北京市注册？", "Is the applicant registered in Beijing?"),
    ),
    Fact(
        "applicant.kind",
        Words("单位类型", "Kind of organisation"),
        Reading("enum", choices=_KINDS),
        Words("申请单位属于哪一类？", "What kind of organisation is the applicant?"),
    ),
    Fact(
        "applicant.is_small_or_medium",
        Words("中小微企业", "Small, medium-sized or micro enterprise"),
        Reading("bool"),
        Words("申请单位是否为中小微企业？", "Is the applicant a small, medium-sized or micro enterprise?"),
    ),
    Fact(
        "applicant.independent_legal_liability",
        Words("可独立承担法律责任", "Bears legal liability on its own"),
        Reading("bool"),
        Words("申请单位是否可以独立承担法律责任？", "Can the applicant bear legal liability on its own?"),
    ),
    Fact(
        "prior_awards_unknown",
        Words("此前支持情况不明", "Earlier awards not known"),
        Reading("bool"),
        Words("尚未核查此前是否获得过支持的，填“是”。", "Yes, where nobody has looked for earlier awards."),
    ),
)

PRIOR = Fact(
    PRIOR_AWARDS,
    Words("此前获得的支持", "Earlier awards"),
    Reading("list"),
    Words("申请单位此前获得的支持，一笔一行。", "What the applicant was awarded before, a row an award."),
    entries=(
        Fact(
            "measure",
            Words("支持措施", "Measure"),
            Reading("text"),
            Words(
                "措施的完整标识，如 medical-device.product-approval；留空即本措施。",
                "The measure's full id; empty: this measure.",
            ),
        ),
        Fact(
            "subject_id",
            Words("支持对象", "Subject"),
            Reading("text", is_name=True),
            Words("当时针对的对象。", "What it was for."),
        ),
        Fact(
            "awarded_on",
            Words("获得日期", "Awarded on"),
            Reading("date"),
            Words("获得支持的日期，必填。", "The day of the award; needed."),
        ),
        Fact(
            "amount_fen",
            Words("支持金额", "Amount"),
            Reading("whole", unit="fen", minimum=0),
            Words("获得的金额，必填。", "What was awarded; needed."),
        ),
        Fact(
            "award_id",
            Words("台账编号", "Award id"),
            Reading("text", is_name=True),
            Words("台账中已有的，填其编号。", "Its id in the book of awards, where it has one."),
        ),
    ),
    most=10_000,
)

# What the agency awards, of the measures whose text names a bound alone. Read where a table is awarded.
AWARD_AMOUNT = Fact(
    "award_amount_fen",
    Words("核定金额", "Amount to award"),
    Reading("whole", unit="fen", minimum=0),
    Words("主管部门核定的金额，不超过计算出的上限。", "What the agency awards, at most what the assessment allows."),
)
