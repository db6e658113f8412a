//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Bytes in JSON (RFC 4648, section 4; read also by section 5, and without the padding, as protobuf JSON has it).
package enum Base64 {
    /// The bytes that a text stands for; nil where it is no base64.
    package static func decode(_ text: [UInt8]) -> [UInt8]? {
        var isBase64 = true
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count) { target, count in
            text.withUnsafeBufferPointer { source in
                guard let source = source.baseAddress, let start = target.baseAddress else { return }
                guard let written = self.decode(source, count: text.count, to: start) else {
                    isBase64 = false
                    return
                }
                count = written
            }
        }
        return isBase64 ? bytes : nil
    }

    /// The text that stands for the bytes, without padding.
    package static func encodeUnpadded(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var text = [UInt8](unsafeUninitializedCapacity: self.length(bytes.count)) { target, count in
            guard let source = bytes.baseAddress, let start = target.baseAddress else { return }
            self.encode(source.assumingMemoryBound(to: UInt8.self), count: bytes.count, to: start)
            count = self.length(bytes.count)
        }
        while text.last == UInt8(ascii: "=") { text.removeLast() }
        return text
    }

    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    /// What `count` bytes take, padded.
    static func length(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    /// - Parameter target: Room for ``length(_:)`` bytes.
    static func encode(_ source: UnsafePointer<UInt8>, count: Int, to target: UnsafeMutablePointer<UInt8>) {
        var target = target
        var index = 0
        while index < count {
            let held = min(3, count - index)
            var bits: UInt32 = 0
            for place in 0..<3 { bits = bits << 8 | (place < held ? UInt32(source[index + place]) : 0) }
            for place in 0..<4 {
                let digit = self.alphabet.utf8Start[Int(bits >> (18 - 6 * UInt32(place)) & 63)]
                target[place] = place <= held ? digit : UInt8(ascii: "=")
            }
            target += 4
            index += 3
        }
    }

    /// Decodes, also in place: the bytes are never ahead of the digits.
    ///
    /// - Parameter target: Room for three bytes for every four digits.
    /// - Returns: How many bytes they are; `nil` where the text is no base64.
    static func decode(_ source: UnsafePointer<UInt8>, count: Int, to target: UnsafeMutablePointer<UInt8>) -> Int? {
        var digits = count
        while digits > 0, count - digits < 2, source[digits - 1] == UInt8(ascii: "=") { digits -= 1 }
        if digits < count, count % 4 != 0 { return nil }
        guard digits % 4 != 1 else { return nil }
        var bits: UInt32 = 0
        var written = 0
        for index in 0..<digits {
            guard let value = self.value(source[index]) else { return nil }
            bits = bits << 6 | value
            // After n digits 6n bits are there, and 8 of them go as soon as they are.
            if index % 4 > 0 {
                target[written] = UInt8(truncatingIfNeeded: bits >> (4 - 2 * UInt32(index % 4 - 1)))
                written += 1
            }
        }
        return written
    }

    private static func value(_ digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
