//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A book in memory, for dry runs and tests: gone with the process.
package final class MemoryAwardStore: AwardStore {
    /// What is held in memory.
    package struct Size: Sendable, Hashable {
        /// Awards, what became of them, envelopes, and answers without an award that keys remember.
        package var entries = 0
        /// Of callers' words and of the answers.
        package var bytes = 0

        static func + (left: Size, right: Size) -> Size {
            Size(entries: left.entries + right.entries, bytes: left.bytes + right.bytes)
        }
    }

    private struct Pair {
        var tally = AwardTally()
        /// Of all awards in the order of booking, by place.
        var awards: [Int] = []
    }

    private let clock: () -> Int64
    private var now: Int64 = 0
    private var awards: [BookedAward] = []
    /// What became of each, its booking aside, by place.
    private var entries: [Int: [AwardEntry]] = [:]
    /// Each as it was booked, where it is no longer so.
    private var booked: [Int: BookedAward] = [:]
    private var places: [String: Int] = [:]
    private var pairs: [ApplicantMeasure: Pair] = [:]
    private var receipts: [String: Receipt] = [:]
    private var envelopes: [String: Envelope] = [:]
    /// What live awards draw from envelopes that somebody has asked about.
    private var uses: [Envelope: EnvelopeUse] = [:]
    /// Places of awards that are held, and the first end of any of them.
    private var held: Set<Int> = []
    private var nextEnd = Int64.max
    /// All that was ever put into it.
    package private(set) var size = Size()

    /// Makes an empty book.
    ///
    /// - Parameter clock: tells milliseconds since 1970.
    package init(clock: @escaping () -> Int64) {
        self.clock = clock
    }

    /// How many awards it has, whatever their state.
    package var count: Int { self.awards.count }

    /// The envelopes that were put.
    var ownEnvelopes: [Envelope] { Array(self.envelopes.values) }

    // MARK: - Store

    package func begin(_ needs: StepNeeds) -> StepView { self.read(needs) }

    package func abandon() {}

    package func close() {}

    package func read(_ needs: StepNeeds) -> StepView {
        self.advance(to: self.clock())
        var view = StepView(now: self.now)
        for (key, wanted) in needs.awards {
            guard let pair = self.pairs[key] else { continue }
            var tally = pair.tally
            tally.subjects = tally.subjects.filter { wanted.subjects.contains($0.key) }
            if wanted.wantsEach { tally.each = self.each(pair) }
            view.tallies[key] = tally
        }
        for key in needs.keys { view.receipts[key] = self.receipts[key] }
        for id in needs.awardIDs { view.awards[id] = self.places[id].map { self.awards[$0] } }
        if needs.wantsEnvelopes {
            for (id, envelope) in self.envelopes {
                view.envelopes[id] = EnvelopeState(envelope: envelope, use: self.use(of: envelope))
            }
        }
        view.covered = needs.covered.map { self.use(of: $0) }
        return view
    }

    private func each(_ pair: Pair) -> [AwardTally.Award] {
        pair.awards.lazy.map { self.awards[$0] }.filter { $0.isLive(at: self.now) }.prefix(AwardTally.eachMost + 1).map
        {
            AwardTally.Award(
                awardID: $0.awardID,
                subjectID: $0.subjectID,
                awardedOn: $0.awardedOn,
                amountFen: $0.amountFen
            )
        }
    }

    package func commit(_ entries: [LedgerEntry]) {
        for entry in entries {
            self.size = self.size + entry.size
            switch entry {
            case .awarded(let award, let receipt):
                self.add(award)
                self.keep(receipt)
            case .settled(let settlement, let receipt):
                self.settle(settlement)
                self.keep(receipt)
            case .envelopePut(let envelope, _, _):
                self.envelopes[envelope.envelopeID] = envelope
            case .answered(let receipt):
                self.keep(receipt)
            }
        }
    }

    package func list(_ query: AwardQuery) -> AwardPage {
        self.advance(to: self.clock())
        var page = self.page(query)
        if query.awardID != nil, let place = page.awards.first.flatMap({ self.places[$0.awardID] }) {
            page.entries = [AwardEntry(self.booked[place] ?? self.awards[place])] + (self.entries[place] ?? [])
            page.entries = Array(page.entries.prefix(AwardPage.mostEntries))
        }
        if query.wantsSums { page.sums = self.sums(query) }
        return page
    }

    private func page(_ query: AwardQuery) -> AwardPage {
        var page = AwardPage(awards: [], next: nil)
        var largest = LargestAwards(most: query.pageSize)
        let after = query.after.map { Int(clamping: $0) }
        let places: [Int]
        if let awardID = query.awardID {
            places = self.places[awardID].map { [$0] } ?? []
        } else if query.order == .booked {
            places = Array(self.awards.indices.dropFirst(after.map { $0.addingClamped(1) } ?? 0))
        } else {
            places = self.awards.indices.prefix(after ?? .max).reversed()
        }
        var seen = 0
        for place in places where query.matches(self.awards[place]) {
            if query.order == .largest {
                guard seen < AwardQuery.mostSeen else { break }
                seen += 1
                largest.add(self.awards[place])
                continue
            }
            guard page.awards.count < query.pageSize else { return page }
            page.awards.append(self.awards[place])
            page.next = Int64(place)
        }
        page.next = nil
        if query.order == .largest { page.awards = largest.awards }
        return page
    }

    private func sums(_ query: AwardQuery) -> [AwardSum] {
        struct Key: Hashable {
            let measure: String
            let state: BookedAward.State
        }
        let isOfRun = query.runID != nil
        var sums: [Key: (fen: Int64, count: Int64)] = [:]
        for award in self.awards where query.matches(award) && (isOfRun || award.isLive(at: self.now)) {
            let key = Key(measure: award.measure, state: award.state)
            let sum = sums[key] ?? (0, 0)
            sums[key] = (sum.fen.addingSaturated(award.amountFen ?? 0), sum.count + 1)
        }
        return sums.filter { isOfRun || $0.value.fen > 0 }
            .map { AwardSum(measure: $0.measure, state: $0.state, amountFen: $1.fen, count: isOfRun ? $1.count : nil) }
            .sorted { ($0.measure, $0.state.rawValue) < ($1.measure, $1.state.rawValue) }
    }

    // MARK: - Changes

    private func add(_ award: BookedAward) {
        let place = self.awards.count
        self.awards.append(award)
        self.places[award.awardID] = place
        let key = ApplicantMeasure(creditCode: award.creditCode, measure: award.measure)
        self.pairs[key, default: Pair()].awards.append(place)
        guard award.isLive(at: self.now) else { return }
        self.count(award, by: 1)
        self.pairs[key, default: Pair()].tally.list(award, each: false)
        if award.state == .reserved {
            self.held.insert(place)
            self.nextEnd = min(self.nextEnd, award.expiresAt ?? .max)
        }
    }

    private func settle(_ settlement: Settlement) {
        guard let place = self.places[settlement.awardID] else { return }
        self.change(place, AwardEntry(settlement)) {
            $0.state = settlement.state
            $0.amountFen = settlement.amountFen
        }
    }

    /// Makes an award another, and the sums what it makes of them.
    private func change(_ place: Int, _ entry: AwardEntry, _ change: (inout BookedAward) -> Void) {
        let before = self.awards[place]
        if self.booked[place] == nil { self.booked[place] = before }
        self.entries[place, default: []].append(entry)
        change(&self.awards[place])
        let after = self.awards[place]
        self.held.remove(place)
        // Before it ended it was live, whatever the clock says now.
        self.count(before, by: -1)
        let isLive = after.isLive(at: self.now)
        if isLive { self.count(after, by: 1) }
        let key = ApplicantMeasure(creditCode: before.creditCode, measure: before.measure)
        self.pairs[key]?.tally.relist(isLive ? after : nil, id: before.awardID)
    }

    private func count(_ award: BookedAward, by sign: Int64) {
        let key = ApplicantMeasure(creditCode: award.creditCode, measure: award.measure)
        self.pairs[key]?.tally.count(award, by: sign)
        for envelope in self.uses.keys
        where envelope.covers(measure: award.measure, programme: award.programme, day: award.awardedOn) {
            self.uses[envelope]?.change(award, by: sign)
        }
    }

    private func keep(_ receipt: Receipt?) {
        guard let receipt else { return }
        self.receipts[receipt.key] = receipt
    }

    /// Ends the reservations that are over.
    private func advance(to moment: Int64) {
        self.now = max(self.now, moment)
        guard self.nextEnd <= self.now else { return }
        for place in self.held where (self.awards[place].expiresAt ?? .max) <= self.now {
            self.size.entries += 1
            self.change(place, AwardEntry(endOf: self.awards[place])) { $0.state = .expired }
        }
        self.nextEnd = self.held.map { self.awards[$0].expiresAt ?? .max }.min() ?? .max
    }

    /// What live awards draw from an envelope; counted once, and kept from then on.
    private func use(of envelope: Envelope) -> EnvelopeUse {
        if let known = self.uses[envelope] { return known }
        var use = EnvelopeUse()
        for award in self.awards
        where award.isLive(at: self.now)
            && envelope.covers(measure: award.measure, programme: award.programme, day: award.awardedOn)
        {
            use.change(award, by: 1)
        }
        if self.uses.count >= 2 * Envelope.most { self.uses = [:] }
        self.uses[envelope] = use
        return use
    }
}

extension LedgerEntry {
    /// What a book in memory holds of it.
    var size: MemoryAwardStore.Size {
        let bytes =
            switch self {
            case .awarded(let award, let receipt):
                (award.subjectID?.utf8.count ?? 0) + Self.letters(award.applicationID) + Self.letters(award.runID)
                    + Self.letters(award.caller) + Self.bytes(receipt)
            case .settled(let settlement, let receipt):
                Self.letters(settlement.reason) + Self.letters(settlement.caller) + Self.bytes(receipt)
            case .envelopePut(let envelope, _, let caller):
                Self.letters(envelope.titleZH) + Self.letters(envelope.titleEN) + Self.letters(caller)
                    + (envelope.measures + envelope.programmes).reduce(0) { $0 + $1.utf8.count + Self.bytesOfName }
            case .answered(let receipt): Self.bytes(receipt)
            }
        return MemoryAwardStore.Size(entries: 1, bytes: bytes)
    }

    /// What a name in a list takes beside its letters.
    private static let bytesOfName = 64

    private static func letters(_ text: String?) -> Int { text?.utf8.count ?? 0 }

    private static func bytes(_ receipt: Receipt?) -> Int {
        receipt.map { $0.key.utf8.count + $0.contentHash.count + $0.reply.count } ?? 0
    }
}

extension Int {
    fileprivate func addingClamped(_ other: Int) -> Int {
        let (sum, overflows) = self.addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}
