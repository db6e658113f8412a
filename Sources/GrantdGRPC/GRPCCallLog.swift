//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCCore
    internal import GrantdServer
    internal import GrantdService
    internal import Synchronization

    /// The log of the calls over gRPC, and the ids that they are found by: `x-request-id` in the metadata.
    final class GRPCCallLog: Sendable {
        /// Its key in metadata, as in headers of HTTP.
        static let idKey = "x-request-id"
        /// Of the hash of a request, where decisions are logged.
        static let requestHashKey = "x-request-hash"

        private let log: Mutex<CallLog>
        private let ids = Mutex(RequestIDMaker())

        init(_ log: CallLog) {
            self.log = Mutex(log)
        }

        /// The caller's id for the call, where it is one that may be repeated, or one that is made.
        func id(in metadata: Metadata) -> RequestID {
            for value in metadata[stringValues: Self.idKey] {
                if let id = RequestID(value.utf8) { return id }
            }
            return self.ids.withLock { $0.next() }
        }

        /// Writes a call that has ended to the log, if it is one that is written.
        func callEnded(_ ended: CallLog.Ended, id: RequestID, peer: String, now: MonotonicTime) {
            self.log.withLock { log in
                guard let suppressed = log.admit(ended, now: now) else { return }
                log.write(ended, id: id, peer: peer, suppressed: suppressed)
            }
        }
    }
#endif
