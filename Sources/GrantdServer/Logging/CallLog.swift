//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
package import GrantdService
package import Logging

/// Writes to the log what became of calls: errors, slow calls, and at the level `debug` every call.
///
/// A line holds names of the contract, numbers, the caller's name, its id and its address: nothing of what was asked or answered,
/// and no error's message, which may name a field.
package struct CallLog {
    /// A call that has ended, or several that ended together.
    package struct Ended {
        package var subject: CallSubject
        /// Its error; nil where it was answered.
        package var error: CallError.Kind?
        /// From its last byte to its reply.
        package var nanoseconds: Int64
        /// More than 1 where the time was taken of several together; the id is that of the last.
        package var calls = 1

        package init(_ subject: CallSubject, error: CallError.Kind? = nil, nanoseconds: Int64, calls: Int = 1) {
            self.subject = subject
            self.error = error
            self.nanoseconds = nanoseconds
            self.calls = calls
        }
    }

    /// Whether every call is written.
    package let isOfEveryCall: Bool
    /// How long a call takes that is slow, in nanoseconds.
    package let slowNanoseconds: Int64
    private let logger: Logger
    private let tokens: TokenSet
    private var throttle: LogThrottle

    /// - Parameter configuration: which calls are slow, whose the tokens are, how many lines a second are written.
    package init(_ configuration: ServerConfiguration, logger: Logger) {
        self.logger = logger
        self.isOfEveryCall = logger.logLevel <= .debug
        self.slowNanoseconds = configuration.slowCall?.nanosecondsClamped ?? .max
        self.tokens = configuration.tokens
        self.throttle = LogThrottle(linesPerSecond: configuration.limits.callLogLines)
    }

    /// Whether a line is to be written of the call: nil where it is not, or where there are too many; else how many of the
    /// latter were left out since the last. Asked of every call that fails, and so it costs next to nothing.
    package mutating func admit(_ ended: Ended, now: MonotonicTime) -> Int? {
        guard ended.error != nil || ended.nanoseconds >= self.slowNanoseconds else {
            return self.isOfEveryCall ? 0 : nil
        }
        return self.throttle.admit(now: now)
    }

    /// Writes a line of the call.
    ///
    /// - Parameter suppressed: how many were left out since the last.
    package func write(_ ended: Ended, id: RequestID, peer: String, suppressed: Int) {
        let level = self.level(of: ended)
        var metadata: Logger.Metadata = [
            "transport": "\(ended.subject.transport.name)",
            "method": "\(ended.subject.method.map { "\($0.entry.service)/\($0.entry.name)" } ?? "unknown")",
            "duration_ms": .milliseconds(ended.nanoseconds),
            "peer": "\(peer)",
        ]
        if suppressed > 0 { metadata["suppressed"] = .stringConvertible(suppressed) }
        if id != .none { metadata["request_id"] = "\(id)" }
        if let name = self.tokens.name(of: ended.subject.caller) { metadata["caller"] = "\(name)" }
        if ended.calls > 1 { metadata["calls"] = .stringConvertible(ended.calls) }
        metadata["status"] = "OK"
        if let error = ended.error {
            metadata["code"] = .stringConvertible(error.code)
            metadata["status"] = "\(error.status.rawValue)"
        }
        self.logger.log(level: level, "\(self.message(of: ended))", metadata: metadata)
    }

    /// A fault of the daemon's own is an error, what it has no room for a warning; what callers do wrong is neither.
    private func level(of ended: Ended) -> Logger.Level {
        switch ended.error?.code {
        case 2001: .error
        case 2004: .warning
        case .some: .info
        case nil: ended.nanoseconds >= self.slowNanoseconds ? .warning : .debug
        }
    }

    private func message(of ended: Ended) -> String {
        if ended.error != nil { return "call failed" }
        return ended.nanoseconds >= self.slowNanoseconds ? "slow call" : "call"
    }
}
