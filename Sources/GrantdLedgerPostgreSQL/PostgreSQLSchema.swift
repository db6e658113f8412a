//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if PostgreSQL
    internal import GrantdLedger

    /// The tables of a book in PostgreSQL, in a schema of their own, and how older ones become them. Only ever forward.
    enum PostgreSQLSchema {
        /// Each brings a book from the version that is its place in the list to the next one.
        ///
        /// Texts are compared byte by byte, as everywhere in a book.
        static let migrations: [[String]] = [
            [
                """
                CREATE TABLE grantd.book (
                    one int8 PRIMARY KEY CHECK (one = 1),
                    book_id text NOT NULL,
                    last_seq int8 NOT NULL,
                    last_hash bytea NOT NULL,
                    last_at int8 NOT NULL,
                    replies_from int8 NOT NULL
                )
                """,
                "COMMENT ON TABLE grantd.book IS 'One row: which book it is, and where its chain ends'",
                """
                CREATE TABLE grantd.entries (
                    seq int8 PRIMARY KEY,
                    body bytea NOT NULL,
                    hash bytea NOT NULL,
                    reply bytea
                )
                """,
                """
                CREATE FUNCTION grantd.entries_do_not_change() RETURNS trigger LANGUAGE plpgsql AS
                $$BEGIN RAISE EXCEPTION 'entries are only added'; END$$
                """,
                """
                CREATE TRIGGER entries_do_not_change BEFORE UPDATE ON grantd.entries FOR EACH ROW
                WHEN (new.reply IS NOT NULL OR (new.seq, new.body, new.hash) IS DISTINCT FROM (old.seq, old.body, old.hash))
                EXECUTE FUNCTION grantd.entries_do_not_change()
                """,
                """
                CREATE TRIGGER entries_stay BEFORE DELETE OR TRUNCATE ON grantd.entries
                FOR EACH STATEMENT EXECUTE FUNCTION grantd.entries_do_not_change()
                """,
                """
                CREATE TABLE grantd.awards (
                    seq int8 PRIMARY KEY,
                    award_id text COLLATE "C" NOT NULL UNIQUE,
                    credit_code text COLLATE "C" NOT NULL,
                    measure text COLLATE "C" NOT NULL,
                    subject_id text COLLATE "C",
                    awarded_on int8 NOT NULL,
                    amount_fen int8,
                    state int8 NOT NULL,
                    expires_at int8,
                    run_id text COLLATE "C"
                )
                """,
                "CREATE INDEX awards_by_applicant ON grantd.awards (credit_code, measure, seq)",
                "CREATE INDEX awards_by_run ON grantd.awards (run_id, seq) WHERE run_id IS NOT NULL",
                "CREATE INDEX awards_held ON grantd.awards (expires_at) WHERE state = 1",
                """
                CREATE TABLE grantd.keys (
                    key text COLLATE "C" PRIMARY KEY,
                    seq int8 NOT NULL
                )
                """,
                """
                CREATE TABLE grantd.applicant_sums (
                    credit_code text COLLATE "C" NOT NULL,
                    measure text COLLATE "C" NOT NULL,
                    year int8 NOT NULL,
                    count int8 NOT NULL,
                    fen int8 NOT NULL,
                    fen_e18 int8 NOT NULL,
                    PRIMARY KEY (credit_code, measure, year)
                )
                """,
                "COMMENT ON TABLE grantd.applicant_sums IS 'Sums of live awards: fen + fen_e18 * 10^18'",
                """
                CREATE TABLE grantd.subject_sums (
                    credit_code text COLLATE "C" NOT NULL,
                    measure text COLLATE "C" NOT NULL,
                    subject_id text COLLATE "C" NOT NULL,
                    year int8 NOT NULL,
                    count int8 NOT NULL,
                    fen int8 NOT NULL,
                    fen_e18 int8 NOT NULL,
                    PRIMARY KEY (credit_code, measure, subject_id, year)
                )
                """,
                """
                CREATE TABLE grantd.day_sums (
                    measure text COLLATE "C" NOT NULL,
                    programme text COLLATE "C" NOT NULL,
                    day int8 NOT NULL,
                    used_fen int8 NOT NULL,
                    used_fen_e18 int8 NOT NULL,
                    reserved_fen int8 NOT NULL,
                    reserved_fen_e18 int8 NOT NULL,
                    PRIMARY KEY (measure, programme, day)
                )
                """,
                """
                CREATE TABLE grantd.run_sums (
                    run_id text COLLATE "C" NOT NULL,
                    measure text COLLATE "C" NOT NULL,
                    state int8 NOT NULL,
                    count int8 NOT NULL,
                    fen int8 NOT NULL,
                    fen_e18 int8 NOT NULL,
                    PRIMARY KEY (run_id, measure, state)
                )
                """,
                """
                CREATE TABLE grantd.changes (
                    award_seq int8 NOT NULL,
                    seq int8 NOT NULL,
                    PRIMARY KEY (award_seq, seq)
                )
                """,
                "COMMENT ON TABLE grantd.changes IS 'The entries that changed an award, by the entry that made it'",
                """
                CREATE TABLE grantd.envelopes (
                    envelope_id text COLLATE "C" PRIMARY KEY,
                    seq int8 NOT NULL,
                    used_fen int8 NOT NULL,
                    used_fen_e18 int8 NOT NULL,
                    reserved_fen int8 NOT NULL,
                    reserved_fen_e18 int8 NOT NULL
                )
                """,
            ]
        ]

        /// The version that this daemon writes.
        static var version: Int64 { Int64(Self.migrations.count) }

        /// Any number, the same for all daemons: who holds its lock migrates.
        private static let lock: Int64 = 0x6772_616E_7464

        /// Brings a book to the present version; a database without one gets an empty book. A book has all that its version has.
        static func migrate(_ connection: PostgreSQLConnection) throws(PostgreSQLFailure) {
            guard try self.present(connection) < self.version else {
                return try self.checkParts(connection, tablesAlone: false)
            }
            _ = try connection.run("BEGIN")
            _ = try connection.run("SELECT 1 FROM pg_advisory_xact_lock($1)", [.integer(self.lock)])
            // Another daemon may have been first.
            let version = try self.present(connection)
            if version == 0 {
                _ = try connection.run("CREATE SCHEMA IF NOT EXISTS grantd")
                _ = try connection.run("CREATE TABLE grantd.version (version int8 NOT NULL)")
            }
            for migration in self.migrations.dropFirst(Int(version)) {
                for statement in migration { _ = try connection.run(statement) }
            }
            if version == 0 {
                _ = try connection.run(
                    """
                    INSERT INTO grantd.book
                    SELECT 1, replace(gen_random_uuid()::text, '-', ''), 0, decode(repeat('00', 32), 'hex'), 0, 1
                    """
                )
                _ = try connection.run("INSERT INTO grantd.version VALUES (0)")
            }
            _ = try connection.run("UPDATE grantd.version SET version = $1", [.integer(self.version)])
            _ = try connection.run("COMMIT")
        }

        /// The version of the book that is there, 0 where there is none; fails where it is none that this daemon can read.
        static func present(_ connection: PostgreSQLConnection) throws(PostgreSQLFailure) -> Int64 {
            let found = try connection.run(
                """
                SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('grantd')),
                (SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('grantd.version')
                AND attname = 'version' AND atttypid = 'int8'::regtype)
                """
            )
            guard found.count > 0, found.integer(0, 0) > 0 else { return 0 }
            guard found.integer(0, 1) > 0 else {
                throw self.unfit(
                    "is none: what the schema grantd of the database holds is no book; give another database"
                )
            }
            let rows = try connection.run("SELECT version FROM grantd.version")
            guard rows.count == 1, rows.integer(0, 0) > 0 else {
                throw self.unfit("is not whole: it does not say which version it is of; restore a backup")
            }
            let version = rows.integer(0, 0)
            guard version <= self.version else {
                throw self.unfit(
                    "is a book of version \(version), made by a newer grantd; this one knows versions up to "
                        + "\(self.version): use the newer one"
                )
            }
            return version
        }

        /// Fails where a book of the present version lacks what it has: whatever else is there does no harm.
        ///
        /// - Parameter tablesAlone: Whether it is only to be read, which wants nothing that keeps entries as they are.
        static func checkParts(
            _ connection: PostgreSQLConnection,
            tablesAlone: Bool
        ) throws(PostgreSQLFailure) {
            let rows = try connection.run(
                """
                SELECT relname || '.' || attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
                WHERE relnamespace = to_regnamespace('grantd') AND relkind IN ('r', 'p') AND NOT attisdropped
                UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgrelid = to_regclass('grantd.entries')
                """
            )
            let parts = Set((0..<rows.count).compactMap { rows.optionalText($0, 0) })
            var wanted = ["book_id", "last_seq", "last_hash", "last_at", "replies_from"].map { "book.\($0)" }
            wanted += ["seq", "body", "hash", "reply"].map { "entries.\($0)" }
            wanted += BookTable.allCases.flatMap { table in table.columns.map { "\(table.rawValue).\($0)" } }
            if !tablesAlone { wanted += ["trigger entries_do_not_change", "trigger entries_stay"] }
            guard let missing = wanted.first(where: { !parts.contains($0) }) else { return }
            throw self.unfit(
                "is a book of version \(self.version) that is not whole: it lacks \(missing); restore a backup"
            )
        }

        /// What is there cannot be used.
        private static func unfit(_ message: String) -> PostgreSQLFailure {
            PostgreSQLFailure(state: "0A000", message: message)
        }
    }
#endif
