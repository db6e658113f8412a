//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine

/// What the daemon itself says to a call that it does not serve. Made once: a refusal must cost less than the call.
package enum Refusal {
    package static let noService = CallError(
        code: 1001,
        message: "no such service; served are " + Self.list(MethodTable.services.map(\.name))
    )
    package static let noMethod = CallError(
        code: 1002,
        message: "the service has no such method; "
            + MethodTable.services.map { "\($0.shortName) has \(Self.list($0.methods))" }.joined(separator: ", ")
    )
    package static let healthRequest = CallError(code: 1003, message: "the payload is not a HealthCheckRequest")
    package static let unauthorised = CallError(
        code: 1004,
        message: "authentication_data must carry one of the daemon's tokens"
    )
    package static let forbidden = CallError(
        code: 1004,
        message: "the token's roles must have agency: it is an agency that awards, and that reads the book",
        status: .permissionDenied
    )
    package static let noLedger = CallError.failedPrecondition(
        "the daemon keeps no book: start it with --ledger, or set dry_run"
    )
    package static let timedOut = CallError(code: 1008, message: "timeout_ms had passed before the call was answered")
    package static let stopping = CallError(
        code: 2003,
        message: "the daemon is stopping; call another one or try again later"
    )
    package static let busy = CallError(
        code: 2004,
        message: "too many calls wait on this connection; wait for answers before sending more"
    )
    package static let tooLarge = CallError(code: 2004, message: "the request's frame is larger than the daemon takes")
    package static let requestTooLarge = CallError(code: 2004, message: "the request is larger than the daemon takes")
    package static let replyTooLarge = CallError(
        code: 2004,
        message: "the reply is larger than the daemon sends; ask for less in one call"
    )
    package static let waitingCalls = CallError(
        code: 2004,
        message:
            "the calls that wait take all the memory there is for them, and this connection's most; try again later"
    )

    /// Names in a sentence: `a, b and c`.
    private static func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
