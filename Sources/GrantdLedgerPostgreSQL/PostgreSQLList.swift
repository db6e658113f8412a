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
        private let query: AwardQuery
        private let pageSize: Int

        init(_ query: AwardQuery) {
            self.query = query
            self.pageSize = max(1, query.pageSize)
        }

        var calls: [PostgreSQLConnection.Call] {
            var calls = self.query.awardID.map(self.single) ?? self.many
            if self.query.wantsSums { calls.append(self.sums) }
            return calls
        }

        /// - Parameter answers: Those to ``calls``.
        func page(_ answers: ArraySlice<PostgreSQLRows>) throws(PostgreSQLFailure) -> AwardPage {
            let wanted = self.query.wantsSums ? 3 : 2
            guard answers.count >= wanted, let rows = answers.first, let second = answers.dropFirst().first else {
                throw PostgreSQLFailure(state: "08P01", message: "answered less than it was asked")
            }
            var page = try self.query.awardID == nil ? self.page(rows, second) : self.single(rows, second)
            if self.query.wantsSums, let sums = answers.dropFirst(2).first { page.sums = try self.sums(sums) }
            return page
        }

        // MARK: - One award

        private func single(_ awardID: String) -> [PostgreSQLConnection.Call] {
            [
                PostgreSQLReads.awards([awardID]),
                .init(
                    """
                    SELECT e.seq, e.body FROM grantd.entries AS e WHERE e.seq IN (
                        SELECT a.seq FROM grantd.awards AS a WHERE a.award_id = $1 COLLATE "C"
                        UNION ALL SELECT c.seq FROM grantd.awards AS a JOIN grantd.changes AS c ON c.award_seq = a.seq
                        WHERE a.award_id = $1 COLLATE "C"
                    ) ORDER BY e.seq LIMIT $2
                    """,
                    [.text(awardID), .integer(Int64(AwardPage.mostEntries))]
                ),
            ]
        }

        private func single(_ rows: PostgreSQLRows, _ entries: PostgreSQLRows) throws(PostgreSQLFailure) -> AwardPage {
            var page = AwardPage(awards: [], next: nil)
            guard let award = try PostgreSQLReads.awards(rows).first?.award, self.query.matches(award) else {
                return page
            }
            page.awards = [award]
            var records: [EntryRecord] = []
            for row in 0..<entries.count {
                let entry = StoredEntry(seq: entries.integer(row, 0), body: entries.bytes(row, 1))
                records.append(try PostgreSQLReads.sound { () throws(EntryReader.Damage) in try entry.record() })
            }
            page.entries = AwardEntry.entries(records)
            return page
        }

        // MARK: - Many

        private var many: [PostgreSQLConnection.Call] {
            // Parameters that are not used would have no type: each condition is there, and holds where nothing is asked. A full
            // id begins with its programme's.
            let fits = """
                ($4::int8 IS NULL OR state = $4) AND ($5::text IS NULL OR measure = $5 COLLATE "C")
                AND ($6::bytea IS NULL OR convert_to(subject_id, 'UTF8') = $6)
                AND ($3::text IS NULL OR run_id = $3 COLLATE "C")
                AND ($7::int8 IS NULL OR awarded_on >= $7) AND ($8::int8 IS NULL OR awarded_on <= $8)
                AND (cardinality($9::text[]) + cardinality($10::text[]) = 0 OR measure = ANY ($9)
                     OR split_part(measure, '.', 1) = ANY ($10))
                """
            let isForward = self.query.order == .booked
            let (after, order) = isForward ? ("seq > $1", "ORDER BY seq") : ("seq < $1", "ORDER BY seq DESC")
            let seen = """
                WITH seen AS MATERIALIZED (
                    SELECT * FROM grantd.awards WHERE \(after) \(self.way) \(order) LIMIT \(AwardQuery.mostSeen)
                )
                """
            let first =
                self.query.order == .largest
                ? "AND amount_fen IS NOT NULL ORDER BY amount_fen DESC, seq DESC" : order
            let told =
                self.query.order == .largest
                ? "ORDER BY a.amount_fen DESC, a.seq DESC" : "ORDER BY a.seq \(isForward ? "" : "DESC")"
            return [
                .init(
                    """
                    \(seen)
                    SELECT a.seq, a.state, a.amount_fen, e.body FROM (
                        SELECT * FROM seen WHERE \(fits) \(first) LIMIT $11
                    ) AS a JOIN grantd.entries AS e ON e.seq = a.seq \(told)
                    """,
                    self.values + [.integer(Int64(self.pageSize) + 1)]
                ),
                // Where the awards that were looked at end, and whether there may be more.
                .init(
                    "\(seen) SELECT coalesce(\(isForward ? "max" : "min")(seq), $1), count(*) FROM seen WHERE true OR (\(fits))",
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
            let envelope = self.query.envelope
            return [
                .integer(self.query.after ?? (self.query.order == .booked ? 0 : .max)),
                .optionalText(self.query.creditCode), .optionalText(self.query.runID),
                .optionalInteger(self.query.state?.rawValue), .optionalText(self.query.measure),
                .optionalBytes(self.query.subjectID?.utf8),
                .optionalInteger(envelope?.fromOn), .optionalInteger(envelope?.untilOn),
                .texts(envelope?.measures ?? []), .texts(envelope?.programmes ?? []),
            ]
        }

        private func page(_ rows: PostgreSQLRows, _ end: PostgreSQLRows) throws(PostgreSQLFailure) -> AwardPage {
            let booked = try PostgreSQLReads.awards(rows)
            var page = AwardPage(awards: booked.prefix(self.pageSize).map(\.award), next: nil)
            if self.query.order == .largest { return page }
            if booked.count > self.pageSize {
                page.next = booked[self.pageSize - 1].seq
            } else if end.count > 0, end.integer(0, 1) >= AwardQuery.mostSeen {
                page.next = end.integer(0, 0)
            }
            return page
        }

        // MARK: - Sums

        private var sums: PostgreSQLConnection.Call {
            guard let runID = self.query.runID else { return PostgreSQLReads.days }
            return .init(
                """
                SELECT measure, state, count, fen, fen_e18 FROM grantd.run_sums WHERE run_id = $1 COLLATE "C"
                ORDER BY measure, state
                """,
                [.text(runID)]
            )
        }

        private func sums(_ rows: PostgreSQLRows) throws(PostgreSQLFailure) -> [AwardSum] {
            guard self.query.runID != nil else {
                return AwardSum.sums(coveredBy: self.query.envelope) { PostgreSQLReads.forEachDay(rows, $0) }
            }
            var sums: [AwardSum] = []
            for row in 0..<rows.count {
                guard let state = BookedAward.State(rawValue: rows.integer(row, 1)) else {
                    throw PostgreSQLFailure(state: "XX001", message: "has sums of a state that is not known")
                }
                sums.append(
                    AwardSum(
                        measure: rows.text(row, 0),
                        state: state,
                        amountFen: Fen(quintillions: rows.integer(row, 4), rest: rows.integer(row, 3)).clamped,
                        count: rows.integer(row, 2)
                    )
                )
            }
            return sums
        }
    }
#endif
