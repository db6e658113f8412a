//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdWire

extension GrantdClientError {
    /// What kind of failure it is.
    public struct Code: Hashable, Sendable {
        // An enum behind a struct, so that a new case breaks no caller's switch.
        private enum Value: Hashable, Sendable {
            case unknownService, unknownMethod, invalidRequest, unauthenticated, deadlineExceeded
            case internalError, unavailable, limitExceeded
            case connectionFailed, connectionLost, invalidReply, replyTooLarge, cancelled, shutDown, sourceFailed
            case invalidTokenFile, invalidTLS
            case other(Int32)
        }

        private let value: Value

        private init(_ value: Value) { self.value = value }

        /// The daemon has no such service (1001): it is older than this client, or not grantd.
        public static let unknownService = Self(.unknownService)
        /// The daemon's service has no such method (1002): it is older than this client.
        public static let unknownMethod = Self(.unknownMethod)
        /// The request is malformed (1003); ``GrantdClientError/field`` names the place.
        public static let invalidRequest = Self(.invalidRequest)
        /// The daemon wants a token and this client's is missing or wrong (1004).
        public static let unauthenticated = Self(.unauthenticated)
        /// No answer in time (1008), whether the daemon or the client noticed first.
        public static let deadlineExceeded = Self(.deadlineExceeded)
        /// A fault inside the daemon (2001).
        public static let internalError = Self(.internalError)
        /// The daemon is stopping (2003) and went on stopping through every attempt.
        public static let unavailable = Self(.unavailable)
        /// Over one of the daemon's limits (2004), or over this client's limit on a request's size.
        public static let limitExceeded = Self(.limitExceeded)
        /// No connection could be made, or TLS not be agreed on.
        public static let connectionFailed = Self(.connectionFailed)
        /// The connection ended before the answer came, was silent for too long, or brought what is no frame, in every
        /// attempt.
        public static let connectionLost = Self(.connectionLost)
        /// What came back is neither answer nor error, or lacks what the contract always sets.
        public static let invalidReply = Self(.invalidReply)
        /// A reply announced more bytes than the client's limit, and its connection was closed; or it holds more messages
        /// and texts than are decoded, 1,048,576.
        public static let replyTooLarge = Self(.replyTooLarge)
        /// The task that made the call was cancelled.
        public static let cancelled = Self(.cancelled)
        /// The client was shut down.
        public static let shutDown = Self(.shutDown)
        /// The sequence of applications to score threw; the error is the ``GrantdClientError/cause``.
        public static let sourceFailed = Self(.sourceFailed)
        /// A token file cannot be read, or is not as it should be.
        public static let invalidTokenFile = Self(.invalidTokenFile)
        /// What TLS is to be spoken with is not as it should be: a certificate, a key, a name.
        public static let invalidTLS = Self(.invalidTLS)

        /// The code for an error number of the framing.
        ///
        /// - Parameter number: What the reply's `error_code` says, not 0.
        public init(number: Int32) {
            switch StatusCode(rawValue: number) {
            case .noService: self.init(.unknownService)
            case .noMethod: self.init(.unknownMethod)
            case .badRequest: self.init(.invalidRequest)
            case .notAuthorised: self.init(.unauthenticated)
            case .timedOut: self.init(.deadlineExceeded)
            case .internalError: self.init(.internalError)
            case .stopping: self.init(.unavailable)
            case .overLimit: self.init(.limitExceeded)
            case nil: self.init(.other(number))
            }
        }

        /// The error number of the framing, where the code has one: `nil` for what only the client can see.
        public var number: Int32? {
            switch self.value {
            case .unknownService: 1001
            case .unknownMethod: 1002
            case .invalidRequest: 1003
            case .unauthenticated: 1004
            case .deadlineExceeded: 1008
            case .internalError: 2001
            case .unavailable: 2003
            case .limitExceeded: 2004
            case .other(let number): number
            case .connectionFailed, .connectionLost, .invalidReply, .replyTooLarge, .cancelled, .shutDown,
                .sourceFailed, .invalidTokenFile, .invalidTLS:
                nil
            }
        }
    }
}

extension GrantdClientError.Code: CustomStringConvertible {
    /// The code in words, with its number where it has one.
    public var description: String {
        switch self.value {
        case .unknownService: "unknown service (1001)"
        case .unknownMethod: "unknown method (1002)"
        case .invalidRequest: "invalid request (1003)"
        case .unauthenticated: "not authorised (1004)"
        case .deadlineExceeded: "deadline exceeded (1008)"
        case .internalError: "internal error (2001)"
        case .unavailable: "daemon stopping (2003)"
        case .limitExceeded: "over a limit (2004)"
        case .connectionFailed: "connection failed"
        case .connectionLost: "connection lost"
        case .invalidReply: "invalid reply"
        case .replyTooLarge: "reply too large"
        case .cancelled: "cancelled"
        case .shutDown: "client shut down"
        case .sourceFailed: "the applications' sequence failed"
        case .invalidTokenFile: "invalid token file"
        case .invalidTLS: "invalid TLS configuration"
        case .other(let number): "error \(number)"
        }
    }
}
