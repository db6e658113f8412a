//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import Synchronization

/// Puts segments on the disk once a second, on a thread of its own: the disk may take longer than the queues can wait. What the disk
/// refuses it is asked for again.
final class SegmentSyncer: Sendable {
    private struct State {
        var descriptors: [Int32] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wake = LogSignal()
    private let isBusy = Atomic<Bool>(false)
    private static let betweenAttempts: Int32 = 1_000

    /// Starts the thread.
    ///
    /// - Parameter shared: Told of what the disk takes and refuses.
    func start(_ shared: LogShared) throws(DecisionLogFault) -> LogThread {
        try LogThread { self.run(shared) }
    }

    /// Whether it has nothing left to do.
    var isIdle: Bool { !self.isBusy.load(ordering: .acquiring) }

    /// Takes a descriptor, to sync and close it.
    func sync(_ descriptor: Int32) {
        self.isBusy.store(true, ordering: .releasing)
        self.state.withLock { $0.descriptors.append(descriptor) }
        self.wake.signal()
    }

    /// Ends the thread once all is done.
    func close() {
        self.state.withLock { $0.isClosed = true }
        self.wake.signal()
    }

    private func run(_ shared: LogShared) {
        // What the disk refused.
        var refused: [Int32] = []
        while true {
            let (added, isClosed) = self.state.withLock { state in
                defer { state.descriptors = [] }
                return (state.descriptors, state.isClosed)
            }
            let descriptors = refused + added
            refused = []
            for descriptor in descriptors {
                if shared.settings.sync(descriptor) == 0 {
                    Glibc.close(descriptor)
                } else {
                    shared.syncFailed(
                        .system("fdatasync", zh: "日志无法落盘", en: "the log cannot be put on the disk")
                    )
                    refused.append(descriptor)
                }
            }
            if !refused.isEmpty {
                if isClosed {
                    for descriptor in refused { Glibc.close(descriptor) }
                    return
                }
                self.wake.wait(milliseconds: Self.betweenAttempts)
            } else if descriptors.isEmpty {
                if isClosed { return }
                self.isBusy.store(false, ordering: .releasing)
                self.wake.wait(milliseconds: -1)
            } else {
                shared.synced()
            }
        }
    }
}
