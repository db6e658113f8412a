//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdLedger
internal import GrantdService

#if PostgreSQL
    internal import GrantdLedgerPostgreSQL
#endif

/// Where `--ledger` says that the book of awards is.
struct BookLocation {
    /// The path of a file, or an address of PostgreSQL's.
    let text: String

    /// Whether this daemon was built with PostgreSQL.
    static var isPostgreSQLBuiltIn: Bool {
        #if PostgreSQL
            true
        #else
            false
        #endif
    }

    var isAddress: Bool { self.text.hasPrefix("postgres://") || self.text.hasPrefix("postgresql://") }

    /// Opens the book, and begins one where there is none.
    ///
    /// - Parameter keptReplies: How long the replies to idempotency keys are kept, in milliseconds; `nil`: for good.
    func open(keptReplies: Int64?) throws(LedgerFault) -> sending any AwardStore {
        #if PostgreSQL
            if self.isAddress {
                var configuration = PostgreSQLAwardStore.Configuration.defaults
                configuration.keepsRepliesFor = keptReplies
                return try PostgreSQLAwardStore(address: self.text, configuration: configuration)
            }
        #endif
        var configuration = SQLiteAwardStore.Configuration.defaults
        configuration.keepsRepliesFor = keptReplies
        return try SQLiteAwardStore(path: self.text, configuration: configuration)
    }
}
