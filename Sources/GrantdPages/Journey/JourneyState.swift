//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// What a journey's pages are made of: the measure, its questions, what was answered.
struct JourneyState {
    let context: PageContext
    let entry: Shelf.Entry
    let version: Shelf.Version
    let interview: Interview
    var answers: Answers
    /// Everything is asked, whatever is settled.
    var goesOn = false
    /// A question is shown to change its answer.
    var isChanging = false

    init(
        context: PageContext,
        entry: Shelf.Entry,
        version: Shelf.Version,
        interview: Interview,
        answers: Answers
    ) {
        self.context = context
        self.entry = entry
        self.version = version
        self.interview = interview
        self.answers = answers
    }

    var questionnaire: Questionnaire { self.interview.questionnaire }

    var measure: Measure { self.version.measure }

    /// The day that is asked about, `YYYY-MM-DD`.
    var day: String {
        guard case .date(let day)? = self.answers[StandardQuestions.asOfPath] else { return self.context.today }
        return day.iso
    }

    /// Where these answers go; the address says the language too, for what is refused before the form is read.
    var action: Link { self.context.link(toQuestionsOf: self.entry.id) }

    /// What travels in the form.
    func hidden(at place: JourneyPlace) -> HTML {
        var fields = self.answers.formFields(self.questionnaire)
        // Where all answers are checked they can be chosen.
        if case .check = place { fields.removeAll { [Answers.stageField, Answers.assumptionField].contains($0.name) } }
        fields.append((FormField.place, place.text))
        if self.isChanging { fields.append((FormField.changing, "1")) }
        if self.goesOn { fields.append((FormField.goesOn, "1")) }
        return HiddenFields(context: self.context, fields: fields).html
    }

    // MARK: - Asking the engine

    /// Where the interview stands.
    func step() -> Result<Interview.Step, PageContext.Refusal> {
        Self.catching { () throws(PageContext.Refusal) in
            try self.interview.step(
                self.answers,
                self.evaluate(self.interview.probes(of: self.answers)),
                goesOn: self.goesOn
            )
        }
    }

    /// The whole answer with its reasons.
    func assess() -> Result<AssessmentReply, PageContext.Refusal> {
        self.context.evaluate(self.questionnaire.requestJSON(self.answers, explains: true), isTrial: false)
    }

    /// Why a question is asked, in sentences; none where the answers so far are refused.
    func reasons(for question: Question) -> [String] {
        let variants = self.interview.variants(of: question, in: self.answers)
        let evaluations = Self.catching { () throws(PageContext.Refusal) in
            try variants.count > self.affordableTrials ? [] : self.evaluate(variants)
        }
        guard case .success(let evaluations) = evaluations else { return [] }
        return self.interview.reasons(for: question, evaluations, self.context.language)
    }

    /// What one other answer would change, in sentences; each was tried.
    func remedies(_ assessment: AssessmentReply) -> [String] {
        // A change that is refused changes nothing; the others count.
        let candidates = self.interview.candidates(self.answers, Evaluation(assessment))
        let tried = candidates.prefix(self.affordableTrials).compactMap { candidate in
            self.evaluation(of: candidate.answers).map { (candidate, $0) }
        }
        return self.interview.changes(tried.map(\.0), tried.map(\.1)).map { $0.sentence(self.context.language) }
    }

    /// How many other answers are tried for one page: with long lists fewer, so that no page takes a thread for long.
    private var affordableTrials: Int {
        (256 << 10) / max(self.questionnaire.requestJSON(self.answers, explains: false).utf8.count, 1)
    }

    private func evaluation(of answers: Answers) -> Evaluation? {
        let json = self.questionnaire.requestJSON(answers, explains: false)
        guard case .success(let reply) = self.context.evaluate(json, isTrial: true) else { return nil }
        return Evaluation(reply)
    }

    private func evaluate(_ answers: [Answers]) throws(PageContext.Refusal) -> [Evaluation] {
        var evaluations: [Evaluation] = []
        for answers in answers {
            let json = self.questionnaire.requestJSON(answers, explains: false)
            evaluations.append(Evaluation(try self.context.evaluate(json, isTrial: true).get()))
        }
        return evaluations
    }

    private static func catching<Value>(
        _ body: () throws(PageContext.Refusal) -> Value
    ) -> Result<Value, PageContext.Refusal> {
        do throws(PageContext.Refusal) { return .success(try body()) } catch { return .failure(error) }
    }
}
