//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CSQLite
package import GrantdService

extension SQLiteBook {
    /// A page of awards.
    package func list(_ query: AwardQuery) throws(SQLiteFailure) -> AwardPage {
        var page =
            if let awardID = query.awardID { try self.single(awardID, query) } else { try self.page(query) }
        if query.wantsSums { page.sums = try self.sums(query) }
        return page
    }

    // MARK: - One award

    private func single(_ awardID: String, _ query: AwardQuery) throws(SQLiteFailure) -> AwardPage {
        var page = AwardPage(awards: [], next: nil)
        guard let booked = try self.award(awardID), query.matches(booked.award) else { return page }
        page.awards = [booked.award]
        let row = try self.statement(
            """
            SELECT e.seq, e.body FROM entries AS e WHERE e.seq = ?1
            OR e.seq IN (SELECT c.seq FROM changes AS c WHERE c.award_seq = ?1) ORDER BY e.seq LIMIT ?2
            """
        )
        .bind(1, booked.seq)
        .bind(2, AwardPage.mostEntries)
        var records: [EntryRecord] = []
        while try row.next() {
            let entry = StoredEntry(seq: row.integer(0), body: row.bytes(1))
            records.append(try Self.sound { () throws(EntryReader.Damage) in try entry.record() })
        }
        page.entries = AwardEntry.entries(records)
        return page
    }

    // MARK: - Many

    private func page(_ query: AwardQuery) throws(SQLiteFailure) -> AwardPage {
        var page = PageOfAwards(query)
        // What waits was booked after all that the tables hold.
        if query.order == .booked {
            try self.addFromTables(to: &page)
            self.addWaiting(self.buffer.changes.added, to: &page)
        } else {
            self.addWaiting(self.buffer.changes.added.reversed(), to: &page)
            try self.addFromTables(to: &page)
        }
        return page.page
    }

    private func addWaiting(_ awards: some Sequence<BookChanges.Booked>, to page: inout PageOfAwards) {
        for booked in awards where page.query.isAfter(booked.seq) {
            guard page.looks(at: booked.seq) else { return }
            if page.query.matches(booked.award) { page.add(booked.award) }
        }
    }

    private func addFromTables(to page: inout PageOfAwards) throws(SQLiteFailure) {
        guard !page.isFull else { return }
        let query = page.query
        let row = try self.rows(query)
        defer { row.reset() }
        let body = try self.statement("SELECT seq, ?, ?, body FROM entries WHERE seq = ?")
        while try row.next() {
            let seq = row.integer(0)
            guard page.looks(at: seq) else { return }
            guard Self.fits(row, query), page.takes(row.optionalInteger(2)) else { continue }
            body.bind(1, row.integer(1)).bind(2, row.optionalInteger(2)).bind(3, seq)
            guard try body.next() else { throw Self.damaged("lacks entry \(seq)") }
            defer { body.reset() }
            let award = try self.booked(body).award
            if query.matches(award) { page.add(award) }
        }
    }

    /// Those that may fit, in the order in which they are looked at.
    private func rows(_ query: AwardQuery) throws(SQLiteFailure) -> SQLiteStatement {
        let isForward = query.order == .booked
        let columns = "SELECT seq, state, amount_fen, measure, subject_id, run_id, credit_code, awarded_on FROM awards"
        let (after, order) = isForward ? ("seq > ?2", "ORDER BY seq") : ("seq < ?2", "ORDER BY seq DESC")
        let end = query.after ?? (isForward ? 0 : .max)
        if let creditCode = query.creditCode {
            return try self.statement(
                "\(columns) WHERE credit_code = ?1 AND \(after) \(order) LIMIT \(AwardQuery.mostSeen + 1)"
            )
            .bind(1, creditCode)
            .bind(2, end)
        }
        if let runID = query.runID {
            return try self.statement("\(columns) WHERE run_id = ?1 AND \(after) \(order)").bind(1, runID).bind(2, end)
        }
        return try self.statement("\(columns) WHERE \(after) \(order)").bind(2, end)
    }

    /// Whether the award of a row fits, as far as its row says.
    private static func fits(_ row: SQLiteStatement, _ query: AwardQuery) -> Bool {
        if let state = query.state, row.integer(1) != state.rawValue { return false }
        if let measure = query.measure, row.bytes(3) != Array(measure.utf8) { return false }
        if let subjectID = query.subjectID, row.optionalBytes(4) != subjectID.utf8 { return false }
        if let runID = query.runID, row.optionalBytes(5) != Array(runID.utf8) { return false }
        if let envelope = query.envelope {
            let measure = row.text(3)
            // A full id begins with its programme's.
            let programme = String(measure.prefix { $0 != "." })
            return envelope.covers(measure: measure, programme: programme, day: row.integer(7))
        }
        return true
    }

    // MARK: - Sums

    private func sums(_ query: AwardQuery) throws(SQLiteFailure) -> [AwardSum] {
        guard let runID = query.runID else {
            return try AwardSum.sums(coveredBy: query.envelope) { body throws(SQLiteFailure) in
                try self.forEachDay(body)
            }
        }
        let row = try self.statement(
            "SELECT measure, state, count, fen, fen_e18 FROM run_sums WHERE run_id = ?"
        )
        .bind(1, runID)
        var sums: [BookChanges.RunState: BookChanges.Tally] = [:]
        for (key, tally) in self.buffer.changes.runs where key.runID == runID { sums[key] = tally }
        while try row.next() {
            guard let state = BookedAward.State(rawValue: row.integer(1)) else {
                throw Self.damaged("has sums of a state that is not known")
            }
            let key = BookChanges.RunState(runID: runID, measure: row.text(0), state: state)
            let fen = Fen(quintillions: row.integer(4), rest: row.integer(3))
            sums[key, default: BookChanges.Tally()] += BookChanges.Tally(fen: fen, count: row.integer(2))
        }
        return sums.sorted { ($0.key.measure, $0.key.state.rawValue) < ($1.key.measure, $1.key.state.rawValue) }.map {
            AwardSum(measure: $0.measure, state: $0.state, amountFen: $1.fen.clamped, count: $1.count)
        }
    }
}
