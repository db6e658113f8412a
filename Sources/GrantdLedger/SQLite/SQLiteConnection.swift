//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CSQLite

/// A connection to a database file, of one thread at a time.
package final class SQLiteConnection {
    package enum Mode {
        /// The file is made where there is none.
        case create
        /// The file must be there.
        case write
        /// The file must be there, and stays as it is.
        case read
    }

    let handle: OpaquePointer

    /// - Parameter vfs: The name of what reads and writes the file; the system's where it is `nil`.
    package init(path: String, _ mode: Mode, vfs: String? = nil) throws(SQLiteFailure) {
        let access =
            switch mode {
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .write: SQLITE_OPEN_READWRITE
            case .read: SQLITE_OPEN_READONLY
            }
        _ = Self.isConfigured
        var handle: OpaquePointer?
        let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE
        let code = sqlite3_open_v2(path, &handle, flags, vfs)
        guard let handle, code == SQLITE_OK else {
            let failure =
                handle.map { Self.failure(code, of: $0) }
                ?? SQLiteFailure(code: code, message: String(cString: sqlite3_errstr(code)))
            sqlite3_close_v2(handle)
            throw failure
        }
        self.handle = handle
    }

    /// Once for the process.
    private static let isConfigured: Bool = {
        csqlite_count_no_memory()
        return true
    }()

    deinit { sqlite3_close_v2(self.handle) }

    /// How long a statement waits for a lock of another connection before it fails as busy.
    package func waitForLocks(milliseconds: Int32) { sqlite3_busy_timeout(self.handle, milliseconds) }

    /// Runs statements that give no rows, or whose rows nobody asks for.
    package func execute(_ sql: String) throws(SQLiteFailure) {
        try self.check(sqlite3_exec(self.handle, sql, nil, nil, nil))
    }

    /// A statement to be run many times.
    package func prepare(_ sql: String) throws(SQLiteFailure) -> SQLiteStatement {
        try SQLiteStatement(sql, on: self)
    }

    /// The first value of the first row of a query; `nil` where there is none, or where it is NULL.
    package func integer(_ sql: String) throws(SQLiteFailure) -> Int64? {
        let statement = try self.prepare(sql)
        return try statement.next() ? statement.optionalInteger(0) : nil
    }

    /// The first value of the first row of a query; `nil` where there is none, or where it is NULL.
    package func text(_ sql: String) throws(SQLiteFailure) -> String? {
        let statement = try self.prepare(sql)
        return try statement.next() ? statement.optionalText(0) : nil
    }

    /// Whether a transaction is open: some failures end it.
    package var isInTransaction: Bool { sqlite3_get_autocommit(self.handle) == 0 }

    /// Whether it can only read: a file that may not be written is opened so.
    package var isReadOnly: Bool { sqlite3_db_readonly(self.handle, "main") == 1 }

    func check(_ code: Int32) throws(SQLiteFailure) {
        guard code == SQLITE_OK else { throw self.failure(code) }
    }

    func failure(_ code: Int32) -> SQLiteFailure { Self.failure(code, of: self.handle) }

    private static func failure(_ code: Int32, of handle: OpaquePointer) -> SQLiteFailure {
        var failure = SQLiteFailure(code: code, message: String(cString: sqlite3_errmsg(handle)))
        // Of other failures it is what an earlier one left there.
        if [SQLITE_IOERR, SQLITE_CANTOPEN].contains(failure.primaryCode) {
            failure.systemError = csqlite_system_errno(handle)
        }
        return failure
    }
}
