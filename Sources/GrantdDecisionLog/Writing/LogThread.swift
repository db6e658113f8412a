//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdService
internal import Synchronization

/// A thread of the log's own, which yields to the event loops and hears no signals.
final class LogThread: Sendable {
    private let ended = LogSignal()
    private let hasEnded: Ended

    /// Starts it.
    ///
    /// - Throws: Where the system has none.
    init(_ body: @escaping @Sendable () -> Void) throws(DecisionLogFault) {
        let (ended, hasEnded) = (self.ended, Ended())
        self.hasEnded = hasEnded
        let work = Unmanaged.passRetained(
            Work {
                body()
                hasEnded.flag.store(true, ordering: .releasing)
                ended.signal()
            }
        )
        var thread = pthread_t()
        let problem = pthread_create(
            &thread,
            nil,
            { context in
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            },
            work.toOpaque()
        )
        guard problem == 0 else {
            work.release()
            throw DecisionLogFault(
                .system,
                zh: "系统没有可用于写日志的线程",
                en: "the system has no thread left to write the log on"
            )
        }
        pthread_detach(thread)
    }

    /// Waits for its end.
    func join() {
        while !self.hasEnded.flag.load(ordering: .acquiring) { self.ended.wait(milliseconds: 100) }
    }

    static func sleep(milliseconds: Int) {
        var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        nanosleep(&time, nil)
    }

    private final class Ended: Sendable {
        let flag = Atomic<Bool>(false)
    }

    private final class Work: Sendable {
        private let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }

        func run() {
            var signals = sigset_t()
            sigfillset(&signals)
            pthread_sigmask(SIG_BLOCK, &signals, nil)
            ThreadPriority.yieldToEventLoops()
            self.body()
        }
    }
}

/// Wakes a thread that waits for a while.
final class LogSignal: Sendable {
    private let input: Int32
    private let output: Int32

    init() {
        var descriptors: [Int32] = [-1, -1]
        if pipe(&descriptors) == 0 {
            for descriptor in descriptors {
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            }
        }
        self.input = descriptors[0]
        self.output = descriptors[1]
    }

    deinit {
        guard self.input >= 0 else { return }
        close(self.input)
        close(self.output)
    }

    func signal() {
        var byte: UInt8 = 0
        // A pipe that is full has said it already.
        _ = write(self.output, &byte, 1)
    }

    /// Waits for a signal that was not waited for before.
    ///
    /// - Parameter milliseconds: For so long at most; -1 for ever.
    func wait(milliseconds: Int32) {
        guard self.input >= 0 else {
            // No descriptor was left: it is looked after now and then instead.
            return LogThread.sleep(milliseconds: milliseconds < 0 ? 20 : Int(milliseconds))
        }
        var entry = pollfd(fd: self.input, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, milliseconds) < 0, errno == EINTR {}
        var bytes: (UInt64, UInt64) = (0, 0)
        _ = read(self.input, &bytes, 16)
    }
}
