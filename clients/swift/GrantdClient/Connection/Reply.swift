//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdWire
internal import NIOCore
internal import SwiftProtobuf

/// What came for a call that was answered.
struct Answered: Sendable {
    let payload: ByteBuffer
    /// What the daemon's log of decisions knows the request by; nil where it says none.
    let requestHash: String?
}

/// A reply's meta part, read; its payload, not.
struct Reply: Sendable {
    let correlationID: CallID
    /// 0: the payload is the answer.
    let errorCode: Int32
    let errorText: String
    let field: String
    /// What the daemon's log knows the request by, where it says so.
    let requestHash: String?
    let payload: ByteBuffer
    /// What is wrong with a reply whose call is known: that call fails, and no other.
    let problem: String?

    /// Reads a frame.
    ///
    /// - Parameters:
    ///   - meta: The serialized `RpcMeta`.
    ///   - payload: What follows it, an attachment included.
    /// - Throws: ``GrantdClientError/Code/connectionLost`` where nobody can say whose reply it is: the connection is of
    ///   no use then.
    init(meta: ByteBuffer, payload: ByteBuffer) throws(GrantdClientError) {
        let decoded: BrpcRpcMeta
        do {
            decoded = try BrpcRpcMeta(serializedBytes: MessageBytes(meta))
        } catch {
            throw GrantdClientError(
                code: .connectionLost,
                message: "the meta part of a reply is no RpcMeta; the peer may not be grantd",
                cause: error
            )
        }
        let attachment = Int(decoded.attachmentSize)
        let body = payload.getSlice(at: payload.readerIndex, length: payload.readableBytes - max(0, attachment))
        self.problem =
            if !decoded.hasResponse {
                // An empty payload would read as an answer whose every field has its default.
                "a reply says neither that it is an answer nor that it is an error; the peer may not be grantd"
            } else if attachment < 0 || body == nil {
                "a reply's attachment is larger than the reply"
            } else if decoded.compressType != 0 {
                "a reply is compressed, which was not asked for"
            } else {
                nil
            }
        self.correlationID = decoded.correlationID
        self.errorCode = decoded.response.errorCode
        self.errorText = decoded.response.errorText
        self.field = decoded.userFields[UserField.field] ?? ""
        self.requestHash = decoded.userFields[UserField.requestHash]
        self.payload = body ?? ByteBuffer()
    }

    /// Whether the daemon said that it is stopping.
    var isStopping: Bool { self.errorCode == StatusCode.stopping.rawValue }

    /// The answer, or the error that stands in its place.
    var result: Result<Answered, GrantdClientError> {
        if let problem = self.problem {
            .failure(GrantdClientError(code: .invalidReply, message: problem))
        } else if self.errorCode == 0 {
            .success(Answered(payload: self.payload, requestHash: self.requestHash))
        } else {
            .failure(
                GrantdClientError(code: .init(number: self.errorCode), message: self.errorText, field: self.field)
            )
        }
    }
}
