//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Operations on text in UTF-8. Text from the host is taken as it is: bytes that are no UTF-8 compare by their
/// bytes.
enum Text {
    /// The number of Unicode scalars.
    static func scalars(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        var count: Int64 = 0
        for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }

    static func equal(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Bool {
        first.count == second.count && self.starts(first, with: second)
    }

    /// Whether the first comes before the second; the order of UTF-8 bytes is that of scalars.
    static func less(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Bool {
        let count = min(first.count, second.count)
        for index in 0..<count where first[index] != second[index] { return first[index] < second[index] }
        return first.count < second.count
    }

    static func starts(_ text: UnsafeRawBufferPointer, with prefix: UnsafeRawBufferPointer) -> Bool {
        guard prefix.count <= text.count else { return false }
        for index in 0..<prefix.count where text[index] != prefix[index] { return false }
        return true
    }

    static func ends(_ text: UnsafeRawBufferPointer, with suffix: UnsafeRawBufferPointer) -> Bool {
        guard suffix.count <= text.count else { return false }
        return self.starts(UnsafeRawBufferPointer(rebasing: text[(text.count - suffix.count)...]), with: suffix)
    }

    /// Whether the second is somewhere in the first. Where much of it almost is, that takes more than the texts' lengths:
    /// it is taken from the budget; `nil` where that is used up.
    static func contains(_ text: UnsafeRawBufferPointer, _ part: UnsafeRawBufferPointer, _ memory: Memory) -> Bool? {
        guard let first = part.first else { return true }
        guard part.count <= text.count else { return false }
        var compared = 0
        for start in 0...(text.count - part.count) where text[start] == first {
            var index = 1
            while index < part.count, text[start + index] == part[index] { index += 1 }
            if index == part.count { return true }
            compared += index
            guard compared >= 4096 else { continue }
            guard memory.spend(Int64(compared) / 16) else { return nil }
            compared = 0
        }
        return false
    }

    /// A decimal integer with an optional sign; nil for anything else and beyond 64 bits.
    static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        var index = 0
        var negative = false
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            negative = sign == UInt8(ascii: "-")
            index = 1
        }
        guard index < bytes.count else { return nil }
        var value: Int64 = 0
        while index < bytes.count {
            let digit = Int64(bytes[index]) - 48
            guard digit >= 0, digit <= 9 else { return nil }
            let (product, first) = value.multipliedReportingOverflow(by: 10)
            let (sum, second) = product.subtractingReportingOverflow(digit)
            if first || second { return nil }
            value = sum
            index += 1
        }
        if negative { return value }
        return value == .min ? nil : -value
    }

    /// `true` and `false` in the spellings that the language's own conversion takes.
    static func boolean(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        switch String(decoding: bytes, as: UTF8.self) {
        case "1", "t", "T", "true", "TRUE", "True": true
        case "0", "f", "F", "false", "FALSE", "False": false
        default: nil
        }
    }
}
