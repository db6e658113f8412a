//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// A page of awards as it is found.
struct PageOfAwards {
    let query: AwardQuery
    private var awards: [BookedAward] = []
    private var largest: LargestAwards
    private var seen = 0
    private var last: Int64
    /// Whether there is more to be looked at than goes into the page.
    private(set) var isFull = false

    init(_ query: AwardQuery) {
        self.query = query
        self.largest = LargestAwards(most: query.pageSize)
        self.last = query.after ?? 0
    }

    /// Goes on to the next award.
    ///
    /// - Returns: Whether it is looked at; `false` where the page ends before it.
    mutating func looks(at seq: Int64) -> Bool {
        self.isFull = self.awards.count >= max(1, self.query.pageSize) || self.seen >= AwardQuery.mostSeen
        guard !self.isFull else { return false }
        self.seen += 1
        self.last = seq
        return true
    }

    /// Whether an award of this sum may be part of it.
    func takes(_ fen: Int64?) -> Bool { self.query.order != .largest || self.largest.takes(fen) }

    mutating func add(_ award: BookedAward) {
        if self.query.order == .largest { self.largest.add(award) } else { self.awards.append(award) }
    }

    var page: AwardPage {
        if self.query.order == .largest { return AwardPage(awards: self.largest.awards, next: nil) }
        return AwardPage(awards: self.awards, next: self.isFull ? self.last : nil)
    }
}

extension AwardQuery {
    /// Whether an award comes after what was told before.
    func isAfter(_ seq: Int64) -> Bool {
        guard let after = self.after else { return true }
        return self.order == .booked ? seq > after : seq < after
    }
}
