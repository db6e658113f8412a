//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdCEL
package import GrantdService

/// What entries change in the tables that follow from them. The one place where sums are made of entries.
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
    /// What is to be added to the sums.
    ///
    /// A sum that comes to nothing has no row: what was awarded and cancelled in one step is nowhere in them.
    package private(set) var applicants: [ApplicantYear: Tally] = [:]
    package private(set) var subjects: [SubjectYear: Tally] = [:]
    package private(set) var days: [MeasureDay: Use] = [:]
    /// Of all awards of a run, whatever their state.
    package private(set) var runs: [RunState: Tally] = [:]
    /// In the order of their entries.
    package private(set) var changes: [Change] = []
    /// Envelopes as they were put last.
    package private(set) var envelopes: [String: PutEnvelope] = [:]
    package private(set) var keys: [Key] = []

    private var indexOfAdded: [String: Int] = [:]
    private var yearOfDay: [Int64: Int64] = [:]
    private var years: Set<Int64> = []

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
            self.count(award, isGone: false)
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
            self.count(self.added[index].award, isGone: true)
            body(&self.added[index].award)
            self.count(self.added[index].award, isGone: false)
            return true
        }
        var known = self.changed[awardID]
        if known == nil { known = try find(awardID) }
        guard var booked = known else { return false }
        self.changes.append(Change(awardSeq: booked.seq, seq: seq))
        self.count(booked.award, isGone: true)
        body(&booked.award)
        self.count(booked.award, isGone: false)
        self.changed[awardID] = booked
        return true
    }

    /// Adds an award to the sums, or takes it out of them.
    private mutating func count(_ award: BookedAward, isGone: Bool) {
        let fen = isGone ? -Fen(award.amountFen) : Fen(award.amountFen)
        let tally = Tally(fen: fen, count: isGone ? -1 : 1)
        if let runID = award.runID {
            self.runs[RunState(runID: runID, measure: award.measure, state: award.state), default: Tally()] += tally
        }
        guard award.state.isLive else { return }
        let year = ApplicantYear(
            creditCode: award.creditCode,
            measure: award.measure,
            year: self.year(of: award.awardedOn)
        )
        self.applicants[year, default: Tally()] += tally
        if let subjectID = award.subjectID {
            self.subjects[SubjectYear(applicant: year, subjectID: subjectID), default: Tally()] += tally
        }
        let use = award.state == .reserved ? Use(reserved: fen) : Use(used: fen)
        let day = MeasureDay(measure: award.measure, programme: award.programme, day: award.awardedOn)
        self.days[day, default: Use()] += use
    }

    // MARK: - What is asked of them

    /// A new award by its id.
    func added(_ awardID: String) -> Booked? { self.indexOfAdded[awardID].map { self.added[$0] } }

    /// What is to be added to the sums of an applicant and measure, by year.
    func years(of pair: ApplicantMeasure) -> [(year: Int64, tally: Tally)] {
        self.years.compactMap { year in
            self.applicants[ApplicantYear(pair, year)].map { (year, $0) }
        }
    }

    /// The same of one subject.
    func years(of pair: ApplicantMeasure, _ subjectID: SubjectID) -> [(year: Int64, tally: Tally)] {
        self.years.compactMap { year in
            self.subjects[SubjectYear(applicant: ApplicantYear(pair, year), subjectID: subjectID)].map { (year, $0) }
        }
    }

    /// Most awards of a step are of few days.
    private mutating func year(of day: Int64) -> Int64 {
        if let year = self.yearOfDay[day] { return year }
        let year = CivilDate(days: day)?.components.year ?? 0
        self.yearOfDay[day] = year
        self.years.insert(year)
        return year
    }
}

extension BookChanges.ApplicantYear: Comparable {
    package static func < (one: Self, other: Self) -> Bool {
        if one.creditCode != other.creditCode { return one.creditCode < other.creditCode }
        return (one.measure, one.year) < (other.measure, other.year)
    }

    init(_ pair: ApplicantMeasure, _ year: Int64) {
        self.init(creditCode: pair.creditCode, measure: pair.measure, year: year)
    }
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
