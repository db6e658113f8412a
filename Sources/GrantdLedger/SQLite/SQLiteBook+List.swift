//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CSQLite
package import GrantdService

extension SQLiteBook {
    /// The most awards that one page looks at: where few of them fit, the page is short, and the next goes on from there.
    private static let mostSeen = 20_000

    /// A page of awards, oldest first.
    package func list(_ query: AwardQuery) throws(SQLiteFailure) -> AwardPage {
        let row = try self.rows(query)
        defer { row.reset() }
        var page = AwardPage(awards: [], next: nil)
        var seen = 0
        var last = query.after ?? 0
        while try row.next() {
            guard page.awards.count < max(1, query.pageSize), seen < Self.mostSeen else {
                page.next = last
                break
            }
            seen += 1
            last = row.integer(0)
            guard Self.fits(row, query) else { continue }
            let body = try self.statement("SELECT seq, ?, ?, body FROM entries WHERE seq = ?")
                .bind(1, row.integer(1))
                .bind(2, row.optionalInteger(2))
                .bind(3, last)
            guard try body.next() else { throw Self.damaged("lacks entry \(last)") }
            defer { body.reset() }
            page.awards.append(try self.booked(body).award)
        }
        return page
    }

    /// Those that may fit, in the order of booking.
    private func rows(_ query: AwardQuery) throws(SQLiteFailure) -> SQLiteStatement {
        let columns = "SELECT seq, state, amount_fen, measure, subject_id, run_id, credit_code FROM awards"
        let after = query.after ?? 0
        if let creditCode = query.creditCode {
            return try self.statement(
                "\(columns) WHERE credit_code = ? AND seq > ? ORDER BY seq LIMIT \(Self.mostSeen + 1)"
            )
            .bind(1, creditCode)
            .bind(2, after)
        }
        if let runID = query.runID {
            return try self.statement("\(columns) WHERE run_id = ? AND seq > ? ORDER BY seq").bind(1, runID).bind(
                2,
                after
            )
        }
        return try self.statement("\(columns) WHERE seq > ? ORDER BY seq").bind(1, after)
    }

    private static func fits(_ row: SQLiteStatement, _ query: AwardQuery) -> Bool {
        if let state = query.state, row.integer(1) != state.rawValue { return false }
        if let measure = query.measure, row.bytes(3) != Array(measure.utf8) { return false }
        if let subjectID = query.subjectID, row.optionalBytes(4) != subjectID.utf8 { return false }
        if let runID = query.runID, row.optionalBytes(5) != Array(runID.utf8) { return false }
        return true
    }
}
