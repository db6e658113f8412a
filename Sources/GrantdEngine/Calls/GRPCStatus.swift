//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What gRPC calls an outcome; the raw value is the name that goes over the wire.
package enum GRPCStatus: String, Sendable, Hashable {
    case unimplemented = "UNIMPLEMENTED"
    case invalidArgument = "INVALID_ARGUMENT"
    case unauthenticated = "UNAUTHENTICATED"
    case deadlineExceeded = "DEADLINE_EXCEEDED"
    case unavailable = "UNAVAILABLE"
    case resourceExhausted = "RESOURCE_EXHAUSTED"
    case internalError = "INTERNAL"
}
