//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Which awards are asked for: those that fit everything that is set.
package struct AwardQuery: Sendable, Hashable {
    package var creditCode: String?
    package var measure: String?
    package var subjectID: SubjectID?
    package var runID: String?
    /// As of the store's clock: a reservation that has ended is expired.
    package var state: BookedAward.State?
    /// The most awards of the page, 1 or more.
    package var pageSize: Int
    /// Where the page before ended; nil for the first.
    package var after: Int64?

    package init(
        creditCode: String? = nil,
        measure: String? = nil,
        subjectID: SubjectID? = nil,
        runID: String? = nil,
        state: BookedAward.State? = nil,
        pageSize: Int,
        after: Int64? = nil
    ) {
        self.creditCode = creditCode
        self.measure = measure
        self.subjectID = subjectID
        self.runID = runID
        self.state = state
        self.pageSize = pageSize
        self.after = after
    }
}

/// A page of awards.
package struct AwardPage: Sendable {
    /// In the order of booking.
    package var awards: [BookedAward]
    /// Goes into ``AwardQuery/after`` for the next page: a number that only the store understands, 0 or more. nil: that was all.
    package var next: Int64?

    package init(awards: [BookedAward], next: Int64?) {
        self.awards = awards
        self.next = next
    }
}
