//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if PostgreSQL
    private import CPostgreSQL

    /// A connection to a PostgreSQL server, of one thread at a time.
    package final class PostgreSQLConnection {
        /// A statement with what is to be put into it.
        package struct Call {
            let sql: String
            let values: [PostgreSQLValue]

            package init(_ sql: String, _ values: [PostgreSQLValue] = []) {
                self.sql = sql
                self.values = values
            }
        }

        private let handle: OpaquePointer
        /// The statements that the server has planned for this connection, and their names there.
        private var prepared: [String: String] = [:]
        /// How many names were given, so that none is given twice.
        private var names = 0

        /// Connects, for at most a few seconds.
        ///
        /// - Parameter address: A connection string or URI as libpq takes it; what it sets goes before what is set here.
        package init(address: String) throws(PostgreSQLFailure) {
            // The later of two equal keywords wins, and "dbname" is expanded where it stands.
            let parameters = [
                ("application_name", "grantd"), ("connect_timeout", "5"), ("tcp_user_timeout", "10000"),
                ("keepalives_idle", "10"), ("client_encoding", "UTF8"), ("dbname", address),
            ]
            // Lists of C's texts end with one that is none.
            let connected = Self.withAddresses(of: parameters.map { Array($0.0.utf8CString) }) { keywords in
                Self.withAddresses(of: parameters.map { Array($0.1.utf8CString) }) { values in
                    PQconnectdbParams(keywords + [nil], values + [nil], 1)
                }
            }
            guard let handle = connected else { throw PostgreSQLFailure(state: "53200", message: "out of memory") }
            guard PQstatus(handle) == CONNECTION_OK else {
                let message = String(cString: PQerrorMessage(handle))
                PQfinish(handle)
                throw PostgreSQLFailure(state: "", message: message)
            }
            self.handle = handle
            PQsetNoticeProcessor(handle, { _, _ in }, nil)
            PQenterPipelineMode(handle)
        }

        deinit { PQfinish(self.handle) }

        /// Whether a transaction is open, or was and failed.
        package var isInTransaction: Bool { PQtransactionStatus(self.handle) != PQTRANS_IDLE }

        /// Whether the connection stands, as far as is known.
        package var isConnected: Bool { PQstatus(self.handle) == CONNECTION_OK }

        /// Runs statements in one go: they are all sent before the first answer is waited for. Where one fails, those behind it
        /// are not run.
        ///
        /// - Returns: The rows of each.
        package func run(_ calls: [Call]) throws(PostgreSQLFailure) -> [PostgreSQLRows] {
            // Each new statement is an answer of its own.
            var isPreparation: [Bool] = []
            for call in calls {
                let name: String
                if let known = self.prepared[call.sql] {
                    name = known
                } else {
                    name = "grantd_\(self.names)"
                    self.names += 1
                    let types = call.values.map(\.type)
                    try self.sent(PQsendPrepare(self.handle, name, call.sql, Int32(types.count), types))
                    self.prepared[call.sql] = name
                    isPreparation.append(true)
                }
                try self.send(name, call.values)
                isPreparation.append(false)
            }
            try self.sent(PQpipelineSync(self.handle))
            return try self.collect(isPreparation)
        }

        package func run(_ sql: String, _ values: [PostgreSQLValue] = []) throws(PostgreSQLFailure) -> PostgreSQLRows {
            guard let rows = try self.run([Call(sql, values)]).first else { throw self.failure() }
            return rows
        }

        private func send(_ name: String, _ values: [PostgreSQLValue]) throws(PostgreSQLFailure) {
            let lengths = values.map { Int32(truncatingIfNeeded: $0.bytes?.count ?? 0) }
            let formats = [Int32](repeating: 1, count: values.count)
            let code = Self.withAddresses(of: values.map(\.bytes)) { pointers in
                PQsendQueryPrepared(self.handle, name, Int32(values.count), pointers, lengths, formats, 1)
            }
            try self.sent(code)
        }

        private func sent(_ code: Int32) throws(PostgreSQLFailure) {
            guard code == 1 else { throw self.failure() }
        }

        /// Reads all answers up to the end of the pipeline, so that the next one begins afresh.
        private func collect(_ isPreparation: [Bool]) throws(PostgreSQLFailure) -> [PostgreSQLRows] {
            var rows: [PostgreSQLRows] = []
            var first: PostgreSQLFailure?
            for isPreparation in isPreparation {
                while let result = PQgetResult(self.handle) {
                    let status = PQresultStatus(result)
                    switch status {
                    case PGRES_COMMAND_OK where isPreparation: PQclear(result)
                    case PGRES_COMMAND_OK, PGRES_TUPLES_OK: rows.append(PostgreSQLRows(result))
                    default:
                        // What stands behind the first that fails is only said to be aborted.
                        if first == nil {
                            first = PostgreSQLFailure(
                                state: PQresultErrorField(result, Self.stateField).map { String(cString: $0) } ?? "",
                                message: String(cString: PQresultErrorMessage(result))
                            )
                        }
                        PQclear(result)
                    }
                }
            }
            // The end of the pipeline itself.
            var isAtEnd = false
            while !isAtEnd, PQstatus(self.handle) == CONNECTION_OK {
                guard let result = PQgetResult(self.handle) else { continue }
                isAtEnd = PQresultStatus(result) == PGRES_PIPELINE_SYNC
                PQclear(result)
            }
            if let first {
                // Which of them the server has planned is not known: plan all anew.
                self.forgetStatements()
                throw first
            }
            guard isAtEnd else { throw self.failure() }
            return rows
        }

        /// Statements are planned anew, under other names than those that the server may know.
        private func forgetStatements() { self.prepared.removeAll() }

        private func failure() -> PostgreSQLFailure {
            self.forgetStatements()
            return PostgreSQLFailure(state: "", message: String(cString: PQerrorMessage(self.handle)))
        }

        /// Calls a body with an address for each of several arrays.
        private static func withAddresses<Byte, Value>(
            of arrays: [[Byte]?],
            _ body: ([UnsafePointer<CChar>?]) -> Value
        ) -> Value {
            // One piece of memory for all of them, which does not move meanwhile; a byte behind each, so that none is empty.
            let size = arrays.reduce(0) { $0 + ($1?.count ?? 0) + 1 }
            return withUnsafeTemporaryAllocation(byteCount: max(1, size), alignment: 1) { memory in
                var pointers: [UnsafePointer<CChar>?] = []
                var offset = 0
                for array in arrays {
                    guard let array else {
                        pointers.append(nil)
                        continue
                    }
                    let place = UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + array.count + 1])
                    array.withUnsafeBytes { place.copyMemory(from: $0) }
                    place[array.count] = 0
                    pointers.append(place.baseAddress.map { UnsafePointer($0.assumingMemoryBound(to: CChar.self)) })
                    offset += array.count + 1
                }
                return body(pointers)
            }
        }

        /// PG_DIAG_SQLSTATE, a character.
        private static let stateField = Int32(UInt8(ascii: "C"))
    }
#endif
