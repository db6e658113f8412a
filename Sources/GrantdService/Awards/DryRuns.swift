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
    /// The most runs.
    static let mostRuns = 1_000

    private let limits: Limits
    private let clock: () -> Int64
    private var runs: [String: Run] = [:]
    /// Those without a name, by their calls.
    private var nameless: [ObjectIdentifier: MemoryAwardStore] = [:]

    /// - Parameter clock: tells milliseconds since 1970.
    init(limits: Limits, clock: @escaping () -> Int64) {
        self.limits = limits
        self.clock = clock
    }

    /// The book of a call's run that has no name.
    func store(ofCall call: ObjectIdentifier, now: MonotonicTime) -> MemoryAwardStore {
        self.dropIdle(now)
        if let known = self.nameless[call] { return known }
        let store = MemoryAwardStore(clock: self.clock)
        self.nameless[call] = store
        return store
    }

    /// The call is over, and with it what it was alone to see.
    func end(_ call: ObjectIdentifier) { self.nameless[call] = nil }

    /// The book of a run.
    ///
    /// - Parameter begins: whether a run that is not known is remembered from now on. Whoever only reads finds it empty.
    /// - Throws: over a limit, where there are too many.
    func store(_ runID: String, now: MonotonicTime, begins: Bool) throws(CallError) -> MemoryAwardStore {
        self.dropIdle(now)
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

    /// Gives the memory of runs back that have had no call for too long.
    func dropIdle(_ now: MonotonicTime) {
        guard !self.runs.isEmpty else { return }
        self.runs = self.runs.filter { now.nanoseconds(since: $0.value.lastCall) < Self.idleNanoseconds }
    }

    /// - Throws: over a limit, where the run, or all together, would hold too much with what a step adds.
    func checkRoom(for entries: [LedgerEntry], in run: MemoryAwardStore) throws(CallError) {
        // What only reads, and what a key has the answer to, goes on.
        guard !entries.isEmpty else { return }
        let added = entries.reduce(MemoryAwardStore.Size()) { $0 + $1.size }
        let ofRun = run.size + added
        guard ofRun.entries <= self.limits.dryRunEntries, ofRun.bytes <= self.limits.dryRunBytes else {
            throw .overLimit(
                "a dry run holds at most \(self.limits.dryRunEntries) entries and \(self.limits.dryRunBytes >> 20) MiB of "
                    + "ids, reasons and answers to keys; begin another, with fewer applications or without keys",
                field: "dry_run"
            )
        }
        let stores = self.runs.values.map(\.store) + self.nameless.values
        let ofAll = stores.reduce(added) { $0 + $1.size }
        guard ofAll.entries <= self.limits.allDryRunsEntries, ofAll.bytes <= self.limits.allDryRunsBytes else {
            throw .overLimit(
                "all dry runs together hold as much as they may; try again when one has ended, 10 minutes after its last call",
                field: "dry_run"
            )
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
