//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// What awards come to, by measure: the largest first.
struct AwardSums {
    private struct Measure {
        let id: String
        var sums: [AwardList.State: AwardList.Sum]

        /// What uses up budgets, in fen.
        var live: Int64 {
            self.sums.values.reduce(0) { sum, part in
                guard part.state.isLive else { return sum }
                let (total, overflows) = sum.addingReportingOverflow(part.amount)
                return overflows ? .max : total
            }
        }
    }

    let context: PageContext
    let sums: [AwardList.Sum]

    /// What all measures come to in one state, in fen.
    func total(_ state: AwardList.State) -> Int64 {
        Self.total(self.sums.lazy.filter { $0.state == state }.map(\.amount))
    }

    /// The same in words: where no measure of the state has sums, that there is none.
    func words(_ state: AwardList.State) -> String {
        let hasSums = self.sums.contains { $0.state == state && self.hasSums($0.measure) }
        let total = self.total(state)
        return self.context.sum(total > 0 || hasSums ? total : nil)
    }

    /// Whether awards of a measure are recorded with sums: taken for granted of one that the policies no longer have.
    private func hasSums(_ measure: String) -> Bool {
        let shown = self.context.shelf.entry(measure)?.shown(on: self.context.today)
        return shown.map { $0.measure.basis.hasFigure } ?? true
    }

    /// How many awards there are in one state, or in any.
    func count(_ state: AwardList.State? = nil) -> Int64 {
        Self.total(self.sums.lazy.filter { state == nil || $0.state == state }.map { $0.count ?? 0 })
    }

    private static func total(_ numbers: some Sequence<Int64>) -> Int64 {
        numbers.reduce(0) { sum, number in
            let (total, overflows) = sum.addingReportingOverflow(number)
            return overflows ? .max : total
        }
    }

    var html: HTML {
        HTML(.ul, .class("none")) { for measure in self.measures { self.row(measure) } }
    }

    private var measures: [Measure] {
        var measures: [Measure] = []
        // They come measure by measure.
        for sum in self.sums {
            if measures.last?.id != sum.measure { measures.append(Measure(id: sum.measure, sums: [:])) }
            measures[measures.count - 1].sums[sum.state] = sum
        }
        return measures.sorted { ($1.live, $0.id) < ($0.live, $1.id) }
    }

    private func row(_ measure: Measure) -> HTML {
        let context = self.context
        let entry = context.shelf.entry(measure.id)
        let title = context.title(ofMeasure: measure.id, on: context.today)
        let isWords = measure.live == 0 && !self.hasSums(measure.id)
        return HTML(.li, .class("found")) {
            if entry == nil {
                HTML(.span) { title }
            } else {
                HTML(.a, .href(context.link(toMeasure: measure.id))) { title }
            }
            HTML(.span, .class(isWords ? "sum words" : "sum")) { context.sum(isWords ? nil : measure.live) }
            HTML(.p, .class("muted")) { self.parts(measure).joined(separator: " · ") }
        }
    }

    private func parts(_ measure: Measure) -> [String] {
        let context = self.context
        let states: [AwardList.State] = [.committed, .reserved, .cancelled, .expired]
        return states.compactMap { state in
            guard let sum = measure.sums[state] else { return nil }
            let name = context.words(state) + context(Words.colon)
            let count = sum.count.map { context.awards($0) }
            let money = sum.amount > 0 || self.hasSums(measure.id) ? context.money(sum.amount) : nil
            return name + [count, money].compactMap(\.self).joined(separator: context(Words.pause))
        }
    }
}
