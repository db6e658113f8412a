//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if PostgreSQL
    internal import GrantdLedger
    internal import GrantdService

    /// Statements that add entries and bring the tables that follow from them up to date, each for all rows at once.
    struct PostgreSQLWrites {
        typealias Call = PostgreSQLConnection.Call

        /// The entries, chained.
        private var records: [EntryRecord] = []
        private var bodies: [[UInt8]] = []
        private var hashes: [[UInt8]] = []
        private(set) var changes = BookChanges()
        private(set) var head: BookHead

        init(after head: BookHead) { self.head = head }

        /// Adds an entry at the end of the chain.
        ///
        /// - Parameter find: Gives an award that was there before.
        mutating func append(
            _ content: EntryRecord.Content,
            at now: Int64,
            find: (String) -> BookChanges.Booked?
        ) throws(PostgreSQLFailure) {
            let (seq, isTooMany) = self.head.lastSeq.addingReportingOverflow(1)
            let record = EntryRecord(seq: seq, recordedAt: max(now, self.head.lastAt), content: content)
            guard !isTooMany, self.changes.add(record, find: find) else {
                throw PostgreSQLFailure(state: "XX001", message: "does not have an award that an entry settles")
            }
            let body = record.canonicalBytes
            self.head.lastSeq = seq
            self.head.lastHash = EntryRecord.hash(of: body, after: self.head.lastHash)
            self.head.lastAt = record.recordedAt
            self.records.append(record)
            self.bodies.append(body)
            self.hashes.append(self.head.lastHash)
        }

        /// All but what envelopes draw.
        var calls: [Call] {
            var calls = [
                Call(
                    """
                    INSERT INTO grantd.entries (seq, body, hash, reply)
                    SELECT * FROM unnest($1::int8[], $2::bytea[], $3::bytea[], $4::bytea[])
                    """,
                    [
                        .integers(self.records.map(\.seq)), .byteStrings(self.bodies), .byteStrings(self.hashes),
                        .byteStrings(self.records.map { $0.content.receipt?.reply }),
                    ]
                ),
                Call(
                    "UPDATE grantd.book SET last_seq = $1, last_hash = $2, last_at = $3",
                    [.integer(self.head.lastSeq), .bytes(self.head.lastHash), .integer(self.head.lastAt)]
                ),
            ]
            if !self.changes.added.isEmpty { calls.append(self.added) }
            if !self.changes.changed.isEmpty { calls.append(self.changed) }
            if !self.changes.changes.isEmpty {
                calls.append(
                    Call(
                        "INSERT INTO grantd.changes (award_seq, seq) SELECT * FROM unnest($1::int8[], $2::int8[])",
                        [.integers(self.changes.changes.map(\.awardSeq)), .integers(self.changes.changes.map(\.seq))]
                    )
                )
            }
            let keys = self.changes.keys.filter { $0.seq >= self.head.repliesFrom }
            if !keys.isEmpty {
                calls.append(
                    Call(
                        "INSERT INTO grantd.keys (key, seq) SELECT * FROM unnest($1::text[], $2::int8[])",
                        [.texts(keys.map(\.key)), .integers(keys.map(\.seq))]
                    )
                )
            }
            return calls + self.sums
        }

        private var added: Call {
            let awards = self.changes.added
            return Call(
                """
                INSERT INTO grantd.awards
                (seq, award_id, credit_code, measure, subject_id, awarded_on, amount_fen, state, expires_at, run_id)
                SELECT * FROM unnest($1::int8[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int8[], $7::int8[],
                $8::int8[], $9::int8[], $10::text[])
                """,
                [
                    .integers(awards.map(\.seq)), .texts(awards.map(\.award.awardID)),
                    .texts(awards.map(\.award.creditCode)), .texts(awards.map(\.award.measure)),
                    .texts(awards.map { $0.award.subjectID?.text }), .integers(awards.map(\.award.awardedOn)),
                    .integers(awards.map(\.award.amountFen)), .integers(awards.map(\.award.state.rawValue)),
                    .integers(awards.map(\.award.expiresAt)), .texts(awards.map(\.award.runID)),
                ]
            )
        }

        private var changed: Call {
            let awards = Array(self.changes.changed.values)
            return Call(
                """
                UPDATE grantd.awards AS a SET state = new.state, amount_fen = new.amount_fen
                FROM unnest($1::int8[], $2::int8[], $3::int8[]) AS new (seq, state, amount_fen) WHERE a.seq = new.seq
                """,
                [
                    .integers(awards.map(\.seq)), .integers(awards.map(\.award.state.rawValue)),
                    .integers(awards.map(\.award.amountFen)),
                ]
            )
        }

        // MARK: - Sums

        /// Adds to a sum; of both, the rest is 0 or more and less than 10^18, so that their sum does not overflow.
        private static func add(_ sum: String) -> String {
            """
            \(sum) = (s.\(sum) + excluded.\(sum)) % 1000000000000000000,
            \(sum)_e18 = s.\(sum)_e18 + excluded.\(sum)_e18 + (s.\(sum) + excluded.\(sum)) / 1000000000000000000
            """
        }

        private var sums: [Call] {
            var calls: [Call] = []
            let sums = BookSums(self.changes)
            let applicants = sums.applicants.filter { !$0.value.isNothing }
            if !applicants.isEmpty {
                let keys = Self.values(of: applicants.map(\.key))
                let values = Self.values(of: applicants.map(\.value))
                calls.append(
                    Call(
                        """
                        INSERT INTO grantd.applicant_sums AS s (credit_code, measure, year, count, fen, fen_e18)
                        SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::int8[], $5::int8[], $6::int8[])
                        ON CONFLICT (credit_code, measure, year) DO UPDATE
                        SET count = s.count + excluded.count, \(Self.add("fen"))
                        """,
                        keys + values
                    )
                )
                if applicants.contains(where: { $0.value.count < 0 }) {
                    calls.append(
                        Call(
                            """
                            DELETE FROM grantd.applicant_sums AS s
                            USING unnest($1::text[], $2::text[], $3::int8[]) AS k (credit_code, measure, year)
                            WHERE s.credit_code = k.credit_code COLLATE "C" AND s.measure = k.measure COLLATE "C"
                            AND s.year = k.year AND s.count = 0
                            """,
                            keys
                        )
                    )
                }
            }
            let subjects = sums.subjects.filter { !$0.value.isNothing }
            if !subjects.isEmpty {
                let keys =
                    Self.values(of: subjects.map(\.key.applicant)) + [.texts(subjects.map(\.key.subjectID.text))]
                let values = Self.values(of: subjects.map(\.value))
                calls.append(
                    Call(
                        """
                        INSERT INTO grantd.subject_sums AS s
                        (credit_code, measure, year, subject_id, count, fen, fen_e18)
                        SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::int8[], $6::int8[],
                        $7::int8[])
                        ON CONFLICT (credit_code, measure, subject_id, year) DO UPDATE
                        SET count = s.count + excluded.count, \(Self.add("fen"))
                        """,
                        keys + values
                    )
                )
                if subjects.contains(where: { $0.value.count < 0 }) {
                    calls.append(
                        Call(
                            """
                            DELETE FROM grantd.subject_sums AS s
                            USING unnest($1::text[], $2::text[], $3::int8[], $4::text[])
                            AS k (credit_code, measure, year, subject_id)
                            WHERE s.credit_code = k.credit_code COLLATE "C" AND s.measure = k.measure COLLATE "C"
                            AND s.subject_id = k.subject_id COLLATE "C" AND s.year = k.year AND s.count = 0
                            """,
                            keys
                        )
                    )
                }
            }
            return calls + self.runs + self.days
        }

        private static func values(of years: [BookChanges.ApplicantYear]) -> [PostgreSQLValue] {
            [.texts(years.map(\.creditCode)), .texts(years.map(\.measure)), .integers(years.map(\.year))]
        }

        private static func values(of tallies: [BookChanges.Tally]) -> [PostgreSQLValue] {
            [
                .integers(tallies.map(\.count)), .integers(tallies.map(\.fen.rest)),
                .integers(tallies.map(\.fen.quintillions)),
            ]
        }

        private static func values(of uses: [BookChanges.Use]) -> [PostgreSQLValue] {
            [
                .integers(uses.map(\.used.rest)), .integers(uses.map(\.used.quintillions)),
                .integers(uses.map(\.reserved.rest)), .integers(uses.map(\.reserved.quintillions)),
            ]
        }

        private var runs: [Call] {
            let runs = self.changes.runs
            guard !runs.isEmpty else { return [] }
            let keys: [PostgreSQLValue] = [
                .texts(runs.map(\.key.runID)), .texts(runs.map(\.key.measure)),
                .integers(runs.map(\.key.state.rawValue)),
            ]
            var calls = [
                Call(
                    """
                    INSERT INTO grantd.run_sums AS s (run_id, measure, state, count, fen, fen_e18)
                    SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::int8[], $5::int8[], $6::int8[])
                    ON CONFLICT (run_id, measure, state) DO UPDATE
                    SET count = s.count + excluded.count, \(Self.add("fen"))
                    """,
                    keys + Self.values(of: runs.map(\.value))
                )
            ]
            if runs.contains(where: { $0.value.count < 0 }) {
                calls.append(
                    Call(
                        """
                        DELETE FROM grantd.run_sums AS s
                        USING unnest($1::text[], $2::text[], $3::int8[]) AS k (run_id, measure, state)
                        WHERE s.run_id = k.run_id COLLATE "C" AND s.measure = k.measure COLLATE "C"
                        AND s.state = k.state AND s.count = 0
                        """,
                        keys
                    )
                )
            }
            return calls
        }

        private var days: [Call] {
            let days = self.changes.days.filter { !$0.value.isNothing }
            guard !days.isEmpty else { return [] }
            let keys: [PostgreSQLValue] = [
                .texts(days.map(\.key.measure)), .texts(days.map(\.key.programme)), .integers(days.map(\.key.day)),
            ]
            return [
                Call(
                    """
                    INSERT INTO grantd.day_sums AS s
                    (measure, programme, day, used_fen, used_fen_e18, reserved_fen, reserved_fen_e18)
                    SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[])
                    ON CONFLICT (measure, programme, day) DO UPDATE
                    SET \(Self.add("used_fen")), \(Self.add("reserved_fen"))
                    """,
                    keys + Self.values(of: days.map(\.value))
                ),
                Call(
                    """
                    DELETE FROM grantd.day_sums AS s
                    USING unnest($1::text[], $2::text[], $3::int8[]) AS k (measure, programme, day)
                    WHERE s.measure = k.measure COLLATE "C" AND s.programme = k.programme COLLATE "C" AND s.day = k.day
                    AND used_fen = 0 AND used_fen_e18 = 0 AND reserved_fen = 0 AND reserved_fen_e18 = 0
                    """,
                    keys
                ),
            ]
        }

        // MARK: - Envelopes

        /// What the envelopes that are there draw from now on; those that are put anew left out.
        ///
        /// - Parameter known: All that are there, and what they drew before.
        func drawn(_ known: [(envelope: Envelope, use: BookChanges.Use)]) -> [Call] {
            var envelopeIDs: [String] = []
            var uses: [BookChanges.Use] = []
            for (envelope, use) in known where self.changes.envelopes[envelope.envelopeID] == nil {
                var sum = use
                for (day, more) in self.changes.days where envelope.covers(day) { sum += more }
                guard sum != use else { continue }
                envelopeIDs.append(envelope.envelopeID)
                uses.append(sum)
            }
            guard !uses.isEmpty else { return [] }
            return [
                Call(
                    """
                    UPDATE grantd.envelopes AS v SET used_fen = new.used_fen, used_fen_e18 = new.used_fen_e18,
                    reserved_fen = new.reserved_fen, reserved_fen_e18 = new.reserved_fen_e18
                    FROM unnest($1::text[], $2::int8[], $3::int8[], $4::int8[], $5::int8[])
                    AS new (envelope_id, used_fen, used_fen_e18, reserved_fen, reserved_fen_e18)
                    WHERE v.envelope_id = new.envelope_id COLLATE "C"
                    """,
                    [.texts(envelopeIDs)] + Self.values(of: uses)
                )
            ]
        }

        /// The envelopes that are put anew.
        ///
        /// - Parameter days: What each day draws after all that is added.
        func put(_ days: PostgreSQLRows) -> Call {
            let puts = Array(self.changes.envelopes.values)
            var sums = [BookChanges.Use](repeating: BookChanges.Use(), count: puts.count)
            PostgreSQLReads.forEachDay(days) { day, use in
                for index in puts.indices where puts[index].envelope.covers(day) { sums[index] += use }
            }
            return Call(
                """
                INSERT INTO grantd.envelopes AS v
                (envelope_id, seq, used_fen, used_fen_e18, reserved_fen, reserved_fen_e18)
                SELECT * FROM unnest($1::text[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[])
                ON CONFLICT (envelope_id) DO UPDATE SET seq = excluded.seq, used_fen = excluded.used_fen,
                used_fen_e18 = excluded.used_fen_e18, reserved_fen = excluded.reserved_fen,
                reserved_fen_e18 = excluded.reserved_fen_e18
                """,
                [.texts(puts.map(\.envelope.envelopeID)), .integers(puts.map(\.seq))] + Self.values(of: sums)
            )
        }
    }
#endif
