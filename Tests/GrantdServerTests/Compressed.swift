//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression
internal import GrantdSchema

/// Messages, compressed and not.
enum Compressed {
    static func pack(_ bytes: [UInt8], _ format: CompressionFormat) throws -> [UInt8] {
        let writer = ByteWriter(limit: CompressionFormat.mostCompressed(bytes.count))
        try bytes.withUnsafeBytes { try format.compress($0, into: writer) }
        return Array(writer.bytes)
    }

    static func unpack(_ bytes: [UInt8], _ format: CompressionFormat) throws -> [UInt8] {
        let limit = 64 << 20
        let writer = ByteWriter(limit: limit)
        try bytes.withUnsafeBytes { try format.decompress($0, limit: limit, into: writer) }
        return Array(writer.bytes)
    }
}
