//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// What a load generator must know of a reply: whose it is, and whether it is an error.
///
/// A full decoder of `RpcMeta` would cost more than the daemon's answer; the two numbers are found by one walk over
/// the wire bytes.
struct ReplyGlance: Equatable {
    var correlationID: Int64 = 0
    var errorCode: Int32 = 0
    /// Whether it says that it is an answer or an error at all.
    var hasResponse = false

    /// Reads the meta part of a frame.
    ///
    /// - Returns: `nil` where the bytes are no message.
    init?(meta: UnsafeRawBufferPointer) {
        var reader = WireReader(meta)
        while !reader.isAtEnd {
            guard let tag = reader.tag() else { return nil }
            switch (tag.field, tag.wireType) {
            case (RPCMetaField.correlationID, 0):
                guard let value = reader.varint() else { return nil }
                self.correlationID = Int64(bitPattern: value)
            case (RPCMetaField.response, 2):
                guard var response = reader.lengthDelimited() else { return nil }
                self.hasResponse = true
                while !response.isAtEnd {
                    guard let inner = response.tag() else { return nil }
                    if inner.field == RPCMetaField.Response.errorCode, inner.wireType == 0 {
                        guard let code = response.varint() else { return nil }
                        self.errorCode = Int32(truncatingIfNeeded: code)
                    } else if !response.skip(wireType: inner.wireType) {
                        return nil
                    }
                }
            default:
                guard reader.skip(wireType: tag.wireType) else { return nil }
            }
        }
    }
}
