//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A SHA-256 as four words: kept and compared without memory of its own.
package struct SHA256Digest: Sendable, Hashable, BitwiseCopyable {
    /// In bytes.
    package static let size = 32

    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var fourth: UInt64 = 0

    /// All zeros: what stands where there is none.
    package init() {}

    /// Takes the 32 bytes at an address.
    package init(at memory: UnsafeRawPointer) {
        self.first = memory.loadUnaligned(as: UInt64.self)
        self.second = memory.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        self.third = memory.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        self.fourth = memory.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    }

    /// Takes 64 hexadecimal digits; nil for anything else.
    package init?(hex text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * Self.size else { return nil }
        var bytes = [UInt8](repeating: 0, count: Self.size)
        for index in bytes.indices {
            guard let high = Self.value(digits[2 * index]), let low = Self.value(digits[2 * index + 1]) else {
                return nil
            }
            bytes[index] = high << 4 | low
        }
        self = bytes.withUnsafeBytes { bytes in bytes.baseAddress.map { SHA256Digest(at: $0) } ?? SHA256Digest() }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        case 0x41...0x46: digit - 0x41 + 10
        default: nil
        }
    }

    /// Writes the 32 bytes.
    package func store(to memory: UnsafeMutableRawPointer) {
        memory.storeBytes(of: self.first, as: UInt64.self)
        memory.storeBytes(of: self.second, toByteOffset: 8, as: UInt64.self)
        memory.storeBytes(of: self.third, toByteOffset: 16, as: UInt64.self)
        memory.storeBytes(of: self.fourth, toByteOffset: 24, as: UInt64.self)
    }

    /// Writes 64 lower-case hexadecimal digits.
    package func storeHex(to memory: UnsafeMutableRawPointer) {
        HexadecimalWords.write(self.first, to: memory)
        HexadecimalWords.write(self.second, to: memory + 16)
        HexadecimalWords.write(self.third, to: memory + 32)
        HexadecimalWords.write(self.fourth, to: memory + 48)
    }

    package var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.size) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            self.store(to: start)
            count = Self.size
        }
    }
}

extension SHA256Digest: CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    package var description: String {
        withUnsafeTemporaryAllocation(byteCount: 2 * Self.size, alignment: 8) { text in
            guard let start = text.baseAddress else { return "" }
            self.storeHex(to: start)
            return String(decoding: text, as: UTF8.self)
        }
    }
}
