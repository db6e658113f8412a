//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a measure promises, in words: step by step, and as a whole.
struct AwardWords {
    /// One step.
    struct Step {
        /// The number of `AwardStep.Kind`.
        enum Kind: UInt64 {
            case base = 1
            case caps = 2
            case fixed = 3
            case table = 4
            case rate = 5
            case cap = 6
            case noCap = 7
            case rounding = 8
        }

        let kind: Kind
        let label: Text
        let bytes: MessageBytes
    }

    let steps: [Step]
    let summary: Text

    /// The words of a measure's award; `nil` where its basis has no figure.
    init?(_ measure: Measure) {
        guard measure.basis.hasFigure, let award = measure.award else { return nil }
        self.steps = award.map { Self.step($0, of: measure) }
        self.summary = Self.summary(of: award, measure)
    }

    // MARK: - Steps

    private static func step(_ step: AwardStep, of measure: Measure) -> Step {
        typealias Field = AnswerField.AwardStepDescription
        var extra = MessageBytes()
        let kind: Step.Kind
        let label: Text
        switch step {
        case .base(_, let expression, let name):
            kind = .base
            label = name
            if let path = self.path(expression, measure) { extra.add(path, field: Field.path) }
            extra.add(expression, field: Field.expression)
        case .baseCaps:
            kind = .caps
            label =
                measure.basis == .unpublishedRate
                ? Text(zh: "最高为各项上限的余额", en: "At most what the caps leave")
                : Text(zh: "以各项上限的余额为准", en: "What the caps leave is the sum")
        case .fixed(let fen):
            kind = .fixed
            label = Text(zh: "定额\(self.zh(fen))", en: "A fixed sum of \(self.en(fen))")
            extra.add(varint: UInt64(clamping: fen), field: Field.amountFen)
        case .table(let table):
            kind = .table
            label = self.table(table, measure)
            if let path = self.path(table.expression, measure) { extra.add(path, field: Field.path) }
            extra.add(table.expression, field: Field.expression)
            for row in table.rows { extra.add(self.row(row, table, measure), field: Field.rows) }
        case .rate(let ratio):
            kind = .rate
            label = Text(zh: "乘以\(ratio.text)", en: "Times \(ratio.text)")
            extra.add(varint: UInt64(clamping: ratio.numerator), field: Field.numerator)
            extra.add(varint: UInt64(clamping: ratio.denominator), field: Field.denominator)
        case .round(let rounding):
            kind = .rounding
            label = rounding.words
        case .cap(let index):
            kind = .cap
            let cap = measure.caps[index]
            label = self.cap(cap)
            extra.add(varint: UInt64(clamping: cap.limit), field: Field.amountFen)
            extra.add(cap.id, field: Field.cap)
        case .limit(let fen):
            kind = .cap
            label = Text(zh: "最高\(self.zh(fen))", en: "At most \(self.en(fen))")
            extra.add(varint: UInt64(clamping: fen), field: Field.amountFen)
        case .noCap:
            kind = .noCap
            label = Text(zh: "未规定上限", en: "No cap is stated")
        }
        var bytes = MessageBytes()
        bytes.add(varint: kind.rawValue, field: Field.kind)
        bytes.add(label, field: Field.label)
        bytes.append(extra)
        return Step(kind: kind, label: label, bytes: bytes)
    }

    private static func row(_ row: AwardTable.Row, _ table: AwardTable, _ measure: Measure) -> MessageBytes {
        var bytes = MessageBytes()
        bytes.add(row.name, field: AnswerField.AwardRow.value)
        bytes.add(self.label(of: row, table, measure), field: AnswerField.AwardRow.label)
        bytes.add(varint: UInt64(clamping: row.fen), field: AnswerField.AwardRow.amountFen)
        return bytes
    }

    /// The fact that an expression is, by its path on the wire.
    private static func fact(_ expression: String, _ measure: Measure) -> Fact? {
        let path =
            expression.hasPrefix("facts.")
            ? measure.factsField + expression.dropFirst("facts".count) : expression
        return measure.facts.first { $0.wirePath == path }
    }

    private static func path(_ expression: String, _ measure: Measure) -> String? {
        self.fact(expression, measure)?.wirePath
    }

    private static func label(of row: AwardTable.Row, _ table: AwardTable, _ measure: Measure) -> Text {
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
