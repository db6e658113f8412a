//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The questions that no measure's file words.
package enum StandardQuestions {
    package static let asOfPath = "as_of"
    package static let subjectPath = "subject_id"
    package static let priorAwardsPath = "prior_awards"
    package static let priorAwardMeasurePath = "prior_awards[].measure"
    package static let applicantPrefix = "applicant."
    /// No fact of the applicant's: ``beyondCalendar`` says what is missing.
    package static let workingCalendarPath = "working_calendar"

    /// Why working days cannot be counted.
    package static let beyondCalendar = BilingualText(
        zh: "相关日期超出已公布的工作日历，公布后才能计算。",
        en: "The days lie outside the working calendar that is published so far."
    )

    /// For which day it is asked.
    package static let asOf = Question(
        path: Self.asOfPath,
        kind: .date,
        label: BilingualText(zh: "计算日期", en: "As of"),
        question: BilingualText(zh: "以哪一天为准测算？", en: "For which day is it asked?"),
        hint: BilingualText(
            zh: "通常是提出申请的日期；条件、上限和文件效力均按这一天判断。",
            en: "Usually the day of the application: conditions, caps and what is in force go by it."
        )
    )

    /// What it is for.
    package static let subject = Question(
        path: Self.subjectPath,
        kind: .text,
        label: BilingualText(zh: "申请对象", en: "Subject"),
        question: BilingualText(
            zh: "本次申请针对哪一个对象（产品、项目、作品或实验室）？请填写其标识，以便核对此前已获得的支持。",
            en:
                "Which product, project, work or laboratory is the application for? "
                + "Give its identifier, so that earlier awards can be told apart."
        ),
        hint: BilingualText(
            zh: "名称或编号均可，同一对象每次写法须一致。",
            en: "A name or a number will do, written the same way each time."
        )
    )

    /// What the applicant had before.
    ///
    /// - Parameters:
    ///   - measures: The measures that an earlier award may be of, the one that is asked about first.
    ///   - note: What earlier awards do to an application.
    package static func priorAwards(measures: [Question.Value], note: BilingualText = .empty) -> Question {
        Question(
            path: Self.priorAwardsPath,
            kind: .entries,
            label: BilingualText(zh: "此前获得的支持", en: "Earlier awards"),
            question: BilingualText(
                zh: "申请单位此前获得过本项支持吗？请逐笔填写对象、日期和金额；没有的，请声明没有。",
                en:
                    "Has the applicant been awarded this support before? "
                    + "Give the subject, day and sum of each award, or state that there is none."
            ),
            hint: note,
            most: 10_000,
            entries: [
                Question(
                    path: Self.priorAwardMeasurePath,
                    kind: .choice,
                    label: BilingualText(zh: "支持措施", en: "Measure"),
                    question: BilingualText(zh: "是哪一项支持？", en: "Which measure was it?"),
                    values: measures
                ),
                Question(
                    path: "prior_awards[].subject_id",
                    kind: .text,
                    label: BilingualText(zh: "支持对象", en: "Subject"),
                    question: BilingualText(
                        zh: "当时针对哪个产品、项目、作品或实验室？",
                        en: "Which product, project, work or laboratory was it for?"
                    )
                ),
                Question(
                    path: "prior_awards[].awarded_on",
                    kind: .date,
                    label: BilingualText(zh: "获得日期", en: "Awarded on"),
                    question: BilingualText(zh: "哪一天获得的？", en: "On which day was it awarded?")
                ),
                Question(
                    path: "prior_awards[].amount_fen",
                    kind: .money,
                    label: BilingualText(zh: "支持金额", en: "Amount"),
                    question: BilingualText(zh: "获得了多少资金？", en: "How much was awarded?"),
                    minimum: 0
                ),
            ]
        )
    }

    /// The fields of an earlier award that the contract wants set.
    package static let requiredOfPriorAward: Set<String> = ["measure", "awarded_on", "amount_fen"]

    /// What is asked before all measures are screened.
    package static let screening = Questionnaire(
        measure: nil,
        title: BilingualText(zh: "我能享受什么", en: "What can we get?"),
        questions: [Self.asOf] + Self.applicant + [Self.earlierSupport]
    )

    /// Whether there were earlier awards, where it is too early to list them.
    private static let earlierSupport = Question(
        path: Self.priorAwardsPath,
        kind: .flag,
        label: BilingualText(zh: "此前获得过支持", en: "Supported before"),
        question: BilingualText(
            zh: "申请单位此前获得过北京市的这类支持吗？",
            en: "Has the applicant been given support of this kind by Beijing before?"
        ),
        hint: BilingualText(
            zh: "获得过的或者不清楚的，先按上限列出；选定措施后再逐笔填写。",
            en:
                "If so, or if you don’t know, what caps leave stays open; the awards are asked for once you choose a measure."
        )
    )

    /// What is asked about who applies.
    package static let applicant: [Question] = [
        Question(
            path: "applicant.registered_in_beijing",
            kind: .flag,
            label: BilingualText(zh: "在京注册", en: "Registered in Beijing"),
            question: BilingualText(zh: "申请单位是否在北京市注册？", en: "Is the applicant registered in Beijing?")
        ),
        Question(
            path: "applicant.kind",
            kind: .choice,
            label: BilingualText(zh: "单位类型", en: "Kind of organisation"),
            question: BilingualText(zh: "申请单位属于哪一类？", en: "What kind of organisation is the applicant?"),
            values: [
                .init(name: "ENTERPRISE", number: 1, label: BilingualText(zh: "企业", en: "enterprise")),
                .init(name: "UNIVERSITY", number: 2, label: BilingualText(zh: "高等学校", en: "university")),
                .init(
                    name: "RESEARCH_INSTITUTE",
                    number: 3,
                    label: BilingualText(zh: "科研机构", en: "research institute")
                ),
                .init(
                    name: "MEDICAL_INSTITUTION",
                    number: 4,
                    label: BilingualText(zh: "医疗卫生机构", en: "medical institution")
                ),
                .init(name: "SERVICE_AGENCY", number: 5, label: BilingualText(zh: "服务机构", en: "service agency")),
                .init(name: "FOUNDATION", number: 6, label: BilingualText(zh: "基金会", en: "foundation")),
                .init(name: "INDIVIDUAL", number: 7, label: BilingualText(zh: "个人", en: "individual")),
                .init(name: "NONE", number: 0, label: BilingualText(zh: "以上均不是", en: "none of these")),
            ]
        ),
        Question(
            path: "applicant.is_small_or_medium",
            kind: .flag,
            label: BilingualText(zh: "中小微企业", en: "Small, medium-sized or micro enterprise"),
            question: BilingualText(
                zh: "申请单位是否为中小微企业？",
                en: "Is the applicant a small, medium-sized or micro enterprise?"
            )
        ),
        Question(
            path: "applicant.independent_legal_liability",
            kind: .flag,
            label: BilingualText(zh: "可独立承担法律责任", en: "Bears legal liability on its own"),
            question: BilingualText(
                zh: "申请单位是否可以独立承担法律责任？",
                en: "Can the applicant bear legal liability on its own?"
            )
        ),
    ]
}
