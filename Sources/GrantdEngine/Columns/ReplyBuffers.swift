//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// Where the values of each row begin, and behind the last row end.
struct RowOffsets: BitwiseCopyable {
    private let offsets: UnsafeMutablePointer<Int32>
    private let rows: Int

    init(rows: Int) {
        self.rows = rows
        self.offsets = .allocate(capacity: rows + 1)
        self.offsets.initialize(repeating: 0, count: rows + 1)
    }

    func deallocate() { self.offsets.deallocate() }

    /// The row's values end here.
    @inline(__always)
    func close(_ row: Int, at end: Int) {
        self.offsets[row &+ 1] = Int32(truncatingIfNeeded: end).littleEndian
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: self.offsets, count: (self.rows + 1) * 4) }
}

/// Numbers of which nobody knows how many there will be.
final class Int32List {
    private let numbers = ByteWriter(limit: 1 << 30)

    var count: Int { self.numbers.count / 4 }
    var bytes: UnsafeRawBufferPointer { self.numbers.bytes }

    @inline(__always)
    func add(_ number: Int32) {
        guard let room = self.numbers.room(4) else { return }
        room.storeBytes(of: number.littleEndian, as: Int32.self)
        self.numbers.advance(4)
    }
}

/// Texts one behind the other.
final class TextList {
    let data = ByteWriter(limit: 1 << 30)
    /// Where each begins; behind the last, where it ends.
    let offsets = Int32List()

    init() { self.offsets.add(0) }

    var count: Int { self.offsets.count - 1 }

    func add(_ text: UnsafeRawBufferPointer) {
        self.data.write(text)
        self.offsets.add(Int32(truncatingIfNeeded: self.data.count))
    }
}

/// Texts, each once, named by their places.
final class TextDictionary {
    private let texts = TextList()
    private var known: [String: Int32] = [:]

    /// What it takes of memory, in bytes, more or less.
    var bytes: Int { 2 * self.texts.data.count + 96 * self.texts.count }
    var offsetBytes: UnsafeRawBufferPointer { self.texts.offsets.bytes }
    var dataBytes: UnsafeRawBufferPointer { self.texts.data.bytes }

    /// The place of a text, which is added where it is not there.
    func index(of text: String) -> Int32 {
        if let known = self.known[text] { return known }
        let index = self.append(text)
        self.known[text] = index
        return index
    }

    /// Adds a text, also where there is one like it.
    func append(_ text: String) -> Int32 {
        let index = Int32(truncatingIfNeeded: self.texts.count)
        var text = text
        text.withUTF8 { self.texts.add(UnsafeRawBufferPointer($0)) }
        return index
    }
}

/// A column as it goes over the wire. Points at buffers that somebody else keeps.
struct EncodedColumn {
    private static var nothing: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

    var path: String
    var type: ColumnType
    var validity = Self.nothing
    var data = Self.nothing
    var offsets = Self.nothing
    var dictionary: TextDictionary?
    var entries: [EncodedColumn] = []

    /// Writes it as a field of a message.
    func write(field: UInt32, into reply: ByteWriter) {
        reply.write(varint: UInt64(field) << 3 | 2)
        reply.write(varint: UInt64(self.size))
        if !self.path.isEmpty { reply.write(field: ReplyField.Column.path, self.path) }
        reply.write(field: ReplyField.Column.type, varint: Int64(self.type.rawValue))
        for (number, buffer) in self.buffers where !buffer.isEmpty { reply.write(field: number, buffer) }
        if let dictionary = self.dictionary {
            let size = Self.size(dictionary.offsetBytes) + Self.size(dictionary.dataBytes)
            reply.write(varint: UInt64(ReplyField.Column.dictionary) << 3 | 2)
            reply.write(varint: UInt64(size))
            reply.write(field: ReplyField.TextValues.offsets, dictionary.offsetBytes)
            reply.write(field: ReplyField.TextValues.data, dictionary.dataBytes)
        }
        for entry in self.entries { entry.write(field: ReplyField.Column.entries, into: reply) }
    }

    private var buffers: [(UInt32, UnsafeRawBufferPointer)] {
        [
            (ReplyField.Column.validity, self.validity), (ReplyField.Column.data, self.data),
            (ReplyField.Column.offsets, self.offsets),
        ]
    }

    /// Of the message, in bytes.
    private var size: Int {
        var size = 2
        if !self.path.isEmpty { size += Self.size(self.path.utf8.count) }
        for (_, buffer) in self.buffers where !buffer.isEmpty { size += Self.size(buffer) }
        if let dictionary = self.dictionary {
            size += Self.size(Self.size(dictionary.offsetBytes) + Self.size(dictionary.dataBytes))
        }
        for entry in self.entries { size += Self.size(entry.size) }
        return size
    }

    private static func size(_ buffer: UnsafeRawBufferPointer) -> Int { self.size(buffer.count) }

    /// What bytes take with a tag and their length.
    private static func size(_ count: Int) -> Int { 1 + Varint.size(UInt64(count)) + count }
}
