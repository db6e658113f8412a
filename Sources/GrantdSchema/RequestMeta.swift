//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The meta of a request frame (`brpc.policy.RpcMeta`), as the daemon reads it. Its bytes are those of the frame.
package struct RequestMeta: BitwiseCopyable {
    /// `grantd.v1.Calculator`, or without a dot the short name. Valid UTF-8 without a NUL.
    package internal(set) var service = UnsafeRawBufferPointer(start: nil, count: 0)
    /// `Evaluate`. Valid UTF-8 without a NUL.
    package internal(set) var method = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Chosen by the caller, repeated in the reply; 0 where it is unset.
    package internal(set) var correlationID: Int64 = 0
    /// Milliseconds from arrival after which the caller no longer waits; `nil`, 0 and less where it waits for ever.
    package internal(set) var timeoutMilliseconds: Int32?
    /// Of the payload: 0 none, 1 snappy, 2 gzip, 3 zlib.
    package internal(set) var compressType: Int32 = 0
    /// Of the payload: 0 protobuf.
    package internal(set) var contentType: Int32 = 0
    /// Bytes of the body behind the payload. Not compared with the body yet; may be negative.
    package internal(set) var attachmentSize: Int32 = 0
    /// The caller's token; `nil` where it is unset.
    package internal(set) var authentication: UnsafeRawBufferPointer?
}

/// Why a meta is none.
package struct RequestMetaFault: Error, Hashable, Sendable {
    /// What to answer to; `nil` where the bytes do not decode, and the connection is not worth going on with.
    package let correlationID: Int64?
    package let fault: WireFault
}
