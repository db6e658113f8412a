//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What gRPC calls an outcome; the raw value is the name that goes over the wire.
package enum GRPCStatus: String, Sendable, Hashable, CaseIterable {
    case unimplemented = "UNIMPLEMENTED"
    case invalidArgument = "INVALID_ARGUMENT"
    case failedPrecondition = "FAILED_PRECONDITION"
    case unauthenticated = "UNAUTHENTICATED"
    case permissionDenied = "PERMISSION_DENIED"
    case deadlineExceeded = "DEADLINE_EXCEEDED"
    case unavailable = "UNAVAILABLE"
    case resourceExhausted = "RESOURCE_EXHAUSTED"
    case internalError = "INTERNAL"
}

extension GRPCStatus {
    /// What most errors of one of the framing's numbers are called.
    package init(code: Int32) {
        switch code {
        case 1001, 1002: self = .unimplemented
        case 1003: self = .invalidArgument
        case 1004: self = .unauthenticated
        case 1008: self = .deadlineExceeded
        case 2003: self = .unavailable
        case 2004: self = .resourceExhausted
        default: self = .internalError
        }
    }
}
