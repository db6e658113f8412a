//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A cursor over JSON text, strict by RFC 8259: no comments, no trailing commas, no bad UTF-8.
///
/// It keeps what other readers lose: duplicate names come one after the other, and a number stays the digits that were
/// written.
struct JSONScanner {
    /// A string in the text, without its quotes.
    struct Piece: BitwiseCopyable {
        let start: UnsafePointer<UInt8>
        let count: Int
        /// Whether a backslash stands in it, so that its bytes are not yet what it means.
        let hasEscapes: Bool
    }

    /// Deeper nesting is refused.
    static let maximumDepth = 100

    let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    var cursor: UnsafePointer<UInt8>

    /// - Parameter text: Not empty.
    init(_ start: UnsafePointer<UInt8>, count: Int) {
        self.start = start
        self.end = start + count
        self.cursor = start
        // A byte order mark is no part of JSON, but editors put it there.
        if count >= 3, start[0] == 0xEF, start[1] == 0xBB, start[2] == 0xBF { self.cursor += 3 }
    }

    var offset: Int { self.cursor - self.start }

    /// The byte at the cursor; 0, which no JSON may hold bare, at the end.
    @inline(__always)
    var byte: UInt8 { self.cursor < self.end ? self.cursor[0] : 0 }

    @inline(__always)
    mutating func skipSpace() {
        while self.cursor < self.end {
            switch self.cursor[0] {
            case 0x20, 0x0A, 0x0D, 0x09: self.cursor += 1
            default: return
            }
        }
    }

    /// Steps over the byte if it stands at the cursor.
    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard self.cursor < self.end, self.cursor[0] == byte else { return false }
        self.cursor += 1
        return true
    }

    /// Steps over `null`, `true` or `false` if it stands at the cursor.
    @inline(__always)
    mutating func take(word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard self.end - self.cursor >= count else { return false }
        var index = 0
        while index < count {
            if self.cursor[index] != word.utf8Start[index] { return false }
            index &+= 1
        }
        self.cursor += count
        return true
    }

    /// Steps over a colon and the space around it.
    @inline(__always)
    mutating func colon() throws(JSONFaultCause) {
        self.skipSpace()
        guard self.take(UInt8(ascii: ":")) else { throw self.cause(.expected(.colon)) }
        self.skipSpace()
    }

    /// Steps over a comma, which promises another member, or over the closing bracket.
    ///
    /// - Returns: Whether it was a comma.
    @inline(__always)
    mutating func comma(orClose close: UInt8) throws(JSONFaultCause) -> Bool {
        self.skipSpace()
        if self.take(UInt8(ascii: ",")) {
            self.skipSpace()
            return true
        }
        guard self.take(close) else {
            throw self.cause(.expected(close == UInt8(ascii: "}") ? .commaOrBrace : .commaOrBracket))
        }
        return false
    }

    /// Throws unless only space is left.
    mutating func finish() throws(JSONFaultCause) {
        self.skipSpace()
        guard self.cursor >= self.end else { throw self.cause(.expected(.end)) }
    }

    @inline(never)
    func cause(_ reason: JSONFaultCause.Reason) -> JSONFaultCause {
        JSONFaultCause(reason: reason, offset: self.offset)
    }

    /// What stands at the cursor is not what is wanted: another value, or none.
    @inline(never)
    func mismatch(_ wanted: JSONFaultCause.Wanted) -> JSONFaultCause {
        switch self.byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "-"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            self.cause(.wrongType(wanted))
        default: self.cause(.expected(wanted))
        }
    }

    // MARK: - Numbers

    /// Steps over a number.
    mutating func number() throws(JSONFaultCause) -> Piece {
        let start = self.cursor
        _ = self.take(UInt8(ascii: "-"))
        if !self.take(UInt8(ascii: "0")) { try self.digits() }
        if self.take(UInt8(ascii: ".")) { try self.digits() }
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            if !self.take(UInt8(ascii: "+")) { _ = self.take(UInt8(ascii: "-")) }
            try self.digits()
        }
        return Piece(start: start, count: self.cursor - start, hasEscapes: false)
    }

    @inline(__always)
    private mutating func digits() throws(JSONFaultCause) {
        guard Self.isDigit(self.byte) else { throw self.cause(.expected(.digit)) }
        while Self.isDigit(self.byte) { self.cursor += 1 }
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    // MARK: - Whole values

    /// Steps over any value; what it holds must be JSON too.
    mutating func skipValue() throws(JSONFaultCause) {
        // A bit for each bracket that is open, the innermost lowest: whether it is a list's.
        var brackets: UInt128 = 0
        var depth = 0
        while true {
            self.skipSpace()
            // A value begins here.
            switch self.byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth < Self.maximumDepth else { throw self.cause(.nestedTooDeep) }
                let isList = self.byte == UInt8(ascii: "[")
                self.cursor += 1
                depth += 1
                brackets = brackets << 1 | (isList ? 1 : 0)
                self.skipSpace()
                if !self.take(isList ? UInt8(ascii: "]") : UInt8(ascii: "}")) {
                    if !isList { try self.key() }
                    continue
                }
                depth -= 1
                brackets >>= 1
            case UInt8(ascii: "\""): _ = try self.string()
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try self.number()
            default:
                guard self.take(word: "true") || self.take(word: "false") || self.take(word: "null") else {
                    throw self.cause(.expected(.value))
                }
            }
            // A value has ended here: close what ends with it.
            while true {
                guard depth > 0 else { return }
                let isList = brackets & 1 == 1
                if try self.comma(orClose: isList ? UInt8(ascii: "]") : UInt8(ascii: "}")) {
                    if !isList { try self.key() }
                    break
                }
                depth -= 1
                brackets >>= 1
            }
        }
    }

    private mutating func key() throws(JSONFaultCause) {
        _ = try self.string()
        try self.colon()
    }
}
