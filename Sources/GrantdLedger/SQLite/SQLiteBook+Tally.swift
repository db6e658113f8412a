//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

extension SQLiteBook {
    /// The statements that tell what live awards of applicants come to.
    struct TallyStatements {
        let applicant: SQLiteStatement
        let subject: SQLiteStatement

        init(_ book: SQLiteBook) throws(SQLiteFailure) {
            self.applicant = try book.statement(
                "SELECT year, count, fen, fen_e18 FROM applicant_sums WHERE credit_code = ? AND measure = ?"
            )
            self.subject = try book.statement(
                """
                SELECT year, count, fen, fen_e18 FROM subject_sums
                WHERE credit_code = ? AND measure = ? AND subject_id = ?
                """
            )
        }
    }

    /// What the live awards of an applicant for a measure come to; `nil` where there are none.
    func tally(
        _ pair: ApplicantMeasure,
        _ needs: StepNeeds.Awards,
        _ statements: TallyStatements
    ) throws(SQLiteFailure) -> AwardTally? {
        let inTables = try Self.years(statements.applicant.bind(1, pair.creditCode).bind(2, pair.measure))
        let waiting = self.buffer.awards(of: pair)
        guard !inTables.isEmpty || !waiting.isEmpty else { return nil }
        var tally = AwardTally()
        tally.applicant = Self.sums(inTables, and: waiting)
        for subjectID in needs.subjects {
            statements.subject.bind(1, pair.creditCode).bind(2, pair.measure).bind(3, text: subjectID.utf8)
            let years = Self.sums(
                try Self.years(statements.subject),
                and: waiting.filter { $0.subjectID == subjectID }
            )
            if !years.isEmpty { tally.subjects[subjectID] = years }
        }
        let count = inTables.reduce(Int64(0)) { $0.addingReportingOverflow($1.tally.count).partialValue }
        tally.newest = try self.newest(pair, inTables: Int(clamping: count))
        if needs.wantsEach { tally.each = try self.each(pair) }
        return tally
    }

    private static func years(
        _ row: SQLiteStatement
    ) throws(SQLiteFailure) -> [(year: Int64, tally: BookChanges.Tally)] {
        var years: [(Int64, BookChanges.Tally)] = []
        while try row.next() {
            let fen = Fen(quintillions: row.integer(3), rest: row.integer(2))
            years.append((row.integer(0), BookChanges.Tally(fen: fen, count: row.integer(1))))
        }
        return years
    }

    private static func sums(
        _ inTables: [(year: Int64, tally: BookChanges.Tally)],
        and waiting: some Sequence<BookedAward>
    ) -> [Int64: AwardTally.Year] {
        var sums: [Int64: BookChanges.Tally] = [:]
        for (year, tally) in inTables { sums[year] = tally }
        var years = CalendarYears()
        for award in waiting {
            sums[years.year(of: award.awardedOn), default: BookChanges.Tally()] += BookChanges.Tally(award)
        }
        return sums.mapValues { AwardTally.Year(fen: $0.fen.clamped, count: $0.count) }
    }

    /// The ids of the newest live awards, in the order of booking.
    ///
    /// - Parameter inTables: How many there are in the tables: the search ends at the last.
    private func newest(_ pair: ApplicantMeasure, inTables: Int) throws(SQLiteFailure) -> [String] {
        let waiting = self.buffer.awards(of: pair).suffix(AwardTally.newestMost).map(\.awardID)
        let most = min(AwardTally.newestMost - waiting.count, inTables)
        guard most > 0 else { return waiting }
        let row = try self.statement(
            """
            SELECT award_id FROM awards WHERE credit_code = ? AND measure = ? AND state IN (1, 2)
            ORDER BY seq DESC LIMIT ?
            """
        )
        .bind(1, pair.creditCode)
        .bind(2, pair.measure)
        .bind(3, most)
        var newest: [String] = []
        while try row.next() { newest.append(row.text(0)) }
        return newest.reversed() + waiting
    }

    private func each(_ pair: ApplicantMeasure) throws(SQLiteFailure) -> [AwardTally.Award] {
        let most = AwardTally.eachMost + 1
        let row = try self.statement(
            """
            SELECT award_id, subject_id, awarded_on, amount_fen FROM awards
            WHERE credit_code = ? AND measure = ? AND state IN (1, 2) ORDER BY seq LIMIT ?
            """
        )
        .bind(1, pair.creditCode)
        .bind(2, pair.measure)
        .bind(3, most)
        var each: [AwardTally.Award] = []
        while try row.next() {
            each.append(
                AwardTally.Award(
                    awardID: row.text(0),
                    subjectID: row.optionalBytes(1).map { SubjectID(utf8: $0) },
                    awardedOn: row.integer(2),
                    amountFen: row.optionalInteger(3)
                )
            )
        }
        for award in self.buffer.awards(of: pair).prefix(most - each.count) {
            each.append(
                AwardTally.Award(
                    awardID: award.awardID,
                    subjectID: award.subjectID,
                    awardedOn: award.awardedOn,
                    amountFen: award.amountFen
                )
            )
        }
        return each
    }
}
