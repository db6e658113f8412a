//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CSQLite
package import GrantdService

/// A book's tables in SQLite: read, and added to within a transaction that somebody else begins and ends.
package final class SQLiteBook {
    package let connection: SQLiteConnection
    private var statements: [String: SQLiteStatement] = [:]

    package init(_ connection: SQLiteConnection) { self.connection = connection }

    /// A statement by its text, prepared once.
    func statement(_ sql: String) throws(SQLiteFailure) -> SQLiteStatement {
        if let known = self.statements[sql] {
            // Where reading its rows failed, it stands at one of them.
            known.reset()
            return known
        }
        let statement = try self.connection.prepare(sql)
        self.statements[sql] = statement
        return statement
    }

    package func head() throws(SQLiteFailure) -> BookHead {
        let row = try self.statement("SELECT book_id, last_seq, last_hash, last_at, replies_from FROM book")
        guard try row.next() else { throw Self.damaged("has no row that says where its chain ends") }
        defer { row.reset() }
        return BookHead(
            bookID: row.text(0),
            lastSeq: row.integer(1),
            lastHash: row.bytes(2),
            lastAt: row.integer(3),
            repliesFrom: row.integer(4)
        )
    }

    static func damaged(_ what: String) -> SQLiteFailure { SQLiteFailure(code: SQLITE_CORRUPT, message: what) }

    // MARK: - Awards

    /// An award by its id, whatever its state.
    func award(_ awardID: String) throws(SQLiteFailure) -> BookChanges.Booked? {
        let row = try self.statement(
            """
            SELECT a.seq, a.state, a.amount_fen, e.body FROM awards AS a JOIN entries AS e ON e.seq = a.seq
            WHERE a.award_id = ?
            """
        )
        guard try row.bind(1, awardID).next() else { return nil }
        defer { row.reset() }
        return try self.booked(row)
    }

    /// What a row of place, state, sum and body says.
    func booked(_ row: SQLiteStatement) throws(SQLiteFailure) -> BookChanges.Booked {
        try Self.sound { () throws(EntryReader.Damage) in
            try StoredEntry(seq: row.integer(0), body: row.bytes(3))
                .award(state: row.integer(1), amountFen: row.optionalInteger(2))
        }
    }

    /// What is made of an entry; where it is damaged, so is the book.
    static func sound<Value>(_ body: () throws(EntryReader.Damage) -> Value) throws(SQLiteFailure) -> Value {
        do throws(EntryReader.Damage) {
            return try body()
        } catch {
            throw Self.damaged(error.message)
        }
    }

    /// Reservations that have ended at a moment, at most so many.
    func ended(at now: Int64, most: Int) throws(SQLiteFailure) -> [String] {
        let row = try self.statement(
            "SELECT award_id FROM awards WHERE state = 1 AND expires_at <= ? ORDER BY expires_at LIMIT ?"
        )
        .bind(1, now)
        .bind(2, most)
        var ended: [String] = []
        while try row.next() { ended.append(row.text(0)) }
        return ended
    }

    /// What was answered to a key.
    func receipt(_ key: String) throws(SQLiteFailure) -> Receipt? {
        let row = try self.statement(
            """
            SELECT e.seq, e.body, e.reply FROM keys AS k JOIN entries AS e ON e.seq = k.seq
            WHERE k.key = ? AND e.reply IS NOT NULL
            """
        )
        guard try row.bind(1, key).next() else { return nil }
        defer { row.reset() }
        return try Self.sound { () throws(EntryReader.Damage) in
            try StoredEntry(seq: row.integer(0), body: row.bytes(1)).receipt(of: key, reply: row.bytes(2))
        }
    }

    // MARK: - Sums

    /// What the live awards of an applicant for a measure come to; `nil` where there are none.
    func tally(
        _ pair: ApplicantMeasure,
        _ needs: StepNeeds.Awards
    ) throws(SQLiteFailure) -> AwardTally? {
        var tally = AwardTally()
        let years = try self.statement(
            "SELECT year, count, fen, fen_e18 FROM applicant_sums WHERE credit_code = ? AND measure = ?"
        )
        .bind(1, pair.creditCode)
        .bind(2, pair.measure)
        var count: Int64 = 0
        while try years.next() {
            tally.applicant[years.integer(0)] = Self.year(years)
            count = count.addingReportingOverflow(years.integer(1)).partialValue
        }
        guard count > 0 else { return nil }
        let ofSubject = try self.statement(
            """
            SELECT year, count, fen, fen_e18 FROM subject_sums
            WHERE credit_code = ? AND measure = ? AND subject_id = ?
            """
        )
        for subjectID in needs.subjects {
            ofSubject.bind(1, pair.creditCode).bind(2, pair.measure).bind(3, text: subjectID.utf8)
            while try ofSubject.next() {
                tally.subjects[subjectID, default: [:]][ofSubject.integer(0)] = Self.year(ofSubject)
            }
        }
        tally.newest = try self.newest(pair, min(AwardTally.newestMost, Int(clamping: count)))
        if needs.wantsEach { tally.each = try self.each(pair) }
        return tally
    }

    private static func year(_ row: SQLiteStatement) -> AwardTally.Year {
        AwardTally.Year(
            fen: Fen(quintillions: row.integer(3), rest: row.integer(2)).clamped,
            count: row.integer(1)
        )
    }

    /// The ids of the newest live awards, in the order of booking. There are that many: the search ends at the last.
    private func newest(_ pair: ApplicantMeasure, _ most: Int) throws(SQLiteFailure) -> [String] {
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
        return newest.reversed()
    }

    private func each(_ pair: ApplicantMeasure) throws(SQLiteFailure) -> [AwardTally.Award] {
        let row = try self.statement(
            """
            SELECT award_id, subject_id, awarded_on, amount_fen FROM awards
            WHERE credit_code = ? AND measure = ? AND state IN (1, 2) ORDER BY seq LIMIT ?
            """
        )
        .bind(1, pair.creditCode)
        .bind(2, pair.measure)
        .bind(3, AwardTally.eachMost + 1)
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
        return each
    }

    // MARK: - Envelopes

    /// Every envelope, what it draws, and the entry that says what it is.
    func envelopes() throws(SQLiteFailure) -> [(seq: Int64, envelope: Envelope, use: BookChanges.Use)] {
        let row = try self.statement(
            """
            SELECT v.seq, v.used_fen, v.used_fen_e18, v.reserved_fen, v.reserved_fen_e18, e.body
            FROM envelopes AS v JOIN entries AS e ON e.seq = v.seq ORDER BY v.envelope_id
            """
        )
        var envelopes: [(Int64, Envelope, BookChanges.Use)] = []
        while try row.next() {
            let entry = StoredEntry(seq: row.integer(0), body: row.bytes(5))
            let envelope = try Self.sound { () throws(EntryReader.Damage) in try entry.envelope() }
            envelopes.append((entry.seq, envelope, Self.use(row, 1)))
        }
        return envelopes
    }

    /// What live awards of each measure and day draw.
    func forEachDay(
        _ body: (BookChanges.MeasureDay, BookChanges.Use) -> Void
    ) throws(SQLiteFailure) {
        let row = try self.statement(
            """
            SELECT measure, programme, day, used_fen, used_fen_e18, reserved_fen, reserved_fen_e18 FROM day_sums
            """
        )
        while try row.next() {
            let day = BookChanges.MeasureDay(measure: row.text(0), programme: row.text(1), day: row.integer(2))
            body(day, Self.use(row, 3))
        }
    }

    /// What two sums from a column on say.
    private static func use(_ row: SQLiteStatement, _ column: Int32) -> BookChanges.Use {
        BookChanges.Use(
            used: Fen(quintillions: row.integer(column + 1), rest: row.integer(column)),
            reserved: Fen(quintillions: row.integer(column + 3), rest: row.integer(column + 2))
        )
    }
}

extension EnvelopeUse {
    package init(_ use: BookChanges.Use) {
        self.init(usedFen: use.used.clamped, reservedFen: use.reserved.clamped)
    }
}
