//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// What a round came to, for people and for programs: by measure and outcome, the envelopes, what was not assessed.
struct AwardReport {
    let run: String
    let isDryRun: Bool
    /// As it was typed.
    let order: String?
    let totals: AwardTotals
    let titles: AwardTitles

    /// The outcomes in the order of the page.
    private static let outcomes: [GrantdOutcome.Value] = [
        .eligible, .exhausted, .undetermined, .ineligible, .notInForce,
    ]

    // MARK: - A page

    func write(to page: inout Page) {
        let language = page.language
        let totals = self.totals
        page.line(
            self.isDryRun
                ? language(
                    "试算 \(self.run.printable)：未写入台账",
                    "Dry run \(self.run.printable): nothing was written to the book"
                )
                : language("批次 \(self.run.printable)", "Run \(self.run.printable)"),
            .strong
        )
        page.line()
        let sum = Money.text(fen: totals.fen, language)
        var entries: [(word: String, text: String, tone: Tone)] = [
            (language("申请", "Applications"), Money.grouped(totals.applications), .plain),
            (
                self.awarded(language),
                language(
                    "\(Money.grouped(totals.awards)) 份，共 \(sum)",
                    "\(Money.grouped(totals.awards)), \(sum) in all"
                ), .strong
            ),
        ]
        if totals.replayed > 0 {
            entries.append(
                (
                    language("此前已评审", "Answered before"),
                    language(
                        "\(Money.grouped(totals.replayed)) 份，按台账原样答复",
                        "\(Money.grouped(totals.replayed)), as the book has it"
                    ), .faint
                )
            )
        }
        if totals.failed > 0 {
            entries.append((language("未能评审", "Not assessed"), Money.grouped(totals.failed), .bad))
        }
        if let order { entries.append((language("次序", "Order"), order.printable, .plain)) }
        let width = entries.map { $0.word.columns }.max() ?? 0
        for entry in entries { page.entry(entry.word, entry.text, entry.tone, width: width) }
        self.writeMeasures(to: &page)
        if !self.titles.envelopes.isEmpty {
            page.heading(language("预算额度", "Envelopes"))
            EnvelopesPage(envelopes: self.titles.envelopes).write(to: &page)
        }
        self.writeFailures(to: &page)
    }

    private func writeMeasures(to page: inout Page) {
        let language = page.language
        guard !self.totals.measures.isEmpty else { return }
        page.heading(language("按措施与结论", "By measure and outcome"))
        var rows: [Page.Row] = [
            .cells([
                "", .init(language("申请", "applications"), .faint, isNumber: true),
                .init(
                    self.isHeld ? language("预留", "held") : language("核定", "awarded"),
                    .faint,
                    isNumber: true
                ),
            ])
        ]
        for (id, measure) in self.totals.measures.sorted(by: { $0.key < $1.key }) {
            rows.append(.line("", .plain, indent: 0))
            if let title = self.titles.measures[id] {
                rows.append(.line(language(title), .strong, indent: 0))
            }
            rows.append(.line(id.printable, .faint, indent: 0))
            for outcome in Self.outcomes {
                guard let count = measure.outcomes[outcome] else { continue }
                let (word, tone) = language.outcomeInShort(outcome)
                rows.append(
                    .cells([
                        .init("  " + word, tone), .init(Money.grouped(count), isNumber: true),
                        .init(
                            outcome == .eligible ? Self.sum(measure, language) : "",
                            .strong,
                            isNumber: true
                        ),
                    ])
                )
            }
            if measure.cut > 0 {
                let count = Money.grouped(measure.cut)
                rows.append(
                    .line(
                        language("其中 \(count) 份受预算额度所限", "\(count) of them cut by an envelope"),
                        .doubtful,
                        indent: 2
                    )
                )
            }
            if measure.spent > 0 {
                let count = Money.grouped(measure.spent)
                rows.append(
                    .line(
                        language("\(count) 份因预算额度已用完", "\(count) with nothing left of an envelope"),
                        .doubtful,
                        indent: 2
                    )
                )
            }
        }
        page.table(rows)
    }

    /// Whether all that was awarded is held.
    private var isHeld: Bool { self.totals.held > 0 && self.totals.held == self.totals.awards }

    /// What has been done with the sums.
    private func awarded(_ language: Language) -> String {
        switch (self.isDryRun, self.isHeld) {
        case (true, false): language("可核定", "Would be awarded")
        case (true, true): language("可预留", "Would be held")
        case (false, false): language("核定", "Awarded")
        case (false, true): language("预留", "Held")
        }
    }

    /// What a measure's awards come to; not 0 where none of them has a sum.
    private static func sum(_ measure: AwardTotals.Measure, _ language: Language) -> String {
        measure.awards > 0 && measure.sums == 0
            ? language("不记金额", "no sum") : Money.text(fen: measure.fen, language)
    }

    private func writeFailures(to page: inout Page) {
        let language = page.language
        guard !self.totals.failures.isEmpty else { return }
        page.heading(language("未能评审", "Not assessed"))
        for failure in self.totals.failures {
            let id = failure.applicationID.isEmpty ? "" : " (\(failure.applicationID.printable))"
            let field = failure.error.field.isEmpty ? "" : "\(failure.error.field.printable): "
            page.line(
                "  "
                    + language("第 \(failure.line) 行\(id)：", "line \(failure.line)\(id): ")
                    + field + failure.error.toolMessage.printable,
                .bad,
                hanging: 4
            )
        }
        let rest = self.totals.failed - self.totals.failures.count
        if rest > 0 { page.line(language("  …… 另有 \(rest) 份", "  … and \(rest) more"), .faint) }
    }

    // MARK: - JSON

    /// One object; sums in fen, in quotes as in protobuf's JSON.
    func json() throws -> [UInt8] {
        let measures = self.totals.measures.sorted { $0.key < $1.key }.map { id, measure in
            let outcomes = Self.outcomes.compactMap { outcome in
                measure.outcomes[outcome].map { #""\#(Self.name(of: outcome))":\#($0)"# }
            }
            return #"{"measure":\#(AnswerJSON.quoted(id)),"outcomes":{\#(outcomes.joined(separator: ","))},"#
                + #""awards":\#(measure.awards),"amount_fen":"\#(measure.fen)","cut_by_envelope":\#(measure.cut),"#
                + #""nothing_left_of_envelope":\#(measure.spent)}"#
        }
        let envelopes = try self.titles.envelopes.map { envelope in
            String(decoding: try AnswerJSON.line(envelope).dropLast(), as: UTF8.self)
        }
        let members = [
            #""run_id":\#(AnswerJSON.quoted(self.run))"#, #""dry_run":\#(self.isDryRun)"#,
            #""applications":\#(self.totals.applications)"#, #""awards":\#(self.totals.awards)"#,
            #""held":\#(self.totals.held)"#, #""amount_fen":"\#(self.totals.fen)""#,
            #""replayed":\#(self.totals.replayed)"#,
            #""failed":\#(self.totals.failed)"#, #""measures":[\#(measures.joined(separator: ","))]"#,
            #""envelopes":[\#(envelopes.joined(separator: ","))]"#,
        ]
        return Array("{\(members.joined(separator: ","))}\n".utf8)
    }

    /// As in the contract.
    private static func name(of outcome: GrantdOutcome.Value) -> String {
        switch outcome {
        case .eligible: "ELIGIBLE"
        case .ineligible: "INELIGIBLE"
        case .undetermined: "UNDETERMINED"
        case .exhausted: "EXHAUSTED"
        case .notInForce: "NOT_IN_FORCE"
        }
    }
}
