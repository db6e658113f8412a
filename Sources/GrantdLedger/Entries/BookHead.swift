//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Which book it is, and where its chain ends.
package struct BookHead: Sendable, Hashable {
    /// 32 hexadecimal digits, made with the book.
    package var bookID: String
    /// The place of the last entry; 0 where there is none.
    package var lastSeq: Int64
    package var lastHash: [UInt8]
    /// When it was recorded, in milliseconds since 1970.
    package var lastAt: Int64
    /// Replies of entries before this one are no longer kept.
    package var repliesFrom: Int64
    /// The tables that follow from the entries hold those up to this one.
    package var tablesSeq: Int64

    package init(
        bookID: String,
        lastSeq: Int64,
        lastHash: [UInt8],
        lastAt: Int64,
        repliesFrom: Int64,
        tablesSeq: Int64
    ) {
        self.bookID = bookID
        self.lastSeq = lastSeq
        self.lastHash = lastHash
        self.lastAt = lastAt
        self.repliesFrom = repliesFrom
        self.tablesSeq = tablesSeq
    }
}
