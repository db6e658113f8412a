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
    /// What is not in the tables yet, as of ``fillBuffer(_:)`` and what was appended since.
    var buffer = WriteBuffer(after: 0)
    /// Whether the buffer is that of the transaction that is open, and none where that is rolled back.
    var isBufferAhead = false
    /// How many entries may wait to be put into the tables.
    let mostWaiting: Int
    /// Envelopes by the entries that put them.
    private var envelopesBySeq: [Int64: Envelope] = [:]

    /// - Parameter mostWaiting: How many entries may wait to be put into the tables.
    package init(_ connection: SQLiteConnection, mostWaiting: Int = 0) {
        self.connection = connection
        self.mostWaiting = min(mostWaiting, WriteBuffer.most.entries)
    }

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
        let row = try self.statement(
            "SELECT book_id, last_seq, last_hash, last_at, replies_from, tables_seq FROM book"
        )
        guard try row.next() else { throw Self.damaged("has no row that says where its chain ends") }
        defer { row.reset() }
        return BookHead(
            bookID: row.text(0),
            lastSeq: row.integer(1),
            lastHash: row.bytes(2),
            lastAt: row.integer(3),
            repliesFrom: row.integer(4),
            tablesSeq: row.integer(5)
        )
    }

    static func damaged(_ what: String) -> SQLiteFailure { SQLiteFailure(code: SQLITE_CORRUPT, message: what) }

    // MARK: - Awards

    /// An award by its id, whatever its state.
    func award(_ awardID: String) throws(SQLiteFailure) -> BookChanges.Booked? {
        if let waiting = self.buffer.award(awardID) { return waiting }
        return try self.awardInTables(awardID)
    }

    func awardInTables(_ awardID: String) throws(SQLiteFailure) -> BookChanges.Booked? {
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

    /// Reservations of the tables that have ended at a moment, at most so many.
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

    /// The entry that holds the receipt of a key.
    static let seqOfKey = "SELECT seq FROM keys WHERE key = ?"

    private func seq(ofKey key: String, _ seqs: SQLiteStatement) throws(SQLiteFailure) -> Int64? {
        if let waiting = self.buffer.seq(ofKey: key) { return waiting }
        guard try seqs.bind(1, key).next() else { return nil }
        defer { seqs.reset() }
        return seqs.integer(0)
    }

    /// Fails where a key is taken.
    func checkIsFree(_ key: String) throws(SQLiteFailure) {
        guard try self.seq(ofKey: key, self.statement(Self.seqOfKey)) == nil else { throw Self.keyIsTaken }
    }

    static let keyIsTaken = SQLiteFailure(
        code: SQLITE_CONSTRAINT,
        message: "has an answer to a key of the step already"
    )

    /// What was answered to a key.
    ///
    /// - Parameter seqs: Gives the entry of a key; that of ``seqOfKey``.
    func receipt(_ key: String, _ seqs: SQLiteStatement) throws(SQLiteFailure) -> Receipt? {
        guard let seq = try self.seq(ofKey: key, seqs) else { return nil }
        let row = try self.statement("SELECT seq, body, reply FROM entries WHERE seq = ? AND reply IS NOT NULL")
        guard try row.bind(1, seq).next() else { return nil }
        defer { row.reset() }
        return try Self.sound { () throws(EntryReader.Damage) in
            try StoredEntry(seq: row.integer(0), body: row.bytes(1)).receipt(of: key, reply: row.bytes(2))
        }
    }

    // MARK: - Envelopes

    /// Every envelope and what it draws.
    func envelopes() throws(SQLiteFailure) -> [(envelope: Envelope, use: BookChanges.Use)] {
        let row = try self.statement(
            """
            SELECT seq, used_fen, used_fen_e18, reserved_fen, reserved_fen_e18 FROM envelopes ORDER BY envelope_id
            """
        )
        var envelopes: [(Envelope, BookChanges.Use)] = []
        while try row.next() {
            let envelope = try self.envelope(putBy: row.integer(0))
            var use = Self.use(row, 1)
            use += self.buffer.use(of: envelope)
            envelopes.append((envelope, use))
        }
        return envelopes
    }

    private func envelope(putBy seq: Int64) throws(SQLiteFailure) -> Envelope {
        if let known = self.envelopesBySeq[seq] { return known }
        let row = try self.statement("SELECT body FROM entries WHERE seq = ?").bind(1, seq)
        guard try row.next() else { throw Self.damaged("lacks entry \(seq)") }
        defer { row.reset() }
        let envelope = try Self.sound { () throws(EntryReader.Damage) in
            try StoredEntry(seq: seq, body: row.bytes(0)).envelope()
        }
        // Those that were put anew meanwhile are of no use any more.
        if self.envelopesBySeq.count >= 2 * Envelope.most { self.forgetEnvelopes() }
        self.envelopesBySeq[seq] = envelope
        return envelope
    }

    /// Where entries may be others than they were.
    func forgetEnvelopes() { self.envelopesBySeq = [:] }

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
        for (day, use) in self.buffer.changes.days { body(day, use) }
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
