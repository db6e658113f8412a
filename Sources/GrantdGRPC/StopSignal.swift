//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCCore
    internal import Synchronization

    /// Tells those who wait for it, once, that the server begins to stop.
    final class StopSignal: Sendable {
        private struct State {
            var isGiven = false
            var last = 0
            var waiters: [Int: AsyncStream<Void>.Continuation] = [:]
        }

        private let state = Mutex(State())

        /// Whether it was given.
        var isGiven: Bool { self.state.withLock { $0.isGiven } }

        /// Gives the signal.
        func give() {
            let waiters = self.state.withLock { state in
                state.isGiven = true
                defer { state.waiters = [:] }
                return state.waiters
            }
            for waiter in waiters.values { waiter.finish() }
        }

        /// Returns when the signal is given or the task is cancelled, and within a call when that is cancelled.
        func wait(orUntil cancellation: ServerContext.RPCCancellationHandle? = nil) async {
            let (stream, continuation) = AsyncStream<Void>.makeStream()
            let number = self.state.withLock { state -> Int? in
                guard !state.isGiven else { return nil }
                state.last += 1
                state.waiters[state.last] = continuation
                return state.last
            }
            guard let number else { return }
            await withRPCCancellationHandler {
                // Added too late where the call was cancelled before.
                if cancellation?.isCancelled == true { continuation.finish() }
                for await _ in stream {}
            } onCancelRPC: {
                continuation.finish()
            }
            _ = self.state.withLock { $0.waiters.removeValue(forKey: number) }
        }
    }
#endif
