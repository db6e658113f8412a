//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A line of the archive: a JSON object of texts and whole numbers, none of which needs an escape.
struct ArchiveLine: Hashable {
    enum Value: Hashable {
        case text(String)
        case number(UInt32)
    }

    private(set) var members: [String: Value] = [:]
    private var order: [String] = []

    init() {}

    /// Reads a line without its end; `nil` where it is none of the archive's.
    init?(parsing bytes: some Collection<UInt8>) {
        var cursor = Cursor(bytes: Array(bytes))
        guard cursor.take("{") else { return nil }
        repeat {
            guard let key = cursor.text(), self.members[key] == nil, cursor.take(":"), let value = cursor.value() else {
                return nil
            }
            self.set(key, value)
        } while cursor.take(",")
        guard cursor.take("}"), cursor.isAtEnd else { return nil }
    }

    /// The text of a member; `nil` where there is none or another value.
    func text(_ key: String) -> String? {
        if case .text(let text)? = self.members[key] { text } else { nil }
    }

    /// The number of a member; `nil` where there is none or another value.
    func number(_ key: String) -> UInt32? {
        if case .number(let number)? = self.members[key] { number } else { nil }
    }

    mutating func set(_ key: String, _ text: String) { self.set(key, .text(text)) }

    mutating func set(_ key: String, _ number: UInt32) { self.set(key, .number(number)) }

    private mutating func set(_ key: String, _ value: Value) {
        if self.members.updateValue(value, forKey: key) == nil { self.order.append(key) }
    }

    /// The line with its end, its members in the order in which they were set.
    var bytes: [UInt8] {
        let members = self.order.compactMap { key in
            self.members[key].map { value in
                switch value {
                case .text(let text): "\"\(key)\":\"\(text)\""
                case .number(let number): "\"\(key)\":\(number)"
                }
            }
        }
        return Array("{\(members.joined(separator: ","))}\n".utf8)
    }

    /// Walks over a line.
    private struct Cursor {
        let bytes: [UInt8]
        private var index = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        private var next: UInt8? { self.index < self.bytes.count ? self.bytes[self.index] : nil }

        var isAtEnd: Bool {
            mutating get {
                self.skipSpace()
                return self.next == nil
            }
        }

        private mutating func skipSpace() {
            while let byte = self.next, byte == 0x20 || byte == 0x09 || byte == 0x0D { self.index += 1 }
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            self.skipSpace()
            guard self.next == UInt8(ascii: character) else { return false }
            self.index += 1
            return true
        }

        mutating func text() -> String? {
            guard self.take("\"") else { return nil }
            let start = self.index
            while let byte = self.next, byte != UInt8(ascii: "\"") {
                guard (0x20...0x7E).contains(byte), byte != UInt8(ascii: "\\") else { return nil }
                self.index += 1
            }
            let text = String(decoding: self.bytes[start..<self.index], as: UTF8.self)
            return self.take("\"") ? text : nil
        }

        mutating func value() -> Value? {
            self.skipSpace()
            if self.next == UInt8(ascii: "\"") { return self.text().map { .text($0) } }
            let start = self.index
            while let byte = self.next, (0x30...0x39).contains(byte) { self.index += 1 }
            return UInt32(String(decoding: self.bytes[start..<self.index], as: UTF8.self)).map { .number($0) }
        }
    }
}
