//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CSQLite

/// The tables of a book in SQLite, and how older ones become them. Only ever forward.
package enum SQLiteSchema {
    /// In the file's header, so that `file` and this daemon know a book: "grnt".
    static let applicationID: Int64 = 0x6772_6E74

    /// Each brings a book from the version that is its place in the list to the next one.
    static let migrations = [
        """
        -- One row: which book it is, and where its chain ends.
        CREATE TABLE book (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            book_id TEXT NOT NULL,
            last_seq INTEGER NOT NULL,
            last_hash BLOB NOT NULL,
            last_at INTEGER NOT NULL,
            -- Replies of entries before this one are no longer kept.
            replies_from INTEGER NOT NULL,
            -- The tables that are made of the entries hold those up to this one; what follows from the few behind it is
            -- in the memory of whoever writes the book.
            tables_seq INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE entries (
            seq INTEGER PRIMARY KEY,
            body BLOB NOT NULL,
            hash BLOB NOT NULL,
            reply BLOB
        ) STRICT;
        CREATE TRIGGER entries_do_not_change BEFORE UPDATE OF seq, body, hash ON entries
            BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
        CREATE TRIGGER replies_only_end BEFORE UPDATE OF reply ON entries WHEN new.reply IS NOT NULL
            BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
        CREATE TRIGGER entries_stay BEFORE DELETE ON entries
            BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;

        -- All that follows is made of the entries.
        CREATE TABLE awards (
            seq INTEGER PRIMARY KEY,
            award_id TEXT NOT NULL,
            credit_code TEXT NOT NULL,
            measure TEXT NOT NULL,
            subject_id TEXT,
            awarded_on INTEGER NOT NULL,
            amount_fen INTEGER,
            state INTEGER NOT NULL,
            expires_at INTEGER,
            run_id TEXT
        ) STRICT;
        CREATE UNIQUE INDEX awards_by_id ON awards (award_id);
        CREATE INDEX awards_by_applicant ON awards (credit_code, measure);
        CREATE INDEX awards_by_run ON awards (run_id) WHERE run_id IS NOT NULL;
        CREATE INDEX awards_held ON awards (expires_at) WHERE state = 1;

        CREATE TABLE keys (
            key TEXT PRIMARY KEY,
            seq INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- Sums of live awards: fen + fen_e18 * 10^18, so that no sum overflows.
        CREATE TABLE applicant_sums (
            credit_code TEXT NOT NULL,
            measure TEXT NOT NULL,
            year INTEGER NOT NULL,
            count INTEGER NOT NULL,
            fen INTEGER NOT NULL,
            fen_e18 INTEGER NOT NULL,
            PRIMARY KEY (credit_code, measure, year)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE subject_sums (
            credit_code TEXT NOT NULL,
            measure TEXT NOT NULL,
            subject_id TEXT NOT NULL,
            year INTEGER NOT NULL,
            count INTEGER NOT NULL,
            fen INTEGER NOT NULL,
            fen_e18 INTEGER NOT NULL,
            PRIMARY KEY (credit_code, measure, subject_id, year)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE day_sums (
            measure TEXT NOT NULL,
            programme TEXT NOT NULL,
            day INTEGER NOT NULL,
            used_fen INTEGER NOT NULL,
            used_fen_e18 INTEGER NOT NULL,
            reserved_fen INTEGER NOT NULL,
            reserved_fen_e18 INTEGER NOT NULL,
            PRIMARY KEY (measure, programme, day)
        ) STRICT, WITHOUT ROWID;
        -- Of all awards of a run, whatever their state.
        CREATE TABLE run_sums (
            run_id TEXT NOT NULL,
            measure TEXT NOT NULL,
            state INTEGER NOT NULL,
            count INTEGER NOT NULL,
            fen INTEGER NOT NULL,
            fen_e18 INTEGER NOT NULL,
            PRIMARY KEY (run_id, measure, state)
        ) STRICT, WITHOUT ROWID;
        -- The entries that changed an award, by the entry that made it.
        CREATE TABLE changes (
            award_seq INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            PRIMARY KEY (award_seq, seq)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE envelopes (
            envelope_id TEXT PRIMARY KEY,
            -- The entry that says what it is.
            seq INTEGER NOT NULL,
            used_fen INTEGER NOT NULL,
            used_fen_e18 INTEGER NOT NULL,
            reserved_fen INTEGER NOT NULL,
            reserved_fen_e18 INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
    ]

    /// The version that this daemon writes.
    package static var version: Int64 { Int64(Self.migrations.count) }

    /// Brings a book to the present version; a new file becomes an empty book. A book has all that its version has.
    static func migrate(_ connection: SQLiteConnection) throws(SQLiteFailure) {
        let present = try self.check(connection)
        try self.check(connection, hasPartsOf: present, tablesAlone: false)
        guard present < self.version else { return }
        try connection.execute("BEGIN IMMEDIATE")
        do throws(SQLiteFailure) {
            // Another process may have been first.
            let version = try self.check(connection)
            for migration in self.migrations.dropFirst(Int(version)) { try connection.execute(migration) }
            if version == 0 { try self.begin(connection) }
            try connection.execute("PRAGMA application_id = \(self.applicationID)")
            try connection.execute("PRAGMA user_version = \(self.version)")
            try connection.execute("COMMIT")
        } catch {
            try? connection.execute("ROLLBACK")
            throw error
        }
    }

    /// Fails where a file is no book that this daemon can read.
    ///
    /// - Returns: The book's version, 0 where the file is empty.
    @discardableResult
    static func check(_ connection: SQLiteConnection) throws(SQLiteFailure) -> Int64 {
        let version = try connection.integer("PRAGMA user_version") ?? 0
        let owner = try connection.integer("PRAGMA application_id") ?? 0
        let isEmpty = try connection.integer("SELECT count(*) FROM sqlite_schema") == 0
        if isEmpty, version == 0, owner == 0 { return 0 }
        guard owner == self.applicationID, version > 0 else {
            throw SQLiteFailure(
                code: SQLITE_MISMATCH,
                message: "is a database, but no book of grantd's: give another file"
            )
        }
        guard version <= self.version else {
            throw SQLiteFailure(
                code: SQLITE_MISMATCH,
                message: "is a book of version \(version), made by a newer grantd; this one knows versions up to "
                    + "\(self.version): use the newer one"
            )
        }
        try self.check(connection, hasPartsOf: version, tablesAlone: true)
        return version
    }

    /// Fails where a book lacks what its version has: whatever else is there does no harm.
    ///
    /// - Parameter tablesAlone: Whether it is only to be read, which wants no indexes and nothing that keeps entries as they are.
    private static func check(
        _ connection: SQLiteConnection,
        hasPartsOf version: Int64,
        tablesAlone: Bool
    ) throws(SQLiteFailure) {
        let model = try SQLiteConnection(path: ":memory:", .create)
        for migration in self.migrations.prefix(Int(version)) { try model.execute(migration) }
        let parts = try self.parts(connection)
        for (name, sql) in try self.parts(model).sorted(by: { $0.key < $1.key })
        where parts[name] != sql && (!tablesAlone || name.hasPrefix("table ")) {
            throw SQLiteFailure(
                code: SQLITE_MISMATCH,
                message: "is a book of version \(version) that is not whole: it lacks the \(name), or has another; "
                    + "restore a backup"
            )
        }
    }

    /// What a schema has, by kind and name.
    private static func parts(_ connection: SQLiteConnection) throws(SQLiteFailure) -> [String: String] {
        let row = try connection.prepare(
            "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
        )
        var parts: [String: String] = [:]
        while try row.next() { parts[row.text(0)] = row.text(1) }
        return parts
    }

    private static func begin(_ connection: SQLiteConnection) throws(SQLiteFailure) {
        var random = SystemRandomNumberGenerator()
        let bookID = (0..<2).map { _ in
            let digits = String(UInt64.random(in: .min ... .max, using: &random), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        try connection.prepare("INSERT INTO book VALUES (1, ?, 0, ?, 0, 1, 0)")
            .bind(1, bookID.joined())
            .bind(2, EntryRecord.firstHash)
            .run()
    }
}
