//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a token file holds; the daemon, the tool and the client read it by this one rule.
///
/// A line is a `TOKEN`, or `NAME [ROLE,…]: TOKEN`. Lines end with LF or CR LF, and of spaces and tabs those at the ends of a
/// line and around the parts of a named one are left out. Empty lines and lines that begin with `#` are passed over, a UTF-8
/// byte order mark is skipped. A token is of visible ASCII, a name of at most 64 letters, digits, `.`, `_`, `@` and `-`, of which
/// a letter or a digit comes first.
package enum TokenFile {
    /// What somebody who shows a token may do, besides asking. The raw value is what stands in the file.
    package enum Role: String, Sendable, Hashable, CaseIterable {
        /// Asks: what every token may.
        case ask
        /// Acts for an agency.
        case agency
        /// Watches and runs the daemon.
        case operate
    }

    /// A line's content.
    package struct Entry: Sendable, Hashable {
        /// Whose the token is; nil where only a token stands.
        package var name: String?
        /// In the order of the line, at least one.
        package var roles: [Role]
        /// The bytes to show.
        package var token: [UInt8]
        /// The line in the file, from 1.
        package var line: Int
    }

    /// The most bytes of a token.
    package static let maximumLength = 4096
    /// The most bytes of a name.
    package static let maximumNameLength = 64

    /// Why a file is refused. No token is ever quoted, nor anything that might be one.
    package enum Fault: Error, Equatable {
        /// It begins as UTF-16 does, or holds a NUL.
        case notUTF8
        /// A byte of the line is no visible ASCII.
        case badByte(line: Int)
        /// The line is neither a token nor a name with roles and a token.
        case badForm(line: Int)
        /// A role of the line is none.
        case badRole(line: Int)
        /// The line's token has this many bytes.
        case tooLong(line: Int, count: Int)
        /// There is none.
        case noToken
    }

    /// Reads a file.
    ///
    /// - Parameter file: All of its bytes.
    /// - Returns: Its tokens in their order, at least one. A client takes the first.
    package static func tokens(_ file: [UInt8]) throws(Fault) -> [[UInt8]] {
        try self.entries(file).map(\.token)
    }

    /// Reads a file, with the names and the roles.
    ///
    /// - Parameter file: All of its bytes.
    /// - Returns: Its entries in their order, at least one.
    package static func entries(_ file: [UInt8]) throws(Fault) -> [Entry] {
        guard !file.starts(with: [0xFF, 0xFE]), !file.starts(with: [0xFE, 0xFF]), !file.contains(0) else {
            throw .notUTF8
        }
        var entries: [Entry] = []
        var number = 0
        let text = file.starts(with: [0xEF, 0xBB, 0xBF]) ? file[3...] : file[...]
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            var content = line
            if content.last == UInt8(ascii: "\r") { content.removeLast() }
            content = Self.trimmed(content)
            if content.isEmpty || content.first == UInt8(ascii: "#") { continue }
            guard content.allSatisfy({ Self.isVisible($0) || Self.isBlank($0) }) else { throw .badByte(line: number) }
            entries.append(try Self.entry(content, line: number))
        }
        guard !entries.isEmpty else { throw .noToken }
        return entries
    }

    private static func entry(_ content: ArraySlice<UInt8>, line: Int) throws(Fault) -> Entry {
        var entry = Entry(name: nil, roles: [.ask], token: [], line: line)
        var rest = content
        if content.contains(where: Self.isBlank) {
            // A token has no blank inside, so that one with a colon is told from a name.
            let name = rest.prefix(while: Self.isOfName)
            guard (1...Self.maximumNameLength).contains(name.count), let first = name.first, Self.isAlphanumeric(first)
            else { throw .badForm(line: line) }
            entry.name = String(decoding: name, as: UTF8.self)
            rest = Self.trimmed(rest.dropFirst(name.count))
            if rest.first == UInt8(ascii: "[") {
                guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { throw .badForm(line: line) }
                entry.roles = try Self.roles(rest[rest.startIndex + 1..<end], line: line)
                rest = Self.trimmed(rest[(end + 1)...])
            }
            guard rest.first == UInt8(ascii: ":") else { throw .badForm(line: line) }
            rest = Self.trimmed(rest.dropFirst())
            guard !rest.isEmpty, !rest.contains(where: Self.isBlank) else { throw .badForm(line: line) }
        }
        guard rest.count <= Self.maximumLength else { throw .tooLong(line: line, count: rest.count) }
        entry.token = Array(rest)
        return entry
    }

    private static func roles(_ list: ArraySlice<UInt8>, line: Int) throws(Fault) -> [Role] {
        var roles: [Role] = []
        for word in list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let role = Role(rawValue: String(decoding: Self.trimmed(word), as: UTF8.self)) else {
                throw .badRole(line: line)
            }
            roles.append(role)
        }
        return roles
    }

    private static func isVisible(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "-"): true
        default: Self.isAlphanumeric(byte)
        }
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line.drop(while: Self.isBlank)
        while let last = line.last, Self.isBlank(last) { line.removeLast() }
        return line
    }
}

extension TokenFile.Fault: CustomStringConvertible {
    /// What is wrong and what would be right, without a full stop.
    package var description: String {
        switch self {
        case .notUTF8: "the token file is UTF-16; save it as UTF-8"
        case .badByte(let line):
            "line \(line) of the token file: a token is of visible ASCII, without a space inside"
        case .badForm(let line):
            "line \(line) of the token file: a line is TOKEN or NAME [ROLE,…]: TOKEN, with its brackets (portal [ask]: 3f9c…); a token is of visible ASCII, without a space "
                + "inside, and a name of at most \(TokenFile.maximumNameLength) letters, digits, '.', '_', '@' and '-'"
        case .badRole(let line):
            "line \(line) of the token file: the roles are \(TokenFile.Role.allCases.map(\.rawValue).joined(separator: ", "))"
        case .tooLong(let line, let count):
            "line \(line) of the token file: a token has at most \(TokenFile.maximumLength) bytes, this one has \(count)"
        case .noToken: "the token file holds no token: put one on a line of its own"
        }
    }
}
