//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CSQLite
internal import GrantdService

/// A book made anew of the entries of another, in a file that SQLite makes for a while and nobody else sees.
final class ScratchBook {
    private let book: SQLiteBook
    private var head: BookHead

    /// - Parameter head: That of the other book.
    init(_ head: BookHead) throws(SQLiteFailure) {
        // Without a name it is a temporary file, of which small ones stay in memory.
        let connection = try SQLiteConnection(path: "", .create)
        for pragma in ["journal_mode = OFF", "synchronous = OFF", "cache_size = -65536", "locking_mode = EXCLUSIVE"] {
            try connection.execute("PRAGMA \(pragma)")
        }
        try SQLiteSchema.migrate(connection)
        self.book = SQLiteBook(connection)
        self.head = BookHead(
            bookID: head.bookID,
            lastSeq: 0,
            lastHash: EntryRecord.firstHash,
            lastAt: 0,
            repliesFrom: head.repliesFrom,
            tablesSeq: 0
        )
    }

    func replay(_ entries: [SQLiteBook.Replayed]) throws(SQLiteFailure) {
        try self.book.connection.execute("BEGIN")
        try self.book.replay(entries, head: &self.head)
        try self.book.connection.execute("COMMIT")
    }

    func rows(of table: BookTable) throws(LedgerFault) -> any BookCursor {
        try SQLiteCursor(self.book.connection, table.query, path: "made for the check")
    }
}
