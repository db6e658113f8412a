//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A cursor over JSON text (RFC 8259), strict: no comments, no trailing commas, no bad UTF-8.
///
/// It keeps what other readers lose: duplicate names come by one after the other, and a number stays the digits that
/// were written.
struct JSONCursor {
    /// A string in the text, its quotes left out.
    struct Piece {
        let range: Range<Int>
        /// Whether a backslash stands in it, so that its bytes are not yet what it means.
        let hasEscapes: Bool
    }

    /// Deeper nesting is refused: no request of the contract comes near it, and the reader's own stack is bounded.
    static let depthLimit = 100

    let text: UnsafeBufferPointer<UInt8>
    private(set) var offset = 0

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
        // A byte order mark is no part of JSON, but editors put it there.
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { self.offset = 3 }
    }

    /// The byte at the cursor; 0, which no JSON may hold bare, at the end.
    @inline(__always)
    var byte: UInt8 { self.offset < self.text.count ? self.text[self.offset] : 0 }

    @inline(__always)
    mutating func skipSpace() {
        while true {
            switch self.byte {
            case 0x20, 0x0A, 0x0D, 0x09: self.offset &+= 1
            default: return
            }
        }
    }

    /// Steps over the byte if it stands at the cursor.
    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard self.byte == byte, self.offset < self.text.count else { return false }
        self.offset &+= 1
        return true
    }

    /// Steps over `null`, `true` or `false` if it stands at the cursor.
    mutating func take(word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard self.offset + length <= self.text.count else { return false }
        for index in 0..<length where self.text[self.offset + index] != word.utf8Start[index] { return false }
        self.offset += length
        return true
    }

    /// Throws unless only space is left.
    mutating func end() throws {
        self.skipSpace()
        guard self.offset == self.text.count else {
            throw self.unexpected(wanted: Language.said("文本的结尾", "the end of the text"))
        }
    }

    func unexpected(wanted: String) -> JSONSyntaxError {
        let found: String
        if self.offset >= self.text.count {
            found = Language.said("文本在此结束", "the end of the text")
        } else {
            let byte = self.text[self.offset]
            found =
                (0x21...0x7E).contains(byte)
                ? "“\(Character(Unicode.Scalar(byte)))”" : Language.said("字节 0x", "a byte 0x") + hex(byte)
        }
        return JSONSyntaxError(
            offset: self.offset,
            message: Language.said("此处应为\(wanted)，却是\(found)", "\(found) where \(wanted) should be")
        )
    }

    // MARK: - Strings

    /// Steps over a string.
    mutating func string() throws -> Piece {
        guard self.take(UInt8(ascii: "\"")) else { throw self.unexpected(wanted: Language.said("字符串", "a string")) }
        let start = self.offset
        var hasEscapes = false
        while true {
            let byte = self.byte
            switch byte {
            case UInt8(ascii: "\""):
                let range = start..<self.offset
                self.offset += 1
                return Piece(range: range, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try self.skipEscape()
            case 0..<0x20:
                if self.offset >= self.text.count {
                    throw JSONSyntaxError(
                        offset: self.offset,
                        message: Language.said("文本在字符串中间结束", "the text ends within a string")
                    )
                }
                throw JSONSyntaxError(
                    offset: self.offset,
                    message: Language.said("字符串中的控制字符须转义", "a control character in a string must be escaped")
                )
            case 0x20..<0x80:
                self.offset &+= 1
            default:
                try self.skipMultibyteCharacter()
            }
        }
    }

    private mutating func skipEscape() throws {
        self.offset += 1
        switch self.byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            self.offset += 1
        case UInt8(ascii: "u"):
            self.offset += 1
            for _ in 0..<4 {
                guard Self.hexValue(self.byte) != nil else {
                    throw self.unexpected(wanted: Language.said("十六进制数字", "a hexadecimal digit"))
                }
                self.offset += 1
            }
        default:
            throw self.unexpected(wanted: Language.said("\\n、\\u4eac 之类的转义", "an escape like \\n or \\u4eac"))
        }
    }

    private mutating func skipMultibyteCharacter() throws {
        let start = self.offset
        let lead = self.byte
        let length: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, low) = (3, 0xA0)
        case 0xED: (length, high) = (3, 0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, low) = (4, 0x90)
        case 0xF4: (length, high) = (4, 0x8F)
        case 0xF1...0xF3: length = 4
        default: throw Self.notUTF8(start)
        }
        self.offset += 1
        for _ in 1..<length {
            guard low <= self.byte, self.byte <= high else {
                throw Self.notUTF8(start)
            }
            (low, high) = (0x80, 0xBF)
            self.offset += 1
        }
    }

    private static func notUTF8(_ offset: Int) -> JSONSyntaxError {
        JSONSyntaxError(offset: offset, message: Language.said("文本不是 UTF-8", "the text is not UTF-8"))
    }

    /// Appends what a string means, in UTF-8.
    ///
    /// - Returns: `false` where it holds half of a surrogate pair, which is no character.
    func append(_ piece: Piece, to bytes: inout [UInt8]) -> Bool {
        guard piece.hasEscapes else {
            bytes.append(contentsOf: self.text[piece.range])
            return true
        }
        var index = piece.range.lowerBound
        while index < piece.range.upperBound {
            let byte = self.text[index]
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                index += 1
                continue
            }
            // `string()` has seen that every escape is whole.
            let kind = self.text[index + 1]
            index += 2
            switch kind {
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "u"):
                var unit = self.codeUnit(at: index)
                index += 4
                if (0xD800..<0xDC00).contains(unit), index + 6 <= piece.range.upperBound,
                    self.text[index] == UInt8(ascii: "\\"), self.text[index + 1] == UInt8(ascii: "u")
                {
                    let second = self.codeUnit(at: index + 2)
                    guard (0xDC00..<0xE000).contains(second) else { return false }
                    unit = 0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00)
                    index += 6
                }
                guard let scalar = Unicode.Scalar(unit) else { return false }
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            default: bytes.append(kind)
            }
        }
        return true
    }

    private func codeUnit(at index: Int) -> UInt32 {
        (index..<index + 4).reduce(0) { $0 << 4 | UInt32(Self.hexValue(self.text[$1]) ?? 0) }
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The string at the end of a way of names, from the root object on; `nil` where there is none, or the text is no
    /// JSON. Of a name that stands twice the first counts.
    static func text(of path: [String], in text: UnsafeBufferPointer<UInt8>) -> String? {
        var cursor = Self(text)
        cursor.skipSpace()
        return try? cursor.find(path[...])
    }

    /// Where the value of a member of the root object stands; `nil` where there is no such member.
    static func range(of name: String, in text: UnsafeBufferPointer<UInt8>) throws -> Range<Int>? {
        var cursor = Self(text)
        cursor.skipSpace()
        guard cursor.take(UInt8(ascii: "{")) else { return nil }
        cursor.skipSpace()
        if cursor.take(UInt8(ascii: "}")) { return nil }
        repeat {
            let key = try cursor.string()
            try cursor.colon()
            let start = cursor.offset
            try cursor.skipValue()
            if text[key.range].elementsEqual(name.utf8) { return start..<cursor.offset }
        } while try cursor.comma(orClose: UInt8(ascii: "}"))
        return nil
    }

    private mutating func find(_ path: ArraySlice<String>) throws -> String? {
        guard let name = path.first else {
            var bytes: [UInt8] = []
            let piece = try self.string()
            return self.append(piece, to: &bytes) ? String(decoding: bytes, as: UTF8.self) : nil
        }
        guard self.take(UInt8(ascii: "{")) else { return nil }
        self.skipSpace()
        if self.take(UInt8(ascii: "}")) { return nil }
        repeat {
            var key: [UInt8] = []
            let isText = self.append(try self.string(), to: &key)
            try self.colon()
            if isText, key == Array(name.utf8) { return try self.find(path.dropFirst()) }
            try self.skipValue()
        } while try self.comma(orClose: UInt8(ascii: "}"))
        return nil
    }

    // MARK: - Other values

    /// Steps over a number and gives the bytes that were written.
    mutating func number() throws -> Range<Int> {
        let start = self.offset
        if self.byte == UInt8(ascii: "-") { self.offset += 1 }
        if !self.take(UInt8(ascii: "0")) { try self.digits() }
        if self.take(UInt8(ascii: ".")) { try self.digits() }
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            if !self.take(UInt8(ascii: "+")) { _ = self.take(UInt8(ascii: "-")) }
            try self.digits()
        }
        return start..<self.offset
    }

    private mutating func digits() throws {
        guard Self.isDigit(self.byte) else { throw self.unexpected(wanted: Language.said("数字", "a digit")) }
        while Self.isDigit(self.byte) { self.offset &+= 1 }
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// Steps over any value; what it holds must be JSON too.
    mutating func skipValue(depth: Int = 0) throws {
        guard depth < Self.depthLimit else {
            throw JSONSyntaxError(
                offset: self.offset,
                message: Language.said("嵌套超过 \(Self.depthLimit) 层", "nested more than \(Self.depthLimit) deep")
            )
        }
        switch self.byte {
        case UInt8(ascii: "\""): _ = try self.string()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try self.number()
        case UInt8(ascii: "{"):
            try self.members(close: UInt8(ascii: "}")) { cursor throws in
                _ = try cursor.string()
                try cursor.colon()
                try cursor.skipValue(depth: depth + 1)
            }
        case UInt8(ascii: "["):
            try self.members(close: UInt8(ascii: "]")) { cursor throws in try cursor.skipValue(depth: depth + 1) }
        default:
            guard self.take(word: "true") || self.take(word: "false") || self.take(word: "null") else {
                throw self.unexpected(wanted: Language.said("一个值", "a value"))
            }
        }
    }

    private mutating func members(close: UInt8, each: (inout Self) throws -> Void) throws {
        self.offset += 1
        self.skipSpace()
        if self.take(close) { return }
        repeat {
            self.skipSpace()
            try each(&self)
        } while try self.comma(orClose: close)
    }

    /// Steps over a colon and the space around it.
    @inline(__always)
    mutating func colon() throws {
        self.skipSpace()
        guard self.take(UInt8(ascii: ":")) else { throw self.unexpected(wanted: "“:”") }
        self.skipSpace()
    }

    /// Steps over a comma, which promises another member, or over the closing bracket.
    @inline(__always)
    mutating func comma(orClose close: UInt8) throws -> Bool {
        self.skipSpace()
        if self.take(UInt8(ascii: ",")) {
            self.skipSpace()
            return true
        }
        guard self.take(close) else {
            throw self.unexpected(
                wanted: Language.said(
                    "“,”或“\(Character(Unicode.Scalar(close)))”",
                    "“,” or “\(Character(Unicode.Scalar(close)))”"
                )
            )
        }
        return false
    }
}

private func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
}
