//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdWire
internal import NIOCore
internal import SwiftProtobuf

/// A reply's meta part, read; its payload, not.
struct Reply: Sendable {
    let correlationID: CallID
    /// 0: the payload is the answer.
    let errorCode: Int32
    let errorText: String
    let field: String
    let payload: ByteBuffer

    /// Reads a frame.
    ///
    /// - Parameters:
    ///   - meta: The serialized `RpcMeta`.
    ///   - payload: What follows it, an attachment included.
    /// - Throws: ``GrantdClientError/Code/invalidReply`` where the frame contradicts itself.
    init(meta: ByteBuffer, payload: ByteBuffer) throws(GrantdClientError) {
        let decoded: BrpcRpcMeta
        do {
            decoded = try BrpcRpcMeta(serializedBytes: MessageBytes(meta))
        } catch {
            throw GrantdClientError(
                code: .invalidReply,
                message: "the meta part of a reply is no RpcMeta",
                cause: error
            )
        }
        let attachment = Int(decoded.attachmentSize)
        guard attachment >= 0, attachment <= payload.readableBytes,
            let body = payload.getSlice(at: payload.readerIndex, length: payload.readableBytes - attachment)
        else {
            throw GrantdClientError(code: .invalidReply, message: "a reply's attachment is larger than the reply")
        }
        guard decoded.compressType == 0 else {
            throw GrantdClientError(code: .invalidReply, message: "a reply is compressed, which was not asked for")
        }
        self.correlationID = decoded.correlationID
        self.errorCode = decoded.response.errorCode
        self.errorText = decoded.response.errorText
        self.field = decoded.userFields[UserField.field] ?? ""
        self.payload = body
    }

    /// Whether the daemon said that it is stopping.
    var isStopping: Bool { self.errorCode == StatusCode.stopping.rawValue }

    /// The payload of an answer, or the error that stands in its place.
    var result: Result<ByteBuffer, GrantdClientError> {
        self.errorCode == 0
            ? .success(self.payload)
            : .failure(
                GrantdClientError(code: .init(number: self.errorCode), message: self.errorText, field: self.field)
            )
    }
}
