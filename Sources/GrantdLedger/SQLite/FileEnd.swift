//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CSQLite
private import Glibc

/// Whether a book's file ends where a page does. SQLite finds by itself that whole pages are missing, but reads as zeros what is
/// missing of the last one.
struct FileEnd {
    private let path: String
    private let isLogEmpty: Bool

    /// Before the book is opened: what a log holds is put back into the file, and opening it makes one.
    init(_ path: String) {
        self.path = path
        self.isLogEmpty = (Self.size(path + "-wal") ?? 0) == 0
    }

    /// Fails where a part of the last page is missing.
    func check(_ connection: SQLiteConnection) throws(SQLiteFailure) {
        guard self.isLogEmpty, let size = Self.size(self.path) else { return }
        guard let page = try connection.integer("PRAGMA page_size"), page > 0, size % page != 0 else { return }
        throw SQLiteFailure(code: SQLITE_CORRUPT, message: "is malformed: it ends in the middle of a page")
    }

    /// In bytes.
    private static func size(_ path: String) -> Int64? {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : nil
    }
}
