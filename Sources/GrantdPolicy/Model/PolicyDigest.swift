//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdDigest

/// The digests that name files.
package enum PolicyDigest {
    /// The SHA-256 of bytes, 64 lower-case hexadecimal digits.
    package static func of(_ bytes: [UInt8]) -> String { SHA256.of(bytes).description }

    /// Whether a text is such a digest.
    package static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// What an answer names: the programme's file and the working calendar that decided, by their own digests, a line each.
    package static func ofAnswer(programme: String, calendar: String) -> String {
        self.of(Array("\(programme)\n\(calendar)\n".utf8))
    }
}
