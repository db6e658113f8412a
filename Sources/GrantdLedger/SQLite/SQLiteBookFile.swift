//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CSQLite
package import GrantdService

/// A book's file, opened for reading only, as of one moment: a daemon may go on writing it meanwhile.
package final class SQLiteBookFile: BookSource {
    let connection: SQLiteConnection
    private let book: SQLiteBook
    private let path: String

    package init(path: String) throws(LedgerFault) {
        do throws(SQLiteFailure) {
            let end = FileEnd(path)
            let connection = try SQLiteConnection(path: path, .read)
            connection.waitForLocks(milliseconds: 5_000)
            let version = try SQLiteSchema.check(connection)
            try end.check(connection)
            guard version == SQLiteSchema.version else {
                throw SQLiteFailure(
                    code: SQLITE_MISMATCH,
                    message: version == 0
                        ? "is empty" : "is a book of version \(version): a daemon of this version brings it up to date"
                )
            }
            for pragma in ["trusted_schema = OFF", "cell_size_check = ON"] {
                try connection.execute("PRAGMA \(pragma)")
            }
            try connection.execute("BEGIN")
            self.connection = connection
            self.book = SQLiteBook(connection)
            self.path = path
            // What is read first fixes the moment.
            _ = try self.book.head()
        } catch {
            throw LedgerFault(error, path: path)
        }
    }

    package func head() throws(LedgerFault) -> BookHead {
        do throws(SQLiteFailure) {
            return try self.book.head()
        } catch {
            throw LedgerFault(error, path: self.path)
        }
    }

    /// The hash that stands beside an entry; `nil` where there is none.
    package func hash(ofEntry seq: Int64) throws(LedgerFault) -> [UInt8]? {
        do throws(SQLiteFailure) {
            return try self.book.hash(ofEntry: seq)
        } catch {
            throw LedgerFault(error, path: self.path)
        }
    }

    package func entries() throws(LedgerFault) -> any BookCursor {
        try SQLiteCursor(self.connection, "SELECT seq, body, hash, reply FROM entries ORDER BY seq", path: self.path)
    }

    package func rows(of table: BookTable) throws(LedgerFault) -> any BookCursor {
        try SQLiteCursor(self.connection, table.query, path: self.path)
    }

    package func problemsOfStorage() throws(LedgerFault) -> [String] {
        do throws(SQLiteFailure) {
            var problems: [String] = []
            let check = try self.connection.prepare("PRAGMA integrity_check(\(BookVerification.mostFindings))")
            while try check.next() { problems.append(check.text(0)) }
            return problems == ["ok"] ? [] : problems
        } catch {
            throw LedgerFault(error, path: self.path)
        }
    }
}
