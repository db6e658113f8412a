//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a measure promises, in words: step by step, and as a whole.
package struct AwardWords: Sendable {
    /// One step.
    package struct Step: Sendable {
        /// The number of `AwardStep.Kind`.
        package enum Kind: UInt64, Sendable {
            case base = 1
            case caps = 2
            case fixed = 3
            case table = 4
            case rate = 5
            case cap = 6
            case noCap = 7
            case rounding = 8
        }

        package let kind: Kind
        package let label: Text
    }

    /// One for each step of the award, in its order.
    package let steps: [Step]
    package let summary: Text

    /// The words of a measure's award; `nil` where its basis has no figure.
    package init?(_ measure: Measure) {
        guard measure.basis.hasFigure, let award = measure.award else { return nil }
        self.steps = award.map { Self.step($0, of: measure) }
        self.summary = Self.summary(of: award, measure)
    }

    // MARK: - Steps

    private static func step(_ step: AwardStep, of measure: Measure) -> Step {
        switch step {
        case .base(_, _, let name): Step(kind: .base, label: name)
        case .baseCaps:
            Step(
                kind: .caps,
                label: measure.basis == .unpublishedRate
                    ? Text(zh: "最高为各项上限的余额", en: "At most what the caps leave")
                    : Text(zh: "以各项上限的余额为准", en: "What the caps leave is the sum")
            )
        case .fixed(let fen):
            Step(kind: .fixed, label: Text(zh: "定额\(self.zh(fen))", en: "A fixed sum of \(self.en(fen))"))
        case .table(let table): Step(kind: .table, label: self.table(table, measure))
        case .rate(let ratio): Step(kind: .rate, label: Text(zh: "乘以\(ratio.text)", en: "Times \(ratio.text)"))
        case .round(let rounding): Step(kind: .rounding, label: rounding.words)
        case .cap(let index): Step(kind: .cap, label: self.cap(measure.caps[index]))
        case .limit(let fen):
            Step(kind: .cap, label: Text(zh: "最高\(self.zh(fen))", en: "At most \(self.en(fen))"))
        case .noCap: Step(kind: .noCap, label: Text(zh: "未规定上限", en: "No cap is stated"))
        }
    }

    /// The fact that an expression is, by its path on the wire.
    package static func fact(_ expression: String, _ measure: Measure) -> Fact? {
        let path =
            expression.hasPrefix("facts.")
            ? measure.factsField + expression.dropFirst("facts".count) : expression
        return measure.facts.first { $0.wirePath == path }
    }

    /// What a row of a table is called: as the fact's value that it is for.
    package static func label(of row: AwardTable.Row, _ table: AwardTable, _ measure: Measure) -> Text {
        guard case .enumeration(let values)? = self.fact(table.expression, measure)?.kind,
            let value = values.first(where: { $0.number == row.number })
        else { return Text(zh: row.name, en: row.name) }
        return value.label
    }

    // MARK: - The whole

    private static func summary(of award: [AwardStep], _ measure: Measure) -> Text {
        let rates = award.compactMap { step -> String? in
            if case .rate(let ratio) = step { ratio.text } else { nil }
        }
        var zh: [String] = []
        var en: [String] = []
        for step in award {
            switch step {
            case .base(_, _, let label):
                let base = self.base(label, rates, measure.basis)
                zh.append(base.zh)
                en.append(base.en)
            case .baseCaps where measure.caps.isEmpty: continue
            case .baseCaps:
                let isGraded = measure.basis == .unpublishedRate
                zh.append(isGraded ? "档次或比例未公布" : "以上限为准")
                en.append(isGraded ? "grades or rate not published" : "what the caps allow")
            case .fixed, .table, .limit, .cap, .noCap:
                let label = self.step(step, of: measure).label
                zh.append(label.zh)
                en.append(zh.count == 1 ? label.en : self.continued(label.en))
            case .rate, .round: continue
            }
        }
        let floor = measure.basis == .floor
        return Text(
            zh: (floor ? "不少于：" : "") + zh.joined(separator: "，"),
            en: (floor ? "At least: " : "") + en.joined(separator: ", ")
        )
    }

    /// The base with its rates: what is published as "up to" is called so.
    private static func base(_ label: Text, _ rates: [String], _ basis: Basis) -> Text {
        let of = self.continued(label.en)
        guard !rates.isEmpty else {
            return basis == .unpublishedRate
                ? Text(zh: "\(label.zh)的一定比例（未公布）", en: "A share, not published, of the \(of)") : label
        }
        let zh = rates.joined(separator: "的")
        let en = rates.joined(separator: " of ")
        return basis == .ceiling
            ? Text(zh: "不超过\(label.zh)的\(zh)", en: "Up to \(en) of the \(of)")
            : Text(zh: "\(label.zh)的\(zh)", en: "\(en) of the \(of)")
    }

    private static func table(_ table: AwardTable, _ measure: Measure) -> Text {
        let key = self.fact(table.expression, measure)?.label
        let rows = table.rows.map { (self.label(of: $0, table, measure), $0.fen) }
        let zh = rows.map { "\($0.0.zh)\(self.zh($0.1))" }.joined(separator: "、")
        let en = rows.map { "\($0.0.en) \(self.en($0.1))" }.joined(separator: "; ")
        return Text(
            zh: "按\(key?.zh ?? "档次")：\(zh)",
            en: "By \(self.continued(key?.en ?? "grade")): \(en)"
        )
    }

    private static func cap(_ cap: Cap) -> Text {
        let zh = self.zh(cap.limit)
        let en = self.en(cap.limit)
        return switch cap.scope {
        case .subject: Text(zh: "单个对象最高\(zh)", en: "At most \(en) for each subject")
        case .subjectYear: Text(zh: "单个对象每年最高\(zh)", en: "At most \(en) a year for each subject")
        case .subjectTotal: Text(zh: "单个对象累计最高\(zh)", en: "At most \(en) in all for each subject")
        case .subjectYears(let years):
            Text(zh: "单个对象\(years)年累计最高\(zh)", en: "At most \(en) over \(years) years for each subject")
        case .applicantYear: Text(zh: "单个申请单位每年最高\(zh)", en: "At most \(en) a year for each applicant")
        case .applicantTotal: Text(zh: "单个申请单位累计最高\(zh)", en: "At most \(en) in all for each applicant")
        case .applicantYears(let years):
            Text(zh: "单个申请单位\(years)年累计最高\(zh)", en: "At most \(en) over \(years) years for each applicant")
        }
    }

    /// An English phrase in the middle of a sentence: the first letter is small, but for a name or an abbreviation.
    private static func continued(_ text: String) -> String {
        let start = text.prefix(2)
        guard let first = start.first, first.isUppercase, start.last?.isLowercase ?? false else { return text }
        return first.lowercased() + text.dropFirst()
    }

    private static func zh(_ fen: Int64) -> String { MoneyLiteral.words(fen: fen).zh }

    private static func en(_ fen: Int64) -> String { MoneyLiteral.words(fen: fen).en }
}
