//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CSnappy
internal import GrantdSchema

/// One block of snappy.
enum SnappyBlock {
    /// The shortest element that makes most is a copy: three bytes make 64.
    private static let mostRatio = 64 / 3 + 1

    static func decompress(
        _ bytes: UnsafeRawBufferPointer,
        limit: Int,
        into writer: ByteWriter
    ) throws(CompressionFault) {
        let input = bytes.assumingMemoryBound(to: CChar.self)
        var count = 0
        guard let start = input.baseAddress, snappy_uncompressed_length(start, input.count, &count) == SNAPPY_OK else {
            throw .broken("its length is not told")
        }
        // By what it says, before there is any memory for it.
        guard count <= limit else { throw .overLimit }
        guard count <= input.count * Self.mostRatio else { throw .broken("it tells a length that it cannot have") }
        guard let room = writer.room(max(count, 1)) else { throw .overLimit }
        let output = room.assumingMemoryBound(to: CChar.self)
        guard snappy_uncompress(start, input.count, output, &count) == SNAPPY_OK else {
            throw .broken("it is cut off, or its bytes were changed")
        }
        writer.advance(count)
    }

    static func compress(_ bytes: UnsafeRawBufferPointer, into writer: ByteWriter) throws(CompressionFault) {
        let input = bytes.assumingMemoryBound(to: CChar.self)
        var count = snappy_max_compressed_length(input.count)
        var nothing: CChar = 0
        guard let room = writer.room(count) else { throw .overLimit }
        let status = withUnsafePointer(to: &nothing) { nothing in
            let output = room.assumingMemoryBound(to: CChar.self)
            return snappy_compress(input.baseAddress ?? nothing, input.count, output, &count)
        }
        guard status == SNAPPY_OK else { throw .noMemory }
        writer.advance(count)
    }
}
