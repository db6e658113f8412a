//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a token file holds; the daemon, the tool and the client read it by this one rule.
///
/// A token a line; lines end with LF or CR LF, and of spaces and tabs only those at the ends of a line are left out. Empty
/// lines and lines that begin with `#` are passed over, a UTF-8 byte order mark is skipped. A token is of visible ASCII.
package enum TokenFile {
    /// The most bytes of a token.
    package static let maximumLength = 4096

    /// Why a file is refused. No token is ever quoted.
    package enum Problem: Error, Equatable {
        /// It begins as UTF-16 does, or holds a NUL.
        case notUTF8
        /// A byte of the line is no visible ASCII.
        case badByte(line: Int)
        /// The line's token has this many bytes.
        case tooLong(line: Int, count: Int)
        /// There is none.
        case noToken
    }

    /// Reads a file.
    ///
    /// - Parameter file: All of its bytes.
    /// - Returns: Its tokens in their order, at least one. A client takes the first.
    package static func tokens(_ file: [UInt8]) throws(Problem) -> [[UInt8]] {
        guard !file.starts(with: [0xFF, 0xFE]), !file.starts(with: [0xFE, 0xFF]), !file.contains(0) else {
            throw .notUTF8
        }
        var tokens: [[UInt8]] = []
        var number = 0
        let text = file.starts(with: [0xEF, 0xBB, 0xBF]) ? file[3...] : file[...]
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let token = Self.trimmed(line)
            if token.isEmpty || token.first == UInt8(ascii: "#") { continue }
            guard token.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .badByte(line: number) }
            guard token.count <= Self.maximumLength else { throw .tooLong(line: number, count: token.count) }
            tokens.append(Array(token))
        }
        guard !tokens.isEmpty else { throw .noToken }
        return tokens
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var line = line
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        line = line.drop(while: isBlank)
        while let last = line.last, isBlank(last) { line.removeLast() }
        return line
    }
}

extension TokenFile.Problem: CustomStringConvertible {
    /// What is wrong and what would be right, without a full stop.
    package var description: String {
        switch self {
        case .notUTF8: "the token file is UTF-16; save it as UTF-8"
        case .badByte(let line):
            "line \(line) of the token file: a token is of visible ASCII, without a space inside"
        case .tooLong(let line, let count):
            "line \(line) of the token file: a token has at most \(TokenFile.maximumLength) bytes, this one has \(count)"
        case .noToken: "the token file holds no token: put one on a line of its own"
        }
    }
}
