//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CMessageDigest

/// The digests that name files.
package enum PolicyDigest {
    /// The SHA-256 of bytes, 64 lower-case hexadecimal digits.
    package static func of(_ bytes: [UInt8]) -> String {
        // Two digits a byte, and a NUL.
        let length = 2 * Int(SHA256_DIGEST_LENGTH) + 1
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: length) { text in
            // Fails only where it is handed no buffer.
            SHA256Data(bytes, bytes.count, text.baseAddress)
            return String(decoding: text.dropLast().lazy.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    /// The SHA-256 of bytes, 32 of them.
    package static func bytes(of bytes: [UInt8]) -> [UInt8] {
        var context = SHA2_CTX()
        SHA256Init(&context)
        SHA256Update(&context, bytes, bytes.count)
        return [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { digest, count in
            SHA256Final(digest.baseAddress, &context)
            count = Int(SHA256_DIGEST_LENGTH)
        }
    }

    /// Whether a text is such a digest.
    package static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// What an answer names: the programme's file and the working calendar that decided, by their own digests, a line each.
    package static func ofAnswer(programme: String, calendar: String) -> String {
        self.of(Array("\(programme)\n\(calendar)\n".utf8))
    }
}
