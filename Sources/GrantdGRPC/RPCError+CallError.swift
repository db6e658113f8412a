//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCCore
    internal import GrantdEngine
    internal import GrantdService

    extension RPCError {
        /// The trailing metadata's name for the place that an error is about.
        static let fieldKey = "field"

        /// The error as gRPC has it: its status, its text, and the field in the trailing metadata where there is one.
        ///
        /// - Parameter id: what the call is found by in the log; it stands beside the field.
        init(_ error: CallError, id: RequestID = .none) {
            var metadata = Metadata()
            if id != .none { metadata.addString("\(id)", forKey: GRPCCallLog.idKey) }
            if !error.field.isEmpty { metadata.addString(error.field, forKey: Self.fieldKey) }
            self.init(code: Code(error), message: Self.message(of: error), metadata: metadata)
        }

        /// What two errors that speak of the frames say over gRPC.
        private static func message(of error: CallError) -> String {
            switch error.code {
            case 1004 where error.status == .unauthenticated:
                "the metadata `authorization` must be `Bearer` and one of the daemon's tokens"
            case 1008: "the deadline had passed before the call was answered"
            default: error.message
            }
        }

        /// A call without one of the daemon's tokens.
        static func unauthenticated(id: RequestID) -> RPCError {
            RPCError(CallError(code: 1004, message: ""), id: id)
        }
        /// A call while too much waits to be read.
        static let unsentReplies = RPCError(
            .overLimit("replies that nobody reads take all the memory there is for them; try again later")
        )
        /// A call to a daemon that stops.
        static let stopping = RPCError(
            CallError(code: 2003, message: "the daemon is stopping; call another one or try again later")
        )
    }

    extension RPCError.Code {
        /// The status that the error has.
        fileprivate init(_ error: CallError) {
            self =
                switch error.status {
                case .unimplemented: .unimplemented
                case .invalidArgument: .invalidArgument
                case .failedPrecondition: .failedPrecondition
                case .permissionDenied: .permissionDenied
                case .unauthenticated: .unauthenticated
                case .deadlineExceeded: .deadlineExceeded
                case .unavailable: .unavailable
                case .resourceExhausted: .resourceExhausted
                case .internalError: .internalError
                }
        }
    }
#endif
