//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine

/// The dry runs of a daemon: each a book in memory above the daemon's own, dropped when nobody has called for a while.
final class DryRuns {
    private struct Run {
        let store: MemoryAwardStore
        var lastCall: MonotonicTime
    }

    /// How long a run is kept without a call: 10 minutes.
    static let idleNanoseconds: Int64 = 600_000_000_000
    /// The most awards of all runs together.
    static let mostAwards = 1_000_000
    /// The most bytes of answers that are kept for keys, of all runs together.
    static let mostReceiptBytes = 256 << 20
    /// The most runs.
    static let mostRuns = 1_000

    private let clock: () -> Int64
    private var runs: [String: Run] = [:]

    /// - Parameter clock: tells milliseconds since 1970.
    init(clock: @escaping () -> Int64) {
        self.clock = clock
    }

    /// The book of a run; one of its own where it has no name.
    ///
    /// - Parameter begins: whether a run that is not known is remembered from now on. Whoever only reads finds it empty.
    /// - Throws: over a limit, where there are too many.
    func store(_ runID: String?, now: MonotonicTime, begins: Bool) throws(CallError) -> MemoryAwardStore {
        self.runs = self.runs.filter { now.nanoseconds(since: $0.value.lastCall) < Self.idleNanoseconds }
        guard let runID else { return MemoryAwardStore(clock: self.clock) }
        if let run = self.runs[runID] {
            self.runs[runID]?.lastCall = now
            return run.store
        }
        guard begins else { return MemoryAwardStore(clock: self.clock) }
        guard self.runs.count < Self.mostRuns else {
            throw .overLimit(
                "\(Self.mostRuns) dry runs are remembered already; try again in 10 minutes",
                field: "run_id"
            )
        }
        let store = MemoryAwardStore(clock: self.clock)
        self.runs[runID] = Run(store: store, lastCall: now)
        return store
    }

    /// - Throws: over a limit, where there is no room for what a step has added.
    func checkRoom(for entries: [LedgerEntry]) throws(CallError) {
        let awards = self.runs.values.reduce(entries.count) { $0 + $1.store.count }
        guard awards <= Self.mostAwards else {
            throw .overLimit(
                "dry runs hold at most \(Self.mostAwards) awards; try again in 10 minutes",
                field: "dry_run"
            )
        }
        let bytes = self.runs.values.reduce(0) { $0 + $1.store.receiptBytes }
        guard bytes <= Self.mostReceiptBytes else {
            throw .overLimit("dry runs hold as many answers as they may; leave the keys out", field: "idempotency_key")
        }
    }
}

extension StepView {
    /// What the daemon's book and a dry run above it come to.
    ///
    /// - Parameter base: of the daemon's book, read with ``StepNeeds/above(_:)``; nil where there is none.
    static func merged(_ base: StepView?, _ run: StepView, _ needs: StepNeeds, _ store: MemoryAwardStore) -> StepView {
        guard let base else { return run }
        var view = run
        view.now = max(base.now, run.now)
        for (key, tally) in base.tallies { view.tallies[key] = tally.adding(run.tallies[key]) }
        view.awardsBelow = Set(base.awards.keys).subtracting(run.awards.keys)
        view.awards.merge(base.awards) { own, _ in own }
        let own = store.ownEnvelopes
        for (index, use) in base.covered.prefix(needs.covered.count).enumerated() { view.covered[index].add(use) }
        if needs.wantsEnvelopes {
            view.envelopes = base.envelopes
            var above = StepNeeds()
            above.covered = base.envelopes.values.map(\.envelope)
            for (envelope, use) in zip(above.covered, store.read(above).covered) {
                view.envelopes[envelope.envelopeID]?.use.add(use)
            }
            // Those of the run take the place of the book's.
            for (envelope, use) in zip(own, base.covered.dropFirst(needs.covered.count)) {
                var state = run.envelopes[envelope.envelopeID] ?? EnvelopeState(envelope: envelope)
                state.use.add(use)
                view.envelopes[envelope.envelopeID] = state
            }
        }
        return view
    }
}

extension StepNeeds {
    /// What is to be read of the daemon's book for a dry run that has envelopes of its own. Keys are the run's alone.
    func above(_ store: MemoryAwardStore) -> StepNeeds {
        var needs = self
        needs.keys = []
        if needs.wantsEnvelopes { needs.covered += store.ownEnvelopes }
        return needs
    }
}

extension EnvelopeUse {
    fileprivate mutating func add(_ other: EnvelopeUse) {
        self.usedFen = self.usedFen.addingSaturated(other.usedFen)
        self.reservedFen = self.reservedFen.addingSaturated(other.reservedFen)
    }
}

extension AwardTally {
    /// With what another book has, whose awards come behind.
    fileprivate func adding(_ other: AwardTally?) -> AwardTally {
        guard let other else { return self }
        var sum = self
        sum.applicant.merge(other.applicant, uniquingKeysWith: Self.add)
        for (subject, years) in other.subjects {
            sum.subjects[subject, default: [:]].merge(years, uniquingKeysWith: Self.add)
        }
        sum.newest = (self.newest + other.newest).suffix(Self.newestMost)
        sum.each = (self.each + other.each).prefix(Self.eachMost + 1).map { $0 }
        return sum
    }

    private static func add(_ first: Year, _ second: Year) -> Year {
        Year(fen: first.fen.addingSaturated(second.fen), count: first.count + second.count)
    }
}
