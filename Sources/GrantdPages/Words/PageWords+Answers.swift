//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// Words of answers.
extension PageContext {
    /// The class of a finding's row.
    func tone(_ verdict: RuleFinding.Verdict) -> String {
        switch verdict {
        case .pass: "met"
        case .fail: "fails"
        case .unknown, .assumed: "open"
        }
    }

    /// What stands in front of a sum on this basis; nil where the sum is the sum.
    func bound(_ basis: AmountBasis, fen: Int64) -> String? {
        // Nothing is nothing, whatever the rate.
        guard fen != 0 else { return nil }
        return basis.isBound ? self.atMost : basis == .floor ? self.language(Words.atLeast) : nil
    }

    /// What stands in front of a sum that is a bound.
    var atMost: String { self.language(Words.atMost) }

    /// The value of a line of an answer.
    func words(_ line: AssessmentReply.Line, of measure: Measure) -> String {
        let labels = measure.lines.first { $0.id == line.id }?.nameLabels ?? [:]
        switch line.value {
        case .amount(let fen): return self.language.money(fen: fen, line.basis ?? .exact)
        case .quantity(let value, let name):
            guard let unit = Unit(lineName: name) else { return "\(Money.grouped(value)) \(name)" }
            return Money.decimal(value, places: unit.places) + self(unit.words(behind: value))
        case .date(let text): return text.utf8.count == 7 ? self.month(text) : self.day(text)
        case .name(let name): return labels[name].map { self($0) } ?? name
        case .flag(let flag): return self.language.flag(flag)
        case .names(let names):
            return names.map { name in labels[name].map { self($0) } ?? name }.joined(separator: self(Words.comma))
        case nil: return ""
        }
    }
}
