//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdCEL
import GrantdService
import Testing

/// A random history of a book, told to a store and to the model of it, which must agree at every step.
struct RandomHistory {
    /// The store's clock, moved by the history.
    final class Clock {
        var now: Int64 = 1_800_000_000_000
        /// Whether the store has a clock of its own, which nobody moves.
        var isStores = false
    }

    let clock: Clock
    var model = BookModel()
    /// Whether steps only add, and reservations take long to end, so that much waits to be put into tables.
    var isCalm = false
    private var random: SplitMix
    private var count = 0

    init(seed: UInt64, clock: Clock) {
        self.random = SplitMix(state: seed)
        self.clock = clock
    }

    private static let codes = (0..<4).map { "91110000000000000\($0)" }
    private static let measures = ["house.one", "house.two", "yard.one"]
    private static let subjects: [SubjectID?] = [
        nil, SubjectID(""), SubjectID("甲"), SubjectID("e\u{301}"), SubjectID("\u{e9}"),
    ]
    private static let days: [Int64] = [-400, 0, 20_000, 20_100, 20_400]

    /// One step of some entries, committed or abandoned.
    mutating func step(_ store: any AwardStore) throws {
        self.clock.now += Int64.random(in: 0...40, using: &self.random)
        let needs = self.needs()
        let view = try store.begin(needs)
        if !self.clock.isStores { #expect(view.now >= self.clock.now) }
        self.model.expire(at: view.now)
        self.compare(view, needs)
        let entries = self.entries(at: view.now)
        if Int.random(in: 0..<10, using: &self.random) == 0 {
            store.abandon()
        } else {
            try store.commit(entries)
            for entry in entries { self.model.add(entry) }
        }
    }

    /// Everything that can be asked.
    mutating func compareAll(_ store: any AwardStore) throws {
        // No reservation is to end between two readings.
        if self.clock.isStores { usleep(300_000) }
        var needs = StepNeeds()
        for code in Self.codes {
            for measure in Self.measures {
                var wanted = StepNeeds.Awards()
                wanted.subjects = Set(Self.subjects.compactMap(\.self))
                wanted.wantsEach = true
                needs.awards[ApplicantMeasure(creditCode: code, measure: measure)] = wanted
            }
        }
        needs.keys = Set(self.model.receipts.keys).union(["none"])
        needs.awardIDs = Set(self.model.awards.map(\.awardID)).union(["none"])
        needs.wantsEnvelopes = true
        needs.covered = [Self.envelope("any", &self.random)]
        let view = try store.read(needs)
        self.model.expire(at: view.now)
        self.compare(view, needs)
        try self.compareLists(store)
        try self.compareEntries(store)
        try self.compareSums(store)
    }

    // MARK: - What is asked and told

    private mutating func needs() -> StepNeeds {
        var needs = StepNeeds()
        for _ in 0..<Int.random(in: 0...3, using: &self.random) {
            var wanted = StepNeeds.Awards()
            wanted.subjects = Set(Self.subjects.compactMap(\.self).filter { _ in Bool.random(using: &self.random) })
            wanted.wantsEach = Bool.random(using: &self.random)
            needs.awards[self.pair()] = wanted
        }
        needs.keys = Set(self.model.receipts.keys.shuffled(using: &self.random).prefix(2))
        needs.awardIDs = Set(self.model.awards.map(\.awardID).shuffled(using: &self.random).prefix(2))
        needs.wantsEnvelopes = Bool.random(using: &self.random)
        if Bool.random(using: &self.random) { needs.covered = [Self.envelope("next", &self.random)] }
        return needs
    }

    private mutating func pair() -> ApplicantMeasure {
        ApplicantMeasure(
            creditCode: Self.codes.randomElement(using: &self.random) ?? "",
            measure: Self.measures.randomElement(using: &self.random) ?? ""
        )
    }

    /// Entries as the service makes them: what is settled is there, and is held or committed.
    private mutating func entries(at now: Int64) -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        var after = self.model
        for _ in 0..<Int.random(in: 0...6, using: &self.random) {
            let live = after.awards.filter { $0.isLive(at: now) }
            let entry: LedgerEntry
            switch Int.random(in: (self.isCalm ? 1 : 0)..<10, using: &self.random) {
            case 0:
                entry = .envelopePut(
                    Self.envelope("e\(Int.random(in: 0..<3, using: &self.random))", &self.random),
                    at: now,
                    caller: "c"
                )
            case 1: entry = .answered(self.receipt(always: true) ?? Receipt(key: "", contentHash: [], reply: []))
            case 2...5 where !self.isCalm:
                guard let award = live.randomElement(using: &self.random) else { continue }
                entry = .settled(self.settlement(of: award, at: now), self.receipt())
            default: entry = .awarded(self.award(at: now), self.receipt())
            }
            entries.append(entry)
            after.add(entry)
        }
        return entries
    }

    private mutating func award(at now: Int64) -> BookedAward {
        self.count += 1
        let pair = self.pair()
        let isHeld = Bool.random(using: &self.random)
        let amounts: [Int64?] = [nil, 0, 1, 99, 2_000_000_00, .max]
        return BookedAward(
            awardID: "A\(self.count)",
            creditCode: pair.creditCode,
            measure: pair.measure,
            programme: String(pair.measure.prefix { $0 != "." }),
            subjectID: Self.subjects.randomElement(using: &self.random) ?? nil,
            awardedOn: Self.days.randomElement(using: &self.random) ?? 0,
            amountFen: amounts.randomElement(using: &self.random) ?? nil,
            state: isHeld ? .reserved : .committed,
            expiresAt: isHeld ? now + Int64.random(in: 1...(self.isCalm ? 5_000 : 200), using: &self.random) : nil,
            runID: Bool.random(using: &self.random) ? "run" : nil,
            policyDigest: String(repeating: "a", count: 64),
            applicationID: Bool.random(using: &self.random) ? "申请" : nil,
            bookedAt: now,
            caller: Bool.random(using: &self.random) ? "agency" : nil
        )
    }

    private mutating func settlement(of award: BookedAward, at now: Int64) -> Settlement {
        let isCancelled = Bool.random(using: &self.random)
        return Settlement(
            awardID: award.awardID,
            action: isCancelled ? .cancel : award.state == .reserved ? .commit : .correct,
            amountFen: isCancelled ? award.amountFen : award.amountFen.map { $0 / 2 },
            state: isCancelled ? .cancelled : .committed,
            reason: Bool.random(using: &self.random) ? "因为" : nil,
            settledAt: now,
            caller: nil
        )
    }

    private mutating func receipt(always: Bool = false) -> Receipt? {
        guard always || Bool.random(using: &self.random) else { return nil }
        self.count += 1
        return Receipt(
            key: "K\(self.count)",
            contentHash: (0..<32).map { _ in UInt8.random(in: 0...255, using: &self.random) },
            reply: (0..<Int.random(in: 0...40, using: &self.random)).map { _ in
                UInt8.random(in: 0...255, using: &self.random)
            }
        )
    }

    private static func envelope(_ id: String, _ random: inout SplitMix) -> Envelope {
        Envelope(
            envelopeID: id,
            titleZH: Bool.random(using: &random) ? "预算" : nil,
            limitFen: Int64.random(in: 0...(.max), using: &random),
            measures: Bool.random(using: &random) ? [self.measures[0]] : [],
            programmes: Bool.random(using: &random) ? ["yard"] : [],
            fromOn: Bool.random(using: &random) ? self.days.randomElement(using: &random) : nil,
            untilOn: Bool.random(using: &random) ? self.days.randomElement(using: &random) : nil
        )
    }

    // MARK: - Comparing

    private func compare(_ view: StepView, _ needs: StepNeeds) {
        let year: (Int64) -> Int64 = { CivilDate(days: $0)?.components.year ?? 0 }
        for (pair, wanted) in needs.awards {
            let live = self.model.live(pair)
            let tally = view.tallies[pair] ?? AwardTally()
            #expect(tally.applicant == self.model.years(live, year: year))
            for subjectID in wanted.subjects {
                let ofSubject = live.filter { $0.subjectID == subjectID }
                #expect((tally.subjects[subjectID] ?? [:]) == self.model.years(ofSubject, year: year))
            }
            #expect(tally.newest == live.suffix(AwardTally.newestMost).map(\.awardID))
            let each = live.map {
                AwardTally.Award(
                    awardID: $0.awardID,
                    subjectID: $0.subjectID,
                    awardedOn: $0.awardedOn,
                    amountFen: $0.amountFen
                )
            }
            if wanted.wantsEach { #expect(tally.each == each) }
        }
        for key in needs.keys { #expect(view.receipts[key] == self.model.receipts[key]) }
        for awardID in needs.awardIDs {
            #expect(view.awards[awardID] == self.model.awards.first { $0.awardID == awardID })
        }
        if needs.wantsEnvelopes {
            #expect(
                view.envelopes
                    == self.model.envelopes.mapValues { EnvelopeState(envelope: $0, use: self.model.use($0)) }
            )
        }
        #expect(view.covered == needs.covered.map { self.model.use($0) })
    }

    /// Each kind of query, page by page.
    private mutating func compareLists(_ store: any AwardStore) throws {
        let pair = self.pair()
        let queries = [
            AwardQuery(pageSize: 7), AwardQuery(creditCode: pair.creditCode, pageSize: 1),
            AwardQuery(creditCode: pair.creditCode, measure: pair.measure, pageSize: 3),
            AwardQuery(subjectID: SubjectID("甲"), pageSize: 2), AwardQuery(runID: "run", pageSize: 5),
            AwardQuery(state: .expired, pageSize: 100), AwardQuery(runID: "run", state: .committed, pageSize: 2),
            AwardQuery(measure: pair.measure, state: .cancelled, pageSize: 4), AwardQuery(runID: "none", pageSize: 1),
            AwardQuery(order: .newest, pageSize: 3), AwardQuery(runID: "run", order: .newest, pageSize: 2),
            AwardQuery(creditCode: pair.creditCode, order: .newest, pageSize: 4),
            AwardQuery(envelope: Self.envelope("any", &self.random), pageSize: 3),
            AwardQuery(envelope: Self.envelope("any", &self.random), order: .newest, pageSize: 5),
            AwardQuery(order: .largest, pageSize: 6), AwardQuery(state: .committed, order: .largest, pageSize: 2),
            AwardQuery(envelope: Self.envelope("any", &self.random), order: .largest, pageSize: 4),
        ]
        for query in queries {
            var fitting = self.model.awards.filter {
                (query.creditCode == nil || $0.creditCode == query.creditCode)
                    && (query.measure == nil || $0.measure == query.measure)
                    && (query.subjectID == nil || $0.subjectID == query.subjectID)
                    && (query.runID == nil || $0.runID == query.runID)
                    && (query.state == nil || $0.state == query.state)
                    && query.envelope?.covers(measure: $0.measure, programme: $0.programme, day: $0.awardedOn) != false
            }
            if query.order != .booked { fitting.reverse() }
            if query.order == .largest {
                let sums = fitting.filter { $0.amountFen != nil }.enumerated()
                let ordered = sums.sorted {
                    ($1.element.amountFen ?? 0, $0.offset) < ($0.element.amountFen ?? 0, $1.offset)
                }
                fitting = ordered.prefix(query.pageSize).map(\.element)
            }
            var listed: [BookedAward] = []
            var query = query
            repeat {
                let page = try store.list(query)
                #expect(page.awards.count <= query.pageSize)
                listed += page.awards
                query.after = page.next
            } while query.after != nil
            #expect(listed == fitting)
        }
    }

    /// What became of each award.
    private func compareEntries(_ store: any AwardStore) throws {
        for award in self.model.awards {
            let page = try store.list(AwardQuery(awardID: award.awardID, pageSize: 2))
            #expect(page.awards == [award])
            #expect(page.entries == self.model.entries[award.awardID])
        }
        #expect(try store.list(AwardQuery(awardID: "none", pageSize: 1)).entries.isEmpty)
        let other = AwardQuery(runID: "none", awardID: self.model.awards.first?.awardID, pageSize: 1)
        #expect(try store.list(other).awards.isEmpty)
    }

    private mutating func compareSums(_ store: any AwardStore) throws {
        func sums(_ query: AwardQuery) throws -> [AwardSum] {
            var query = query
            query.wantsSums = true
            return try store.list(query).sums
        }
        #expect(
            try sums(AwardQuery(runID: "run", pageSize: 1)) == self.model.sums({ $0.runID == "run" }, counts: true)
        )
        #expect(try sums(AwardQuery(pageSize: 1)) == self.model.sums({ $0.isLive(at: .min) }, counts: false))
        let envelope = Self.envelope("any", &self.random)
        let drawn = self.model.sums(
            {
                $0.isLive(at: .min)
                    && envelope.covers(measure: $0.measure, programme: $0.programme, day: $0.awardedOn)
            },
            counts: false
        )
        #expect(try sums(AwardQuery(envelope: envelope, pageSize: 1)) == drawn)
    }
}

/// A generator of numbers that begins where it is told to.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
