//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if PostgreSQL
    internal import GrantdLedger
    internal import GrantdService

    /// A page of awards: what is asked for it, and what is made of the answers.
    struct PostgreSQLList {
        /// The most awards that one page looks at: where few of them fit, the page is short, and the next goes on from there.
        private static let mostSeen = 20_000

        private let query: AwardQuery
        private let pageSize: Int

        init(_ query: AwardQuery) {
            self.query = query
            self.pageSize = max(1, query.pageSize)
        }

        var calls: [PostgreSQLConnection.Call] {
            // Parameters that are not used would have no type: each condition is there, and holds where nothing is asked.
            let fits = """
                ($4::int8 IS NULL OR state = $4) AND ($5::text IS NULL OR measure = $5 COLLATE "C")
                AND ($6::bytea IS NULL OR convert_to(subject_id, 'UTF8') = $6)
                AND ($3::text IS NULL OR run_id = $3 COLLATE "C")
                """
            let seen = """
                WITH seen AS MATERIALIZED (
                    SELECT * FROM grantd.awards WHERE seq > $1 \(self.way) ORDER BY seq LIMIT \(Self.mostSeen)
                )
                """
            return [
                .init(
                    """
                    \(seen)
                    SELECT a.seq, a.state, a.amount_fen, e.body FROM (
                        SELECT * FROM seen WHERE \(fits) ORDER BY seq LIMIT $7
                    ) AS a JOIN grantd.entries AS e ON e.seq = a.seq ORDER BY a.seq
                    """,
                    self.values + [.integer(Int64(self.pageSize) + 1)]
                ),
                // Where the awards that were looked at end, and whether there may be more.
                .init(
                    "\(seen) SELECT coalesce(max(seq), $1), count(*) FROM seen WHERE true OR \(fits)",
                    self.values
                ),
            ]
        }

        /// What the rows are found by.
        private var way: String {
            if self.query.creditCode != nil { return "AND credit_code = $2 COLLATE \"C\"" }
            let unused = "AND $2::text IS NULL"
            return self.query.runID != nil ? "\(unused) AND run_id = $3 COLLATE \"C\"" : unused
        }

        private var values: [PostgreSQLValue] {
            [
                .integer(self.query.after ?? 0), .optionalText(self.query.creditCode), .optionalText(self.query.runID),
                .optionalInteger(self.query.state?.rawValue), .optionalText(self.query.measure),
                .optionalBytes(self.query.subjectID?.utf8),
            ]
        }

        func page(_ answers: ArraySlice<PostgreSQLRows>) throws(PostgreSQLFailure) -> AwardPage {
            guard let rows = answers.first, let end = answers.dropFirst().first, end.count > 0 else {
                throw PostgreSQLFailure(state: "08P01", message: "answered less than it was asked")
            }
            let booked = try PostgreSQLReads.awards(rows)
            var page = AwardPage(awards: booked.prefix(self.pageSize).map(\.award), next: nil)
            if booked.count > self.pageSize {
                page.next = booked[self.pageSize - 1].seq
            } else if end.integer(0, 1) >= Self.mostSeen {
                page.next = end.integer(0, 0)
            }
            return page
        }
    }
#endif
