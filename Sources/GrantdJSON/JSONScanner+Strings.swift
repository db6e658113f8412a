//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension JSONScanner {
    /// Steps over a string.
    mutating func string() throws(JSONFaultCause) -> Piece {
        guard self.take(UInt8(ascii: "\"")) else { throw self.cause(.expected(.string)) }
        let start = self.cursor
        var hasEscapes = false
        while true {
            self.skipPlain()
            guard self.cursor < self.end else { throw self.cause(.openString) }
            switch self.cursor[0] {
            case UInt8(ascii: "\""):
                let piece = Piece(start: start, count: self.cursor - start, hasEscapes: hasEscapes)
                self.cursor += 1
                return piece
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try self.skipEscape()
            case 0..<0x20: throw self.cause(.controlCharacter)
            default:
                repeat {
                    let count = UTF8Character.count(at: self.cursor, self.end)
                    guard count > 0 else { throw self.cause(.notUTF8) }
                    self.cursor += count
                } while self.byte >= 0x80
            }
        }
    }

    /// Steps over ASCII that stands for itself.
    @inline(__always)
    private mutating func skipPlain() {
        while self.end - self.cursor >= 8 {
            let word = UInt64(littleEndian: UnsafeRawPointer(self.cursor).loadUnaligned(as: UInt64.self))
            let marks = PlainText.marks(in: word)
            if marks != 0 {
                self.cursor += marks.trailingZeroBitCount &>> 3
                return
            }
            self.cursor += 8
        }
        while self.cursor < self.end, PlainText.isPlain(self.cursor[0]) { self.cursor += 1 }
    }

    private mutating func skipEscape() throws(JSONFaultCause) {
        self.cursor += 1
        switch self.byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            self.cursor += 1
        case UInt8(ascii: "u"):
            self.cursor += 1
            for _ in 0..<4 {
                guard Self.hexadecimal(self.byte) < 16 else { throw self.cause(.expected(.hexadecimalDigit)) }
                self.cursor += 1
            }
        default: throw self.cause(.expected(.escape))
        }
    }

    /// Lays down what a string means, in UTF-8. It is never longer than what was written.
    ///
    /// - Parameter target: Room for the piece's bytes.
    /// - Returns: How many bytes it is; `nil` where it holds half of a surrogate pair, which is no character.
    static func unescape(_ piece: Piece, to target: UnsafeMutablePointer<UInt8>) -> Int? {
        var source = piece.start
        let end = source + piece.count
        var target = target
        let first = target
        while source < end {
            let byte = source[0]
            guard byte == UInt8(ascii: "\\") else {
                target[0] = byte
                target += 1
                source += 1
                continue
            }
            // `string()` has seen that every escape is whole.
            let kind = source[1]
            source += 2
            guard kind == UInt8(ascii: "u") else {
                target[0] = Self.character(escapedAs: kind)
                target += 1
                continue
            }
            var scalar = Self.codeUnit(source)
            source += 4
            if 0xD800..<0xE000 ~= scalar {
                guard scalar < 0xDC00, end - source >= 6, source[0] == UInt8(ascii: "\\"),
                    source[1] == UInt8(ascii: "u")
                else { return nil }
                let second = Self.codeUnit(source + 2)
                guard 0xDC00..<0xE000 ~= second else { return nil }
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (second - 0xDC00)
                source += 6
            }
            target += UTF8Character.write(scalar, to: target)
        }
        return target - first
    }

    private static func character(escapedAs kind: UInt8) -> UInt8 {
        switch kind {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: kind
        }
    }

    private static func codeUnit(_ digits: UnsafePointer<UInt8>) -> UInt32 {
        (0..<4).reduce(0) { $0 << 4 | UInt32(self.hexadecimal(digits[$1])) }
    }

    /// 16 and more for what is no digit.
    private static func hexadecimal(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: .max
        }
    }
}
