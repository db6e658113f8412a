//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import FoundationEssentials
internal import GrantdMessages
internal import GrantdWire
internal import NIOCore
internal import SwiftProtobuf

/// Puts requests into frames.
struct RequestEncoder: Sendable {
    private let blank: BrpcRpcMeta

    /// - Parameter token: What every request carries as authentication data, if anything.
    init(token: String?) {
        var meta = BrpcRpcMeta()
        if let token { meta.authenticationData = Data(token.utf8) }
        self.blank = meta
    }

    /// Makes a frame.
    ///
    /// - Parameters:
    ///   - request: What to call, and with what.
    ///   - correlationID: What the reply repeats.
    ///   - timeLeft: How long the caller still waits; the daemon is told in whole milliseconds, at least one.
    ///   - allocator: Where the frame's bytes come from.
    /// - Throws: ``GrantdClientError/Code/invalidRequest`` where the meta part cannot be encoded.
    func frame(
        _ request: Request,
        correlationID: CallID,
        timeLeft: TimeAmount,
        allocator: ByteBufferAllocator
    ) throws(GrantdClientError) -> ByteBuffer {
        var meta = self.blank
        meta.request.serviceName = request.method.service
        meta.request.methodName = request.method.name
        meta.request.timeoutMs = Int32(clamping: max(1, timeLeft.nanoseconds / 1_000_000))
        meta.correlationID = correlationID
        let head: [UInt8]
        do {
            head = try meta.serializedBytes()
        } catch {
            throw GrantdClientError(
                code: .invalidRequest,
                message: "the frame's meta part cannot be encoded",
                cause: error
            )
        }
        var frame = allocator.buffer(capacity: FrameHeader.size + head.count + request.payload.readableBytes)
        FrameEncoder.write(meta: head, payload: request.payload, into: &frame)
        return frame
    }
}
