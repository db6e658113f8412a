//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if PostgreSQL
    private import CPostgreSQL
    package import GrantdLedger

    /// The rows that a statement gave, in PostgreSQL's binary form. Columns are counted from 0; one that is NULL, or is none of
    /// the type that is asked for, reads as 0 or as empty.
    package final class PostgreSQLRows {
        private let result: OpaquePointer

        /// Takes over what libpq gave.
        init(_ result: OpaquePointer) { self.result = result }

        deinit { PQclear(self.result) }

        package var count: Int { Int(PQntuples(self.result)) }

        package func isNull(_ row: Int, _ column: Int32) -> Bool {
            PQgetisnull(self.result, Int32(truncatingIfNeeded: row), column) != 0
        }

        package func bytes(_ row: Int, _ column: Int32) -> [UInt8] { [UInt8](self.raw(row, column)) }

        package func text(_ row: Int, _ column: Int32) -> String {
            String(decoding: self.raw(row, column), as: UTF8.self)
        }

        package func integer(_ row: Int, _ column: Int32) -> Int64 {
            let raw = self.raw(row, column)
            guard raw.count == MemoryLayout<Int64>.size else { return 0 }
            return Int64(bigEndian: raw.loadUnaligned(as: Int64.self))
        }

        package func optionalInteger(_ row: Int, _ column: Int32) -> Int64? {
            self.isNull(row, column) ? nil : self.integer(row, column)
        }

        package func optionalText(_ row: Int, _ column: Int32) -> String? {
            self.isNull(row, column) ? nil : self.text(row, column)
        }

        package func optionalBytes(_ row: Int, _ column: Int32) -> [UInt8]? {
            self.isNull(row, column) ? nil : self.bytes(row, column)
        }

        package var columns: Int32 { PQnfields(self.result) }

        /// A value as it stands: a number where the column holds numbers.
        package func value(_ row: Int, _ column: Int32) -> BookValue {
            if self.isNull(row, column) { return .null }
            let isInteger = PQftype(self.result, column) == PostgreSQLValue.integerType
            return isInteger ? .integer(self.integer(row, column)) : .bytes(self.bytes(row, column))
        }

        private func raw(_ row: Int, _ column: Int32) -> UnsafeRawBufferPointer {
            let row = Int32(truncatingIfNeeded: row)
            return UnsafeRawBufferPointer(
                start: PQgetvalue(self.result, row, column),
                count: Int(PQgetlength(self.result, row, column))
            )
        }
    }
#endif
