//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdCEL
internal import GrantdService

/// What changes add to sums of awards. The one place where such sums are made, but for those of days, which envelopes need at
/// once. A sum that comes to nothing has no row: what was awarded and cancelled in one step is nowhere in them.
package struct BookSums {
    package typealias Tally = BookChanges.Tally

    /// In the order of applicants.
    package private(set) var applicants: [(key: BookChanges.ApplicantYear, value: Tally)] = []
    /// In the order of applicants.
    package private(set) var subjects: [(key: BookChanges.SubjectYear, value: Tally)] = []

    /// A live award that comes or goes.
    private struct Part {
        let creditCode: String
        let measure: String
        let subjectID: SubjectID?
        let year: Int64
        let tally: Tally

        func isOfSame(_ other: Self) -> Bool { self.creditCode == other.creditCode && self.measure == other.measure }
    }

    package init(_ changes: BookChanges) {
        var parts: [Part] = []
        parts.reserveCapacity(changes.added.count + 2 * changes.after.count)
        var years = CalendarYears()
        func add(_ award: BookedAward, isGone: Bool) {
            guard award.state.isLive else { return }
            parts.append(
                Part(
                    creditCode: award.creditCode,
                    measure: award.measure,
                    subjectID: award.subjectID,
                    year: years.year(of: award.awardedOn),
                    tally: isGone ? -Tally(award) : Tally(award)
                )
            )
        }
        for booked in changes.added { add(booked.award, isGone: false) }
        for award in changes.before { add(award, isGone: true) }
        for award in changes.after { add(award, isGone: false) }
        // Rows that are put in the order of their keys share pages.
        parts.sort {
            $0.creditCode == $1.creditCode ? $0.measure < $1.measure : $0.creditCode < $1.creditCode
        }
        self.applicants.reserveCapacity(parts.count)
        self.subjects.reserveCapacity(parts.count)
        var first = parts.startIndex
        while first < parts.endIndex {
            let end = parts[first...].firstIndex { !$0.isOfSame(parts[first]) } ?? parts.endIndex
            self.add(parts[first..<end])
            first = end
        }
    }

    /// Adds what one applicant and measure come to.
    private mutating func add(_ parts: ArraySlice<Part>) {
        guard let one = parts.first else { return }
        func applicant(_ year: Int64) -> BookChanges.ApplicantYear {
            BookChanges.ApplicantYear(creditCode: one.creditCode, measure: one.measure, year: year)
        }
        // As most do.
        if parts.count == 1 {
            self.applicants.append((applicant(one.year), one.tally))
            guard let subjectID = one.subjectID else { return }
            self.subjects.append(
                (BookChanges.SubjectYear(applicant: applicant(one.year), subjectID: subjectID), one.tally)
            )
            return
        }
        var years: [Int64: Tally] = [:]
        var subjects: [BookChanges.SubjectYear: Tally] = [:]
        for part in parts {
            years[part.year, default: Tally()] += part.tally
            guard let subjectID = part.subjectID else { continue }
            let year = BookChanges.SubjectYear(applicant: applicant(part.year), subjectID: subjectID)
            subjects[year, default: Tally()] += part.tally
        }
        for (year, tally) in years where !tally.isNothing { self.applicants.append((applicant(year), tally)) }
        for (year, tally) in subjects where !tally.isNothing { self.subjects.append((year, tally)) }
    }
}

extension BookChanges {
    /// What they add to the sums of runs: of all awards of a run, whatever their state.
    package var runs: [(key: RunState, value: Tally)] {
        var sums: [RunState: Tally] = [:]
        var last: (key: RunState, value: Tally)?
        func add(_ award: BookedAward, _ tally: Tally) {
            guard let runID = award.runID else { return }
            let key = RunState(runID: runID, measure: award.measure, state: award.state)
            if last?.key == key {
                last?.value += tally
            } else {
                if let last { sums[last.key, default: Tally()] += last.value }
                last = (key, tally)
            }
        }
        for booked in self.added { add(booked.award, Tally(booked.award)) }
        for award in self.before { add(award, -Tally(award)) }
        for award in self.after { add(award, Tally(award)) }
        if let last { sums[last.key, default: Tally()] += last.value }
        return sums.filter { !$0.value.isNothing }.map { ($0.key, $0.value) }
    }
}

extension BookChanges.Tally {
    init(_ award: BookedAward) { self.init(fen: Fen(award.amountFen), count: 1) }

    static prefix func - (tally: Self) -> Self { Self(fen: -tally.fen, count: -tally.count) }
}

/// The calendar years of days, of which most are the same.
struct CalendarYears {
    private var last: (day: Int64, year: Int64)?

    init() {}

    mutating func year(of day: Int64) -> Int64 {
        if let last, last.day == day { return last.year }
        let year = CivilDate(days: day)?.components.year ?? 0
        self.last = (day, year)
        return year
    }
}
