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
    /// No fact of the applicant's: ``Words/Questions/beyondCalendar`` says what is missing.
    package static let workingCalendarPath = "working_calendar"

    /// For which day it is asked.
    package static let asOf = Question(
        path: Self.asOfPath,
        kind: .date,
        label: Words.Questions.asOf,
        question: Words.Questions.asOfQuestion,
        hint: Words.Questions.asOfHint
    )

    /// What it is for.
    package static let subject = Question(
        path: Self.subjectPath,
        kind: .text,
        label: Words.Questions.subject,
        question: Words.Questions.subjectQuestion,
        hint: Words.Questions.subjectHint
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
            label: Words.Questions.priorAwards,
            question: Words.Questions.priorAwardsQuestion,
            hint: note,
            most: 10_000,
            entries: [
                Question(
                    path: Self.priorAwardMeasurePath,
                    kind: .choice,
                    label: Words.Questions.awardMeasure,
                    question: Words.Questions.awardMeasureQuestion,
                    values: measures
                ),
                Question(
                    path: "prior_awards[].subject_id",
                    kind: .text,
                    label: Words.Questions.awardSubject,
                    question: Words.Questions.awardSubjectQuestion
                ),
                Question(
                    path: "prior_awards[].awarded_on",
                    kind: .date,
                    label: Words.Questions.awardDay,
                    question: Words.Questions.awardDayQuestion
                ),
                Question(
                    path: "prior_awards[].amount_fen",
                    kind: .money,
                    label: Words.Questions.awardSum,
                    question: Words.Questions.awardSumQuestion,
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
        title: Words.Site.screen,
        questions: [Self.asOf] + Self.applicant + [Self.earlierSupport]
    )

    /// Whether there were earlier awards, where it is too early to list them.
    private static let earlierSupport = Question(
        path: Self.priorAwardsPath,
        kind: .flag,
        label: Words.Questions.earlierSupport,
        question: Words.Questions.earlierSupportQuestion,
        hint: Words.Questions.earlierSupportHint
    )

    /// What is asked about who applies.
    package static let applicant: [Question] = [
        Question(
            path: "applicant.registered_in_beijing",
            kind: .flag,
            label: Words.Questions.inBeijing,
            question: Words.Questions.inBeijingQuestion
        ),
        Question(
            path: "applicant.kind",
            kind: .choice,
            label: Words.Questions.kind,
            question: Words.Questions.kindQuestion,
            values: [
                .init(name: "ENTERPRISE", number: 1, label: Words.Questions.enterprise),
                .init(name: "UNIVERSITY", number: 2, label: Words.Questions.university),
                .init(name: "RESEARCH_INSTITUTE", number: 3, label: Words.Questions.researchInstitute),
                .init(name: "MEDICAL_INSTITUTION", number: 4, label: Words.Questions.medicalInstitution),
                .init(name: "SERVICE_AGENCY", number: 5, label: Words.Questions.serviceAgency),
                .init(name: "FOUNDATION", number: 6, label: Words.Questions.foundation),
                .init(name: "INDIVIDUAL", number: 7, label: Words.Questions.individual),
                .init(name: "NONE", number: 0, label: Words.Questions.noneOfTheKinds),
            ]
        ),
        Question(
            path: "applicant.is_small_or_medium",
            kind: .flag,
            label: Words.Questions.isSmall,
            question: Words.Questions.isSmallQuestion
        ),
        Question(
            path: "applicant.independent_legal_liability",
            kind: .flag,
            label: Words.Questions.isLiable,
            question: Words.Questions.isLiableQuestion
        ),
    ]
}
