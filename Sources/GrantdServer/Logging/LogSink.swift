//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Dispatch
internal import Glibc
internal import Logging
internal import Synchronization

/// Writes log lines to a file descriptor from a thread of its own, so that no event loop ever waits for a full pipe.
///
/// At most `capacity` bytes wait; what comes beyond is dropped and counted, and the count is told once there is room.
package final class LogSink: Sendable {
    private struct Backlog {
        var bytes = 0
        var dropped = 0
    }

    private let descriptor: Int32
    private let capacity: Int
    private let queue = DispatchQueue(label: "grantd.log")
    private let backlog = Mutex(Backlog())

    /// Lines go to standard error.
    package static let standardError = LogSink(descriptor: STDERR_FILENO)

    /// Makes a sink.
    ///
    /// - Parameters:
    ///   - descriptor: what is written to; it stays the caller's.
    ///   - capacity: the bytes that may wait. The default is 1 MiB.
    package init(descriptor: Int32, capacity: Int = 1 << 20) {
        self.descriptor = descriptor
        self.capacity = capacity
    }

    /// Takes a line, or drops it when too much waits.
    ///
    /// - Parameter format: how it is told that lines were dropped.
    package func write(_ line: String, _ format: LogFormat = .text) {
        let count = line.utf8.count
        let dropped: Int? = self.backlog.withLock { backlog in
            guard backlog.bytes &+ count <= self.capacity else {
                backlog.dropped &+= 1
                return nil
            }
            backlog.bytes &+= count
            defer { backlog.dropped = 0 }
            return backlog.dropped
        }
        guard let dropped else { return }
        self.queue.async {
            if dropped > 0 { self.emit(Self.notice(dropped, format)) }
            self.emit(line)
            self.backlog.withLock { $0.bytes &-= count }
        }
    }

    /// Waits until what was taken is written, but no longer than `milliseconds`.
    package func flush(milliseconds: Int = 500) {
        let done = DispatchSemaphore(value: 0)
        self.queue.async { done.signal() }
        _ = done.wait(timeout: .now() + .milliseconds(milliseconds))
    }

    private static func notice(_ dropped: Int, _ format: LogFormat) -> String {
        format.line(
            time: LogFormat.now(),
            level: .warning,
            message: "log lines dropped: nobody read them",
            metadata: ["dropped": .stringConvertible(dropped)]
        )
    }

    private func emit(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            var offset = 0
            while offset < bytes.count {
                let written = Glibc.write(
                    self.descriptor,
                    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[offset...]).baseAddress,
                    bytes.count - offset
                )
                if written > 0 {
                    offset += written
                } else if errno != EINTR && errno != EAGAIN {
                    // Nobody is there to be told.
                    return
                } else if errno == EAGAIN {
                    var descriptor = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&descriptor, 1, 100)
                }
            }
        }
    }
}
