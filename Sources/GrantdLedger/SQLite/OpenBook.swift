//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CSQLite
private import Glibc

/// A book's file as a daemon has it open.
struct OpenBook {
    let book: SQLiteBook
    private let identity: FileIdentity?

    /// In bytes. Ten entries share a page, and each step writes whole ones.
    private static let pageSize = 8_192

    /// - Parameter mayBegin: Whether a book is begun where there is no file.
    init(
        _ path: String,
        _ configuration: SQLiteAwardStore.Configuration,
        mayBegin: Bool
    ) throws(SQLiteFailure) {
        if mayBegin { try Self.makeFile(path) }
        let end = FileEnd(path)
        let connection = try SQLiteConnection(path: path, .write, vfs: configuration.vfs)
        connection.waitForLocks(milliseconds: configuration.lockWait)
        try SQLiteSchema.check(connection)
        try end.check(connection)
        // Only of a book that is begun.
        try connection.execute("PRAGMA page_size = \(Self.pageSize)")
        // As FULL, and the folder is synced after a journal is removed: one that came back after a power cut, as the journal in
        // which the file became a book may, would undo all that came later.
        try connection.execute("PRAGMA synchronous = EXTRA")
        guard try connection.text("PRAGMA journal_mode = WAL") == "wal" else {
            throw SQLiteFailure(
                code: SQLITE_CANTOPEN,
                message: "lies where no write-ahead log can be kept: give a file on a local disk"
            )
        }
        for pragma in [
            "wal_autocheckpoint = \(configuration.checkpointPages)",
            // What the log is cut to once it has been put into the book.
            "journal_size_limit = \(2 * Self.pageSize * configuration.checkpointPages)", "cache_size = -32768",
            "temp_store = MEMORY", "trusted_schema = OFF", "cell_size_check = ON",
        ] {
            try connection.execute("PRAGMA \(pragma)")
        }
        try SQLiteSchema.migrate(connection)
        guard let identity = FileIdentity(path) else {
            throw SQLiteFailure(code: SQLITE_CANTOPEN, message: "is not there any more")
        }
        self.identity = identity
        self.book = SQLiteBook(connection, mostWaiting: configuration.waitingEntries)
    }

    /// Makes an empty file where there is none: applicants' data, for nobody else's eyes. What SQLite puts beside it takes over
    /// its mode.
    private static func makeFile(_ path: String) throws(SQLiteFailure) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 { Glibc.close(descriptor) }
        // One that is there is SQLite's to open: to close it here would give up the locks that this process has on it.
        guard descriptor >= 0 || errno == EEXIST else {
            throw SQLiteFailure(
                code: SQLITE_CANTOPEN,
                message: "cannot be made: \(String(cString: strerror(errno)))"
            )
        }
    }

    /// What is written to a file that has been removed, or replaced by another, is lost.
    func check(_ path: String) throws(SQLiteFailure) {
        guard FileIdentity(path) == self.identity else {
            throw SQLiteFailure(
                code: SQLiteFailure.moved,
                message: "has been moved, removed or replaced while it was open: put it back, or restart the daemon"
            )
        }
    }

    /// A daemon goes on only with the book that it began with.
    func check(
        isLater head: BookHead,
        than known: BookHead,
        _ path: String
    ) throws(SQLiteFailure) {
        let hash = try self.book.hash(ofEntry: known.lastSeq)
        guard head.bookID == known.bookID, hash == known.lastHash else {
            throw SQLiteFailure(
                code: SQLiteFailure.moved,
                message: "is not the book that this daemon began with, or an older copy of it: restart the daemon if "
                    + "that is meant"
            )
        }
    }
}

/// Which file a path names.
private struct FileIdentity: Equatable {
    let device: dev_t
    let number: ino_t

    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.device = status.st_dev
        self.number = status.st_ino
    }
}
