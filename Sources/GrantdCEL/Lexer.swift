//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Cuts a source into tokens. Stops at the first problem: what follows a bad token would only be noise.
struct Lexer {
    let bytes: [UInt8]
    var offset = 0

    init(_ source: Source) {
        self.bytes = source.bytes
    }

    /// All tokens, the last one `.end`.
    static func tokens(of source: Source) throws(CompilationError) -> [Token] {
        var lexer = Lexer(source)
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    /// The byte `ahead` places on, or 0 beyond the end.
    func peek(_ ahead: Int = 0) -> UInt8 {
        let index = self.offset + ahead
        return index < self.bytes.count ? self.bytes[index] : 0
    }

    private mutating func next() throws(CompilationError) -> Token {
        self.skipBlanks()
        let start = self.offset
        guard start < self.bytes.count else { return Token(kind: .end, range: start..<start) }
        let byte = self.peek()
        if let prefix = self.stringPrefix() {
            return try self.string(prefix: prefix, start: start)
        }
        if Self.isLetter(byte) {
            while Self.isLetter(self.peek()) || Self.isDigit(self.peek()) { self.offset += 1 }
            let name = String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
            return Token(kind: .identifier(name), range: start..<self.offset)
        }
        if Self.isDigit(byte) || (byte == UInt8(ascii: ".") && Self.isDigit(self.peek(1))) {
            return try self.number(start: start)
        }
        return try self.symbol(start: start)
    }

    private mutating func skipBlanks() {
        while self.offset < self.bytes.count {
            switch self.bytes[self.offset] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x0C:
                self.offset += 1
            case UInt8(ascii: "/") where self.peek(1) == UInt8(ascii: "/"):
                while self.offset < self.bytes.count, self.bytes[self.offset] != UInt8(ascii: "\n") { self.offset += 1 }
            default:
                return
            }
        }
    }

    private mutating func number(start: Int) throws(CompilationError) -> Token {
        if let length = self.dateLength() {
            let text = String(decoding: self.bytes[start..<(start + length)], as: UTF8.self)
            throw .bareDate(text, start..<(start + length))
        }
        var value: UInt64 = 0
        var overflow = false
        var digits = 0
        let radix: UInt64 = self.peek() == UInt8(ascii: "0") && self.peek(1) | 0x20 == UInt8(ascii: "x") ? 16 : 10
        if radix == 16 { self.offset += 2 }
        while let digit = Self.digit(self.peek()), digit < radix {
            let (product, first) = value.multipliedReportingOverflow(by: radix)
            let (sum, second) = product.addingReportingOverflow(digit)
            overflow = overflow || first || second
            value = sum
            digits += 1
            self.offset += 1
        }
        let next = self.peek()
        if next | 0x20 == UInt8(ascii: "u") {
            throw .unsupportedLiteral(.unsigned, start..<(self.offset + 1))
        }
        if radix == 10, next | 0x20 == UInt8(ascii: "e") || (next == UInt8(ascii: ".") && Self.isDigit(self.peek(1))) {
            throw .unsupportedLiteral(.floatingPoint, start..<(self.offset + 1))
        }
        if digits == 0 || Self.isLetter(next) {
            throw .unexpectedCharacter(
                self.scalar(at: self.offset),
                self.offset..<min(self.offset + 1, self.bytes.count)
            )
        }
        // 2^63 is allowed here: the parser takes it after a minus sign only.
        if overflow || value > 1 << 63 { throw .integerOutOfRange(start..<self.offset) }
        return Token(kind: .integer(value), range: start..<self.offset)
    }

    /// How many bytes a day takes that stands here without quotes, `2026-01-31`; nil where none does.
    private func dateLength() -> Int? {
        let pattern = "dddd-dd-dd".utf8
        for (index, letter) in pattern.enumerated() {
            let byte = self.peek(index)
            guard letter == UInt8(ascii: "-") ? byte == letter : Self.isDigit(byte) else { return nil }
        }
        let next = self.peek(pattern.count)
        return Self.isDigit(next) || Self.isLetter(next) ? nil : pattern.count
    }

    private mutating func symbol(start: Int) throws(CompilationError) -> Token {
        let pair = String(decoding: [self.peek(), self.peek(1)], as: UTF8.self)
        if ["&&", "||", "==", "!=", "<=", ">="].contains(pair) {
            self.offset += 2
            return Token(kind: .symbol(pair), range: start..<self.offset)
        }
        let byte = self.peek()
        guard byte < 0x80, "+-*/%<>!?:.,()[]{}".utf8.contains(byte) else {
            throw .unexpectedCharacter(self.scalar(at: start), start..<(start + self.scalarLength(at: start)))
        }
        self.offset += 1
        return Token(kind: .symbol(String(Unicode.Scalar(byte))), range: start..<self.offset)
    }

    private func scalar(at offset: Int) -> Unicode.Scalar? {
        guard offset < self.bytes.count else { return nil }
        let end = min(self.bytes.count, offset + self.scalarLength(at: offset))
        return String(decoding: self.bytes[offset..<end], as: UTF8.self).unicodeScalars.first
    }

    private func scalarLength(at offset: Int) -> Int {
        guard offset < self.bytes.count else { return 0 }
        let length: Int
        switch self.bytes[offset] {
        case 0xF0...: length = 4
        case 0xE0...: length = 3
        case 0xC0...: length = 2
        default: length = 1
        }
        return min(length, self.bytes.count - offset)
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// The value of a hexadecimal digit.
    static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte) - 48
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte) - 87
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte) - 55
        default: nil
        }
    }
}
