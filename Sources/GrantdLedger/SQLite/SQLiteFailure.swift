//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CSQLite
private import Glibc

/// What SQLite says where it does not do what it is asked.
package struct SQLiteFailure: Error, Equatable {
    /// SQLite's extended code, such as 778 for a write that failed.
    package var code: Int32
    /// SQLite's own words.
    package var message: String
    /// What the system said, such as `ENOSPC`, where SQLite asked it for something that failed; else 0.
    package var systemError: Int32

    package init(code: Int32, message: String, systemError: Int32 = 0) {
        self.code = code
        self.message = message
        self.systemError = systemError
    }

    /// The code for calls in the wrong order.
    static let misuse = SQLITE_MISUSE
    /// The code for a lock of another connection.
    static let busy = SQLITE_BUSY
    /// The code for a file that is not where it was.
    static let moved = SQLITE_READONLY | 4 << 8

    /// The code without its extension.
    package var primaryCode: Int32 { self.code & 0xFF }

    /// What kind of trouble it is, as far as who runs the daemon can do something about it.
    package enum Kind: Equatable {
        /// Another process holds a lock: the same again may succeed.
        case busy
        /// No room on the disk, or the file may not grow further.
        case full
        /// The file, or its folder, may not be written.
        case readOnly
        /// Reading or writing failed.
        case inputOutput
        /// The file is damaged.
        case corrupt
        /// The file is no database.
        case notADatabase
        /// The file cannot be opened.
        case cannotOpen
        /// No memory, or a value larger than SQLite takes.
        case tooLarge
        /// What only a mistake of this program, or a schema that somebody else has changed, brings about.
        case other
    }

    /// Whether the connection is as good as before.
    var keepsConnection: Bool { self.primaryCode == SQLITE_FULL || self.kind == .busy }

    /// Whether it is open what of the last step stands on the disk.
    var leavesStepOpen: Bool { self.primaryCode == SQLITE_IOERR }

    package var kind: Kind {
        switch (self.primaryCode, self.systemError) {
        // SQLite knows a disk without room alone, and of the rest that the system refuses to read or to write.
        case (SQLITE_IOERR, ENOSPC), (SQLITE_IOERR, EDQUOT), (SQLITE_IOERR, EFBIG): return .full
        case (SQLITE_IOERR, EROFS), (SQLITE_IOERR, EACCES), (SQLITE_IOERR, EPERM): return .readOnly
        default: break
        }
        return switch self.primaryCode {
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: .busy
        case SQLITE_FULL: .full
        case SQLITE_READONLY, SQLITE_PERM: .readOnly
        case SQLITE_IOERR: .inputOutput
        case SQLITE_CORRUPT: .corrupt
        case SQLITE_NOTADB: .notADatabase
        case SQLITE_CANTOPEN: .cannotOpen
        case SQLITE_NOMEM, SQLITE_TOOBIG: .tooLarge
        default: .other
        }
    }
}
