//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdLedger
internal import GrantdService

#if PostgreSQL
    internal import GrantdLedgerPostgreSQL
#endif

/// Where a book is, as it is typed.
struct BookLocation {
    let text: String

    /// Whether this tool was built with PostgreSQL.
    static var isPostgreSQLBuilt: Bool {
        #if PostgreSQL
            true
        #else
            false
        #endif
    }

    private var isAddress: Bool {
        self.text.hasPrefix("postgres://") || self.text.hasPrefix("postgresql://")
    }

    /// Opens the book for reading.
    func open() throws -> any BookSource {
        guard self.isAddress else { return try self.openFile() }
        #if PostgreSQL
            return try Self.told { () throws(LedgerFault) in try PostgreSQLBook(address: self.text) }
        #else
            throw RunFailure.usage(
                Language.said(
                    "本工具未含 PostgreSQL；请以 swift build --traits PostgreSQL 构建",
                    "this tool was built without PostgreSQL: build it with swift build --traits PostgreSQL"
                )
            )
        #endif
    }

    /// Opens the book for reading, where only a file will do.
    func openFile() throws -> SQLiteBookFile {
        guard !self.isAddress else {
            throw RunFailure.usage(
                Language.said(
                    "PostgreSQL 中的台账请用 pg_dump 备份、pg_restore 恢复",
                    "a book in PostgreSQL is backed up with pg_dump and restored with pg_restore"
                )
            )
        }
        return try Self.told { () throws(LedgerFault) in try SQLiteBookFile(path: self.text) }
    }

    /// Runs a body; what is wrong with a book is told as bad input.
    static func told<Value>(_ body: () throws(LedgerFault) -> Value) throws -> Value {
        do throws(LedgerFault) {
            return try body()
        } catch {
            throw RunFailure(error)
        }
    }
}

extension RunFailure {
    init(_ fault: LedgerFault) {
        let message = fault.message.printable
        self = fault.isTransient ? .other(message) : .badInput(message)
    }
}
