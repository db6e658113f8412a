//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The tokens of which every call must carry one.
///
/// A comparison takes the same time whatever the bytes are: it depends on the number and the lengths of the tokens that
/// the daemon holds, and on nothing that a caller could learn them from.
package struct TokenSet: Sendable {
    /// The most bytes of a token.
    package static let maximumLength = 4096

    private let tokens: [[UInt8]]

    /// No token: nothing is asked for.
    package init() {
        self.tokens = []
    }

    /// Takes these tokens.
    package init(_ tokens: [[UInt8]]) {
        self.tokens = tokens
    }

    /// Whether nothing is asked for.
    package var isEmpty: Bool { self.tokens.isEmpty }

    /// Reads a token file: a token a line; blank lines and lines that begin with `#` are left out, and so is white
    /// space at the ends of a line.
    ///
    /// - Parameter text: the file's bytes.
    /// - Returns: the tokens, at least one, each of at most 4,096 bytes.
    /// - Throws: `ServerStartError` with code `.tokens`; no token is quoted.
    package static func parse(_ text: [UInt8]) throws(ServerStartError) -> TokenSet {
        var tokens: [[UInt8]] = []
        var number = 0
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number &+= 1
            let token = Self.trim(line)
            if token.isEmpty || token.first == UInt8(ascii: "#") { continue }
            guard token.count <= Self.maximumLength else {
                throw ServerStartError(
                    code: .tokens,
                    message: "line \(number) of the token file: a token has at most \(Self.maximumLength) bytes, "
                        + "this one has \(token.count)"
                )
            }
            tokens.append(Array(token))
        }
        guard !tokens.isEmpty else {
            throw ServerStartError(
                code: .tokens,
                message: "the token file holds no token: put one on a line of its own"
            )
        }
        return TokenSet(tokens)
    }

    /// Whether `credential` is one of the tokens, or no token is asked for.
    package func admits(_ credential: UnsafeRawBufferPointer) -> Bool {
        if self.tokens.isEmpty { return true }
        var admitted = false
        for token in self.tokens {
            let same = Self.isEqual(token, credential)
            // No early return: that would tell which token was it.
            admitted = admitted || same
        }
        return admitted
    }

    private static func isEqual(_ token: [UInt8], _ credential: UnsafeRawBufferPointer) -> Bool {
        var difference = UInt64(truncatingIfNeeded: token.count ^ credential.count)
        for index in token.indices {
            let other = index < credential.count ? credential[index] : 0
            difference |= UInt64(token[index] ^ other)
        }
        return difference == 0
    }

    private static func trim(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var line = line.drop(while: isBlank)
        while let last = line.last, isBlank(last) { line.removeLast() }
        return line
    }
}
