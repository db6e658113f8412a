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

    /// Adds the awards that an application sees, to the sums of their years as well.
    mutating func add(_ input: ApplicationInput, _ years: UnsafeMutablePointer<AwardYears>) {
        for award in PriorAwardsSeen(input) {
            self.exists = true
            let isThisYear = award.year == input.year
            let isForSubject = input.subject.map { award.isFor($0) } ?? false
            years.pointee.add(award, isForSubject: isForSubject)
            award.amount.addSaturating(to: &self.applicantTotal)
            if isThisYear { award.amount.addSaturating(to: &self.applicantYear) }
            guard isForSubject else { continue }
            self.existsForSubject = true
            award.amount.addSaturating(to: &self.subjectTotal)
            if isThisYear { award.amount.addSaturating(to: &self.subjectYear) }
        }
    }

    /// What counts towards a cap of that scope, in fen.
    func used(_ scope: CapScope, _ years: UnsafeMutablePointer<AwardYears>) -> Int64 {
        switch scope {
        case .subject, .subjectTotal: return self.subjectTotal
        case .subjectYear: return self.subjectYear
        case .applicantYear: return self.applicantYear
        case .applicantTotal: return self.applicantTotal
        case .subjectYears(let span):
            return self.existsForSubject ? years.pointee.most(of: Int(span), { $0.subject }) : 0
        case .applicantYears(let span):
            return self.exists ? years.pointee.most(of: Int(span), { $0.applicant }) : 0
        }
    }
}

/// What the awards of each calendar year about an application's own come to, for caps over several years. Its memory is
/// made once.
struct AwardYears: BitwiseCopyable {
    /// A year's, in fen.
    struct Sum: BitwiseCopyable {
        var applicant: Int64 = 0
        var subject: Int64 = 0
    }

    private let sums: UnsafeMutablePointer<Sum>
    /// The first year that has a sum, and how many have.
    private var first: Int64 = 0
    private var count = 0
    /// The place of the application's own year.
    private var own = 0
    /// Later ones have sums as well.
    private var hasLater = false

    /// Makes room for caps over so many years at most.
    init(mostYears: Int) {
        self.sums = .allocate(capacity: max(2 * mostYears, 1))
    }

    func deallocate() { self.sums.deallocate() }

    /// Begins anew.
    ///
    /// - Parameter span: The most years of a cap; 0 where none has several.
    mutating func begin(_ input: ApplicationInput, span: Int) {
        self.count = span == 0 ? 0 : input.isJoined ? 2 * span - 1 : span
        self.own = span - 1
        self.first = input.year - Int64(self.own)
        self.hasLater = input.isJoined
        self.sums.initialize(repeating: Sum(), count: self.count)
    }

    mutating func add(_ award: PriorAward, isForSubject: Bool) {
        let place = award.year - self.first
        guard place >= 0, place < Int64(self.count) else { return }
        award.amount.addSaturating(to: &self.sums[Int(place)].applicant)
        if isForSubject { award.amount.addSaturating(to: &self.sums[Int(place)].subject) }
    }

    /// What so many years come to that end with the application's own. The book may have later awards, whose own years reach
    /// back to it: then what counts is the fullest of the spans that the year lies in.
    func most(of span: Int, _ amount: (Sum) -> Int64) -> Int64 {
        var most: Int64 = 0
        for last in self.own...(self.hasLater ? self.own + span - 1 : self.own) {
            var sum: Int64 = 0
            for place in (last - span + 1)...last { amount(self.sums[place]).addSaturating(to: &sum) }
            most = max(most, sum)
        }
        return most
    }
}

extension Int64 {
    /// Adds it to a sum, which stays at 2^63 - 1 where it would go beyond.
    fileprivate func addSaturating(to sum: inout Int64) {
        let (result, overflows) = sum.addingReportingOverflow(self)
        sum = overflows ? .max : result
    }
}
