//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService

/// A book that is only read, as of one moment, whatever keeps it.
package protocol BookSource: AnyObject {
    func head() throws(LedgerFault) -> BookHead

    /// All entries in their order: place, bytes, hash, reply.
    func entries() throws(LedgerFault) -> any BookCursor

    /// All rows of a table in the order of their keys.
    func rows(of table: BookTable) throws(LedgerFault) -> any BookCursor

    /// What the database itself finds to be wrong with how it keeps the book.
    func problemsOfStorage() throws(LedgerFault) -> [String]
}

/// Rows, one after the other.
package protocol BookCursor: AnyObject {
    /// The next row; `nil` after the last.
    func next() throws(LedgerFault) -> [BookValue]?
}
