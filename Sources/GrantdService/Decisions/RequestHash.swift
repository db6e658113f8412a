//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdDigest

/// What an answer says of its request, so that it can be found in the log of decisions and held against its entry there.
///
/// The SHA-256 of the request's message (grantd.v1, as protobuf: of a request in JSON what was made of it, of a compressed one
/// what came out). Where the log masks fields, a salt goes before the message: the log keeps the hash alone, and only who has
/// the answer can show which request it was.
package struct RequestHash: Sendable, Hashable, BitwiseCopyable {
    /// Of a salt, in bytes.
    package static let saltSize = 16
    /// The most bytes of the text.
    package static let mostTextBytes = 2 * SHA256Digest.size + 1 + 2 * Self.saltSize

    package let digest: SHA256Digest
    private let firstOfSalt: UInt64
    private let secondOfSalt: UInt64
    package let isSalted: Bool

    package init(_ digest: SHA256Digest) {
        self.digest = digest
        self.firstOfSalt = 0
        self.secondOfSalt = 0
        self.isSalted = false
    }

    package init(_ digest: SHA256Digest, salt: (UInt64, UInt64)) {
        self.digest = digest
        self.firstOfSalt = salt.0
        self.secondOfSalt = salt.1
        self.isSalted = true
    }

    /// How many bytes ``write(to:)`` writes.
    package var textBytes: Int { self.isSalted ? Self.mostTextBytes : 2 * SHA256Digest.size }

    /// Writes 64 hexadecimal digits; behind them, where there is a salt, a full stop and its 32.
    ///
    /// - Parameter memory: Room for ``mostTextBytes``.
    /// - Returns: How many bytes were written.
    @discardableResult
    package func write(to memory: UnsafeMutableRawPointer) -> Int {
        self.digest.storeHex(to: memory)
        guard self.isSalted else { return 2 * SHA256Digest.size }
        memory.storeBytes(of: UInt8(ascii: "."), toByteOffset: 2 * SHA256Digest.size, as: UInt8.self)
        let salt = memory + (2 * SHA256Digest.size + 1)
        HexadecimalWords.write(self.firstOfSalt, to: salt)
        HexadecimalWords.write(self.secondOfSalt, to: salt + 16)
        return Self.mostTextBytes
    }
}

extension RequestHash: CustomStringConvertible {
    package var description: String {
        withUnsafeTemporaryAllocation(byteCount: Self.mostTextBytes, alignment: 1) { text in
            guard let start = text.baseAddress else { return "" }
            return String(decoding: text[..<self.write(to: start)], as: UTF8.self)
        }
    }
}
