//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if PostgreSQL
    package import GrantdLedger
    package import GrantdService

    /// A book in PostgreSQL, opened for reading only, as of one moment: daemons may go on writing it meanwhile.
    package final class PostgreSQLBook: BookSource {
        private let connection: PostgreSQLConnection
        private var cursors = 0

        /// - Parameter address: A URI or a connection string of PostgreSQL's.
        package init(address: String) throws(LedgerFault) {
            do throws(PostgreSQLFailure) {
                let connection = try PostgreSQLConnection(address: address)
                let version = try PostgreSQLSchema.present(connection)
                guard version == PostgreSQLSchema.version else {
                    throw PostgreSQLFailure(
                        state: "0A000",
                        message: version == 0
                            ? "is not there: the database has none"
                            : "is of version \(version): a daemon of this version brings it up to date"
                    )
                }
                try PostgreSQLSchema.checkParts(connection, tablesAlone: true)
                _ = try connection.run("SELECT set_config('search_path', 'grantd', false)")
                // By itself: what is sent in one go begins as one transaction, and this has to be first in it.
                _ = try connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                self.connection = connection
            } catch {
                throw LedgerFault(error)
            }
        }

        package func head() throws(LedgerFault) -> BookHead {
            do throws(PostgreSQLFailure) {
                let rows = try self.connection.run(
                    "SELECT book_id, last_seq, last_hash, last_at, replies_from FROM book"
                )
                return try PostgreSQLReads.head(rows)
            } catch {
                throw LedgerFault(error)
            }
        }

        package func entries() throws(LedgerFault) -> any BookCursor {
            try self.cursor("SELECT seq, body, hash, reply FROM entries ORDER BY seq")
        }

        package func rows(of table: BookTable) throws(LedgerFault) -> any BookCursor { try self.cursor(table.query) }

        /// The server keeps checksums of its own pages, where it is told to.
        package func problemsOfStorage() throws(LedgerFault) -> [String] { [] }

        private func cursor(_ query: String) throws(LedgerFault) -> any BookCursor {
            self.cursors += 1
            do throws(PostgreSQLFailure) {
                return try PostgreSQLCursor(self.connection, "rows_\(self.cursors)", query)
            } catch {
                throw LedgerFault(error)
            }
        }
    }

    /// Rows of a query, some at a time.
    private final class PostgreSQLCursor: BookCursor {
        private static let rowsAtOnce = 2_000

        private let connection: PostgreSQLConnection
        private let name: String
        private var rows: PostgreSQLRows?
        private var row = 0

        init(_ connection: PostgreSQLConnection, _ name: String, _ query: String) throws(PostgreSQLFailure) {
            self.connection = connection
            self.name = name
            _ = try connection.run("DECLARE \(name) NO SCROLL CURSOR FOR \(query)")
        }

        func next() throws(LedgerFault) -> [BookValue]? {
            if self.rows.map({ self.row >= $0.count }) ?? true {
                do throws(PostgreSQLFailure) {
                    self.rows = try self.connection.run("FETCH \(Self.rowsAtOnce) FROM \(self.name)")
                } catch {
                    throw LedgerFault(error)
                }
                self.row = 0
            }
            guard let rows = self.rows, self.row < rows.count else { return nil }
            defer { self.row += 1 }
            return (0..<rows.columns).map { rows.value(self.row, $0) }
        }
    }
#endif
