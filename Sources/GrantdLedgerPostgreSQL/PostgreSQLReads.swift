//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if PostgreSQL
    internal import GrantdLedger
    internal import GrantdService

    /// What a step or a reading asks of the database, sent in one go, and the view that the answers make.
    struct PostgreSQLReads {
        private let needs: StepNeeds
        private let pairs: [ApplicantMeasure]
        private let subjects: [(pair: ApplicantMeasure, subjectID: SubjectID)]
        private let detailed: [ApplicantMeasure]

        init(_ needs: StepNeeds) {
            self.needs = needs
            self.pairs = Array(needs.awards.keys)
            self.subjects = needs.awards.flatMap { pair, wanted in wanted.subjects.map { (pair, $0) } }
            self.detailed = needs.awards.filter(\.value.wantsEach).map(\.key)
        }

        /// Where the chain ends; then the store's clock and the reservations that have ended by it.
        static func head(locks: Bool, latest: Int64, mostEnded: Int) -> [PostgreSQLConnection.Call] {
            [
                .init(
                    """
                    SELECT book_id, last_seq, last_hash, last_at, replies_from FROM grantd.book
                    \(locks ? "FOR UPDATE" : "")
                    """
                ),
                // The clock is read once the lock is there.
                .init(
                    """
                    WITH clock AS MATERIALIZED (
                        SELECT greatest(last_at, $1, floor(extract(epoch FROM clock_timestamp()) * 1000)::int8) AS now
                        FROM grantd.book
                    )
                    SELECT clock.now, ended.award_id FROM clock LEFT JOIN LATERAL (
                        SELECT award_id FROM grantd.awards WHERE state = 1 AND expires_at <= clock.now
                        ORDER BY expires_at LIMIT $2
                    ) AS ended ON true
                    """,
                    [.integer(latest), .integer(Int64(mostEnded))]
                ),
            ]
        }

        /// How many answers ``head(locks:latest:mostEnded:)`` has.
        static let headCount = 2

        static func head(_ rows: PostgreSQLRows) throws(PostgreSQLFailure) -> BookHead {
            guard rows.count > 0 else {
                throw PostgreSQLFailure(state: "XX001", message: "has no row that says where its chain ends")
            }
            return BookHead(
                bookID: rows.text(0, 0),
                lastSeq: rows.integer(0, 1),
                lastHash: rows.bytes(0, 2),
                lastAt: rows.integer(0, 3),
                repliesFrom: rows.integer(0, 4),
                // Each step brings them up to date.
                tablesSeq: rows.integer(0, 1)
            )
        }

        static func ended(_ rows: PostgreSQLRows) -> (now: Int64, awardIDs: [String]) {
            let awardIDs = (0..<rows.count).compactMap { rows.optionalText($0, 1) }
            return (rows.count > 0 ? rows.integer(0, 0) : 0, awardIDs)
        }

        // MARK: - Statements

        static let envelopes = PostgreSQLConnection.Call(
            """
            SELECT v.seq, v.used_fen, v.used_fen_e18, v.reserved_fen, v.reserved_fen_e18, e.body
            FROM grantd.envelopes AS v JOIN grantd.entries AS e ON e.seq = v.seq ORDER BY v.envelope_id
            """
        )

        static let days = PostgreSQLConnection.Call(
            """
            SELECT measure, programme, day, used_fen, used_fen_e18, reserved_fen, reserved_fen_e18
            FROM grantd.day_sums
            """
        )

        static func awards(_ awardIDs: some Sequence<String>) -> PostgreSQLConnection.Call {
            PostgreSQLConnection.Call(
                """
                SELECT a.seq, a.state, a.amount_fen, e.body FROM grantd.awards AS a
                JOIN grantd.entries AS e ON e.seq = a.seq WHERE a.award_id = ANY ($1)
                """,
                [.texts(Array(awardIDs))]
            )
        }

        /// All that is asked for, in the order in which ``view(_:at:)`` takes the answers. The envelopes always: what is
        /// added to a book may draw on them.
        var calls: [PostgreSQLConnection.Call] {
            var calls = [Self.envelopes]
            if !self.pairs.isEmpty {
                calls.append(
                    .init(
                        """
                        SELECT pair.place, s.year, s.count, s.fen, s.fen_e18
                        FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS pair (credit_code, measure, place)
                        JOIN grantd.applicant_sums AS s ON s.credit_code = pair.credit_code COLLATE "C"
                        AND s.measure = pair.measure COLLATE "C"
                        """,
                        self.arrays(of: self.pairs)
                    )
                )
                calls.append(
                    .init(
                        """
                        SELECT pair.place, a.award_id
                        FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS pair (credit_code, measure, place)
                        CROSS JOIN LATERAL (
                            SELECT award_id, seq FROM grantd.awards
                            WHERE credit_code = pair.credit_code COLLATE "C" AND measure = pair.measure COLLATE "C"
                            AND state IN (1, 2)
                            ORDER BY seq DESC LIMIT \(AwardTally.newestMost)
                        ) AS a ORDER BY a.seq
                        """,
                        self.arrays(of: self.pairs)
                    )
                )
            }
            if !self.subjects.isEmpty {
                calls.append(
                    .init(
                        """
                        SELECT pair.place, s.year, s.count, s.fen, s.fen_e18
                        FROM unnest($1::text[], $2::text[], $3::text[])
                        WITH ORDINALITY AS pair (credit_code, measure, subject_id, place)
                        JOIN grantd.subject_sums AS s ON s.credit_code = pair.credit_code COLLATE "C"
                        AND s.measure = pair.measure COLLATE "C" AND s.subject_id = pair.subject_id COLLATE "C"
                        """,
                        self.arrays(of: self.subjects.map(\.pair)) + [.texts(self.subjects.map(\.subjectID.text))]
                    )
                )
            }
            if !self.detailed.isEmpty { calls.append(self.each) }
            if !self.needs.keys.isEmpty {
                calls.append(
                    .init(
                        """
                        SELECT k.key, e.seq, e.body, e.reply FROM grantd.keys AS k
                        JOIN grantd.entries AS e ON e.seq = k.seq WHERE k.key = ANY ($1) AND e.reply IS NOT NULL
                        """,
                        [.texts(Array(self.needs.keys))]
                    )
                )
            }
            if !self.needs.awardIDs.isEmpty { calls.append(Self.awards(self.needs.awardIDs)) }
            if !self.needs.covered.isEmpty { calls.append(Self.days) }
            return calls
        }

        private var each: PostgreSQLConnection.Call {
            .init(
                """
                SELECT pair.place, a.award_id, a.subject_id, a.awarded_on, a.amount_fen
                FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS pair (credit_code, measure, place)
                CROSS JOIN LATERAL (
                    SELECT award_id, subject_id, awarded_on, amount_fen, seq FROM grantd.awards
                    WHERE credit_code = pair.credit_code COLLATE "C" AND measure = pair.measure COLLATE "C"
                    AND state IN (1, 2)
                    ORDER BY seq LIMIT \(AwardTally.eachMost + 1)
                ) AS a ORDER BY a.seq
                """,
                self.arrays(of: self.detailed)
            )
        }

        private func arrays(of pairs: [ApplicantMeasure]) -> [PostgreSQLValue] {
            [.texts(pairs.map(\.creditCode)), .texts(pairs.map(\.measure))]
        }

        // MARK: - Answers

        /// - Parameter answers: Those to ``calls``.
        func view(_ answers: ArraySlice<PostgreSQLRows>, at now: Int64) throws(PostgreSQLFailure) -> StepView {
            var answers = answers
            func next() throws(PostgreSQLFailure) -> PostgreSQLRows {
                guard let rows = answers.popFirst() else {
                    throw PostgreSQLFailure(state: "08P01", message: "answered less than it was asked")
                }
                return rows
            }
            var view = StepView(now: now)
            for entry in try Self.envelopes(try next()) {
                view.envelopes[entry.envelope.envelopeID] = EnvelopeState(
                    envelope: entry.envelope,
                    use: EnvelopeUse(entry.use)
                )
            }
            if !self.pairs.isEmpty {
                let sums = try next()
                for row in 0..<sums.count {
                    guard let pair = Self.element(sums, row, self.pairs) else { continue }
                    view.tallies[pair, default: AwardTally()].applicant[sums.integer(row, 1)] = Self.year(sums, row)
                }
                let newest = try next()
                for row in 0..<newest.count {
                    guard let pair = Self.element(newest, row, self.pairs) else { continue }
                    view.tallies[pair, default: AwardTally()].newest.append(newest.text(row, 1))
                }
            }
            if !self.subjects.isEmpty {
                let sums = try next()
                for row in 0..<sums.count {
                    guard let (pair, subjectID) = Self.element(sums, row, self.subjects) else { continue }
                    view.tallies[pair, default: AwardTally()].subjects[subjectID, default: [:]][sums.integer(row, 1)] =
                        Self.year(sums, row)
                }
            }
            if !self.detailed.isEmpty { self.add(try next(), to: &view) }
            if !self.needs.keys.isEmpty { try Self.addReceipts(try next(), to: &view) }
            if !self.needs.awardIDs.isEmpty {
                for booked in try Self.awards(try next()) { view.awards[booked.award.awardID] = booked.award }
            }
            if !self.needs.covered.isEmpty { view.covered = Self.uses(of: self.needs.covered, try next()) }
            return view
        }

        /// What a row is of, by its place.
        private static func element<Element>(_ rows: PostgreSQLRows, _ row: Int, _ list: [Element]) -> Element? {
            let place = Int(rows.integer(row, 0)) - 1
            return list.indices.contains(place) ? list[place] : nil
        }

        private static func year(_ rows: PostgreSQLRows, _ row: Int) -> AwardTally.Year {
            AwardTally.Year(
                fen: Fen(quintillions: rows.integer(row, 4), rest: rows.integer(row, 3)).clamped,
                count: rows.integer(row, 2)
            )
        }

        private func add(_ each: PostgreSQLRows, to view: inout StepView) {
            for row in 0..<each.count {
                guard let pair = Self.element(each, row, self.detailed) else { continue }
                view.tallies[pair, default: AwardTally()].each.append(
                    AwardTally.Award(
                        awardID: each.text(row, 1),
                        subjectID: each.optionalBytes(row, 2).map { SubjectID(utf8: $0) },
                        awardedOn: each.integer(row, 3),
                        amountFen: each.optionalInteger(row, 4)
                    )
                )
            }
        }

        private static func addReceipts(_ rows: PostgreSQLRows, to view: inout StepView) throws(PostgreSQLFailure) {
            for row in 0..<rows.count {
                let key = rows.text(row, 0)
                let entry = StoredEntry(seq: rows.integer(row, 1), body: rows.bytes(row, 2))
                view.receipts[key] = try Self.sound { () throws(EntryReader.Damage) in
                    try entry.receipt(of: key, reply: rows.bytes(row, 3))
                }
            }
        }

        static func awards(_ rows: PostgreSQLRows) throws(PostgreSQLFailure) -> [BookChanges.Booked] {
            var awards: [BookChanges.Booked] = []
            for row in 0..<rows.count {
                let entry = StoredEntry(seq: rows.integer(row, 0), body: rows.bytes(row, 3))
                awards.append(
                    try Self.sound { () throws(EntryReader.Damage) in
                        try entry.award(state: rows.integer(row, 1), amountFen: rows.optionalInteger(row, 2))
                    }
                )
            }
            return awards
        }

        static func envelopes(
            _ rows: PostgreSQLRows
        ) throws(PostgreSQLFailure) -> [(envelope: Envelope, use: BookChanges.Use)] {
            var envelopes: [(Envelope, BookChanges.Use)] = []
            for row in 0..<rows.count {
                let entry = StoredEntry(seq: rows.integer(row, 0), body: rows.bytes(row, 5))
                let envelope = try Self.sound { () throws(EntryReader.Damage) in try entry.envelope() }
                envelopes.append((envelope, Self.use(rows, row, 1)))
            }
            return envelopes
        }

        static func forEachDay(_ rows: PostgreSQLRows, _ body: (BookChanges.MeasureDay, BookChanges.Use) -> Void) {
            for row in 0..<rows.count {
                let day = BookChanges.MeasureDay(
                    measure: rows.text(row, 0),
                    programme: rows.text(row, 1),
                    day: rows.integer(row, 2)
                )
                body(day, Self.use(rows, row, 3))
            }
        }

        private static func uses(of envelopes: [Envelope], _ days: PostgreSQLRows) -> [EnvelopeUse] {
            var uses = [BookChanges.Use](repeating: BookChanges.Use(), count: envelopes.count)
            Self.forEachDay(days) { day, use in
                for index in uses.indices where envelopes[index].covers(day) { uses[index] += use }
            }
            return uses.map { EnvelopeUse($0) }
        }

        private static func use(_ rows: PostgreSQLRows, _ row: Int, _ column: Int32) -> BookChanges.Use {
            BookChanges.Use(
                used: Fen(quintillions: rows.integer(row, column + 1), rest: rows.integer(row, column)),
                reserved: Fen(quintillions: rows.integer(row, column + 3), rest: rows.integer(row, column + 2))
            )
        }

        static func sound<Value>(
            _ body: () throws(EntryReader.Damage) -> Value
        ) throws(PostgreSQLFailure) -> Value {
            do throws(EntryReader.Damage) {
                return try body()
            } catch {
                throw PostgreSQLFailure(state: "XX001", message: error.message)
            }
        }
    }
#endif
