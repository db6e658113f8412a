//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// What the last entries of a book come to that its tables do not hold yet.
///
/// An entry goes to the end of the file, but the rows that follow from it belong to as many places of the tables as there are
/// applicants and keys: written at once, each would cost a page of the log and of the book. So awards and answers wait here and
/// are put into the tables some thousand at a time, whose rows share pages. Whatever changes what was booked before is put into
/// the tables with all that waits, so that what waits here are live awards as they were booked.
///
/// Nothing is lost with it: it is made of the entries, anew wherever it is not known.
struct WriteBuffer {
    /// The most entries that wait; the most measures and days of theirs, of which what envelopes draw is added up; the most of
    /// one applicant and measure, of which sums are.
    static let most = (entries: 16_384, days: 512, ofPair: 256)

    /// The last entry that the tables hold.
    let tablesSeq: Int64
    /// The last entry that the tables and what waits here hold.
    private(set) var lastSeq: Int64
    private(set) var changes = BookChanges()
    /// When the first of the reservations ends, in milliseconds since 1970.
    private(set) var firstEnd = Int64.max
    /// The places in ``BookChanges/added``.
    private var awards: [ApplicantMeasure: [Int]] = [:]
    /// The most awards of one applicant and measure.
    private var mostOfPair = 0
    private var keys: [String: Int64] = [:]

    init(after tablesSeq: Int64) {
        self.tablesSeq = tablesSeq
        self.lastSeq = tablesSeq
    }

    var isEmpty: Bool { self.lastSeq == self.tablesSeq }

    /// Whether all that waits may go on waiting: the tables need not be brought up to date.
    ///
    /// - Parameter most: How many entries may wait.
    func mayWait(_ most: Int) -> Bool {
        self.lastSeq - self.tablesSeq < most && self.changes.days.count < Self.most.days
            && self.mostOfPair < Self.most.ofPair && self.isOnlyAdded
    }

    /// Whether nothing changes what was booked before.
    var isOnlyAdded: Bool { self.changes.changes.isEmpty && self.changes.envelopes.isEmpty }

    /// Takes in the next entry.
    ///
    /// - Parameter find: Gives an award that the tables hold.
    /// - Returns: Whether the entry makes sense: `false` where it settles what is not there.
    mutating func add<Failure: Error>(
        _ record: EntryRecord,
        find: (String) throws(Failure) -> BookChanges.Booked?
    ) throws(Failure) -> Bool {
        guard try self.changes.add(record, find: find) else { return false }
        self.lastSeq = record.seq
        if let receipt = record.content.receipt { self.keys[receipt.key] = record.seq }
        if case .entry(.awarded(let award, _)) = record.content {
            let pair = ApplicantMeasure(creditCode: award.creditCode, measure: award.measure)
            self.mostOfPair = max(self.mostOfPair, self.add(self.changes.added.count - 1, to: pair))
            if award.state == .reserved { self.firstEnd = min(self.firstEnd, award.expiresAt ?? .max) }
        }
        return true
    }

    /// - Returns: How many there are then.
    private mutating func add(_ place: Int, to pair: ApplicantMeasure) -> Int {
        func append(_ places: inout [Int]) -> Int {
            places.append(place)
            return places.count
        }
        return append(&self.awards[pair, default: []])
    }

    // MARK: - What is asked of it

    func award(_ awardID: String) -> BookChanges.Booked? { self.changes.added(awardID) }

    /// The entry that holds the receipt of a key.
    func seq(ofKey key: String) -> Int64? { self.keys[key] }

    /// The awards of an applicant for a measure, in the order of booking.
    func awards(of pair: ApplicantMeasure) -> some RandomAccessCollection<BookedAward> {
        (self.awards[pair] ?? []).lazy.map { self.changes.added[$0].award }
    }

    /// What draws on an envelope.
    func use(of envelope: Envelope) -> BookChanges.Use {
        var sum = BookChanges.Use()
        for (day, use) in self.changes.days where envelope.covers(day) { sum += use }
        return sum
    }
}
