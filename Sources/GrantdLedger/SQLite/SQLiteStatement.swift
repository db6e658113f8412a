//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CSQLite

/// A prepared statement. What is bound stays bound until it is bound anew; a column may only be read where ``next()``
/// said that there is a row.
package final class SQLiteStatement {
    private let connection: SQLiteConnection
    private let handle: OpaquePointer
    private var bindingCode = SQLITE_OK

    private static func prepared(
        _ sql: String,
        on connection: SQLiteConnection
    ) throws(SQLiteFailure) -> OpaquePointer {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard let handle, code == SQLITE_OK else { throw connection.failure(code == SQLITE_OK ? SQLITE_MISUSE : code) }
        return handle
    }

    init(_ sql: String, on connection: SQLiteConnection) throws(SQLiteFailure) {
        self.connection = connection
        self.handle = try Self.prepared(sql, on: connection)
    }

    deinit { sqlite3_finalize(self.handle) }

    // MARK: - Parameters, counted from 1

    @discardableResult
    package func bind(_ index: Int32, _ value: Int64?) -> Self {
        if let value { self.note(sqlite3_bind_int64(self.handle, index, value)) } else { self.bindNull(index) }
        return self
    }

    @discardableResult
    package func bind(_ index: Int32, _ value: Int) -> Self { self.bind(index, Int64(value)) }

    @discardableResult
    package func bind(_ index: Int32, _ value: String?) -> Self {
        if var value {
            value.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) { text in
                    self.note(csqlite_bind_text(self.handle, index, text.baseAddress, UInt64(text.count)))
                }
            }
        } else {
            self.bindNull(index)
        }
        return self
    }

    /// A text by its bytes.
    @discardableResult
    package func bind(_ index: Int32, text value: [UInt8]?) -> Self {
        if let value {
            value.withUnsafeBytes { bytes in
                let text = bytes.assumingMemoryBound(to: CChar.self)
                self.note(csqlite_bind_text(self.handle, index, text.baseAddress, UInt64(text.count)))
            }
        } else {
            self.bindNull(index)
        }
        return self
    }

    @discardableResult
    package func bind(_ index: Int32, _ value: [UInt8]?) -> Self {
        if let value {
            value.withUnsafeBytes { bytes in
                self.note(csqlite_bind_blob(self.handle, index, bytes.baseAddress, UInt64(bytes.count)))
            }
        } else {
            self.bindNull(index)
        }
        return self
    }

    private func bindNull(_ index: Int32) { self.note(sqlite3_bind_null(self.handle, index)) }

    /// Keeps what went wrong until the statement runs: without it, it would run with what was bound before.
    private func note(_ code: Int32) {
        if code != SQLITE_OK, self.bindingCode == SQLITE_OK { self.bindingCode = code }
    }

    // MARK: - Running

    /// The next row. Where there is none, the statement stands at its beginning again.
    package func next() throws(SQLiteFailure) -> Bool {
        guard self.bindingCode == SQLITE_OK else {
            defer { self.bindingCode = SQLITE_OK }
            throw SQLiteFailure(code: self.bindingCode, message: String(cString: sqlite3_errstr(self.bindingCode)))
        }
        switch sqlite3_step(self.handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(self.handle)
            return false
        case let code:
            let failure = self.connection.failure(code)
            sqlite3_reset(self.handle)
            throw failure
        }
    }

    /// Runs a statement that gives no rows.
    package func run() throws(SQLiteFailure) {
        while try self.next() {}
    }

    /// Back to the beginning, for one that did not read all rows.
    package func reset() { sqlite3_reset(self.handle) }

    // MARK: - Columns of the row, counted from 0

    package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(self.handle, column) }

    package func optionalInteger(_ column: Int32) -> Int64? {
        self.isNull(column) ? nil : self.integer(column)
    }

    package func text(_ column: Int32) -> String {
        guard let text = sqlite3_column_text(self.handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(self.handle, column))
        return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }

    package func optionalText(_ column: Int32) -> String? { self.isNull(column) ? nil : self.text(column) }

    package func bytes(_ column: Int32) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(self.handle, column) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(self.handle, column))))
    }

    package func optionalBytes(_ column: Int32) -> [UInt8]? { self.isNull(column) ? nil : self.bytes(column) }

    /// How many columns a row has.
    var columnCount: Int32 { sqlite3_column_count(self.handle) }

    /// A value as it stands; nothing of a book is a floating-point number, and one that is reads as its text.
    func value(_ column: Int32) -> BookValue {
        switch sqlite3_column_type(self.handle, column) {
        case SQLITE_NULL: .null
        case SQLITE_INTEGER: .integer(self.integer(column))
        default: .bytes(self.bytes(column))
        }
    }

    private func isNull(_ column: Int32) -> Bool { sqlite3_column_type(self.handle, column) == SQLITE_NULL }
}
