//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Bytes as pairs of hexadecimal digits.
enum Hexadecimal {
    static func text(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        for byte in bytes { digits += [self.digits[Int(byte >> 4)], self.digits[Int(byte & 15)]] }
        return String(decoding: digits, as: UTF8.self)
    }

    /// `nil` where the text is anything else.
    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = self.value(digits[index]), let low = self.value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func value(_ digit: UInt8) -> UInt8? {
        // Capital letters have the bit 0x20 unset.
        self.digits.firstIndex(of: digit < 0x40 ? digit : digit | 0x20).map { UInt8($0) }
    }
}
