//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a call had no answer.
///
/// Two errors are equal when their codes are. ``description`` is safe to log: what the daemon says may quote what was
/// sent, so it stands only in ``message`` and `debugDescription`.
public struct GrantdClientError: Error, Sendable {
    /// What kind of failure it is; what a program branches on.
    public var code: Code
    /// What went wrong and what would be right, for a person. From the daemon where the daemon refused the call.
    public var message: String
    /// The place in the request, `prior_awards[0].amount_fen` or `facts`. Empty where no place can be named.
    public var field: String
    /// What lies beneath, where there is something: the error of the socket, of a decoder, of the caller's own sequence.
    public var cause: (any Error)?

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: What kind of failure it is.
    ///   - message: What went wrong and what would be right.
    ///   - field: The place in the request; empty by default.
    ///   - cause: What lies beneath; none by default.
    public init(code: Code, message: String, field: String = "", cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.field = field
        self.cause = cause
    }
}

extension GrantdClientError: Equatable, Hashable {
    /// Whether both are failures of the same kind, whatever their messages.
    public static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    /// Hashes the code.
    public func hash(into hasher: inout Hasher) { hasher.combine(self.code) }
}

extension GrantdClientError: CustomStringConvertible, CustomDebugStringConvertible {
    /// The code and the field; safe to log. What only the client can see, a lost connection say, is told in full.
    public var description: String {
        let place = self.field.isEmpty ? "\(self.code)" : "\(self.code) at \(self.field)"
        return self.code.number == nil ? "\(place): \(self.message)" : place
    }

    /// Everything, the message and the cause included.
    public var debugDescription: String {
        var text = self.description
        if self.code.number != nil { text += ": \(self.message)" }
        if let cause = self.cause { text += " (\(String(reflecting: cause)))" }
        return text
    }
}

extension GrantdClientError {
    /// Whether another connection may still answer the call. Every call may be repeated: it
    /// only reads, or has a key by which the daemon knows it again, or puts what is the same the second time.
    var isRetryable: Bool {
        self.code == .unavailable || self.code == .connectionFailed || self.code == .connectionLost
    }

    static func cancelled() -> Self { Self(code: .cancelled, message: "the task that made the call was cancelled") }
    static func shutDown() -> Self { Self(code: .shutDown, message: "the client was shut down; make a new one") }
    /// - Parameter last: Why the attempts before this one failed, if there were any.
    static func deadlineExceeded(after last: Self? = nil) -> Self {
        let reason = last.map { "; the last attempt failed: \($0.message)" } ?? ""
        return Self(
            code: .deadlineExceeded,
            message: "no answer came in time; allow more time, or ask for less in one call\(reason)",
            cause: last
        )
    }
    static func silent() -> Self {
        Self(
            code: .connectionLost,
            message: "the peer owed an answer and said nothing for the silence timeout; its connection was left"
        )
    }
    static func connectionLost(_ fault: TLSFault) -> Self {
        Self(code: .connectionLost, message: fault.description, cause: fault)
    }
    /// - Parameter error: What making a connection ended with.
    static func connectionFailed(_ error: any Error) -> Self {
        if let fault = error as? TLSFault {
            return Self(code: .connectionFailed, message: fault.description, cause: fault)
        }
        return Self(
            code: .connectionFailed,
            message: """
                the daemon cannot be reached (\(Connector.lastFailure(of: error))); see that it runs and that the \
                address is right
                """,
            cause: error
        )
    }
}
