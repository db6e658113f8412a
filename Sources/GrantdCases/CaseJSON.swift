//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdPolicy

/// Reads a JSON value into nodes.
package struct CaseJSON {
    /// What keeps a text from being JSON.
    package struct Fault: Error {
        /// In bytes, from 1.
        package let column: Int
        package let message: Text
    }

    /// Deeper nesting is refused: no request comes near it, and the reader's own stack is bounded.
    private static let deepest = 100

    private let bytes: UnsafeBufferPointer<UInt8>
    private let line: Int
    private var offset = 0

    /// Reads a text that holds one value.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - line: The line that the nodes get.
    package static func read(_ bytes: some Sequence<UInt8>, line: Int) throws(Fault) -> CaseNode {
        let bytes = Array(bytes)
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw Fault(column: 1, message: Text(zh: "文本不是 UTF-8", en: "the text is not UTF-8"))
        }
        let result: Result<CaseNode, Fault> = bytes.withUnsafeBufferPointer { bytes in
            var reader = CaseJSON(bytes: bytes, line: line)
            do throws(Fault) {
                let node = try reader.value(depth: 0)
                reader.skipSpace()
                guard reader.offset == bytes.count else {
                    throw reader.fault(zh: "值之后还有内容", en: "something follows the value")
                }
                return .success(node)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, line: Int) {
        self.bytes = bytes
        self.line = line
    }

    private var byte: UInt8 { self.offset < self.bytes.count ? self.bytes[self.offset] : 0 }

    private func fault(zh: String, en: String) -> Fault {
        Fault(column: self.offset + 1, message: Text(zh: zh, en: en))
    }

    private mutating func skipSpace() {
        while [0x20, 0x09, 0x0A, 0x0D].contains(self.byte) { self.offset += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard self.offset < self.bytes.count, self.byte == character.asciiValue else { return false }
        self.offset += 1
        return true
    }

    private func node(_ content: CaseNode.Content) -> CaseNode { CaseNode(line: self.line, content: content) }

    private mutating func value(depth: Int) throws(Fault) -> CaseNode {
        guard depth < Self.deepest else { throw self.fault(zh: "嵌套过深", en: "nested too deep") }
        self.skipSpace()
        switch self.byte {
        case UInt8(ascii: "{"): return try self.object(depth: depth)
        case UInt8(ascii: "["): return try self.list(depth: depth)
        case UInt8(ascii: "\""): return self.node(.text(try self.string()))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try self.number()
        default:
            for (word, content) in [("true", CaseNode.Content.bool(true)), ("false", .bool(false)), ("null", .null)]
            where self.bytes[self.offset...].starts(with: word.utf8) {
                self.offset += word.utf8.count
                return self.node(content)
            }
            throw self.fault(zh: "此处应为一个值", en: "a value should be here")
        }
    }

    private mutating func object(depth: Int) throws(Fault) -> CaseNode {
        self.offset += 1
        var members: [CaseNode.Member] = []
        var names: Set<String> = []
        self.skipSpace()
        if self.take("}") { return self.node(.object([])) }
        repeat {
            self.skipSpace()
            guard self.byte == UInt8(ascii: "\"") else {
                throw self.fault(zh: "此处应为带引号的名称", en: "a name in quotes should be here")
            }
            let name = try self.string()
            guard names.insert(name).inserted else {
                throw self.fault(zh: "“\(name)”出现两次", en: "\"\(name)\" stands twice")
            }
            self.skipSpace()
            guard self.take(":") else { throw self.fault(zh: "此处应为“:”", en: "\":\" should be here") }
            members.append(CaseNode.Member(name: name, line: self.line, value: try self.value(depth: depth + 1)))
            self.skipSpace()
        } while self.take(",")
        guard self.take("}") else { throw self.fault(zh: "此处应为“,”或“}”", en: "\",\" or \"}\" should be here") }
        return self.node(.object(members))
    }

    private mutating func list(depth: Int) throws(Fault) -> CaseNode {
        self.offset += 1
        var entries: [CaseNode] = []
        self.skipSpace()
        if self.take("]") { return self.node(.list([])) }
        repeat {
            entries.append(try self.value(depth: depth + 1))
            self.skipSpace()
        } while self.take(",")
        guard self.take("]") else { throw self.fault(zh: "此处应为“,”或“]”", en: "\",\" or \"]\" should be here") }
        return self.node(.list(entries))
    }

    private mutating func number() throws(Fault) -> CaseNode {
        let start = self.offset
        let characters = Set("+-.eE0123456789".utf8)
        while characters.contains(self.byte) { self.offset += 1 }
        let digits = String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
        guard Self.isNumber(digits) else {
            self.offset = start
            throw self.fault(zh: "“\(digits)”不是数字", en: "\"\(digits)\" is no number")
        }
        return self.node(.number(digits))
    }

    /// Whether a text is a number as JSON writes it.
    static func isNumber(_ text: String) -> Bool {
        var rest = Substring(text)
        func digits() -> Bool {
            let count = rest.prefix { ("0"..."9").contains($0) }.count
            rest = rest.dropFirst(count)
            return count > 0
        }
        if rest.hasPrefix("-") { rest = rest.dropFirst() }
        if rest.hasPrefix("0") { rest = rest.dropFirst() } else if !digits() { return false }
        if rest.hasPrefix(".") {
            rest = rest.dropFirst()
            if !digits() { return false }
        }
        if rest.hasPrefix("e") || rest.hasPrefix("E") {
            rest = rest.dropFirst()
            if rest.hasPrefix("+") || rest.hasPrefix("-") { rest = rest.dropFirst() }
            if !digits() { return false }
        }
        return rest.isEmpty
    }

    private mutating func string() throws(Fault) -> String {
        self.offset += 1
        var units: [UInt16] = []
        var start = self.offset
        func flush(_ end: Int) {
            units.append(contentsOf: String(decoding: self.bytes[start..<end], as: UTF8.self).utf16)
        }
        while true {
            guard self.offset < self.bytes.count, self.byte >= 0x20 else {
                throw self.fault(zh: "字符串没有结束的引号", en: "the string has no closing quote")
            }
            if self.byte == UInt8(ascii: "\"") { break }
            guard self.byte == UInt8(ascii: "\\") else {
                self.offset += 1
                continue
            }
            flush(self.offset)
            self.offset += 1
            guard let unit = self.escape() else { throw self.fault(zh: "没有此转义", en: "there is no such escape") }
            units.append(unit)
            start = self.offset
        }
        flush(self.offset)
        self.offset += 1
        return String(decoding: units, as: UTF16.self)
    }

    /// What stands behind a backslash.
    private mutating func escape() -> UInt16? {
        let byte = self.byte
        self.offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(byte)
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"):
            let digits = String(decoding: self.bytes[self.offset...].prefix(4), as: UTF8.self)
            guard digits.utf8.count == 4, !digits.hasPrefix("+"), let unit = UInt16(digits, radix: 16) else {
                return nil
            }
            self.offset += 4
            return unit
        default: return nil
        }
    }
}
