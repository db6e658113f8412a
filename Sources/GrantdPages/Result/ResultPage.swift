//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// The result: what was decided and how much, why, under which clause, what is missing, what would change it; and the
/// request itself, for who wants to ask by program.
struct ResultPage {
    let state: JourneyState
    let assessment: AssessmentReply

    private var context: PageContext { self.state.context }
    private var measure: Measure { self.state.measure }

    func render() -> [UInt8] {
        let context = self.context
        let title = context(Words.Result.title)
        return JourneyFrame(state: self.state, place: .result, title: title).page {
            VerdictCard(
                context: context,
                measure: self.measure,
                assessment: self.assessment,
                remedies: self.state.remedies(self.assessment)
            ).html
            self.missing
            self.sum
            self.lines
            self.findings
            self.answers
            self.source
            self.request
        }
    }

    // MARK: - Parts

    private var missing: HTML {
        let missing = self.assessment.missing
        guard !missing.isEmpty else { return HTML() }
        // Several fields of one list lead to the same place.
        return HTML(.section, .class("card")) {
            HTML(.h2) { self.context(Words.Result.missing) }
            HTML(.ul, .class("rows")) {
                for fact in missing.prefix(40) {
                    let question = self.state.questionnaire.question(for: fact.path)
                    HTML(.li, .class("open")) {
                        HTML(.span, .class("mark"), .hidden) { "?" }
                        HTML(.span) {
                            fact.question.map { self.context($0) }
                                ?? question.map { self.context.language($0.question) }
                                ?? self.words(ofMissing: fact.path)
                            if let entry = Self.entry(of: fact.path) {
                                HTML(.span, .class("tag")) { Words.Journey.entry(entry, self.context.language) }
                            }
                        }
                        HTML(.span) {
                            if let question {
                                ActionButton(
                                    action: .change(path: fact.path),
                                    text: self.context(Words.Result.answer),
                                    style: "plain",
                                    label: self.context.language.labelled(
                                        self.context(Words.Result.answer),
                                        self.context.language(question.label)
                                    )
                                ).html
                            }
                        }
                    }
                }
            }
            let rest = Int64(missing.count - min(missing.count, 40)) + self.assessment.missingOmitted
            if rest > 0 { HTML(.p, .class("muted")) { Words.Result.moreMissing(rest, self.context.language) } }
        }
    }

    /// What is missing that is no answer of the applicant's.
    private func words(ofMissing path: String) -> String {
        guard path == StandardQuestions.workingCalendarPath else { return path }
        return self.context(Words.Questions.beyondCalendar)
    }

    /// The number of a list's entry that a path names, from 1.
    private static func entry(of path: String) -> Int? {
        guard let start = path.firstIndex(of: "["), let end = path.firstIndex(of: "]"), start < end else { return nil }
        return Int(path[path.index(after: start)..<end]).map { $0 + 1 }
    }

    private var sum: HTML {
        let capIDs = Set(self.measure.caps.map(\.id))
        let steps = self.assessment.explanation.filter { $0.rule == "award" || capIDs.contains($0.rule) }
        guard !steps.isEmpty || !self.assessment.caps.isEmpty, self.assessment.outcome != .ineligible else {
            return HTML()
        }
        return HTML(.section, .class("card")) {
            HTML(.h2) { self.context(Words.Result.sum) }
            HTML(.ol, .class("rows")) {
                for (index, step) in steps.enumerated() {
                    HTML(.li) {
                        HTML(.span, .class("mark")) { "\(index + 1)" }
                        HTML(.span) { self.context(step.text) }
                        HTML(.span, .class("clause"), self.context.chinese) { step.clause }
                    }
                }
            }
            for use in self.assessment.caps {
                if let cap = self.measure.caps.first(where: { $0.id == use.id }) {
                    CapBar(
                        context: self.context,
                        name: self.context(cap.label),
                        clause: cap.clause,
                        cap: use,
                        taken: self.assessment.amount,
                        isTakenBound: self.assessment.basis.isBound
                    ).html
                }
            }
        }
    }

    private var lines: HTML {
        let lines = self.assessment.lines
        guard !lines.isEmpty else { return HTML() }
        return HTML(.section, .class("card")) {
            HTML(.h2) { self.context(Words.Result.lines) }
            HTML(.dl, .class("figures")) {
                for line in lines {
                    HTML(.div) {
                        HTML(.dt) { line.label.map { self.context($0) } ?? line.id }
                        HTML(.dd, .class("words")) { self.context.words(line, of: self.measure) }
                    }
                }
            }
        }
    }

    private var findings: HTML {
        guard !self.assessment.findings.isEmpty else { return HTML() }
        let shown = Set(self.measure.caps.map(\.id)).union(["award"])
        return HTML(.section, .class("card")) {
            HTML(.h2) { self.context(Words.Result.rules) }
            FindingList(context: self.context, measure: self.measure, findings: self.assessment.findings).html
            HTML(.details, .class("noprint")) {
                HTML(.summary) { self.context(Words.Result.reasoning) }
                HTML(.ol, .class("reasons")) {
                    for step in self.assessment.explanation where !shown.contains(step.rule) {
                        HTML(.li) {
                            self.context(step.text)
                            HTML(.span, .class("clause"), self.context.chinese) { step.clause }
                        }
                    }
                }
            }
        }
    }

    private var answers: HTML {
        let answers = AnswerList(state: self.state)
        return HTML(.section, .class("card")) {
            HTML(.h2) { self.context(Words.Result.answers) }
            answers.terms
            answers.html
            answers.tables(under: .h3)
            if self.assessment.outcome == .ineligible, self.hasUnasked {
                HTML(.div, .class("actions noprint")) {
                    ActionButton(action: .goOn, text: self.context(Words.Result.goOn)).html
                }
            }
        }
    }

    private var hasUnasked: Bool {
        self.state.questionnaire.questions.contains { self.state.answers.isOpen($0) }
    }

    private var source: HTML {
        let context = self.context
        let programme = self.state.entry.programme
        let until = self.assessment.inForceUntil
        return HTML(.section, .class("card")) {
            HTML(.h2) { context(Words.Result.source) }
            HTML(.p) {
                context.quoted(programme.title)
                context.language.inBrackets(programme.documentNumber) + context(Words.pause)
                context.gazette(programme.gazette)
                context(Words.stop)
            }
            HTML(.p) {
                Words.Result.asOf(context.day(self.assessment.asOf), context.language)
                context.interval(from: self.assessment.inForceFrom, until: until)
                context(Words.stop)
            }
            HTML(.p, .class("muted")) {
                context(Words.Result.digest)
                HTML(.span, .class("digest")) { self.assessment.digest }
                Words.Result.engine(self.assessment.engineVersion, context.language)
            }
            HTML(.p, .class("muted noprint")) { context(Words.Result.keep) }
            HTML(.div, .class("actions noprint")) {
                ActionButton(action: .check, text: context(Words.Result.changeAnswers)).html
                ActionButton(action: .download, text: context(Words.Result.download)).html
            }
        }
    }

    private var request: HTML {
        let context = self.context
        let questionnaire = self.state.questionnaire
        return HTML(.section, .class("card fold noprint")) {
            HTML(.details) {
                HTML(.summary) { context(Words.Result.byProgram) }
                self.copy(
                    "request",
                    context(Words.Result.request),
                    12,
                    questionnaire.requestJSON(self.state.answers, explains: true, isIndented: true)
                )
                self.copy(
                    "curl",
                    context.asksForTokens
                        ? context(Words.Result.curlWithToken)
                        : context(Words.Result.curl),
                    4,
                    questionnaire.curl(
                        self.state.answers,
                        origin: context.origin,
                        asksForTokens: context.asksForTokens
                    )
                )
            }
        }
    }

    private func copy(_ id: String, _ label: String, _ rows: Int, _ text: String) -> HTML {
        HTML(.div, .class("field")) {
            HTML(.label, .for(id)) { label }
            HTML(.textarea, .id(id), .rows(rows), .readOnly) { text }
        }
    }
}
