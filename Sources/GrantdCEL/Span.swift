//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reading and writing spans of time; the spans themselves are nanoseconds in 64 bits.
enum Span {
    /// A span from text like `1h30m`, `-1.5s`, `250ms`; nil for anything else and beyond 64 bits.
    static func nanoseconds(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        var index = 0
        var negative = false
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            negative = sign == UInt8(ascii: "-")
            index = 1
        }
        if bytes.count == index + 1, bytes[index] == UInt8(ascii: "0") { return 0 }
        guard index < bytes.count, bytes.count <= 100 else { return nil }
        var total: Int128 = 0
        while index < bytes.count {
            var value: Int128 = 0
            var scale: Int128 = 1
            var digits = 0
            var point = false
            while index < bytes.count {
                let byte = bytes[index]
                if byte == UInt8(ascii: "."), !point {
                    point = true
                } else if byte >= 48, byte <= 57 {
                    digits += 1
                    // More digits than these cannot fit; digits far behind the point count for nothing.
                    if point, scale >= 1_000_000_000_000 {
                        index += 1
                        continue
                    }
                    value = value * 10 + Int128(byte - 48)
                    if point { scale *= 10 }
                    if value > 1 << 80 { return nil }
                } else {
                    break
                }
                index += 1
            }
            guard digits > 0, let (unit, length) = self.unit(bytes, index) else { return nil }
            index += length
            total += value * unit / scale
            if total > 1 << 64 { return nil }
        }
        return Int64(exactly: negative ? -total : total)
    }

    private static func unit(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> (Int128, Int)? {
        guard index < bytes.count else { return nil }
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        switch (bytes[index], next) {
        case (UInt8(ascii: "n"), UInt8(ascii: "s")): return (1, 2)
        case (UInt8(ascii: "u"), UInt8(ascii: "s")): return (1_000, 2)
        case (UInt8(ascii: "m"), UInt8(ascii: "s")): return (1_000_000, 2)
        case (UInt8(ascii: "s"), _): return (1_000_000_000, 1)
        case (UInt8(ascii: "m"), _): return (60_000_000_000, 1)
        case (UInt8(ascii: "h"), _): return (3_600_000_000_000, 1)
        default: return nil
        }
    }

    /// A span in seconds, `90s` or `-0.5s`.
    static func description(nanoseconds: Int64) -> String {
        let magnitude = nanoseconds.magnitude
        let sign = nanoseconds < 0 ? "-" : ""
        return "\(sign)\(magnitude / 1_000_000_000)\(self.fraction(Int64(magnitude % 1_000_000_000)))s"
    }

    /// Nanoseconds below a second as a decimal fraction with its point; empty for 0.
    static func fraction(_ nanoseconds: Int64) -> String {
        guard nanoseconds > 0 else { return "" }
        let digits = String(nanoseconds)
        var text = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
        while text.last == "0" { text.removeLast() }
        return "." + text
    }
}
