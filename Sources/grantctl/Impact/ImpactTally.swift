//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What came of all applications: sums by measure and clause, and the largest differences. Its size hangs on the policies,
/// not on how many applications there are.
struct ImpactTally {
    struct Counts {
        /// Applications that are answered differently.
        var differing = 0
        var gains = 0
        var losses = 0
        /// Applications with another outcome.
        var outcomes = 0
        /// The sum of all gains and losses, in fen. No sum here overflows, however many applications there are.
        var change: Int128 = 0

        mutating func add(_ difference: ImpactDifference) {
            self.differing += 1
            if let change = difference.change {
                if change > 0 { self.gains += 1 }
                if change < 0 { self.losses += 1 }
                self.change += Int128(change)
            }
            if difference.standings.old != difference.standings.new { self.outcomes += 1 }
        }
    }

    struct MeasureTally {
        var applications = 0
        /// What there is to be had by all, in fen, as far as it is known.
        var old: Int128 = 0
        var new: Int128 = 0
        var meaning = ImpactResult.Meaning.amount
        /// By clause.
        var clauses: [String: Counts] = [:]
    }

    struct Transition: Hashable {
        let old: ImpactDifference.Standing
        let new: ImpactDifference.Standing
    }

    /// So many of the largest gains and of the largest losses are kept.
    static let mostLargest = 10

    private(set) var applications = 0
    /// Lines, or applications of a batch, that neither side can read.
    private(set) var malformed = 0
    private(set) var counts = Counts()
    private(set) var measures: [String: MeasureTally] = [:]
    private(set) var transitions: [Transition: Int] = [:]
    /// The largest first; an application that was asked about again in the same way stands there once.
    private(set) var gains: [ImpactDifference] = []
    private(set) var losses: [ImpactDifference] = []

    mutating func addMalformed() { self.malformed += 1 }

    /// Takes an application, whether or not it is answered differently.
    mutating func add(_ measure: String, _ old: ImpactResult?, _ new: ImpactResult?) {
        self.applications += 1
        var tally = self.measures[measure] ?? MeasureTally()
        tally.applications += 1
        tally.old += Int128(old?.fen ?? 0)
        tally.new += Int128(new?.fen ?? 0)
        for side in [new, old] {
            if let meaning = side?.meaning, meaning != .amount, tally.meaning == .amount { tally.meaning = meaning }
        }
        self.measures[measure] = tally
    }

    /// Takes a difference; its application has been added.
    mutating func add(_ difference: ImpactDifference) {
        self.counts.add(difference)
        self.measures[difference.measure]?.clauses[difference.clause, default: Counts()].add(difference)
        let (old, new) = difference.standings
        if old != new { self.transitions[Transition(old: old, new: new), default: 0] += 1 }
        guard let change = difference.change else { return }
        if change > 0 { Self.keep(difference, change, in: &self.gains) }
        if change < 0 { Self.keep(difference, change, in: &self.losses) }
    }

    private static func keep(_ difference: ImpactDifference, _ change: Int64, in largest: inout [ImpactDifference]) {
        let place = largest.firstIndex { ($0.change ?? 0).magnitude < change.magnitude } ?? largest.count
        let isKnown = largest[..<place].contains { $0.isRepeated(by: difference) }
        guard place < self.mostLargest, !isKnown else { return }
        largest.insert(difference, at: place)
        if largest.count > self.mostLargest { largest.removeLast() }
    }

    /// What there is to be had by all, by what the sums are, as far as it is known.
    func sums(_ meaning: ImpactResult.Meaning) -> (old: Int128, new: Int128) {
        self.measures.values.filter { $0.meaning == meaning }.reduce((0, 0)) { sums, tally in
            (sums.0 + tally.old, sums.1 + tally.new)
        }
    }

    /// The line behind those of the differences.
    var json: [UInt8] {
        let measures = self.measures.sorted { $0.key < $1.key }.map { id, tally in
            let clauses = tally.clauses.sorted { $0.key < $1.key }.map { clause, counts in
                #"{"clause":\#(AnswerJSON.quoted(clause)),\#(Self.members(counts))}"#
            }
            let members = [
                #""measure":\#(AnswerJSON.quoted(id))"#, #""applications":\#(tally.applications)"#,
                #""meaning":"\#(tally.meaning.rawValue)""#, #""old_fen":\#(tally.old)"#, #""new_fen":\#(tally.new)"#,
                #""clauses":[\#(clauses.joined(separator: ","))]"#,
            ]
            return "{\(members.joined(separator: ","))}"
        }
        let members = [
            #""applications":\#(self.applications)"#, #""malformed":\#(self.malformed)"#, Self.members(self.counts),
            #""measures":[\#(measures.joined(separator: ","))]"#,
        ]
        return Array("{\"totals\":{\(members.joined(separator: ","))}}\n".utf8)
    }

    private static func members(_ counts: Counts) -> String {
        #""differing":\#(counts.differing),"gains":\#(counts.gains),"losses":\#(counts.losses),"#
            + #""outcomes":\#(counts.outcomes),"change_fen":\#(counts.change)"#
    }
}
