//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
package import GrantdEngine
internal import Synchronization

/// A queue of costly calls and the thread that works on them, which starts with the first call.
package final class ComputeLane: Sendable {
    package let queue: CallQueue
    private let limits: Limits
    private let clock: ServerClock
    private let hasThread: Atomic<Bool>

    /// Makes a lane.
    ///
    /// - Parameter isManual: whether no thread is started: the calls are worked on by whoever has a ``CallRunner``.
    package init(bounds: CallQueue.Bounds, limits: Limits, clock: ServerClock, isManual: Bool = false) {
        self.queue = CallQueue(bounds: bounds)
        self.limits = limits
        self.clock = clock
        self.hasThread = Atomic(isManual)
    }

    /// Takes a call.
    ///
    /// - Throws: why there is no room for it.
    package func add(_ call: PendingCall) throws(CallError) {
        try self.queue.add(call)
        guard !self.hasThread.load(ordering: .relaxed), !self.hasThread.exchange(true, ordering: .relaxed) else {
            return
        }
        if !self.start() {
            self.hasThread.store(false, ordering: .relaxed)
            self.queue.end(call.client, CallError.fault("the system has no thread left for the call; try again later"))
        }
    }

    /// Ends the calls that are left, and the thread after the slice that it works on: nobody waits for that.
    package func close() {
        self.queue.close(Refusal.stopping)
    }

    /// - Returns: whether the system had a thread.
    private func start() -> Bool {
        let arguments = Unmanaged.passRetained(ThreadArguments(self.queue, self.limits, self.clock))
        var thread = pthread_t()
        let problem = pthread_create(
            &thread,
            nil,
            { context in
                if let context {
                    Unmanaged<ThreadArguments>.fromOpaque(context).takeRetainedValue().run()
                }
                return nil
            },
            arguments.toOpaque()
        )
        guard problem == 0 else {
            arguments.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}

private final class ThreadArguments: Sendable {
    private let queue: CallQueue
    private let limits: Limits
    private let clock: ServerClock

    init(_ queue: CallQueue, _ limits: Limits, _ clock: ServerClock) {
        self.queue = queue
        self.limits = limits
        self.clock = clock
    }

    func run() {
        // Signals are for the threads that wait for them.
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        ThreadPriority.yieldToEventLoops()
        let runner = CallRunner(limits: self.limits, clock: self.clock)
        while true {
            switch runner.runNext(of: self.queue) {
            case .call: continue
            case .idle: self.queue.waitForWork()
            case .closed: return
            }
        }
    }
}
