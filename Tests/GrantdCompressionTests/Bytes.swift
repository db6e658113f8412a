//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression
internal import GrantdSchema
internal import Testing

/// Bytes to be compressed, and what became of them.
enum Bytes {
    static let sentence = Array(String(repeating: "grantd answers exactly, with reasons; ", count: 6).utf8)

    static func hex(_ text: String) -> [UInt8] {
        let digits = Array(text.utf8).map { UInt8(truncatingIfNeeded: Character(UnicodeScalar($0)).hexDigitValue ?? 0) }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// Bytes with much that repeats.
    static func regular(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 % 97 + $0 / 1009) } }

    /// Bytes with nothing that repeats.
    static func random(_ count: Int) -> [UInt8] {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    static func compress(_ bytes: [UInt8], _ format: CompressionFormat) throws -> [UInt8] {
        let writer = ByteWriter(limit: CompressionFormat.mostCompressed(bytes.count))
        try bytes.withUnsafeBytes { try format.compress($0, into: writer) }
        #expect(!writer.isOverLimit)
        return Array(writer.bytes)
    }

    static func decompress(_ bytes: [UInt8], _ format: CompressionFormat, limit: Int) throws -> [UInt8] {
        let writer = ByteWriter(limit: limit)
        try bytes.withUnsafeBytes { try format.decompress($0, limit: limit, into: writer) }
        return Array(writer.bytes)
    }

    static func fault(
        _ bytes: [UInt8],
        _ format: CompressionFormat,
        limit: Int,
        into writer: ByteWriter? = nil
    ) -> CompressionFault? {
        let writer = writer ?? ByteWriter(limit: limit)
        do {
            try bytes.withUnsafeBytes { try format.decompress($0, limit: limit, into: writer) }
            return nil
        } catch {
            return error as? CompressionFault
        }
    }

    static func isBroken(_ bytes: [UInt8], _ format: CompressionFormat, limit: Int = 1 << 20) -> Bool {
        if case .broken(let reason) = self.fault(bytes, format, limit: limit) { !reason.isEmpty } else { false }
    }
}
