//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// Text in the making, in UTF-8. Its memory is used again.
final class TextBuffer {
    private struct State: BitwiseCopyable {
        var start: UnsafeMutableRawPointer
        var count = 0
        var capacity: Int
    }

    // Behind a pointer: every access of a class's variable is checked for exclusivity as the program runs.
    private let state: UnsafeMutablePointer<State>

    init() {
        let capacity = 4_096
        self.state = .allocate(capacity: 1)
        self.state.initialize(to: State(start: .allocate(byteCount: capacity, alignment: 16), capacity: capacity))
    }

    deinit {
        self.state.pointee.start.deallocate()
        self.state.deallocate()
    }

    /// The first byte. Good until the next change.
    var start: UnsafeRawPointer { UnsafeRawPointer(self.state.pointee.start) }

    /// In bytes.
    var count: Int { self.state.pointee.count }

    /// The text. Good until the next change.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: self.start, count: self.count) }

    /// Forgets the text.
    func reset() { self.state.pointee.count = 0 }

    /// Adds bytes of UTF-8.
    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        self.append(start, count: bytes.count)
    }

    /// Adds a part that was made when the policies were loaded.
    func append(_ segment: Segment) { self.append(segment.start, count: segment.count) }

    /// Adds words that stand in the program.
    func append(_ words: StaticString) { self.append(words.utf8Start, count: words.utf8CodeUnitCount) }

    func append(string: String) {
        var string = string
        string.withUTF8 { self.append(UnsafeRawBufferPointer($0)) }
    }

    private func append(_ start: UnsafeRawPointer, count: Int) {
        self.room(count).copyMemory(from: start, byteCount: count)
        self.state.pointee.count &+= count
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
        switch count.unit {
        case .one: break
        case .tenThousand: self.append("万")
        case .hundredMillion: self.append("亿")
        }
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
        var cursor = self.room(10)
        cursor.put(day: day)
        self.state.pointee.count &+= 10
    }

    private func append(byte: UInt8) {
        self.room(1).storeBytes(of: byte, as: UInt8.self)
        self.state.pointee.count &+= 1
    }

    private func appendGrouped(_ value: UInt128) {
        // 39 digits at most, and a comma before each three.
        var cursor = self.room(64)
        let start = cursor
        cursor.put(grouped: value)
        self.state.pointee.count &+= cursor - start
    }

    /// Room behind the text.
    @inline(__always)
    private func room(_ bytes: Int) -> UnsafeMutableRawPointer {
        if bytes > self.state.pointee.capacity &- self.state.pointee.count { self.grow(bytes) }
        return self.state.pointee.start + self.state.pointee.count
    }

    @inline(never)
    private func grow(_ bytes: Int) {
        let old = self.state.pointee
        let capacity = max(old.capacity * 2, old.count + bytes)
        let start = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        start.copyMemory(from: old.start, byteCount: old.count)
        old.start.deallocate()
        self.state.pointee = State(start: start, count: old.count, capacity: capacity)
    }
}

extension UnsafeMutableRawPointer {
    /// Writes a whole number with a comma between each three digits, the first ones first.
    fileprivate mutating func put(grouped value: UInt128) {
        guard let few = UInt64(exactly: value) else {
            // Division of 128 bits is slow, and few numbers need it.
            self.put(grouped: value / 1_000)
            return self.put(group: UInt64(truncatingIfNeeded: value % 1_000))
        }
        self.put(grouped: few)
    }

    private mutating func put(grouped value: UInt64) {
        guard value < 1_000 else {
            self.put(grouped: value / 1_000)
            return self.put(group: value % 1_000)
        }
        if value >= 100 { self.put(digit: value / 100) }
        if value >= 10 { self.put(digit: value / 10 % 10) }
        self.put(digit: value % 10)
    }

    private mutating func put(group value: UInt64) {
        self.put(UInt8(ascii: ","))
        self.put(digit: value / 100)
        self.put(digit: value / 10 % 10)
        self.put(digit: value % 10)
    }

    private mutating func put(digit value: UInt64) {
        self.put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value))
    }
}
