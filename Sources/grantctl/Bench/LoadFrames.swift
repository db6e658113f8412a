//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import FoundationEssentials
internal import GrantdMessages
internal import NIOCore
internal import SwiftProtobuf

/// The frames of a load, encoded once and sent over and over.
///
/// A connection with `depth` calls in flight has `depth` lanes. Lane *i* sends with correlation id *i* and sends its
/// next frame when the reply to the last one has come, so a frame needs no change between two sendings.
struct LoadFrames: Sendable {
    /// `frames[lane]` are the frames that the lane sends in turn; never empty.
    let frames: [[ByteBuffer]]
    /// Applications that one call carries.
    let applicationsPerCall: Int

    /// Encodes what each lane sends.
    ///
    /// - Parameters:
    ///   - payloads: The calls' bodies; lane *i* begins with the *i*-th, so that neighbours differ.
    ///   - method: The full service name and the method.
    ///   - depth: The lanes of a connection.
    ///   - token: What every call carries as authentication data, if anything.
    init(
        payloads: [[UInt8]],
        method: (service: String, name: String),
        depth: Int,
        applicationsPerCall: Int,
        token: [UInt8]?
    ) throws {
        var frames: [[ByteBuffer]] = []
        for lane in 0..<depth {
            var meta = BrpcRpcMeta()
            meta.request.serviceName = method.service
            meta.request.methodName = method.name
            meta.correlationID = Int64(lane)
            if let token { meta.authenticationData = .init(token) }
            let head: [UInt8] = try meta.serializedBytes()
            // A few frames a lane are enough to walk through every payload over all lanes.
            let turns = max(1, min(64, payloads.count / depth + (payloads.count % depth == 0 ? 0 : 1)))
            frames.append(
                (0..<turns).map { turn in
                    let payload = payloads[(lane + turn * depth) % payloads.count]
                    var frame = ByteBuffer()
                    frame.writeString("PRPC")
                    frame.writeInteger(UInt32(head.count + payload.count))
                    frame.writeInteger(UInt32(head.count))
                    frame.writeBytes(head)
                    frame.writeBytes(payload)
                    return frame
                }
            )
        }
        self.frames = frames
        self.applicationsPerCall = applicationsPerCall
    }
}
