//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdSchema

/// How bytes are written in fewer.
package enum CompressionFormat: Sendable, Hashable, CaseIterable {
    /// One block of snappy, without the framing of streams (https://github.com/google/snappy/blob/main/format_description.txt).
    case snappy
    /// gzip (RFC 1952): any number of members, one behind the other.
    case gzip
    /// zlib (RFC 1950), which HTTP calls `deflate`.
    case zlib

    /// What people call it.
    package var name: StaticString {
        switch self {
        case .snappy: "snappy"
        case .gzip: "gzip"
        case .zlib: "zlib"
        }
    }

    /// Bytes are decompressed, judged as they come out.
    ///
    /// - Parameters:
    ///   - limit: the most that may come out, in bytes.
    ///   - writer: takes them from its start, and has room for that many. What is in it after a fault is worth nothing.
    package func decompress(
        _ bytes: UnsafeRawBufferPointer,
        limit: Int,
        into writer: ByteWriter
    ) throws(CompressionFault) {
        writer.reset()
        switch self {
        case .snappy: try SnappyBlock.decompress(bytes, limit: limit, into: writer)
        case .gzip: try ZlibStream.inflate(bytes, as: .gzip, limit: limit, into: writer)
        case .zlib: try ZlibStream.inflate(bytes, as: .zlib, limit: limit, into: writer)
        }
    }

    /// Compresses bytes.
    ///
    /// - Parameter writer: takes them from its start. It has room for ``mostCompressed(_:)`` of as many.
    package func compress(_ bytes: UnsafeRawBufferPointer, into writer: ByteWriter) throws(CompressionFault) {
        writer.reset()
        switch self {
        case .snappy: try SnappyBlock.compress(bytes, into: writer)
        case .gzip: try ZlibStream.deflate(bytes, as: .gzip, into: writer)
        case .zlib: try ZlibStream.deflate(bytes, as: .zlib, into: writer)
        }
    }

    /// No `count` bytes become more, compressed in any format.
    package static func mostCompressed(_ count: Int) -> Int { count + count / 6 + 1024 }
}
