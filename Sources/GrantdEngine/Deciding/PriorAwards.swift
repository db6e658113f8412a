//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

extension PriorAward {
    /// Whether it is for this subject.
    func isFor(_ subject: UnsafePointer<CChar>) -> Bool {
        var position = 0
        while subject[position] == self.subject[position] {
            if subject[position] == 0 { return true }
            position += 1
        }
        return false
    }
}

/// The earlier awards of a measure as one application sees them: those dated on or before its day, and those of the book.
struct PriorAwardsSeen: Sequence, IteratorProtocol {
    private var rest: UnsafeBufferPointer<PriorAward>.Iterator
    private let entry: Int
    private let day: Int64

    init(_ input: ApplicationInput) {
        self.rest = input.priorAwards.makeIterator()
        self.entry = input.entry
        self.day = input.lastAwardDay
    }

    mutating func next() -> PriorAward? {
        while let award = self.rest.next() {
            if award.entry == self.entry, award.day <= self.day { return award }
        }
        return nil
    }
}

/// What the earlier awards of one measure come to, seen from one application. Sums stay at 2^63 - 1 where they would go
/// beyond.
struct PriorUse: BitwiseCopyable {
    /// An award of the measure that the application sees exists, whoever its subject.
    var exists = false
    /// One for the same subject does.
    var existsForSubject = false
    private var applicantTotal: Int64 = 0
    private var applicantYear: Int64 = 0
    private var subjectTotal: Int64 = 0
    private var subjectYear: Int64 = 0

    /// Adds the awards that an application sees.
    mutating func add(_ input: ApplicationInput) {
        for award in PriorAwardsSeen(input) {
            self.exists = true
            let isThisYear = award.year == input.year
            Self.add(award.amount, to: &self.applicantTotal)
            if isThisYear { Self.add(award.amount, to: &self.applicantYear) }
            guard let subject = input.subject, award.isFor(subject) else { continue }
            self.existsForSubject = true
            Self.add(award.amount, to: &self.subjectTotal)
            if isThisYear { Self.add(award.amount, to: &self.subjectYear) }
        }
    }

    /// What counts towards a cap of that scope, in fen.
    func used(_ scope: CapScope, _ input: ApplicationInput) -> Int64 {
        switch scope {
        case .subject, .subjectTotal: return self.subjectTotal
        case .subjectYear: return self.subjectYear
        case .applicantYear: return self.applicantYear
        case .applicantTotal: return self.applicantTotal
        case .subjectYears(let years):
            guard self.existsForSubject, let subject = input.subject else { return 0 }
            return Self.sum(of: input, years) { $0.isFor(subject) }
        case .applicantYears(let years):
            guard self.exists else { return 0 }
            return Self.sum(of: input, years) { _ in true }
        }
    }

    /// The awards of so many calendar years that end with that of the application's day. The book may have later ones, whose
    /// own years reach back to it: then what counts is the fullest of the spans that the day lies in.
    private static func sum(of input: ApplicationInput, _ years: UInt8, _ counts: (PriorAward) -> Bool) -> Int64 {
        var most: Int64 = 0
        for last in input.year...(input.isJoined ? input.year + Int64(years) - 1 : input.year) {
            var sum: Int64 = 0
            for award in PriorAwardsSeen(input)
            where award.year > last - Int64(years) && award.year <= last && counts(award) {
                Self.add(award.amount, to: &sum)
            }
            most = max(most, sum)
        }
        return most
    }

    private static func add(_ amount: Int64, to sum: inout Int64) {
        let (result, overflows) = sum.addingReportingOverflow(amount)
        sum = overflows ? .max : result
    }
}
