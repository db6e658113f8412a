//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// The buffers of a column of a request where they lie in it. What a peer has sent: read nothing of them before
/// ``check(rows:at:)`` has passed.
struct ColumnBuffers: BitwiseCopyable {
    /// UTF-8.
    var path = UnsafeRawBufferPointer(start: nil, count: 0)
    var type: ColumnType?
    /// Empty: every row has a value.
    var validity = UnsafeRawBufferPointer(start: nil, count: 0)
    var data = UnsafeRawBufferPointer(start: nil, count: 0)
    var offsets = UnsafeRawBufferPointer(start: nil, count: 0)
    var hasDictionary = false
    var dictionaryOffsets = UnsafeRawBufferPointer(start: nil, count: 0)
    var dictionaryData = UnsafeRawBufferPointer(start: nil, count: 0)

    /// A number of a buffer that has it.
    @inline(__always)
    static func int32(_ buffer: UnsafeRawBufferPointer, _ index: Int) -> Int32 {
        Int32(littleEndian: buffer.loadUnaligned(fromByteOffset: index &* 4, as: Int32.self))
    }

    /// Whether a row has a value.
    @inline(__always)
    func isSet(_ row: Int) -> Bool {
        self.validity.isEmpty || self.validity[row &>> 3] &>> UInt8(truncatingIfNeeded: row & 7) & 1 != 0
    }

    /// How many texts the dictionary has.
    var dictionaryCount: Int { max(self.dictionaryOffsets.count / 4 - 1, 0) }

    /// A text of the dictionary, which has it.
    func dictionaryText(_ index: Int) -> UnsafeRawBufferPointer {
        let start = Int(Self.int32(self.dictionaryOffsets, index))
        let end = Int(Self.int32(self.dictionaryOffsets, index + 1))
        return UnsafeRawBufferPointer(rebasing: self.dictionaryData[start..<end])
    }
}

// MARK: - Checks

extension ColumnBuffers {
    /// Looks at every number that leads to a place in a buffer: afterwards any of so many rows may be read.
    ///
    /// - Parameter place: The column's own: `columns[3]`.
    func check(rows: Int, at place: String) throws(CallError) {
        guard let type = self.type else {
            throw .badRequest("the type must be set: how the values are laid out", field: place + ".type")
        }
        guard self.validity.isEmpty || self.validity.count >= (rows + 7) / 8 else {
            throw Self.tooShort(self.validity, wants: (rows + 7) / 8, rows, place + ".validity")
        }
        switch type {
        case .bool:
            guard self.data.count >= (rows + 7) / 8 else {
                throw Self.tooShort(self.data, wants: (rows + 7) / 8, rows, place + ".data")
            }
        case .int32, .int64, .date32, .dictionary:
            let wanted = rows * (type.width ?? 0)
            guard self.data.count >= wanted else {
                throw Self.tooShort(self.data, wants: wanted, rows, place + ".data")
            }
        case .utf8, .list: break
        }
        switch type {
        case .utf8:
            try Self.check(self.offsets, rows, within: self.data.count, place + ".offsets")
        case .list:
            try Self.check(self.offsets, rows, within: Int(Int32.max), place + ".offsets")
        case .dictionary:
            guard self.hasDictionary else {
                throw .badRequest(
                    "a DICTIONARY column has its texts in `dictionary`, which must be set",
                    field: place + ".dictionary"
                )
            }
            try Self.check(
                self.dictionaryOffsets,
                self.dictionaryCount,
                within: self.dictionaryData.count,
                place + ".dictionary.offsets"
            )
            try self.checkIndices(rows, place + ".data")
        case .bool, .int32, .int64, .date32: break
        }
    }

    /// Whether the offsets of so many values ascend and stay within what they lead to.
    private static func check(
        _ offsets: UnsafeRawBufferPointer,
        _ count: Int,
        within size: Int,
        _ field: String
    ) throws(CallError) {
        // Arrow lets an array of nothing go without.
        if count == 0, offsets.isEmpty { return }
        guard offsets.count >= 4 * (count + 1) else {
            throw .badRequest(
                "\(count) values want \(count + 1) offsets of 4 bytes; there are \(offsets.count) bytes",
                field: field
            )
        }
        var last = Self.int32(offsets, 0)
        guard last >= 0 else { throw .badRequest("an offset must be 0 or more", field: field) }
        for index in 1..<max(count + 1, 1) {
            let next = Self.int32(offsets, index)
            guard next >= last else {
                throw .badRequest(
                    "the offsets must ascend, and number \(index) is less than the one before",
                    field: field
                )
            }
            last = next
        }
        guard Int(last) <= size else {
            throw .badRequest("the last offset is \(last), and there are \(size) bytes of texts", field: field)
        }
    }

    /// Whether every row that has a value names a text of the dictionary.
    private func checkIndices(_ rows: Int, _ field: String) throws(CallError) {
        let count = Int64(self.dictionaryCount)
        for row in 0..<rows {
            let index = Int64(Self.int32(self.data, row))
            guard index < 0 || index >= count, self.isSet(row) else { continue }
            throw .badRequest(
                "row \(row) names text \(index) of a dictionary of \(count); the first is 0",
                field: field
            )
        }
    }

    private static func tooShort(
        _ buffer: UnsafeRawBufferPointer,
        wants wanted: Int,
        _ rows: Int,
        _ field: String
    ) -> CallError {
        .badRequest("\(rows) rows want \(wanted) bytes; there are \(buffer.count)", field: field)
    }
}
