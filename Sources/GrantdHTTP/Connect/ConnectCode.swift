//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine

/// Connect's name for an error, and HTTP's number for it (https://connectrpc.com/docs/protocol/#error-codes).
struct ConnectCode {
    let name: StaticString
    let status: Int

    init(_ status: GRPCStatus) {
        switch status {
        case .unimplemented: (self.name, self.status) = ("unimplemented", 501)
        case .invalidArgument: (self.name, self.status) = ("invalid_argument", 400)
        case .failedPrecondition: (self.name, self.status) = ("failed_precondition", 400)
        case .permissionDenied: (self.name, self.status) = ("permission_denied", 403)
        case .unauthenticated: (self.name, self.status) = ("unauthenticated", 401)
        case .deadlineExceeded: (self.name, self.status) = ("deadline_exceeded", 504)
        case .unavailable: (self.name, self.status) = ("unavailable", 503)
        case .resourceExhausted: (self.name, self.status) = ("resource_exhausted", 429)
        case .internalError: (self.name, self.status) = ("internal", 500)
        }
    }
}
