//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a call, or one application of a batch, has no answer.
package struct CallError: Error, Hashable, Sendable {
    /// The framing's error number: 1003 bad request, 2001 internal, 2004 over a limit.
    package let code: Int32
    /// What is wrong and what would be right. Never holds the applicant's data.
    package let message: String
    /// The place, relative to the application: `prior_awards[0].amount_fen`. Empty where there is none.
    package let field: String
    /// What gRPC calls it.
    package let status: GRPCStatus

    /// What is counted and logged of an error: nothing of its words, which may name a field.
    package struct Kind: Hashable, Sendable {
        package let code: Int32
        package let status: GRPCStatus

        /// - Parameter status: what gRPC calls it, where the code alone does not say.
        package init(code: Int32, status: GRPCStatus? = nil) {
            self.code = code
            self.status = status ?? GRPCStatus(code: code)
        }
    }

    package var kind: Kind { Kind(code: self.code, status: self.status) }

    /// Makes an error.
    ///
    /// - Parameter status: what gRPC calls it, where the code alone does not say.
    package init(code: Int32, message: String, field: String = "", status: GRPCStatus? = nil) {
        self.code = code
        self.message = message
        self.field = field
        self.status = status ?? GRPCStatus(code: code)
    }

    /// A request that can never be answered: number 1003.
    package static func badRequest(_ message: String, field: String = "") -> CallError {
        CallError(code: 1003, message: message, field: field)
    }

    /// A request that cannot be answered as the daemon, or the book, stands: number 1003.
    package static func failedPrecondition(_ message: String, field: String = "") -> CallError {
        CallError(code: 1003, message: message, field: field, status: .failedPrecondition)
    }

    /// A fault of the daemon's own: number 2001.
    package static func fault(_ message: String) -> CallError {
        CallError(code: 2001, message: message)
    }

    /// A call over one of the limits: number 2004.
    package static func overLimit(_ message: String, field: String = "") -> CallError {
        CallError(code: 2004, message: message, field: field)
    }

    /// The reply would be larger than a reply may be.
    static let replyTooLarge = CallError.overLimit("the reply is over its limit; ask for less in one call")

    /// The applications or rows before this one have taken what the whole call may.
    static func callOverBudget(_ limits: EngineLimits) -> CallError {
        .overLimit(
            "what stands before it has taken the \(limits.callSteps) steps that a call may take; send less in one call"
        )
    }

    /// A call that nobody waits for any more: number 1008.
    package static let cancelled = CallError(code: 1008, message: "the call was given up: nobody waits for its reply")

    /// Asks whoever works on the call to hand it to the thread of the book: never told to a caller.
    package static let needsLedger = CallError.fault("a call that reads the book was answered without it")

    /// Asks whoever works on the call to hand it to a compute thread, where it begins anew: never told to a caller.
    package static let preempted = CallError.fault("a call that takes long was answered where others wait")

    /// The same error with `prefix` before its field.
    func inside(_ prefix: String) -> CallError {
        CallError(
            code: self.code,
            message: self.message,
            field: self.field.isEmpty ? prefix : prefix + "." + self.field,
            status: self.status
        )
    }
}
