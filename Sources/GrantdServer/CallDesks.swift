//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
internal import NIOPosix
internal import Synchronization

/// The desks at which a transport beside the frames has its calls answered: one for each thread, through the same
/// dispatcher, limits and errors as the frames.
package final class CallDesks: Sendable {
    private let configuration: ServerConfiguration
    private let current: CurrentPolicies
    private let desks: [CallDesk]
    private let next = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)
    private let pool: NIOThreadPool

    /// Makes the desks. ``close()`` must be called at the end.
    package init(configuration: ServerConfiguration, policies: CompiledPolicies) {
        // One thread: auctions are rare, and one that is cleared takes a core for a while.
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        let current = CurrentPolicies(policies)
        self.configuration = configuration
        self.current = current
        self.pool = pool
        self.desks = (0..<max(1, configuration.threads)).map { _ in
            CallDesk(configuration: configuration, current: current, background: .pool(pool))
        }
    }

    /// What is served at this moment.
    package var policies: CompiledPolicies { self.current.policies }

    /// Whether further calls are refused.
    package var isStopping: Bool { self.stopping.load(ordering: .relaxed) }

    /// Whether `credential` is one of the tokens, or no token is asked for.
    package func admits(_ credential: UnsafeRawBufferPointer) -> Bool {
        self.configuration.tokens.admits(credential)
    }

    /// The most bytes of a request for the method.
    package func largestRequest(_ method: Method) -> Int {
        method == .clearAuction ? self.configuration.limits.auctionRequestBytes : self.configuration.limits.requestBytes
    }

    /// Answers a call.
    ///
    /// - Throws: what is wrong with it, or why it is not answered: over a limit (2004), late (1008), stopping (2003).
    package func answer(_ call: DeskCall) async throws(CallError) -> [UInt8] {
        guard call.request.count <= self.largestRequest(call.method) else { throw Refusal.requestTooLarge }
        var call = call
        if self.isStopping { call.load = .stopping }
        let number = self.next.add(1, ordering: .relaxed).oldValue
        return try await self.desks[Int(UInt(bitPattern: number) % UInt(self.desks.count))].answer(call)
    }

    /// Puts other policies in place of the present ones; calls that are in flight end under those they began with.
    package func replacePolicies(_ policies: CompiledPolicies) {
        self.current.replace(with: policies)
    }

    /// From now on calls are refused, but for the question after the daemon's health; those that were taken are answered.
    package func stop() {
        self.stopping.store(true, ordering: .relaxed)
    }

    /// What all desks have done so far; the latencies are those since the last time this was called.
    package func statistics() async -> ServerStatistics {
        var sum = ServerStatistics()
        for desk in self.desks { sum.add(await desk.takeStatistics()) }
        return sum
    }

    /// Gives back what the desks hold, once no call is left.
    package func close() async {
        try? await self.pool.shutdownGracefully()
    }
}
