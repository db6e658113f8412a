//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if PostgreSQL
    internal import GrantdLedger
    package import GrantdService

    /// A book in a PostgreSQL database, which several daemons may share.
    ///
    /// A step holds the one row of the book from its beginning to its end: the steps of all daemons follow each other, and none
    /// waits for another in a circle. It costs two ways to the server, one that reads and one that writes, however many awards
    /// it has. A connection that breaks is made anew at the next step; where it breaks while a step is committed, the new one
    /// tells whether the step stands.
    package final class PostgreSQLAwardStore: AwardStore {
        package struct Configuration: Sendable {
            /// How long a step waits for those of other daemons, in milliseconds.
            package var lockWait = 10_000
            /// How long a statement may take, in milliseconds.
            package var statementTime = 60_000
            /// How long the server waits for the rest of a step before it gives the book to others, in milliseconds.
            package var idleTime = 30_000
            /// How long the replies to idempotency keys are kept, in milliseconds; `nil`: for good.
            package var keepsRepliesFor: Int64?

            package static let defaults = Self()
        }

        private let address: String
        private let configuration: Configuration
        private var opened: PostgreSQLConnection?
        /// Whether the server let nothing be written when the connection was made.
        private var isReadOnly = false
        /// The book that this store serves.
        private var bookID: String?
        /// The latest moment that was told.
        private var latest: Int64 = 0
        private var step: Step?

        /// What a step has read and not yet written.
        private struct Step {
            var head: BookHead
            var envelopes: [(envelope: Envelope, use: BookChanges.Use)]
            var hasChanged: Bool
        }

        /// Connects, and brings the book up to date; where there is none, begins one.
        ///
        /// - Parameter address: A URI or a connection string of PostgreSQL's: `postgres://USER@HOST/DATABASE`. Passwords are
        ///   better kept in `~/.pgpass`.
        package init(address: String, configuration: Configuration = .defaults) throws(LedgerFault) {
            self.address = address
            self.configuration = configuration
            _ = try self.translated { () throws(PostgreSQLFailure) in try self.connection() }
        }

        // MARK: - Steps

        package func begin(_ needs: StepNeeds) throws(LedgerFault) -> StepView {
            self.abandon()
            return try self.translated { () throws(PostgreSQLFailure) in
                let connection = try self.connection()
                let reads = PostgreSQLReads(needs)
                while true {
                    let answers = try connection.run(
                        [.init("BEGIN")]
                            + PostgreSQLReads.head(locks: true, latest: self.latest, mostEnded: Self.mostEnded)
                            + reads.calls
                    )
                    let (head, now, ended) = try self.head(answers.dropFirst())
                    var step = Step(head: head, envelopes: [], hasChanged: false)
                    step.hasChanged = try self.endReplies(before: now, connection, &step.head)
                    let rest = answers.dropFirst(1 + PostgreSQLReads.headCount)
                    if let envelopes = rest.first { step.envelopes = try PostgreSQLReads.envelopes(envelopes) }
                    if ended.isEmpty {
                        self.step = step
                        return try reads.view(rest, at: now)
                    }
                    // What was read counts reservations that have ended. Record them, and read again.
                    try self.write(ended.map { .expired(awardID: $0) }, at: now, connection, &step)
                    try self.end(connection, step.head)
                }
            }
        }

        package func commit(_ entries: [LedgerEntry]) throws(LedgerFault) {
            try self.translated { () throws(PostgreSQLFailure) in
                guard let connection = self.opened, var step = self.step else {
                    throw PostgreSQLFailure(state: "25P01", message: "has no step that could be committed")
                }
                guard step.hasChanged || !entries.isEmpty else { return self.abandon() }
                try self.write(entries.map(EntryRecord.Content.entry), at: self.latest, connection, &step)
                try self.end(connection, step.head)
            }
        }

        package func abandon() {
            self.step = nil
            guard let connection = self.opened, connection.isInTransaction else { return }
            do throws(PostgreSQLFailure) {
                _ = try connection.run("ROLLBACK")
            } catch {
                self.opened = nil
            }
        }

        package func close() {
            self.abandon()
            self.opened = nil
        }

        /// Writes entries and what follows from them, all but the end of the transaction.
        private func write(
            _ contents: [EntryRecord.Content],
            at now: Int64,
            _ connection: PostgreSQLConnection,
            _ step: inout Step
        ) throws(PostgreSQLFailure) {
            guard !contents.isEmpty else { return }
            var known: [String: BookChanges.Booked] = [:]
            let settled = contents.compactMap(\.settledID)
            if !settled.isEmpty {
                let rows = try connection.run([PostgreSQLReads.awards(settled)])
                for booked in try rows.first.map(PostgreSQLReads.awards) ?? [] { known[booked.award.awardID] = booked }
            }
            var writes = PostgreSQLWrites(after: step.head)
            for content in contents { try writes.append(content, at: now) { known[$0] } }
            let calls = writes.calls + writes.drawn(step.envelopes)
            if writes.changes.envelopes.isEmpty {
                _ = try connection.run(calls)
            } else if let days = try connection.run(calls + [PostgreSQLReads.days]).last {
                _ = try connection.run([writes.put(days)])
            }
            step.head = writes.head
        }

        /// Ends the transaction so that it stands.
        private func end(_ connection: PostgreSQLConnection, _ head: BookHead) throws(PostgreSQLFailure) {
            self.step = nil
            do throws(PostgreSQLFailure) {
                _ = try connection.run("COMMIT")
            } catch {
                // The server may have done it before it went away.
                guard error.kind == .disconnected, try self.stands(head) else { throw error }
            }
        }

        /// Whether a step stands whose commit was not answered. The book's row is locked for that: while the server still works
        /// on the step, that waits.
        private func stands(_ head: BookHead) throws(PostgreSQLFailure) -> Bool {
            self.opened = nil
            let connection = try self.connection()
            let answers = try connection.run([
                .init("BEGIN"), .init("SELECT one FROM grantd.book FOR UPDATE"),
                .init("SELECT hash FROM grantd.entries WHERE seq = $1", [.integer(head.lastSeq)]),
            ])
            let hash = answers.last.flatMap { $0.count > 0 ? $0.bytes(0, 0) : nil }
            _ = try connection.run("ROLLBACK")
            return hash == head.lastHash
        }

        // MARK: - Reading

        package func read(_ needs: StepNeeds) throws(LedgerFault) -> StepView {
            let reads = PostgreSQLReads(needs)
            return try self.snapshot(reads.calls) { answers, now throws(PostgreSQLFailure) in
                try reads.view(answers, at: now)
            }
        }

        package func list(_ query: AwardQuery) throws(LedgerFault) -> AwardPage {
            let list = PostgreSQLList(query)
            return try self.snapshot(list.calls) { answers, _ throws(PostgreSQLFailure) in try list.page(answers) }
        }

        /// Reads at a moment at which every reservation that has ended is recorded as such.
        private func snapshot<Value>(
            _ calls: [PostgreSQLConnection.Call],
            _ body: (ArraySlice<PostgreSQLRows>, Int64) throws(PostgreSQLFailure) -> Value
        ) throws(LedgerFault) -> Value {
            self.abandon()
            return try self.translated { () throws(PostgreSQLFailure) in
                while true {
                    let answers = try self.connection().run(
                        [.init("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")]
                            + PostgreSQLReads.head(locks: false, latest: self.latest, mostEnded: 1) + calls
                            + [.init("COMMIT")]
                    )
                    let (_, now, ended) = try self.head(answers.dropFirst())
                    if ended.isEmpty {
                        return try body(answers.dropFirst(1 + PostgreSQLReads.headCount), now)
                    }
                    do throws(LedgerFault) {
                        _ = try self.begin(StepNeeds())
                        self.abandon()
                    } catch {
                        throw PostgreSQLFailure(state: error.isTransient ? "55P03" : "XX000", message: error.message)
                    }
                }
            }
        }

        /// The most reservations that are ended in one transaction.
        private static let mostEnded = 4_096

        private func head(
            _ answers: ArraySlice<PostgreSQLRows>
        ) throws(PostgreSQLFailure) -> (head: BookHead, now: Int64, ended: [String]) {
            guard let first = answers.first, let second = answers.dropFirst().first else {
                throw PostgreSQLFailure(state: "08P01", message: "answered less than it was asked")
            }
            let head = try PostgreSQLReads.head(first)
            guard self.bookID == nil || self.bookID == head.bookID else {
                throw PostgreSQLFailure(
                    state: "0A000",
                    message: "is not the book that this daemon began with: restart the daemon if that is meant"
                )
            }
            self.bookID = head.bookID
            let (now, ended) = PostgreSQLReads.ended(second)
            self.latest = max(self.latest, now)
            return (head, now, ended)
        }

        /// The most entries that one step looks at whose replies may be let go of.
        private static let mostReplies: Int64 = 8_192

        /// Lets go of replies that are older than they are kept, some at a step.
        ///
        /// - Returns: Whether it changed anything.
        private func endReplies(
            before now: Int64,
            _ connection: PostgreSQLConnection,
            _ head: inout BookHead
        ) throws(PostgreSQLFailure) -> Bool {
            guard let kept = self.configuration.keepsRepliesFor else { return false }
            let rows = try connection.run(
                "SELECT seq, body FROM grantd.entries WHERE seq >= $1 ORDER BY seq LIMIT $2",
                [.integer(head.repliesFrom), .integer(Self.mostReplies)]
            )
            let horizon = now - min(kept, now)
            var next = head.repliesFrom
            for row in 0..<rows.count {
                let entry = StoredEntry(seq: rows.integer(row, 0), body: rows.bytes(row, 1))
                let record = try PostgreSQLReads.sound { () throws(EntryReader.Damage) in try entry.record() }
                guard record.recordedAt < horizon else { break }
                next = record.seq + 1
            }
            guard next > head.repliesFrom else { return false }
            let range: [PostgreSQLValue] = [.integer(head.repliesFrom), .integer(next)]
            _ = try connection.run([
                .init(
                    "UPDATE grantd.entries SET reply = NULL WHERE seq >= $1 AND seq < $2 AND reply IS NOT NULL",
                    range
                ),
                .init("DELETE FROM grantd.keys WHERE seq >= $1 AND seq < $2", range),
                .init("UPDATE grantd.book SET replies_from = $1", [.integer(next)]),
            ])
            head.repliesFrom = next
            return true
        }

        // MARK: - The connection

        private func connection() throws(PostgreSQLFailure) -> PostgreSQLConnection {
            // What only let read then may let write by now, another server at the same address too.
            if let opened = self.opened, opened.isConnected, !self.isReadOnly { return opened }
            self.opened = nil
            let connection = try PostgreSQLConnection(address: self.address)
            let settings = [
                ("lock_timeout", "\(self.configuration.lockWait)"),
                ("statement_timeout", "\(self.configuration.statementTime)"),
                ("idle_in_transaction_session_timeout", "\(self.configuration.idleTime)"),
                ("default_transaction_isolation", "read committed"),
                // Few rows are asked for of tables that may hold many, whatever the statistics say.
                ("enable_seqscan", "off"), ("enable_hashjoin", "off"), ("enable_mergejoin", "off"),
                ("plan_cache_mode", "force_generic_plan"),
                // The ways that are not to be taken cost so much that every statement would be compiled.
                ("jit", "off"),
            ]
            var calls = settings.map { name, value in
                PostgreSQLConnection.Call("SELECT set_config($1, $2, false)", [.text(name), .text(value)])
            }
            // A commit that is answered stands, also where the server's settings say otherwise.
            calls.append(
                .init(
                    """
                    SELECT set_config('synchronous_commit', 'on', false)
                    WHERE current_setting('synchronous_commit') = 'off'
                    """
                )
            )
            _ = try connection.run(calls)
            try PostgreSQLSchema.migrate(connection)
            self.isReadOnly = try connection.run("SHOW transaction_read_only").optionalText(0, 0) == "on"
            self.opened = connection
            return connection
        }

        /// Runs a body; where it fails, nothing of it stands.
        private func translated<Value>(
            _ body: () throws(PostgreSQLFailure) -> Value
        ) throws(LedgerFault) -> Value {
            do throws(PostgreSQLFailure) {
                return try body()
            } catch {
                self.abandon()
                if error.kind == .disconnected || error.kind == .readOnly { self.opened = nil }
                throw LedgerFault(error)
            }
        }
    }

    extension EntryRecord.Content {
        /// The award that it changes.
        fileprivate var settledID: String? {
            switch self {
            case .entry(.settled(let settlement, _)): settlement.awardID
            case .expired(let awardID): awardID
            case .entry(.awarded), .entry(.envelopePut), .entry(.answered): nil
            }
        }
    }
#endif
