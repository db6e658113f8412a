//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Which awards are asked for: those that fit everything that is set.
package struct AwardQuery: Sendable, Hashable {
    /// The raw values are the wire's.
    package enum Order: Int64, Sendable, Hashable, CaseIterable {
        /// As they were booked.
        case booked = 0
        /// The last that was booked first.
        case newest = 1
        /// The largest sums first, of those that have one, and of equal ones the last that was booked: one page, of the
        /// ``AwardQuery/mostSeen`` that were booked last.
        case largest = 2
    }

    package var creditCode: String?
    package var measure: String?
    package var subjectID: SubjectID?
    package var runID: String?
    /// As of the store's clock: a reservation that has ended is expired.
    package var state: BookedAward.State?
    /// This one alone, with its entries.
    package var awardID: String?
    /// Those that draw on it.
    package var envelope: Envelope?
    package var order: Order
    /// Whether the sums are wanted, too: of the run, else of what the envelope covers, else of the whole book.
    package var wantsSums: Bool
    /// The most awards of the page, 1 or more.
    package var pageSize: Int
    /// Where the page before ended; nil for the first.
    package var after: Int64?

    /// The most awards that one page looks at: where few of them fit, the page is short, and the next goes on from there.
    package static let mostSeen = 20_000

    package init(
        creditCode: String? = nil,
        measure: String? = nil,
        subjectID: SubjectID? = nil,
        runID: String? = nil,
        state: BookedAward.State? = nil,
        awardID: String? = nil,
        envelope: Envelope? = nil,
        order: Order = .booked,
        wantsSums: Bool = false,
        pageSize: Int,
        after: Int64? = nil
    ) {
        self.creditCode = creditCode
        self.measure = measure
        self.subjectID = subjectID
        self.runID = runID
        self.state = state
        self.awardID = awardID
        self.envelope = envelope
        self.order = order
        self.wantsSums = wantsSums
        self.pageSize = pageSize
        self.after = after
    }

    /// Whether an award is asked for. The page aside.
    package func matches(_ award: BookedAward) -> Bool {
        (self.creditCode == nil || self.creditCode == award.creditCode)
            && (self.measure == nil || self.measure == award.measure)
            && (self.subjectID == nil || self.subjectID == award.subjectID)
            && (self.runID == nil || self.runID == award.runID)
            && (self.state == nil || self.state == award.state)
            && (self.awardID == nil || self.awardID == award.awardID)
            && (self.envelope?.covers(measure: award.measure, programme: award.programme, day: award.awardedOn) ?? true)
    }
}

/// A page of awards.
package struct AwardPage: Sendable {
    /// In the order that was asked for.
    package var awards: [BookedAward]
    /// Goes into ``AwardQuery/after`` for the next page: a number that only the store understands, 0 or more. nil: that was all.
    package var next: Int64?
    /// By measure, then by state; only those that come to something.
    package var sums: [AwardSum] = []
    /// Of the one award that was asked for by its id, from its booking on: at most ``mostEntries``.
    package var entries: [AwardEntry] = []

    /// The most entries of one award that are told.
    package static let mostEntries = 1_000

    package init(awards: [BookedAward], next: Int64?) {
        self.awards = awards
        self.next = next
    }
}
