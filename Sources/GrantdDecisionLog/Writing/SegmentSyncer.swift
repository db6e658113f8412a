//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import Synchronization

/// Puts segments on the disk once a second, on a thread of its own: the disk may take longer than the queues can wait.
final class SegmentSyncer: Sendable {
    private struct State {
        var descriptors: [Int32] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wake = LogSignal()
    private let isBusy = Atomic<Bool>(false)

    /// Starts the thread.
    ///
    /// - Parameter onFault: Called on it with why the disk refuses.
    func start(_ onFault: @escaping @Sendable (DecisionLogFault) -> Void) throws(DecisionLogFault) -> LogThread {
        try LogThread { self.run(onFault) }
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

    private func run(_ onFault: (DecisionLogFault) -> Void) {
        while true {
            let (descriptors, isClosed) = self.state.withLock { state in
                defer { state.descriptors = [] }
                return (state.descriptors, state.isClosed)
            }
            for descriptor in descriptors {
                if fdatasync(descriptor) != 0 {
                    onFault(.system("fdatasync", zh: "日志无法落盘", en: "the log cannot be put on the disk"))
                }
                Glibc.close(descriptor)
            }
            if descriptors.isEmpty {
                if isClosed { return }
                self.isBusy.store(false, ordering: .releasing)
                self.wake.wait(milliseconds: -1)
            }
        }
    }
}
