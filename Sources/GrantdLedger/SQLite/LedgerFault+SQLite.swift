//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import Glibc
package import GrantdService

extension LedgerFault {
    /// What SQLite says of a book, and what would help.
    package init(_ failure: SQLiteFailure, path: String) {
        let help =
            switch failure.kind {
            case .busy: "is locked by another process; try again"
            case .full: "cannot grow: its disk is full; make room, and the book goes on by itself"
            case .readOnly where failure.code == SQLiteFailure.moved: failure.message
            case .readOnly: "may not be written: give the daemon's user the right to write the file and its folder"
            case .inputOutput: "could not be read or written, an error of the disk or of its file system"
            case .corrupt: "\(failure.message); see `grantctl ledger verify`, and restore a backup"
            case .notADatabase: "is no book: give another file, or restore a backup"
            case .cannotOpen: "cannot be opened"
            case .tooLarge: "needs more memory than there is"
            case .other: failure.message
            }
        let tells = help == failure.message || failure.kind == .corrupt
        let reason = failure.systemError == 0 ? "" : ": \(String(cString: strerror(failure.systemError)))"
        let detail = tells ? "" : " (\(failure.message)\(reason), SQLite \(failure.code))"
        self.init(isTransient: failure.kind == .busy, message: "the book \(path) \(help)\(detail)")
    }
}
