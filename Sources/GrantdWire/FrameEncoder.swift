//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import NIOCore

/// Writes frames.
package enum FrameEncoder {
    /// Writes the header of a frame.
    ///
    /// - Parameters:
    ///   - metaBytes: The size of the meta.
    ///   - payloadBytes: The size of what follows the meta.
    package static func writeHeader(metaBytes: Int, payloadBytes: Int, into buffer: inout ByteBuffer) {
        let header = FrameHeader(bodySize: metaBytes + payloadBytes, metaSize: metaBytes)
        buffer.writeInteger(FrameHeader.magic)
        buffer.writeInteger(UInt32(truncatingIfNeeded: header.bodySize))
        buffer.writeInteger(UInt32(truncatingIfNeeded: header.metaSize))
    }

    /// Writes a whole frame.
    ///
    /// - Parameters:
    ///   - meta: An encoded `RpcMeta`.
    ///   - payload: The payload, with the attachment behind it.
    package static func write(meta: some Collection<UInt8>, payload: ByteBuffer, into buffer: inout ByteBuffer) {
        buffer.reserveCapacity(minimumWritableBytes: FrameHeader.size + meta.count + payload.readableBytes)
        self.writeHeader(metaBytes: meta.count, payloadBytes: payload.readableBytes, into: &buffer)
        buffer.writeBytes(meta)
        buffer.writeImmutableBuffer(payload)
    }
}
