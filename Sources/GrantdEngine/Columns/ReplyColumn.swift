//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// A column of a reply under way. Rows are added in their order, each once or not at all.
protocol ReplyColumn {
    /// What has been taken of memory that grows, in bytes.
    var grownBytes: Int { get }

    /// The row is over: what begins behind it begins here.
    func close(_ row: Int)

    /// The buffers as they go over the wire.
    func encoded(_ path: String) -> EncodedColumn
}

/// Which rows have a value.
struct RowBits: BitwiseCopyable {
    private let bits: UnsafeMutablePointer<UInt8>
    let rows: Int

    init(rows: Int) {
        self.rows = rows
        self.bits = .allocate(capacity: rows / 8 + 1)
        self.bits.initialize(repeating: 0, count: rows / 8 + 1)
    }

    func deallocate() { self.bits.deallocate() }

    @inline(__always)
    func set(_ row: Int) {
        self.bits[row &>> 3] |= 1 &<< UInt8(truncatingIfNeeded: row & 7)
    }

    /// How many rows are set.
    var count: Int { (0..<(self.rows + 7) / 8).reduce(0) { $0 + self.bits[$1].nonzeroBitCount } }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: self.bits, count: (self.rows + 7) / 8) }

    /// The buffer `validity`, which is left out where every row has a value.
    var validity: UnsafeRawBufferPointer {
        self.count == self.rows ? UnsafeRawBufferPointer(start: nil, count: 0) : self.bytes
    }
}

/// Numbers, a row as wide as the other.
final class NumberColumn<Number: FixedWidthInteger & BitwiseCopyable>: ReplyColumn {
    private let type: ColumnType
    private let values: UnsafeMutablePointer<Number>
    private let isSet: RowBits

    init(_ type: ColumnType, rows: Int) {
        self.type = type
        self.values = .allocate(capacity: rows + 1)
        self.values.initialize(repeating: 0, count: rows + 1)
        self.isSet = RowBits(rows: rows)
    }

    deinit {
        self.values.deallocate()
        self.isSet.deallocate()
    }

    @inline(__always)
    func set(_ row: Int, _ number: Number) {
        self.values[row] = number.littleEndian
        self.isSet.set(row)
    }

    var grownBytes: Int { 0 }
    func close(_ row: Int) {}

    func encoded(_ path: String) -> EncodedColumn {
        EncodedColumn(
            path: path,
            type: self.type,
            validity: self.isSet.validity,
            data: UnsafeRawBufferPointer(
                start: self.values,
                count: self.isSet.rows * MemoryLayout<Number>.stride
            )
        )
    }
}

/// True and false.
final class FlagColumn: ReplyColumn {
    private let values: RowBits
    private let isSet: RowBits

    init(rows: Int) {
        self.values = RowBits(rows: rows)
        self.isSet = RowBits(rows: rows)
    }

    deinit {
        self.values.deallocate()
        self.isSet.deallocate()
    }

    func set(_ row: Int, _ flag: Bool) {
        if flag { self.values.set(row) }
        self.isSet.set(row)
    }

    var grownBytes: Int { 0 }
    func close(_ row: Int) {}

    func encoded(_ path: String) -> EncodedColumn {
        EncodedColumn(path: path, type: .bool, validity: self.isSet.validity, data: self.values.bytes)
    }
}

/// Texts that come again and again.
final class DictionaryColumn: ReplyColumn {
    let texts = TextDictionary()
    private let indices: UnsafeMutablePointer<Int32>
    private let isSet: RowBits

    init(rows: Int) {
        self.indices = .allocate(capacity: rows + 1)
        self.indices.initialize(repeating: 0, count: rows + 1)
        self.isSet = RowBits(rows: rows)
    }

    deinit {
        self.indices.deallocate()
        self.isSet.deallocate()
    }

    func set(_ row: Int, _ index: Int32) {
        self.indices[row] = index.littleEndian
        self.isSet.set(row)
    }

    func set(_ row: Int, _ text: String) { self.set(row, self.texts.index(of: text)) }

    var grownBytes: Int { self.texts.bytes }
    func close(_ row: Int) {}

    func encoded(_ path: String) -> EncodedColumn {
        EncodedColumn(
            path: path,
            type: .dictionary,
            validity: self.isSet.validity,
            data: UnsafeRawBufferPointer(start: self.indices, count: self.isSet.rows * 4),
            dictionary: self.texts
        )
    }
}

/// Texts that are all different.
final class TextColumn: ReplyColumn {
    private let texts: TextList
    private let offsets: RowOffsets
    private let isSet: RowBits

    init(rows: Int) {
        self.texts = TextList()
        self.offsets = RowOffsets(rows: rows)
        self.isSet = RowBits(rows: rows)
    }

    deinit {
        self.offsets.deallocate()
        self.isSet.deallocate()
    }

    func set(_ row: Int, _ text: UnsafeRawBufferPointer) {
        self.texts.data.write(text)
        self.isSet.set(row)
    }

    var grownBytes: Int { self.texts.data.count }
    func close(_ row: Int) { self.offsets.close(row, at: self.texts.data.count) }

    func encoded(_ path: String) -> EncodedColumn {
        EncodedColumn(
            path: path,
            type: .utf8,
            validity: self.isSet.validity,
            data: self.texts.data.bytes,
            offsets: self.offsets.bytes
        )
    }
}

/// Lists of texts that come again and again.
final class DictionaryListColumn: ReplyColumn {
    /// The fields of an entry, in their order; one without a name where the entries are the texts themselves.
    private let fields: [String]
    private let texts: [TextDictionary]
    private let indices: [Int32List]
    private let offsets: RowOffsets
    private let isSet: RowBits

    init(rows: Int, fields: [String] = [""]) {
        self.fields = fields
        self.texts = fields.map { _ in TextDictionary() }
        self.indices = fields.map { _ in Int32List() }
        self.offsets = RowOffsets(rows: rows)
        self.isSet = RowBits(rows: rows)
    }

    deinit {
        self.offsets.deallocate()
        self.isSet.deallocate()
    }

    /// The texts of the first field.
    var dictionary: TextDictionary { self.texts[0] }

    /// The row has a list, though nothing may be in it.
    @inline(__always)
    func begin(_ row: Int) { self.isSet.set(row) }

    /// Adds an entry of one text.
    func add(_ index: Int32) { self.indices[0].add(index) }

    /// Adds an entry, a text for each field.
    func add(_ entry: [String]) {
        for (field, text) in entry.enumerated() { self.indices[field].add(self.texts[field].index(of: text)) }
    }

    var grownBytes: Int {
        var bytes = 0
        for field in self.fields.indices { bytes += self.texts[field].bytes + self.indices[field].bytes.count }
        return bytes
    }

    @inline(__always)
    func close(_ row: Int) { self.offsets.close(row, at: self.indices[0].count) }

    func encoded(_ path: String) -> EncodedColumn {
        EncodedColumn(
            path: path,
            type: .list,
            validity: self.isSet.validity,
            offsets: self.offsets.bytes,
            entries: self.fields.indices.map { field in
                EncodedColumn(
                    path: self.fields[field],
                    type: .dictionary,
                    data: self.indices[field].bytes,
                    dictionary: self.texts[field]
                )
            }
        )
    }
}

/// Lists of texts that are all different.
final class TextListColumn: ReplyColumn {
    private let texts = TextList()
    private let offsets: RowOffsets
    private let isSet: RowBits

    init(rows: Int) {
        self.offsets = RowOffsets(rows: rows)
        self.isSet = RowBits(rows: rows)
    }

    deinit {
        self.offsets.deallocate()
        self.isSet.deallocate()
    }

    /// The row has a list, though nothing may be in it.
    func begin(_ row: Int) { self.isSet.set(row) }

    func add(_ text: UnsafeRawBufferPointer) { self.texts.add(text) }

    var grownBytes: Int { self.texts.data.count + self.texts.offsets.bytes.count }
    func close(_ row: Int) { self.offsets.close(row, at: self.texts.count) }

    func encoded(_ path: String) -> EncodedColumn {
        EncodedColumn(
            path: path,
            type: .list,
            validity: self.isSet.validity,
            offsets: self.offsets.bytes,
            entries: [
                EncodedColumn(path: "", type: .utf8, data: self.texts.data.bytes, offsets: self.texts.offsets.bytes)
            ]
        )
    }
}
