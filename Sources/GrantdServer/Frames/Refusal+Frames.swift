//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema
internal import GrantdService

/// What is wrong with a frame.
extension Refusal {
    static let attachment = CallError(
        code: 1003,
        message: "attachment_size is negative or larger than what follows the meta in the frame"
    )

    static func meta(_ fault: WireFault) -> CallError {
        CallError(
            code: fault.code,
            message: "the frame's meta is not an RpcMeta with a request that names a service and a method: "
                + fault.message,
            field: fault.field
        )
    }

    static func compression(_ type: Int32) -> CallError {
        CallError(
            code: 1003,
            message: "compress_type \(type) is not served; served are 0 (none), 1 (snappy), 2 (gzip) and 3 (zlib)"
        )
    }

    static func contentType(_ type: Int32) -> CallError {
        CallError(code: 1003, message: "content_type \(type) is not served; served is 0 (protobuf)")
    }
}
