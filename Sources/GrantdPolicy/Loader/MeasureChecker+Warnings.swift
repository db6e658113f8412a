//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension MeasureChecker {
    /// Warns of caps that can never bind, and of sums that are over the cap that they are cut to.
    func warnOfIdleSums() {
        self.warnOfCapsOverOthers()
        guard case .steps(let steps, _)? = self.draft.award else { return }
        var most: Int64?
        // The sums that were given so far: fixed, or one a row.
        var sums: [(fen: Int64, position: SourcePosition)] = []
        for step in steps {
            switch step.value {
            case .fixed(let fen):
                most = fen
                sums = [(fen, step.position)]
            case .table(on: _, let rows):
                sums = rows.compactMap { row in row.fen.map { ($0, row.name.position) } }
                most = sums.map(\.fen).max()
            case .base, .baseCaps, .broken, .noCap:
                most = nil
                sums = []
            case .rate(let ratio):
                most = most.map { Self.product($0, ratio) }
                sums = sums.map { (Self.product($0.fen, ratio), $0.position) }
            case .round: continue
            case .cap(let name):
                guard let cap = self.draft.caps.first(where: { $0.scope.value.name == name }), let limit = cap.limit
                else { return }
                self.warn(of: sums, over: limit, "“\(name)”", "the cap \"\(name)\"")
                // Several awards may reach a cap that one cannot, unless there is only one.
                if let most, most < limit, self.draft.once != nil, cap.scope.value.isPerSubject {
                    self.warnIdle(cap.scope.position, limit, most)
                }
                most = min(most ?? limit, limit)
                sums = []
            case .limit(let limit):
                self.warn(of: sums, over: limit, "该上限", "the cap behind it")
                if let most, sums.isEmpty ? most <= limit : most < limit {
                    self.warnIdle(step.position, limit, most)
                }
                most = min(most ?? limit, limit)
                sums = []
            }
        }
    }

    /// `fen` times a share of at most the whole, below the fen cut off.
    private static func product(_ fen: Int64, _ ratio: Ratio) -> Int64 {
        let (high, low) = fen.multipliedFullWidth(by: ratio.numerator)
        return ratio.denominator.dividingFullWidth((high, low)).quotient
    }

    private func warn(
        of sums: [(fen: Int64, position: SourcePosition)],
        over limit: Int64,
        _ zh: String,
        _ en: String
    ) {
        let cap = MoneyLiteral.words(fen: limit)
        for sum in sums where sum.fen > limit {
            let words = MoneyLiteral.words(fen: sum.fen)
            self.diagnostics.warn(
                .overCap,
                at: sum.position,
                Text(
                    zh: "\(words.zh)超过其上限\(zh == "该上限" ? "" : zh)\(cap.zh)，多出的部分永远不会支付",
                    en: "\(words.en) is over \(en) of \(cap.en), and what is over is never paid"
                )
            )
        }
    }

    private func warnIdle(_ position: SourcePosition, _ limit: Int64, _ most: Int64) {
        let (cap, figure) = (MoneyLiteral.words(fen: limit), MoneyLiteral.words(fen: most))
        self.diagnostics.warn(
            .idleCap,
            at: position,
            Text(
                zh: "上限\(cap.zh)永远不起作用：金额到此最多为\(figure.zh)",
                en: "the cap of \(cap.en) can never bind: the sum is at most \(figure.en) here"
            )
        )
    }

    // MARK: - Caps beside each other

    private func warnOfCapsOverOthers() {
        let caps = self.draft.caps.compactMap { cap in cap.limit.map { (cap: cap, limit: $0) } }
        for (cap, limit) in caps {
            for (other, otherLimit) in caps where other.scope.value != cap.scope.value {
                let (scope, wider) = (cap.scope.value, other.scope.value)
                guard Self.isIdle(scope, limit, beside: wider, otherLimit) else { continue }
                let (words, otherWords) = (MoneyLiteral.words(fen: limit), MoneyLiteral.words(fen: otherLimit))
                let isOver = scope.isPerSubject && !wider.isPerSubject
                self.diagnostics.warn(
                    isOver ? .overCap : .idleCap,
                    at: cap.scope.position,
                    Text(
                        zh: "上限“\(scope.name)”\(words.zh)永远不起作用：“\(wider.name)”为\(otherWords.zh)",
                        en: "the cap \"\(scope.name)\" of \(words.en) can never bind beside \"\(wider.name)\" of "
                            + otherWords.en
                    )
                )
            }
        }
    }

    /// Whether a cap can never bind beside another.
    private static func isIdle(_ scope: CapScope, _ limit: Int64, beside other: CapScope, _ otherLimit: Int64) -> Bool {
        if scope.isPerSubject, !other.isPerSubject {
            // What counts against a subject counts against its applicant. A subject without years is as a rule awarded
            // once, and no award is over what the applicant's cap leaves.
            return limit > otherLimit && (scope == .subject || scope.isWithin(other))
        }
        guard scope.isPerSubject == other.isPerSubject else { return false }
        // The longer one is as low: it binds first. Two without years are the same cap twice.
        if scope.years != other.years, scope.isWithin(other) { return limit >= otherLimit }
        if scope.years == nil, other.years == nil { return limit > otherLimit }
        // So many years of the shorter one come to no more.
        guard let years = scope.years, let shorter = other.years, shorter == 1, years > 1 else { return false }
        let (most, overflows) = otherLimit.multipliedReportingOverflow(by: Int64(years))
        return !overflows && limit >= most
    }
}

extension CapScope {
    /// Over how many calendar years it is counted; `nil` over all time.
    fileprivate var years: UInt8? {
        switch self {
        case .subject, .subjectTotal, .applicantTotal: nil
        case .subjectYear, .applicantYear: 1
        case .subjectYears(let years), .applicantYears(let years): years
        }
    }

    /// Whether all that it counts of one holder in its time, the other counts as well.
    fileprivate func isWithin(_ other: CapScope) -> Bool {
        guard let longer = other.years else { return true }
        return self.years.map { $0 <= longer } ?? false
    }
}
