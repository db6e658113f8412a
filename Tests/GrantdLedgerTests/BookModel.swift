//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdService

/// What a book is, in its simplest form: a list of awards, from which every sum is added up anew.
struct BookModel {
    var awards: [BookedAward] = []
    var envelopes: [String: Envelope] = [:]
    var receipts: [String: Receipt] = [:]
    /// What became of each award, by its id.
    var entries: [String: [AwardEntry]] = [:]

    mutating func add(_ entry: LedgerEntry) {
        switch entry {
        case .awarded(let award, let receipt):
            self.awards.append(award)
            self.entries[award.awardID] = [AwardEntry(award)]
            self.add(receipt)
        case .settled(let settlement, let receipt):
            for index in self.awards.indices where self.awards[index].awardID == settlement.awardID {
                self.awards[index].state = settlement.state
                self.awards[index].amountFen = settlement.amountFen
                self.entries[settlement.awardID]?.append(AwardEntry(settlement))
            }
            self.add(receipt)
        case .envelopePut(let envelope, _, _): self.envelopes[envelope.envelopeID] = envelope
        case .answered(let receipt): self.add(receipt)
        }
    }

    private mutating func add(_ receipt: Receipt?) {
        if let receipt { self.receipts[receipt.key] = receipt }
    }

    mutating func expire(at now: Int64) {
        for index in self.awards.indices
        where self.awards[index].state == .reserved && !self.awards[index].isLive(at: now) {
            self.awards[index].state = .expired
            self.entries[self.awards[index].awardID]?.append(AwardEntry(endOf: self.awards[index]))
        }
    }

    func live(_ pair: ApplicantMeasure) -> [BookedAward] {
        self.awards.filter {
            $0.creditCode == pair.creditCode && $0.measure == pair.measure && $0.isLive(at: .min)
        }
    }

    func years(_ awards: [BookedAward], year: (Int64) -> Int64) -> [Int64: AwardTally.Year] {
        Dictionary(grouping: awards) { year($0.awardedOn) }.mapValues {
            AwardTally.Year(fen: Self.sum($0), count: Int64($0.count))
        }
    }

    func use(_ envelope: Envelope) -> EnvelopeUse {
        let covered = self.awards.filter {
            envelope.covers(measure: $0.measure, programme: $0.programme, day: $0.awardedOn)
        }
        return EnvelopeUse(
            usedFen: Self.sum(covered.filter { $0.state == .committed }),
            reservedFen: Self.sum(covered.filter { $0.state == .reserved })
        )
    }

    /// What awards come to, by measure and state.
    func sums(_ isMeant: (BookedAward) -> Bool, counts: Bool) -> [AwardSum] {
        Set(self.awards.map(\.measure)).sorted().flatMap { measure in
            BookedAward.State.allCases.compactMap { state in
                let awards = self.awards.filter { $0.measure == measure && $0.state == state && isMeant($0) }
                let fen = Self.sum(awards)
                guard counts ? !awards.isEmpty : fen > 0 else { return nil }
                return AwardSum(
                    measure: measure,
                    state: state,
                    amountFen: fen,
                    count: counts ? Int64(awards.count) : nil
                )
            }
        }
    }

    static func sum(_ awards: [BookedAward]) -> Int64 {
        Int64(clamping: awards.reduce(Int128(0)) { $0 + Int128($1.amountFen ?? 0) })
    }
}
