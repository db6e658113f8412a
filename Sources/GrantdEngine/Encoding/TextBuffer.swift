//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// Text in the making, in UTF-8. Its memory is used again.
final class TextBuffer {
    private(set) var start: UnsafeMutableRawPointer
    private(set) var count = 0
    private var capacity: Int

    init() {
        self.capacity = 4_096
        self.start = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit {
        self.start.deallocate()
    }

    /// Forgets the text.
    func reset() { self.count = 0 }

    /// Adds bytes of UTF-8.
    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let from = bytes.baseAddress else { return }
        self.makeRoom(bytes.count)
        (self.start + self.count).copyMemory(from: from, byteCount: bytes.count)
        self.count += bytes.count
    }

    /// Adds a part that was made when the policies were loaded.
    func append(_ segment: Segment) {
        self.append(UnsafeRawBufferPointer(start: segment.start, count: segment.count))
    }

    func append(_ text: String) {
        var text = text
        text.withUTF8 { self.append(UnsafeRawBufferPointer($0)) }
    }

    /// Adds a whole number with a comma between each three digits.
    func append(grouped value: Int64) {
        if value < 0 { self.append(byte: UInt8(ascii: "-")) }
        self.appendGrouped(UInt128(value.magnitude))
    }

    /// Adds a sum of fen in yuan, with its fen only where there are some: `1,234.50`.
    func append(yuan fen: UInt128) { self.append(hundredths: fen, places: 2) }

    /// Adds a sum of fen as Chinese counts it, in yuan, ten thousands or hundred millions of them: `200万元`, `1,234.50元`.
    func append(chinese fen: UInt128) {
        let count = ChineseCount(hundredths: fen)
        self.append(hundredths: count.hundredths, places: count.showsTwoPlaces ? 2 : 1)
        self.append(count.unit.rawValue)
        self.append("元")
    }

    func append(minusWhere isNegative: Bool) {
        if isNegative { self.append(byte: UInt8(ascii: "-")) }
    }

    /// Adds a number that counts hundredths, with as many places behind the point where there are any.
    private func append(hundredths: UInt128, places: Int) {
        let rest: UInt8
        if let few = UInt64(exactly: hundredths) {
            self.appendGrouped(UInt128(few / 100))
            rest = UInt8(truncatingIfNeeded: few % 100)
        } else {
            self.appendGrouped(hundredths / 100)
            rest = UInt8(truncatingIfNeeded: hundredths % 100)
        }
        guard rest > 0 else { return }
        self.append(byte: UInt8(ascii: "."))
        self.append(byte: UInt8(ascii: "0") + rest / 10)
        if places == 2 { self.append(byte: UInt8(ascii: "0") + rest % 10) }
    }

    /// Adds a number that counts tenths, hundredths or smaller parts, without zeros at its end: `0.3598`, `80`.
    func append(decimal value: Int64, places: Int) {
        if value < 0 { self.append(byte: UInt8(ascii: "-")) }
        var divisor: UInt64 = 1
        for _ in 0..<places { divisor *= 10 }
        var (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: divisor)
        self.appendGrouped(UInt128(whole))
        guard rest > 0 else { return }
        self.append(byte: UInt8(ascii: "."))
        while rest > 0 {
            divisor /= 10
            (whole, rest) = rest.quotientAndRemainder(dividingBy: divisor)
            self.append(byte: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: whole))
        }
    }

    /// Adds a day as `YYYY-MM-DD`.
    func append(day: Int64) {
        self.makeRoom(10)
        var cursor = self.start + self.count
        cursor.put(day: day)
        self.count += 10
    }

    private func append(byte: UInt8) {
        self.makeRoom(1)
        self.start.storeBytes(of: byte, toByteOffset: self.count, as: UInt8.self)
        self.count += 1
    }

    private func appendGrouped(_ value: UInt128) {
        // 39 digits at most, and a comma after each three.
        self.makeRoom(64)
        var digits = 0
        var rest = value
        var end = 64
        let from = self.start + self.count
        repeat {
            if digits > 0, digits % 3 == 0 {
                end -= 1
                from.storeBytes(of: UInt8(ascii: ","), toByteOffset: end, as: UInt8.self)
            }
            end -= 1
            let digit: UInt8
            if rest <= UInt128(UInt64.max) {
                let (quotient, remainder) = UInt64(truncatingIfNeeded: rest).quotientAndRemainder(dividingBy: 10)
                rest = UInt128(quotient)
                digit = UInt8(truncatingIfNeeded: remainder)
            } else {
                digit = UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            from.storeBytes(of: UInt8(ascii: "0") + digit, toByteOffset: end, as: UInt8.self)
            digits += 1
        } while rest > 0
        from.copyMemory(from: from + end, byteCount: 64 - end)
        self.count += 64 - end
    }

    private func makeRoom(_ bytes: Int) {
        let needed = self.count + bytes
        guard needed > self.capacity else { return }
        let capacity = max(self.capacity * 2, needed)
        let start = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        start.copyMemory(from: self.start, byteCount: self.count)
        self.start.deallocate()
        self.start = start
        self.capacity = capacity
    }
}
