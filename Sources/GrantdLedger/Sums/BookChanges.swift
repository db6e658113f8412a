//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService

/// What entries change in the tables that follow from them; what they change in sums, see ``BookSums``.
package struct BookChanges {
    /// An award and the place of the entry that made it.
    package struct Booked: Sendable, Hashable {
        package var seq: Int64
        package var award: BookedAward

        package init(seq: Int64, award: BookedAward) {
            self.seq = seq
            self.award = award
        }
    }

    /// What live awards of one calendar year come to.
    package struct Tally: Sendable, Hashable {
        package var fen = Fen()
        package var count: Int64 = 0

        package init() {}

        package var isNothing: Bool { self == Self() }
    }

    package struct ApplicantYear: Sendable, Hashable {
        package var creditCode: String
        package var measure: String
        package var year: Int64
    }

    package struct SubjectYear: Sendable, Hashable {
        package var applicant: ApplicantYear
        package var subjectID: SubjectID
    }

    /// The awards of a run of one measure that are in one state.
    package struct RunState: Sendable, Hashable {
        package var runID: String
        package var measure: String
        package var state: BookedAward.State
    }

    package struct MeasureDay: Sendable, Hashable {
        package var measure: String
        package var programme: String
        package var day: Int64

        package init(measure: String, programme: String, day: Int64) {
            self.measure = measure
            self.programme = programme
            self.day = day
        }
    }

    /// What live awards draw: of envelopes, of days.
    package struct Use: Sendable, Hashable {
        package var used = Fen()
        package var reserved = Fen()

        package init(used: Fen = Fen(), reserved: Fen = Fen()) {
            self.used = used
            self.reserved = reserved
        }

        package var isNothing: Bool { self.used == Fen() && self.reserved == Fen() }

        package static func += (sum: inout Self, other: Self) {
            sum.used += other.used
            sum.reserved += other.reserved
        }
    }

    /// An entry that changed an award, and the entry that had made it.
    package struct Change: Sendable, Hashable {
        package var awardSeq: Int64
        package var seq: Int64
    }

    package struct PutEnvelope: Sendable, Hashable {
        package var seq: Int64
        package var envelope: Envelope
    }

    package struct Key: Sendable, Hashable {
        package var key: String
        package var seq: Int64
    }

    /// New awards as they stand at the end, in the order of booking.
    package private(set) var added: [Booked] = []
    /// Awards that were there before, as they stand at the end.
    package private(set) var changed: [String: Booked] = [:]
    /// What live awards draw more than before, by measure and day, in no order.
    package private(set) var days: [(key: MeasureDay, value: Use)] = []
    /// In the order of their entries.
    package private(set) var changes: [Change] = []
    /// Envelopes as they were put last.
    package private(set) var envelopes: [String: PutEnvelope] = [:]
    package private(set) var keys: [Key] = []

    /// Of awards that were there before: what they were and what they became, over and over.
    private(set) var before: [BookedAward] = []
    private(set) var after: [BookedAward] = []
    private var indexOfAdded: [String: Int] = [:]
    private var indexOfDay: [MeasureDay: Int] = [:]
    private var lastDay = 0

    package init() {}

    /// Takes in one entry.
    ///
    /// - Parameter find: Gives an award that was there before.
    /// - Returns: Whether the entry makes sense: `false` where it settles what is not there.
    package mutating func add<Failure: Error>(
        _ record: EntryRecord,
        find: (String) throws(Failure) -> Booked?
    ) throws(Failure) -> Bool {
        if let receipt = record.content.receipt { self.keys.append(Key(key: receipt.key, seq: record.seq)) }
        switch record.content {
        case .entry(.awarded(let award, _)):
            self.indexOfAdded[award.awardID] = self.added.count
            self.added.append(Booked(seq: record.seq, award: award))
            self.draw(award, isGone: false)
        case .entry(.settled(let settlement, _)):
            return try self.change(settlement.awardID, by: record.seq, find) { award in
                award.state = settlement.state
                award.amountFen = settlement.amountFen
            }
        case .expired(let awardID):
            return try self.change(awardID, by: record.seq, find) { $0.state = .expired }
        case .entry(.envelopePut(let envelope, _, _)):
            self.envelopes[envelope.envelopeID] = PutEnvelope(seq: record.seq, envelope: envelope)
        case .entry(.answered): break
        }
        return true
    }

    private mutating func change<Failure: Error>(
        _ awardID: String,
        by seq: Int64,
        _ find: (String) throws(Failure) -> Booked?,
        _ body: (inout BookedAward) -> Void
    ) throws(Failure) -> Bool {
        if let index = self.indexOfAdded[awardID] {
            self.changes.append(Change(awardSeq: self.added[index].seq, seq: seq))
            self.draw(self.added[index].award, isGone: true)
            body(&self.added[index].award)
            self.draw(self.added[index].award, isGone: false)
            return true
        }
        var known = self.changed[awardID]
        if known == nil { known = try find(awardID) }
        guard var booked = known else { return false }
        self.changes.append(Change(awardSeq: booked.seq, seq: seq))
        self.draw(booked.award, isGone: true)
        self.before.append(booked.award)
        body(&booked.award)
        self.draw(booked.award, isGone: false)
        self.after.append(booked.award)
        self.changed[awardID] = booked
        return true
    }

    /// Adds what an award draws, or takes it out.
    private mutating func draw(_ award: BookedAward, isGone: Bool) {
        guard award.state.isLive else { return }
        let fen = isGone ? -Fen(award.amountFen) : Fen(award.amountFen)
        let use = award.state == .reserved ? Use(reserved: fen) : Use(used: fen)
        let day = MeasureDay(measure: award.measure, programme: award.programme, day: award.awardedOn)
        // Most awards are of the measure and day of the one before.
        if self.days.indices.contains(self.lastDay), self.days[self.lastDay].key == day {
            self.days[self.lastDay].value += use
        } else if let index = self.indexOfDay[day] {
            self.days[index].value += use
            self.lastDay = index
        } else {
            self.lastDay = self.days.count
            self.indexOfDay[day] = self.lastDay
            self.days.append((day, use))
        }
    }

    /// A new award by its id.
    func added(_ awardID: String) -> Booked? { self.indexOfAdded[awardID].map { self.added[$0] } }
}

extension BookChanges.Tally {
    init(fen: Fen, count: Int64) {
        self.fen = fen
        self.count = count
    }

    static func += (sum: inout Self, other: Self) {
        sum.fen += other.fen
        sum.count += other.count
    }
}

extension BookedAward.State {
    /// Whether it uses up caps and envelopes, as far as the book says; see ``BookedAward/isLive(at:)`` for the clock.
    var isLive: Bool { self == .reserved || self == .committed }
}

extension Envelope {
    package func covers(_ day: BookChanges.MeasureDay) -> Bool {
        self.covers(measure: day.measure, programme: day.programme, day: day.day)
    }
}
