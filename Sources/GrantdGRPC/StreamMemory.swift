//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import Synchronization

    /// Bytes that the server holds on account of its peers, over all streams.
    final class StreamMemory: Sendable {
        private let receivedBytes = Atomic<Int>(0)
        private let unsentBytes = Atomic<Int>(0)

        /// Bytes of requests whose calls have not ended.
        var received: Int { self.receivedBytes.load(ordering: .relaxed) }
        /// Bytes of replies that could not be sent yet.
        var unsent: Int { self.unsentBytes.load(ordering: .relaxed) }

        func received(_ bytes: Int) {
            self.receivedBytes.add(bytes, ordering: .relaxed)
        }

        func unsent(_ bytes: Int) {
            self.unsentBytes.add(bytes, ordering: .relaxed)
        }
    }
#endif
