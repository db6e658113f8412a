//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One earlier award, checked and made ready for sums.
struct PriorAward: BitwiseCopyable {
    /// The index of the measure among the policy set's entries.
    let entry: Int
    /// In days since 1970-01-01.
    let day: Int64
    let year: Int64
    /// In fen, 0 or more.
    let amount: Int64
    /// NUL-terminated; `nil`: it matches no subject.
    let subject: UnsafePointer<CChar>?
}

/// What the earlier awards of one measure come to, seen from one application. Sums stay at 2^63 - 1 where they would go
/// beyond.
struct PriorUse: BitwiseCopyable {
    /// An award of the measure dated on or before the day exists, whoever its subject.
    var exists = false
    /// One for the same subject does.
    var existsForSubject = false
    var applicantTotal: Int64 = 0
    var applicantYear: Int64 = 0
    var subjectTotal: Int64 = 0
    var subjectYear: Int64 = 0

    /// Adds the awards of the measure `entry` up to `day`.
    mutating func add(
        of entry: Int,
        in awards: UnsafeBufferPointer<PriorAward>,
        subject: UnsafePointer<CChar>?,
        day: Int64,
        year: Int64
    ) {
        for award in awards where award.entry == entry && award.day <= day {
            self.exists = true
            let isThisYear = award.year == year
            Self.add(award.amount, to: &self.applicantTotal)
            if isThisYear { Self.add(award.amount, to: &self.applicantYear) }
            guard let subject, let other = award.subject, Self.areEqual(subject, other) else { continue }
            self.existsForSubject = true
            Self.add(award.amount, to: &self.subjectTotal)
            if isThisYear { Self.add(award.amount, to: &self.subjectYear) }
        }
    }

    /// What counts towards a cap of that scope, in fen.
    func used(_ scope: CapScope) -> Int64 {
        switch scope {
        case .subject, .subjectTotal: self.subjectTotal
        case .subjectYear: self.subjectYear
        case .applicantYear: self.applicantYear
        case .applicantTotal: self.applicantTotal
        }
    }

    private static func add(_ amount: Int64, to sum: inout Int64) {
        let (result, overflows) = sum.addingReportingOverflow(amount)
        sum = overflows ? .max : result
    }

    static func areEqual(_ first: UnsafePointer<CChar>, _ second: UnsafePointer<CChar>) -> Bool {
        var position = 0
        while first[position] == second[position] {
            if first[position] == 0 { return true }
            position += 1
        }
        return false
    }
}
