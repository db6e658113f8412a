//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// One interview in a terminal: questions one by one, a look at all answers, and whoever asks may go back or change them.
final class AskSession {
    /// What was typed in place of an answer.
    enum Reply {
        case answer(Answer)
        case skip
        case back
        /// Shows the result with what is known.
        case finish
        /// Nothing more will be typed.
        case end
    }

    let terminal: AskTerminal
    private var interview: Interview
    private var assessor: AnswersAssessor?
    private let today: CalendarDay
    /// Makes the questionnaire anew when the day changes; `nil` where it stays.
    private let questionnaire: (CalendarDay) async throws -> Questionnaire?

    var answers: Answers
    /// Nothing more will be typed.
    var isOver = false
    /// The result is wanted with what is known.
    var isFinishing = false
    /// The question that is asked next, whatever hangs on it.
    private var wanted: String?
    private var goesOn = false
    private var hasShownKeys: Bool

    var language: Language { self.terminal.language }

    /// - Parameters:
    ///   - answers: What is known already.
    ///   - assessor: Assesses them; `nil` where everything is asked in order.
    ///   - knowsKeys: The keys were told before.
    init(
        _ questionnaire: Questionnaire,
        _ answers: Answers,
        terminal: AskTerminal,
        assessor: AnswersAssessor?,
        today: CalendarDay,
        knowsKeys: Bool,
        onDay: @escaping (CalendarDay) async throws -> Questionnaire? = { _ in nil }
    ) {
        self.interview = Interview(questionnaire)
        self.answers = answers
        self.terminal = terminal
        self.assessor = assessor
        self.today = today
        self.hasShownKeys = knowsKeys
        self.questionnaire = onDay
    }

    var currentQuestionnaire: Questionnaire { self.interview.questionnaire }

    /// Asks until nothing more needs to be asked and the answers have been looked through.
    func run() async throws {
        while !self.isOver, !self.isFinishing {
            let step = try await self.step()
            let question = self.wanted.flatMap { self.currentQuestionnaire.question(for: $0) } ?? step.next
            self.wanted = nil
            if let question { try await self.ask(question, step) } else { try self.check(step) }
        }
        // Without a day nothing can be assessed.
        if self.answers[StandardQuestions.asOfPath] == nil {
            self.answers.answer(StandardQuestions.asOfPath, .date(self.today))
        }
        // What was typed last may still be refused.
        if let assessor {
            while case .failure(let refusal)? = try await assessor.evaluate([self.answers]).first {
                try self.reopen(refusal)
            }
        }
    }

    // MARK: - Where it stands

    private func step() async throws -> Interview.Step {
        while true {
            guard let assessor else { return self.interview.step(self.answers, []) }
            let results = try await assessor.evaluate(self.interview.probes(of: self.answers))
            if case .failure(let refusal)? = results.first {
                try self.reopen(refusal)
                continue
            }
            let base = try results.first?.get()
            // What is tried beside the answers may be refused: then it tells nothing.
            let evaluations = results.compactMap { (try? $0.get()) ?? base }
            let step = self.interview.step(self.answers, evaluations, goesOn: self.goesOn)
            let probes = self.interview.optionalProbes(step, self.answers)
            let tried = try await assessor.evaluate(probes.map(\.answers)).map { try? $0.get() }
            return self.interview.step(step, probes, optional: tried)
        }
    }

    /// Opens the question again whose answer the daemon refuses.
    private func reopen(_ refusal: AnswersAssessor.Refusal) throws {
        guard let question = self.currentQuestionnaire.question(for: refusal.field) ?? self.lastAnswered,
            self.answers[question] != nil
        else {
            throw RunFailure.badInput("\(refusal.field.printable): \(refusal.message)")
        }
        try self.terminal.show { page in
            page.line()
            page.line(
                page.language(Words.errorPrefix)
                    + page.language.labelled(page.language(question.label), refusal.message),
                .bad
            )
        }
        self.answers.forget(question.path)
        // Where nothing is asked any more it is not known.
        if self.isOver || self.isFinishing {
            self.answers.skip(question.path)
        } else {
            self.wanted = question.path
        }
    }

    private var lastAnswered: Question? {
        self.answers.order.last.flatMap { self.currentQuestionnaire.question(for: $0) }
    }

    // MARK: - One question

    private func ask(_ question: Question, _ step: Interview.Step) async throws {
        try self.showQuestion(question, step)
        if question.kind == .entries {
            try await self.askEntries(question)
            return
        }
        switch try await self.reply(to: question) {
        case .answer(let answer): try await self.take(answer, question)
        case .skip: self.answers.skip(question.path)
        // What has an answer is to be changed, and may stay as it is.
        case .back: if self.answers[question] == nil { try self.goBack() }
        case .finish: self.isFinishing = true
        case .end: self.isOver = true
        }
    }

    private func take(_ answer: Answer, _ question: Question) async throws {
        self.answers.answer(question.path, answer)
        guard question.path == StandardQuestions.asOfPath, case .date(let day) = answer,
            let questionnaire = try await self.questionnaire(day), let assessor
        else { return }
        self.interview = Interview(questionnaire)
        self.assessor = AnswersAssessor(
            client: assessor.client,
            schema: assessor.schema,
            questionnaire: questionnaire
        )
    }

    func goBack() throws {
        let last = self.answers.order.last.flatMap { self.answers[$0] }
        guard let path = self.answers.goBack() else {
            try self.say(self.language(Words.Terminal.firstQuestion), .faint)
            return
        }
        // The entries of a list stay: they go one by one.
        if case .entries? = last { last.map { self.answers.answer(path, $0) } }
        self.wanted = path
    }

    private func showQuestion(_ question: Question, _ step: Interview.Step) throws {
        try self.terminal.show { page in
            let language = page.language
            page.line()
            page.line(language.progress(step), .faint)
            page.line(language(question.question), .strong)
            self.writeDetails(question, to: &page)
            if let answer = self.answers[question] {
                let text = question.text(of: answer, language).printable
                page.line("  " + Words.Terminal.now(text, language), .faint)
            }
        }
        guard !self.hasShownKeys else { return }
        self.hasShownKeys = true
        try self.say(
            self.language(Words.Terminal.keys),
            .faint
        )
    }

    func writeDetails(_ question: Question, to page: inout Page) {
        let language = page.language
        let hint = language(question.hint)
        if !hint.isEmpty { page.line("  " + hint, .faint) }
        if question.kind == .choice || question.kind == .choices {
            for (index, value) in question.values.enumerated() { page.item(index + 1, language(value.label)) }
        } else if self.defaultAnswer(to: question) == nil {
            page.line("  " + language.expected(question), .faint)
        }
        if let answer = self.defaultAnswer(to: question) {
            let text = question.text(of: answer, language)
            page.line("  " + Words.Terminal.byDefault(text, language), .faint)
        }
    }

    /// What Enter takes, where it does not say that nobody knows.
    private func defaultAnswer(to question: Question) -> Answer? {
        switch question.path {
        case StandardQuestions.asOfPath: .date(self.today)
        // Most earlier awards that matter are of the measure that is asked about, which stands first.
        case StandardQuestions.priorAwardMeasurePath: question.values.first.map { .choice($0.name) }
        default: nil
        }
    }

    /// Reads until it is an answer, or what stands for one.
    ///
    /// - Parameters:
    ///   - list: The list that the question belongs to: why it is asked is why its entries are.
    ///   - isRequired: That nobody knows is no answer.
    func reply(
        to question: Question,
        of list: Question? = nil,
        isRequired: Bool = false
    ) async throws -> Reply {
        while true {
            guard case .text(let text) = try self.terminal.readLine() else { return .end }
            switch Self.key(text) {
            case "?":
                try await self.explain(list ?? question, expected: question)
                continue
            case "<": return .back
            case "!": return .finish
            case "" where self.defaultAnswer(to: question) != nil:
                if let answer = self.defaultAnswer(to: question) { return .answer(answer) }
            case "" where !isRequired: return .skip
            default: break
            }
            if !isRequired, Question.saysUnknown(text) { return .skip }
            do throws(AnswerDiagnostic) {
                return .answer(try question.read(text, today: self.today))
            } catch {
                try self.say(self.language(error.text), .bad)
            }
        }
    }

    /// What was typed, its full-width marks as plain ones, without spaces.
    private static func key(_ text: String) -> String {
        let key = text.filter { !$0.isWhitespace }
        return Words.Typed.keys[key] ?? key
    }

    private func explain(_ question: Question, expected: Question) async throws {
        var sentences: [String] = []
        if let assessor {
            let results = try await assessor.evaluate(self.interview.variants(of: question, in: self.answers))
            let evaluations = results.compactMap { try? $0.get() }
            sentences = self.interview.reasons(
                for: question,
                evaluations.count == results.count ? evaluations : [],
                self.language
            )
        }
        try self.terminal.show { page in
            page.line("  " + page.language(Words.Journey.why), .strong)
            for sentence in sentences { page.line("  · " + sentence, hanging: 4) }
            page.line("  " + page.language.expected(expected), .faint)
        }
    }

    func say(_ text: String, _ tone: Tone) throws { try self.terminal.show { $0.line("  " + text, tone) } }

    // MARK: - Looking through the answers

    private func check(_ step: Interview.Step) throws {
        try self.terminal.show { page in
            page.line()
            if let end = step.end, self.currentQuestionnaire.measure != nil { page.line(page.language.end(end)) }
            page.heading(page.language(Words.Journey.check))
            AnswersTable(questionnaire: self.currentQuestionnaire, answers: self.answers).write(to: &page)
            if !step.unasked.isEmpty, step.end != .notInForce {
                let count = step.unasked.count
                page.line(
                    "  "
                        + Words.Terminal.unasked(count, page.language),
                    .faint
                )
            }
            page.line("  " + page.language(Words.Terminal.check))
        }
        let questions = AnswersTable(questionnaire: self.currentQuestionnaire, answers: self.answers).questions
        while true {
            guard case .text(let text) = try self.terminal.readLine() else {
                self.isOver = true
                return
            }
            switch Self.key(text) {
            case "", "!":
                self.isFinishing = true
                return
            case "<":
                try self.goBack()
                return
            case "+" where !step.unasked.isEmpty:
                self.goesOn = true
                self.wanted = step.unasked.first?.path
                return
            case let number:
                if let place = Int(number), questions.indices.contains(place - 1) {
                    self.wanted = questions[place - 1].path
                    return
                }
                try self.say(
                    Words.Terminal.numberOrNothing(questions.count, self.language),
                    .bad
                )
            }
        }
    }

    // MARK: - What would change it

    /// The changes of one answer that would undo a refusal.
    func changes() async throws -> [AnswerChange] {
        guard let assessor, let base = try await assessor.evaluate([self.answers]).first, let base = try? base.get()
        else {
            return []
        }
        let candidates = self.interview.candidates(self.answers, base)
        let results = try await assessor.evaluate(candidates.map(\.answers))
        let kept = zip(candidates, results).compactMap { candidate, result in
            (try? result.get()).map { (candidate, $0) }
        }
        return self.interview.changes(kept.map(\.0), kept.map(\.1))
    }
}
