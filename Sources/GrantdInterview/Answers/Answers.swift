//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What has been answered so far, by the paths of the questions.
package struct Answers: Sendable, Hashable {
    package private(set) var values: [String: Answer] = [:]
    /// What was passed over: nobody knows.
    package private(set) var skipped: Set<String> = []
    /// The paths of what was answered or passed over, in the order in which that was done.
    package private(set) var order: [String] = []
    /// How far the application has come: what is asked only later does not count before.
    package var stage: ApplicationStage = .application
    /// Bars that nothing was said about count as absent.
    package var assumesUnsetBarsAbsent = false

    package init() {}

    package subscript(_ path: String) -> Answer? { self.values[path] }
    package subscript(_ question: Question) -> Answer? { self.values[question.path] }

    /// Whether it was neither answered nor passed over.
    package func isOpen(_ question: Question) -> Bool {
        self.values[question.path] == nil && !self.skipped.contains(question.path)
    }

    package mutating func answer(_ path: String, _ answer: Answer) {
        self.note(path)
        self.skipped.remove(path)
        self.values[path] = answer
    }

    /// Notes that nobody knows.
    package mutating func skip(_ path: String) {
        self.note(path)
        self.values[path] = nil
        self.skipped.insert(path)
    }

    /// Makes it open again.
    package mutating func forget(_ path: String) {
        self.order.removeAll { $0 == path }
        self.values[path] = nil
        self.skipped.remove(path)
    }

    /// Makes what was answered last open again.
    ///
    /// - Returns: Its path; `nil` where nothing was answered.
    package mutating func goBack() -> String? {
        guard let last = self.order.last else { return nil }
        self.forget(last)
        return last
    }

    /// The same with another answer to one question.
    package func with(_ path: String, _ answer: Answer) -> Self {
        var copy = self
        copy.answer(path, answer)
        return copy
    }

    /// Only what both ask: who goes from one measure to another is not asked again about the applicant, and who had no
    /// support before had none of the measure.
    package func carried(to questionnaire: Questionnaire) -> Self {
        var carried = Self()
        carried.stage = self.stage
        carried.assumesUnsetBarsAbsent = self.assumesUnsetBarsAbsent
        for path in self.order {
            guard path == StandardQuestions.asOfPath || path.hasPrefix(StandardQuestions.applicantPrefix),
                questionnaire.question(for: path) != nil
            else { continue }
            if let value = self.values[path] { carried.answer(path, value) } else { carried.skip(path) }
        }
        if self.values[StandardQuestions.priorAwardsPath] == .flag(false), questionnaire.asksForPriorAwards {
            carried.answer(StandardQuestions.priorAwardsPath, .entries([]))
        }
        return carried
    }

    private mutating func note(_ path: String) {
        if self.values[path] == nil, !self.skipped.contains(path) { self.order.append(path) }
    }
}
