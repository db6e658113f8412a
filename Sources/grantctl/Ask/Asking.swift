//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// The interviews of one run: about a measure, or first about the applicant.
struct Asking {
    let client: GrantdClient
    let schema: DaemonSchema
    let terminal: AskTerminal
    let output: OutputOptions
    let save: String?
    /// The stage, and what is taken for absent; nothing is answered yet.
    let beginning: Answers

    private var language: Language { self.terminal.language }

    // MARK: - A measure

    /// - Parameters:
    ///   - answers: What is known of the applicant already.
    /// - Returns: Whether more can be typed.
    func ask(_ measure: String, _ answers: Answers, knowsKeys: Bool) async throws -> Bool {
        let today = try Self.today()
        var description = try await self.description(of: measure, asOf: answers.day)
        let measures = (try? await self.client.listMeasures(programme: description.policy.programme)) ?? []
        let questionnaire = Questionnaire(description, measures: measures)
        try self.terminal.show { page in
            page.line(page.language(description.title), .strong)
            let parts = [description.measure, description.policy.documentNumber, description.clause]
            page.line(parts.map(\.printable).filter { !$0.isEmpty }.joined(separator: " · "), .faint)
            let summary = page.language(description.awardSummary)
            if !summary.isEmpty { page.line(summary) }
        }
        let session = AskSession(
            questionnaire,
            answers.carried(to: questionnaire),
            terminal: self.terminal,
            assessor: AnswersAssessor(client: self.client, schema: self.schema, questionnaire: questionnaire),
            today: today,
            knowsKeys: knowsKeys
        ) { day in
            // The version of that day asks its own questions; where there is none, the newest says so.
            guard let ofDay = try? await self.client.describeMeasure(measure, asOf: day.iso) else { return nil }
            description = ofDay
            return Questionnaire(ofDay, measures: measures)
        }
        try await session.run()
        let assessor = AnswersAssessor(
            client: self.client,
            schema: self.schema,
            questionnaire: session.currentQuestionnaire
        )
        let assessment = try await assessor.assess(session.answers)
        let changes = try await session.changes()
        try self.output.show(assessment) { page in
            page.line()
            page.line(String(repeating: "─", count: min(60, page.width)), .faint)
            AssessmentPage(
                assessment: assessment,
                description: description,
                showsExplanation: true,
                showsNames: false
            ).write(to: &page)
            page.heading(page.language(Words.Terminal.title))
            AnswersTable(questionnaire: session.currentQuestionnaire, answers: session.answers).write(to: &page)
            guard !changes.isEmpty else { return }
            page.heading(page.language(Words.Result.wouldChange))
            for change in changes { page.line("  · " + change.sentence(page.language).printable, hanging: 4) }
        }
        try self.keep(session.currentQuestionnaire, session.answers)
        return !session.isOver
    }

    private func description(of measure: String, asOf day: CalendarDay?) async throws -> GrantdMeasureDescription {
        if let day, let description = try? await self.client.describeMeasure(measure, asOf: day.iso) {
            return description
        }
        do throws(GrantdClientError) {
            return try await self.client.describeMeasure(measure)
        } catch {
            guard error.field == "measure" else { throw error }
            throw await error.suggestingMeasure(for: measure, self.client)
        }
    }

    // MARK: - All measures

    /// Asks about the applicant, lists what is open, and goes on with the measures that are chosen.
    func screen() async throws {
        let questionnaire = StandardQuestions.screening
        try self.terminal.show { page in
            page.line(page.language(questionnaire.title), .strong)
            page.line(
                page.language(Words.Terminal.screening),
                .faint
            )
        }
        let session = AskSession(
            questionnaire,
            self.beginning,
            terminal: self.terminal,
            assessor: nil,
            today: try Self.today(),
            knowsKeys: false
        )
        try await session.run()
        let text = Array(questionnaire.requestJSON(session.answers, explains: false).utf8)
        let request: GrantdScreenRequest = try self.schema.read(Language.said(Words.Terminal.answers), text)
        let response = try await self.client.screen(request)
        let titles = await Titles.ofMeasures(asOf: request.asOf, self.client)
        try self.output.show(response) { page in
            page.line()
            ScreenPage(response: response, descriptions: titles, showsExplanation: false).write(to: &page)
        }
        try self.keep(questionnaire, session.answers)
        guard !session.isOver else { return }
        try await self.goOn(with: response.programmes.flatMap(\.measures), session.answers)
    }

    /// - Parameter measures: In the order of their numbers on the page.
    private func goOn(with measures: [String], _ answers: Answers) async throws {
        while !measures.isEmpty {
            try self.terminal.show { page in
                page.line()
                page.line(page.language(Words.Terminal.choose))
            }
            guard case .text(let text) = try self.terminal.readLine() else { return }
            let word = text.filter { !$0.isWhitespace }
            if word.isEmpty { return }
            let number = Int(word).flatMap { measures.indices.contains($0 - 1) ? measures[$0 - 1] : nil }
            guard let measure = number ?? measures.first(where: { $0 == word }) else {
                try self.terminal.show { page in
                    page.line(
                        "  "
                            + Words.Terminal.number(measures.count, page.language),
                        .bad
                    )
                }
                continue
            }
            try self.terminal.show { $0.line() }
            guard try await self.ask(measure, answers, knowsKeys: true) else { return }
        }
    }

    // MARK: - The request

    private func keep(_ questionnaire: Questionnaire, _ answers: Answers) throws {
        guard let save else { return }
        let text = questionnaire.requestJSON(answers, explains: true, isIndented: true) + "\n"
        try OutputFile.write(Array(text.utf8), to: save, isPrivate: true)
        try self.terminal.show { page in
            page.line()
            page.line(Words.Terminal.saved(save.printable, page.language), .faint)
        }
    }

    /// The day in Beijing.
    private static func today() throws -> CalendarDay {
        var seconds = time(nil) + 8 * 3600
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let day = CalendarDay(year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
        guard let day else { throw RunFailure.other(Language.said(Words.Terminal.clockIsWrong)) }
        return day
    }
}

extension Answers {
    /// The day for which it is asked.
    fileprivate var day: CalendarDay? {
        if case .date(let day)? = self[StandardQuestions.asOfPath] { day } else { nil }
    }
}
