//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// JSON text under way.
struct JSONOutput {
    private let writer: ByteWriter
    private let isIndented: Bool
    /// How many brackets are open.
    private var level = 0
    /// Whether the innermost one has a member or an entry.
    private var isFirst = true

    init(_ writer: ByteWriter, isIndented: Bool) {
        self.writer = writer
        self.isIndented = isIndented
    }

    mutating func begin(_ bracket: UInt8) {
        self.writer.write(byte: bracket)
        self.level += 1
        self.isFirst = true
    }

    mutating func end(_ bracket: UInt8) {
        self.level -= 1
        if self.isIndented, !self.isFirst { self.newLine() }
        self.isFirst = false
        self.writer.write(byte: bracket)
    }

    /// Comes before each entry of a list.
    mutating func separate() {
        if !self.isFirst { self.writer.write(byte: UInt8(ascii: ",")) }
        self.isFirst = false
        if self.isIndented { self.newLine() }
    }

    private func newLine() {
        self.writer.write(byte: UInt8(ascii: "\n"))
        for _ in 0..<self.level {
            self.writer.write(byte: UInt8(ascii: " "))
            self.writer.write(byte: UInt8(ascii: " "))
        }
    }

    /// Begins a member.
    ///
    /// - Parameter key: With a comma in front, a colon behind, and a space that is only for people.
    mutating func key(_ key: JSONPlan.Text) {
        if self.isIndented {
            self.separate()
            self.writer.write(UnsafeRawPointer(key.start) + 1, count: key.count - 1)
        } else {
            let skipped = self.isFirst ? 1 : 0
            self.writer.write(UnsafeRawPointer(key.start) + skipped, count: key.count - 1 - skipped)
            self.isFirst = false
        }
    }

    func text(_ text: JSONPlan.Text) { self.writer.write(UnsafeRawPointer(text.start), count: text.count) }

    func word(_ word: StaticString) {
        self.writer.write(UnsafeRawPointer(word.utf8Start), count: word.utf8CodeUnitCount)
    }

    func number(_ value: Int64, isQuoted: Bool) {
        // A sign, nineteen digits, two quotes.
        guard let room = self.writer.room(24) else { return }
        let bytes = room.assumingMemoryBound(to: UInt8.self)
        var rest = value.magnitude
        let count = Self.digits(of: rest) &+ (value < 0 ? 1 : 0) &+ (isQuoted ? 2 : 0)
        // From the last digit on: dividing by ten is multiplying, dividing by a power of it is not.
        var place = count
        if isQuoted {
            place &-= 1
            bytes[place] = UInt8(ascii: "\"")
        }
        repeat {
            place &-= 1
            bytes[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        if value < 0 {
            place &-= 1
            bytes[place] = UInt8(ascii: "-")
        }
        if isQuoted { bytes[0] = UInt8(ascii: "\"") }
        self.writer.advance(count)
    }

    /// How many digits a number of at most nineteen has.
    @inline(__always)
    private static func digits(of number: UInt64) -> Int {
        var count = 1
        var bound: UInt64 = 10
        while number >= bound, count < 19 {
            count &+= 1
            bound &*= 10
        }
        return count
    }

    func bytes(_ start: UnsafePointer<UInt8>, count: Int) {
        self.writer.write(byte: UInt8(ascii: "\""))
        let length = Base64.length(count)
        if let room = self.writer.room(length) {
            Base64.encode(start, count: count, to: room.assumingMemoryBound(to: UInt8.self))
            self.writer.advance(length)
        }
        self.writer.write(byte: UInt8(ascii: "\""))
    }

    /// Writes a string and escapes what must not stand bare, and the control characters up to U+009F.
    ///
    /// - Returns: `false` where the bytes are no UTF-8.
    func string(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        self.writer.write(byte: UInt8(ascii: "\""))
        var cursor = start
        var copied = start
        while true {
            cursor = Self.skipPlain(cursor, end)
            guard cursor < end else { break }
            let byte = cursor[0]
            if byte >= 0x80 {
                // Chinese text is mostly characters of three bytes, whose first tells all that could be wrong with the others.
                while end - cursor >= 3, 0xE1...0xEC ~= cursor[0], cursor[1] & 0xC0 == 0x80, cursor[2] & 0xC0 == 0x80 {
                    cursor += 3
                }
                guard cursor < end, cursor[0] >= 0x80 else { continue }
            }
            let count = UTF8Character.count(at: cursor, end)
            guard count > 0 else { return false }
            if count == 1 || cursor[0] == 0xC2 && cursor[1] < 0xA0 {
                self.writer.write(UnsafeRawPointer(copied), count: cursor - copied)
                self.escape(count == 1 ? cursor[0] : cursor[1])
                copied = cursor + count
            }
            cursor += count
        }
        self.writer.write(UnsafeRawPointer(copied), count: end - copied)
        self.writer.write(byte: UInt8(ascii: "\""))
        return true
    }

    /// The first byte that is no ASCII, or must not stand bare.
    @inline(__always)
    private static func skipPlain(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var cursor = start
        while end - cursor >= 8 {
            let word = UInt64(littleEndian: UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self))
            // Beside those that no string may hold bare, DEL is escaped.
            let marks = PlainText.marks(in: word) | PlainText.deletes(in: word)
            if marks != 0 { return cursor + (marks.trailingZeroBitCount &>> 3) }
            cursor += 8
        }
        while cursor < end, PlainText.isPlain(cursor[0]), cursor[0] != 0x7F { cursor += 1 }
        return cursor
    }

    /// - Parameter scalar: Up to U+009F.
    private func escape(_ scalar: UInt8) {
        switch scalar {
        case 0x08: self.word("\\b")
        case 0x09: self.word("\\t")
        case 0x0A: self.word("\\n")
        case 0x0C: self.word("\\f")
        case 0x0D: self.word("\\r")
        case UInt8(ascii: "\""): self.word("\\\"")
        case UInt8(ascii: "\\"): self.word("\\\\")
        default:
            let digits: StaticString = "0123456789ABCDEF"
            self.word("\\u00")
            self.writer.write(byte: digits.utf8Start[Int(scalar >> 4)])
            self.writer.write(byte: digits.utf8Start[Int(scalar & 15)])
        }
    }
}
