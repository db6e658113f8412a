//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdService

extension SQLiteBook {
    /// Adds entries at the end of the chain, and brings the tables that follow from them up to date where they may not wait,
    /// within the transaction that is open.
    ///
    /// - Parameter head: Where the chain ends; afterwards, where it ends then.
    package func append(
        _ contents: some Sequence<EntryRecord.Content>,
        at now: Int64,
        head: inout BookHead
    ) throws(SQLiteFailure) {
        var end = head
        end.lastAt = max(now, head.lastAt)
        let insert = try self.statement(Self.insertEntry)
        for content in contents {
            let (seq, isTooMany) = end.lastSeq.addingReportingOverflow(1)
            guard !isTooMany else { throw Self.damaged("ends with an entry that has the last number that there is") }
            if let key = content.receipt?.key, self.buffer.seq(ofKey: key) != nil { throw Self.keyIsTaken }
            let record = EntryRecord(seq: seq, recordedAt: end.lastAt, content: content)
            try self.append(record, EntryWriter.bytes(of: record), to: &end, insert)
        }
        if !self.buffer.mayWait(self.mostWaiting) { try self.emptyBuffer(&end) }
        try self.setHead(end)
        head = end
    }

    /// Adds entries as another book has them.
    package func replay(_ entries: [Replayed], head: inout BookHead) throws(SQLiteFailure) {
        let insert = try self.statement(Self.insertEntry)
        for entry in entries {
            head.lastAt = entry.record.recordedAt
            try self.append(entry.record, entry.bytes, to: &head, insert)
        }
        try self.emptyBuffer(&head)
        try self.setHead(head)
    }

    /// An entry and its canonical bytes.
    package typealias Replayed = (record: EntryRecord, bytes: [UInt8])

    func setHead(_ end: BookHead) throws(SQLiteFailure) {
        try self.statement("UPDATE book SET last_seq = ?, last_hash = ?, last_at = ?, tables_seq = ?")
            .bind(1, end.lastSeq)
            .bind(2, end.lastHash)
            .bind(3, end.lastAt)
            .bind(4, end.tablesSeq)
            .run()
    }

    private static let insertEntry = "INSERT INTO entries (seq, body, hash, reply) VALUES (?, ?, ?, ?)"

    private func append(
        _ record: EntryRecord,
        _ bytes: [UInt8],
        to end: inout BookHead,
        _ insert: SQLiteStatement
    ) throws(SQLiteFailure) {
        self.isBufferAhead = true
        guard
            try self.buffer.add(
                record,
                find: { awardID throws(SQLiteFailure) in try self.awardInTables(awardID) }
            )
        else {
            throw Self.damaged("does not have an award that an entry settles")
        }
        end.lastSeq = record.seq
        end.lastHash = EntryRecord.hash(of: bytes, after: end.lastHash)
        try insert.bind(1, record.seq)
            .bind(2, bytes)
            .bind(3, end.lastHash)
            .bind(4, record.content.receipt?.reply)
            .run()
    }

    /// Brings the tables that follow from the entries up to date. Rows are put in the order of their keys, so that each page
    /// of a large table is touched once.
    func apply(_ changes: BookChanges, repliesFrom: Int64) throws(SQLiteFailure) {
        try self.insert(changes.added)
        let change = try self.statement("UPDATE awards SET state = ?, amount_fen = ? WHERE seq = ?")
        for booked in changes.changed.values {
            try change.bind(1, booked.award.state.rawValue).bind(2, booked.award.amountFen).bind(3, booked.seq).run()
        }
        let key = try self.statement("INSERT INTO keys (key, seq) VALUES (?, ?)")
        for receipt in changes.keys.sorted(by: { $0.key < $1.key }) where receipt.seq >= repliesFrom {
            try key.bind(1, receipt.key).bind(2, receipt.seq).run()
        }
        let changed = try self.statement("INSERT INTO changes (award_seq, seq) VALUES (?, ?)")
        for change in changes.changes { try changed.bind(1, change.awardSeq).bind(2, change.seq).run() }
        try self.applySums(changes)
        try self.applyRuns(changes)
        try self.applyEnvelopes(changes)
    }

    private func insert(_ awards: [BookChanges.Booked]) throws(SQLiteFailure) {
        let insert = try self.statement(
            """
            INSERT INTO awards
            (seq, award_id, credit_code, measure, subject_id, awarded_on, amount_fen, state, expires_at, run_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        )
        for booked in awards {
            let award = booked.award
            try insert.bind(1, booked.seq)
                .bind(2, award.awardID)
                .bind(3, award.creditCode)
                .bind(4, award.measure)
                .bind(5, text: award.subjectID?.utf8)
                .bind(6, award.awardedOn)
                .bind(7, award.amountFen)
                .bind(8, award.state.rawValue)
                .bind(9, award.expiresAt)
                .bind(10, award.runID)
                .run()
        }
    }

    // MARK: - Sums

    /// Adds to a sum; of both, the rest is 0 or more and less than 10^18, so that their sum does not overflow.
    private static func add(_ sum: String) -> String {
        """
        \(sum) = (\(sum) + excluded.\(sum)) % 1000000000000000000,
        \(sum)_e18 = \(sum)_e18 + excluded.\(sum)_e18 + (\(sum) + excluded.\(sum)) / 1000000000000000000
        """
    }

    private static let addToApplicant = """
        INSERT INTO applicant_sums (credit_code, measure, year, count, fen, fen_e18) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET count = count + excluded.count, \(add("fen"))
        """

    private static let addToSubject = """
        INSERT INTO subject_sums (credit_code, measure, year, count, fen, fen_e18, subject_id)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET count = count + excluded.count, \(add("fen"))
        """

    private static let addToDay = """
        INSERT INTO day_sums
        (measure, programme, day, used_fen, used_fen_e18, reserved_fen, reserved_fen_e18)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET \(add("used_fen")), \(add("reserved_fen"))
        """

    private func applySums(_ changes: BookChanges) throws(SQLiteFailure) {
        let sums = BookSums(changes)
        let applicant = try self.statement(Self.addToApplicant)
        let applicantsEnd = try self.statement(
            "DELETE FROM applicant_sums WHERE credit_code = ? AND measure = ? AND year = ? AND count = 0"
        )
        for (year, tally) in sums.applicants where !tally.isNothing {
            try Self.bind(applicant, year, tally).run()
            if tally.count < 0 { try Self.bind(applicantsEnd, year).run() }
        }
        let subject = try self.statement(Self.addToSubject)
        let subjectsEnd = try self.statement(
            """
            DELETE FROM subject_sums
            WHERE credit_code = ? AND measure = ? AND year = ? AND subject_id = ? AND count = 0
            """
        )
        for (year, tally) in sums.subjects where !tally.isNothing {
            try Self.bind(subject, year.applicant, tally).bind(7, text: year.subjectID.utf8).run()
            if tally.count < 0 { try Self.bind(subjectsEnd, year.applicant).bind(4, text: year.subjectID.utf8).run() }
        }
        let day = try self.statement(Self.addToDay)
        let daysEnd = try self.statement(
            """
            DELETE FROM day_sums WHERE measure = ? AND programme = ? AND day = ?
            AND used_fen = 0 AND used_fen_e18 = 0 AND reserved_fen = 0 AND reserved_fen_e18 = 0
            """
        )
        for (key, use) in changes.days where !use.isNothing {
            day.bind(1, key.measure).bind(2, key.programme).bind(3, key.day)
            try Self.bind(day, 4, use).run()
            guard use.used.value < 0 || use.reserved.value < 0 else { continue }
            try daysEnd.bind(1, key.measure).bind(2, key.programme).bind(3, key.day).run()
        }
    }

    private func applyRuns(_ changes: BookChanges) throws(SQLiteFailure) {
        let add = try self.statement(
            """
            INSERT INTO run_sums (run_id, measure, state, count, fen, fen_e18) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET count = count + excluded.count, \(Self.add("fen"))
            """
        )
        let end = try self.statement(
            "DELETE FROM run_sums WHERE run_id = ? AND measure = ? AND state = ? AND count = 0"
        )
        for (run, tally) in changes.runs {
            add.bind(1, run.runID).bind(2, run.measure).bind(3, run.state.rawValue)
            try add.bind(4, tally.count).bind(5, tally.fen.rest).bind(6, tally.fen.quintillions).run()
            guard tally.count < 0 else { continue }
            try end.bind(1, run.runID).bind(2, run.measure).bind(3, run.state.rawValue).run()
        }
    }

    @discardableResult
    private static func bind(_ statement: SQLiteStatement, _ year: BookChanges.ApplicantYear) -> SQLiteStatement {
        statement.bind(1, year.creditCode).bind(2, year.measure).bind(3, year.year)
    }

    @discardableResult
    private static func bind(
        _ statement: SQLiteStatement,
        _ year: BookChanges.ApplicantYear,
        _ tally: BookChanges.Tally
    ) -> SQLiteStatement {
        self.bind(statement, year)
            .bind(4, tally.count)
            .bind(5, tally.fen.rest)
            .bind(6, tally.fen.quintillions)
    }

    @discardableResult
    private static func bind(
        _ statement: SQLiteStatement,
        _ index: Int32,
        _ use: BookChanges.Use
    ) -> SQLiteStatement {
        statement.bind(index, use.used.rest)
            .bind(index + 1, use.used.quintillions)
            .bind(index + 2, use.reserved.rest)
            .bind(index + 3, use.reserved.quintillions)
    }

    // MARK: - Envelopes

    /// After the sums of days: what an envelope draws that is put anew is made of all of them.
    private func applyEnvelopes(_ changes: BookChanges) throws(SQLiteFailure) {
        if !changes.days.isEmpty {
            for (envelope, use) in try self.envelopes() where changes.envelopes[envelope.envelopeID] == nil {
                var sum = use
                for (day, more) in changes.days where envelope.covers(day) { sum += more }
                guard sum != use else { continue }
                let update = try self.statement(
                    """
                    UPDATE envelopes SET used_fen = ?, used_fen_e18 = ?, reserved_fen = ?, reserved_fen_e18 = ?
                    WHERE envelope_id = ?
                    """
                )
                try Self.bind(update, 1, sum).bind(5, envelope.envelopeID).run()
            }
        }
        guard !changes.envelopes.isEmpty else { return }
        let puts = Array(changes.envelopes.values)
        var sums = [BookChanges.Use](repeating: BookChanges.Use(), count: puts.count)
        try self.forEachDay { day, use in
            for index in puts.indices where puts[index].envelope.covers(day) { sums[index] += use }
        }
        let put = try self.statement(
            """
            INSERT INTO envelopes (envelope_id, seq, used_fen, used_fen_e18, reserved_fen, reserved_fen_e18)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET seq = excluded.seq, used_fen = excluded.used_fen,
            used_fen_e18 = excluded.used_fen_e18, reserved_fen = excluded.reserved_fen,
            reserved_fen_e18 = excluded.reserved_fen_e18
            """
        )
        for (index, envelope) in puts.enumerated() {
            put.bind(1, envelope.envelope.envelopeID).bind(2, envelope.seq)
            try Self.bind(put, 3, sums[index]).run()
        }
    }
}
