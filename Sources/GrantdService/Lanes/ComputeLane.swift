//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
package import GrantdEngine
internal import Synchronization

/// Works on the calls of a queue. It belongs to one thread.
package protocol LaneRunner: AnyObject {
    /// Works for one slice on the calls whose turn it is.
    ///
    /// - Returns: what came next in the queue.
    @discardableResult
    func runNext(of queue: CallQueue) -> CallQueue.Next

    /// The thread ends.
    func close()
}

/// A queue of costly calls and the thread that works on them, which starts with the first call.
package final class ComputeLane: Sendable {
    package let queue: CallQueue
    private let makeRunner: @Sendable () -> any LaneRunner
    private let hasThread: Atomic<Bool>
    private let isManual: Bool
    private let ended = Semaphore()

    /// Makes a lane.
    ///
    /// - Parameters:
    ///   - isManual: whether no thread is started: the calls are worked on by whoever has a runner.
    ///   - makeRunner: makes what works on the calls, on the lane's thread.
    package init(
        bounds: CallQueue.Bounds,
        isManual: Bool = false,
        makeRunner: @escaping @Sendable () -> any LaneRunner
    ) {
        self.queue = CallQueue(bounds: bounds)
        self.makeRunner = makeRunner
        self.isManual = isManual
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

    /// As ``close()``, and waits for the thread's end where there is one.
    ///
    /// - Returns: whether there was one.
    func closeAndWait() -> Bool {
        self.close()
        guard !self.isManual, self.hasThread.load(ordering: .acquiring) else { return false }
        self.ended.wait()
        return true
    }

    /// - Returns: whether the system had a thread.
    private func start() -> Bool {
        let arguments = Unmanaged.passRetained(ThreadArguments(self.queue, self.ended, self.makeRunner))
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
    private let ended: Semaphore
    private let makeRunner: @Sendable () -> any LaneRunner

    init(_ queue: CallQueue, _ ended: Semaphore, _ makeRunner: @escaping @Sendable () -> any LaneRunner) {
        self.queue = queue
        self.ended = ended
        self.makeRunner = makeRunner
    }

    func run() {
        // Signals are for the threads that wait for them.
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        ThreadPriority.yieldToEventLoops()
        let runner = self.makeRunner()
        defer {
            runner.close()
            self.ended.signal()
        }
        while true {
            switch runner.runNext(of: self.queue) {
            case .call: continue
            case .idle: self.queue.waitForWork()
            case .closed: return
            }
        }
    }
}
