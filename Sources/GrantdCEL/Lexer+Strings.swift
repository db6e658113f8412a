//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Lexer {
    /// How a string literal begins.
    struct StringPrefix {
        var raw = false
        var bytes = false
        var length = 0
    }

    /// The prefix if a string literal begins here: up to two of `r`, `R`, `b`, `B`, and a quotation mark.
    func stringPrefix() -> StringPrefix? {
        var prefix = StringPrefix()
        while prefix.length < 3 {
            switch self.peek(prefix.length) {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                return prefix
            case UInt8(ascii: "r"), UInt8(ascii: "R"):
                if prefix.raw { return nil }
                prefix.raw = true
            case UInt8(ascii: "b"), UInt8(ascii: "B"):
                if prefix.bytes { return nil }
                prefix.bytes = true
            default:
                return nil
            }
            prefix.length += 1
        }
        return nil
    }

    /// Reads the literal that `prefix` begins.
    mutating func string(prefix: StringPrefix, start: Int) throws(CompilationError) -> Token {
        self.offset += prefix.length
        let quote = self.peek()
        let triple = self.peek(1) == quote && self.peek(2) == quote
        self.offset += triple ? 3 : 1
        var content: [UInt8] = []
        while true {
            guard self.offset < self.bytes.count else {
                throw .unterminatedString(start..<min(start + 3, self.bytes.count))
            }
            let byte = self.bytes[self.offset]
            if byte == quote, !triple || (self.peek(1) == quote && self.peek(2) == quote) {
                self.offset += triple ? 3 : 1
                break
            }
            if !triple, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                throw .unterminatedString(start..<self.offset)
            }
            if byte == UInt8(ascii: "\\") {
                if prefix.raw {
                    // The character after a backslash never ends a raw string; both stay as they are.
                    content.append(byte)
                    self.offset += 1
                    guard self.offset < self.bytes.count else { throw .unterminatedString(start..<self.offset) }
                    content.append(self.bytes[self.offset])
                    self.offset += 1
                } else {
                    try self.escape(into: &content)
                }
                continue
            }
            content.append(byte)
            self.offset += 1
        }
        if prefix.bytes { throw .unsupportedLiteral(.bytes, start..<self.offset) }
        return Token(kind: .string(content), range: start..<self.offset)
    }

    /// Reads one escape sequence; the offset is at its backslash.
    private mutating func escape(into content: inout [UInt8]) throws(CompilationError) {
        let start = self.offset
        let letter = self.peek(1)
        self.offset += 2
        let simple: UInt8? =
            switch letter {
            case UInt8(ascii: "a"): 0x07
            case UInt8(ascii: "b"): 0x08
            case UInt8(ascii: "f"): 0x0C
            case UInt8(ascii: "n"): 0x0A
            case UInt8(ascii: "r"): 0x0D
            case UInt8(ascii: "t"): 0x09
            case UInt8(ascii: "v"): 0x0B
            case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): letter
            default: nil
            }
        if let simple {
            content.append(simple)
            return
        }
        let digits: Int
        let radix: UInt64
        switch letter {
        case UInt8(ascii: "x"), UInt8(ascii: "X"): (digits, radix) = (2, 16)
        case UInt8(ascii: "u"): (digits, radix) = (4, 16)
        case UInt8(ascii: "U"): (digits, radix) = (8, 16)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            (digits, radix) = (3, 8)
            self.offset -= 1
        default: throw .invalidEscape(start..<min(self.offset, self.bytes.count))
        }
        var value: UInt64 = 0
        for _ in 0..<digits {
            guard let digit = Self.digit(self.peek()), digit < radix else {
                throw .invalidEscape(start..<min(self.offset + 1, self.bytes.count))
            }
            value = value * radix + digit
            self.offset += 1
        }
        guard let code = UInt32(exactly: value), let scalar = Unicode.Scalar(code) else {
            throw .invalidEscape(start..<self.offset)
        }
        content.append(contentsOf: Array(String(Character(scalar)).utf8))
    }
}
