//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdPolicy
internal import GrantdSchema

/// What the daemon itself says to a call that it does not serve. Made once: a refusal must cost less than the call.
enum Refusal {
    static let noService = CallError(
        code: 1001,
        message: "no such service; served are grantd.v1.Calculator, grantd.v1.Catalogue, grantd.v1.RenewablesAuction "
            + "and grpc.health.v1.Health"
    )
    static let noMethod = CallError(
        code: 1002,
        message: "the service has no such method; Calculator has Evaluate, EvaluateBatch and Screen, Catalogue has "
            + "ListMeasures, DescribeMeasure, ListDocuments and GetSchema, RenewablesAuction has ClearAuction, Health "
            + "has Check"
    )
    static let attachment = CallError(
        code: 1003,
        message: "attachment_size is negative or larger than what follows the meta in the frame"
    )
    static let healthRequest = CallError(code: 1003, message: "the payload is not a HealthCheckRequest")
    static let unauthorised = CallError(
        code: 1004,
        message: "authentication_data must carry one of the daemon's tokens"
    )
    static let timedOut = CallError(code: 1008, message: "timeout_ms had passed before the call was answered")
    static let stopping = CallError(code: 2003, message: "the daemon is stopping; call another one or try again later")
    static let busy = CallError(
        code: 2004,
        message: "too many calls wait on this connection; wait for answers before sending more"
    )
    static let tooLarge = CallError(code: 2004, message: "the request's frame is larger than the daemon takes")
    static let requestTooLarge = CallError(code: 2004, message: "the request is larger than the daemon takes")
    static let replyTooLarge = CallError(
        code: 2004,
        message: "the reply is larger than the daemon sends; ask for less in one call"
    )
    static let waitingBatches = CallError(
        code: 2004,
        message: "the batches that wait take all the memory there is for them; try again later"
    )
    static let waitingAuctions = CallError(
        code: 2004,
        message: "as many auctions are being cleared as the daemon takes at a time, from one connection or from all; "
            + "try again later"
    )
    static let unsentReplies = CallError(
        code: 2004,
        message: "replies that nobody reads take all the memory there is for them; try again later"
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
        let name =
            switch type {
            case 1: " (snappy)"
            case 2: " (gzip)"
            case 3: " (zlib)"
            default: ""
            }
        return CallError(code: 1003, message: "compress_type \(type)\(name) is not served; served is 0 (none)")
    }

    static func contentType(_ type: Int32) -> CallError {
        CallError(code: 1003, message: "content_type \(type) is not served; served is 0 (protobuf)")
    }
}
