//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService

/// Rows of a query in SQLite.
package final class SQLiteCursor: BookCursor {
    private let statement: SQLiteStatement
    private let columns: Int32
    private let path: String
    private var isAtEnd = false

    init(_ connection: SQLiteConnection, _ sql: String, path: String) throws(LedgerFault) {
        do throws(SQLiteFailure) {
            self.statement = try connection.prepare(sql)
        } catch {
            throw LedgerFault(error, path: path)
        }
        self.columns = self.statement.columnCount
        self.path = path
    }

    package func next() throws(LedgerFault) -> [BookValue]? {
        guard !self.isAtEnd else { return nil }
        do throws(SQLiteFailure) {
            guard try self.statement.next() else {
                self.isAtEnd = true
                return nil
            }
        } catch {
            self.isAtEnd = true
            throw LedgerFault(error, path: self.path)
        }
        return (0..<self.columns).map { self.statement.value($0) }
    }
}
