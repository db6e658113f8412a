//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CSQLite
private import Glibc
package import GrantdService

/// A copy of a book's file, made while daemons go on writing it: as it was at one moment.
package enum SQLiteCopy {
    /// Copies a book into a new file, which is there whole or not at all, and synced.
    ///
    /// - Parameters:
    ///   - book: As of the moment at which it was opened.
    ///   - path: Where nothing may be yet.
    ///   - progress: Is told how many pages have been copied, and how many there are.
    package static func make(
        of book: SQLiteBookFile,
        at path: String,
        progress: (Int64, Int64) -> Void = { _, _ in }
    ) throws(LedgerFault) {
        let partial = "\(path).partial-\(getpid())"
        do throws(SQLiteFailure) {
            try self.copy(book, partial, progress)
            try self.sync(partial)
            // Fails where something is there by now; a rename would not.
            guard link(partial, path) == 0 else { throw self.failure("cannot be made", errno) }
            unlink(partial)
            try self.sync(self.folder(of: path))
        } catch {
            unlink(partial)
            throw LedgerFault(error, path: path)
        }
    }

    /// How many pages are copied between two reports.
    private static let pages: Int32 = 4_096

    private static func copy(
        _ book: SQLiteBookFile,
        _ path: String,
        _ progress: (Int64, Int64) -> Void
    ) throws(SQLiteFailure) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw self.failure("cannot be made", errno) }
        Glibc.close(descriptor)
        let target = try SQLiteConnection(path: path, .write)
        // Nobody knows the file yet, and it is synced at the end.
        for pragma in ["journal_mode = OFF", "synchronous = OFF"] { try target.execute("PRAGMA \(pragma)") }
        guard let backup = sqlite3_backup_init(target.handle, "main", book.connection.handle, "main") else {
            throw target.failure(sqlite3_errcode(target.handle))
        }
        var code = SQLITE_OK
        // The book's connection has a reading transaction open: that the book grows meanwhile changes nothing here.
        while code == SQLITE_OK {
            code = sqlite3_backup_step(backup, self.pages)
            let count = Int64(sqlite3_backup_pagecount(backup))
            progress(count - Int64(sqlite3_backup_remaining(backup)), count)
        }
        let end = sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE, end == SQLITE_OK else { throw target.failure(end == SQLITE_OK ? code : end) }
    }

    static func sync(_ path: String) throws(SQLiteFailure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw self.failure("cannot be opened", errno) }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw self.failure("cannot be synced", errno) }
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func failure(_ what: String, _ code: Int32) -> SQLiteFailure {
        let reason = String(cString: strerror(code))
        return SQLiteFailure(code: code == ENOSPC ? SQLITE_FULL : SQLITE_CANTOPEN, message: "\(what): \(reason)")
    }
}
