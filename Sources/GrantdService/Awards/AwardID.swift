//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The ids of awards: 128 bits in Crockford's base 32.
package enum AwardID {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let count = 26

    /// A new one of a book's, in the form of a ULID: 48 bits of time, then 80 by chance. Ids that are made one after the other
    /// stand beside each other in a book's index.
    ///
    /// - Parameter now: Milliseconds since 1970.
    package static func new(at now: Int64, using generator: inout some RandomNumberGenerator) -> String {
        let chance = UInt128(generator.next()) << 64 | UInt128(generator.next())
        return self.text(UInt128(UInt64(truncatingIfNeeded: now)) << 80 | chance & (1 << 80 - 1))
    }

    /// That of the award of this number in a dry run, from 1: the same dry run again gives the same ids.
    static func counted(_ number: Int) -> String { self.text(UInt128(number.magnitude)) }

    private static func text(_ number: UInt128) -> String {
        var bits = number
        var text = [UInt8](repeating: 0, count: Self.count)
        for index in text.indices.reversed() {
            text[index] = Self.alphabet[Int(truncatingIfNeeded: bits & 31)]
            bits >>= 5
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether a text has the form of one.
    static func isOne(_ text: String) -> Bool {
        text.utf8.count == Self.count && text.utf8.allSatisfy { Self.alphabet.contains($0) }
    }
}
