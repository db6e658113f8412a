//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine

extension AwardTally {
    /// Counts a live award in the sums once more, or once less.
    ///
    /// - Parameter sign: 1 or -1.
    mutating func count(_ award: BookedAward, by sign: Int64) {
        let year = LedgerTime.year(ofDay: award.awardedOn)
        let fen = award.amountFen ?? 0
        Self.change(&self.applicant, year, fen, sign)
        if let subject = award.subjectID { Self.change(&self.subjects[subject, default: [:]], year, fen, sign) }
    }

    /// Lists a new award.
    ///
    /// - Parameter isEach: whether awards are kept one by one.
    mutating func list(_ award: BookedAward, each isEach: Bool) {
        self.newest.append(award.awardID)
        if self.newest.count > Self.newestMost { self.newest.removeFirst() }
        guard isEach, self.each.count <= Self.eachMost else { return }
        self.each.append(
            Award(
                awardID: award.awardID,
                subjectID: award.subjectID,
                awardedOn: award.awardedOn,
                amountFen: award.amountFen
            )
        )
    }

    /// An award has another sum, or is not live any more where that is nil.
    mutating func relist(_ award: BookedAward?, id: String) {
        guard let award else {
            self.newest.removeAll { $0 == id }
            self.each.removeAll { $0.awardID == id }
            return
        }
        guard let index = self.each.firstIndex(where: { $0.awardID == id }) else { return }
        self.each[index].amountFen = award.amountFen
    }

    private static func change(_ years: inout [Int64: Year], _ year: Int64, _ fen: Int64, _ sign: Int64) {
        var sum = years[year] ?? Year(fen: 0, count: 0)
        sum.fen = sign > 0 ? sum.fen.addingSaturated(fen) : max(0, sum.fen - fen)
        sum.count += sign
        years[year] = sum.count > 0 ? sum : nil
    }
}

extension EnvelopeUse {
    /// Counts a live award once more, or once less.
    mutating func change(_ award: BookedAward, by sign: Int64) {
        let fen = award.amountFen ?? 0
        func changed(_ sum: Int64) -> Int64 { sign > 0 ? sum.addingSaturated(fen) : max(0, sum - fen) }
        if award.state == .reserved {
            self.reservedFen = changed(self.reservedFen)
        } else {
            self.usedFen = changed(self.usedFen)
        }
    }
}

extension Int64 {
    /// The sum, at most 2^63 - 1.
    func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, overflows) = self.addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}
