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
    private enum Reply {
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

    private(set) var answers: Answers
    /// Nothing more will be typed.
    private(set) var isOver = false
    /// The question that is asked next, whatever hangs on it.
    private var wanted: String?
    private var goesOn = false
    private var hasShownKeys: Bool

    private var language: Language { self.terminal.language }

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
        while !self.isOver {
            let step = try await self.step()
            let question = self.wanted.flatMap { self.currentQuestionnaire.question(for: $0) } ?? step.next
            self.wanted = nil
            if let question {
                if try await self.ask(question, step) == .finish { break }
            } else if try self.check(step) == .finish {
                break
            }
        }
        // Without a day nothing can be assessed.
        if self.answers[StandardQuestions.asOfPath] == nil {
            self.answers.answer(StandardQuestions.asOfPath, .date(self.today))
        }
    }

    private enum Next { case goOn, finish }

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
                "\(page.language.errorPrefix)\(page.language(question.label))\(page.language("：", ": "))\(refusal.message)",
                .bad
            )
        }
        self.answers.forget(question.path)
        // Once more out of a pipe would be once more the same.
        if self.isOver { self.answers.skip(question.path) } else { self.wanted = question.path }
    }

    private var lastAnswered: Question? {
        self.answers.order.last.flatMap { self.currentQuestionnaire.question(for: $0) }
    }

    // MARK: - One question

    private func ask(_ question: Question, _ step: Interview.Step) async throws -> Next {
        try self.showQuestion(question, step)
        if question.kind == .entries { return try await self.askEntries(question) }
        switch try await self.reply(to: question) {
        case .answer(let answer): try await self.take(answer, question)
        case .skip: self.answers.skip(question.path)
        case .back: try self.goBack()
        case .finish: return .finish
        case .end: self.isOver = true
        }
        return .goOn
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

    private func goBack() throws {
        guard let path = self.answers.goBack() else {
            try self.say(self.language("这是第一题。", "This is the first question."), .faint)
            return
        }
        self.wanted = path
    }

    private func showQuestion(_ question: Question, _ step: Interview.Step) throws {
        try self.terminal.show { page in
            let language = page.language
            page.line()
            page.line(language.progress(step), .faint)
            page.line(language(question.question), .strong)
            self.writeDetails(question, to: &page)
        }
        guard !self.hasShownKeys else { return }
        self.hasShownKeys = true
        try self.say(
            self.language(
                "回车：不清楚，跳过 · ?：为什么问 · <：上一题 · !：直接看结果",
                "Enter: don’t know, skip · ?: why · <: back · !: straight to the result"
            ),
            .faint
        )
    }

    private func writeDetails(_ question: Question, to page: inout Page) {
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
            page.line("  " + language("直接回车为 \(text)", "Enter takes \(text)"), .faint)
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
    private func reply(
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
            do throws(AnswerProblem) {
                return .answer(try question.read(text, today: self.today))
            } catch {
                try self.say(self.language(error.text), .bad)
            }
        }
    }

    /// What was typed, its full-width marks as plain ones, without spaces.
    private static func key(_ text: String) -> String {
        switch text.filter({ !$0.isWhitespace }) {
        case "？": "?"
        case "＜", "《", "〈": "<"
        case "！": "!"
        case let rest: rest
        }
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
            page.line("  " + page.language.whyWord, .strong)
            for sentence in sentences { page.line("  · " + sentence, hanging: 4) }
            page.line("  " + page.language.expected(expected), .faint)
        }
    }

    private func say(_ text: String, _ tone: Tone) throws { try self.terminal.show { $0.line("  " + text, tone) } }

    // MARK: - Lists

    private func askEntries(_ list: Question) async throws -> Next {
        var entries: [[String: Answer]] = []
        if case .entries(let known)? = self.answers[list] { entries = known }
        let mayBeUnknown = list.path == StandardQuestions.priorAwardsPath
        let yesOrNo = Question(
            path: "more",
            kind: .flag,
            label: .empty,
            question: .empty
        )
        while true {
            try self.say(
                entries.isEmpty
                    ? self.language("有要填写的吗？（是/否）", "Is there any to enter? (yes/no)")
                    : self.language("已填 \(entries.count) 项，还有吗？（是/否）", "\(entries.count) entered. Any more? (yes/no)"),
                .plain
            )
            switch try await self.reply(to: yesOrNo, of: list, isRequired: !mayBeUnknown || !entries.isEmpty) {
            case .answer(.flag(true)):
                if let most = list.most, entries.count >= most {
                    try self.say(self.language("至多 \(most) 项。", "At most \(most)."), .bad)
                    continue
                }
                guard let entry = try await self.askEntry(list, number: entries.count + 1) else { continue }
                entries.append(entry)
                try self.showEntry(entry, number: entries.count, list)
                if self.isOver { fallthrough }
            case .answer:
                self.answers.answer(list.path, .entries(entries))
                return .goOn
            case .skip:
                self.answers.skip(list.path)
                return .goOn
            case .back:
                // What was entered last goes first.
                guard entries.popLast() == nil else { continue }
                try self.goBack()
                return .goOn
            case .finish:
                if !entries.isEmpty { self.answers.answer(list.path, .entries(entries)) }
                return .finish
            case .end:
                if !entries.isEmpty { self.answers.answer(list.path, .entries(entries)) }
                self.isOver = true
                return .goOn
            }
        }
    }

    /// - Returns: `nil` where it was given up.
    private func askEntry(_ list: Question, number: Int) async throws -> [String: Answer]? {
        var entry: [String: Answer] = [:]
        var place = 0
        let isAward = list.path == StandardQuestions.priorAwardsPath
        while list.entries.indices.contains(place) {
            let question = list.entries[place]
            try self.terminal.show { page in
                page.line()
                page.line(
                    "  " + page.language("第 \(number) 项：", "Entry \(number): ") + page.language(question.question),
                    .strong
                )
                self.writeDetails(question, to: &page)
            }
            let isRequired = isAward && StandardQuestions.requiredOfPriorAward.contains(question.name)
            switch try await self.reply(to: question, of: list, isRequired: isRequired) {
            case .answer(let answer): entry[question.name] = answer
            case .skip: entry[question.name] = nil
            case .back:
                guard place > 0 else { return nil }
                place -= 1
                continue
            case .finish: return nil
            case .end:
                self.isOver = true
                // An award without its day or sum is none.
                return isAward || entry.isEmpty ? nil : entry
            }
            place += 1
        }
        return entry
    }

    private func showEntry(_ entry: [String: Answer], number: Int, _ list: Question) throws {
        let parts = list.entries.compactMap { question in
            entry[question.name].map {
                self.language(question.label) + self.language("：", ": ") + question.text(of: $0, self.language)
            }
        }
        try self.say("\(number). " + parts.joined(separator: self.language("；", "; ")), .good)
    }

    // MARK: - Looking through the answers

    private func check(_ step: Interview.Step) throws -> Next {
        try self.terminal.show { page in
            page.line()
            if let end = step.end, self.currentQuestionnaire.measure != nil { page.line(page.language.end(end)) }
            page.heading(page.language.checkTitle)
            AnswersTable(questionnaire: self.currentQuestionnaire, answers: self.answers).write(to: &page)
            if !step.unasked.isEmpty, step.end != .notInForce {
                let count = step.unasked.count
                page.line(
                    "  "
                        + page.language(
                            "另有 \(count) 题没有问到，不影响结果；输入 + 逐题回答。",
                            "\(count) more were not asked, as nothing hangs on them; + asks them."
                        ),
                    .faint
                )
            }
            page.line("  " + page.language("输入编号修改，回车查看结果。", "A number changes that answer; Enter shows the result."))
        }
        let questions = AnswersTable(questionnaire: self.currentQuestionnaire, answers: self.answers).questions
        while true {
            guard case .text(let text) = try self.terminal.readLine() else {
                self.isOver = true
                return .finish
            }
            switch Self.key(text) {
            case "", "!": return .finish
            case "<":
                try self.goBack()
                return .goOn
            case "+",
                "＋" where !step.unasked.isEmpty:
                self.goesOn = true
                self.wanted = step.unasked.first?.path
                return .goOn
            case let number:
                if let place = Int(number), questions.indices.contains(place - 1) {
                    self.wanted = questions[place - 1].path
                    self.answers.forget(questions[place - 1].path)
                    return .goOn
                }
                try self.say(
                    self.language(
                        "请输入 1 至 \(questions.count) 的编号，或直接回车。",
                        "Enter a number from 1 to \(questions.count), or nothing."
                    ),
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
