//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Something that is wrong with a book.
package enum BookFinding: Sendable, Hashable {
    package enum OfEntry: Sendable, Hashable {
        /// There is none with this number, though there is one behind it.
        case missing
        /// The bytes are no entry: why.
        case damaged(String)
        /// The hash does not follow from the one before and from the entry.
        case hash
        /// It was recorded before the entry that stands before it.
        case time
        /// The reply is not the one that the entry names.
        case reply
        /// The reply is gone, or there is one that should not be.
        case replyKept
        /// It cannot follow on what stands before it: why.
        case impossible(String)
        /// It is not the entry that was told to be there.
        case notExpected
    }

    /// What the database says of its own files.
    case storage(String)
    case entry(Int64, OfEntry)
    /// The last entry is not the one that the book says to be its last.
    case end
    /// A row that does not follow from the entries, by its key.
    case surplus(BookTable, key: [BookValue])
    /// A row that follows from the entries and is not there.
    case missing(BookTable, key: [BookValue])
    /// A value that does not follow from the entries.
    case different(BookTable, key: [BookValue], column: String, stands: BookValue, follows: BookValue)
}

/// What a check of a book found.
package struct BookVerification: Sendable {
    package var head: BookHead
    /// The entries that were read.
    package var entries: Int64 = 0
    package var awards: Int64 = 0
    /// What is wrong, at most ``mostFindings``.
    package var findings: [BookFinding] = []
    /// Whether the tables were compared with what follows from the entries; not where entries are damaged.
    package var hasComparedTables = false

    package static let mostFindings = 100

    package var isSound: Bool { self.findings.isEmpty && self.hasComparedTables }

    package init(head: BookHead) { self.head = head }
}
