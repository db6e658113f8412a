//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdServer

/// Lines for whoever started the daemon, written at once and whole.
enum StandardStream {
    /// Opens `/dev/null` in the place of each standard stream that is closed, so that nothing else takes its number.
    ///
    /// - Returns: Whether all three are open now.
    static func occupyClosed() -> Bool {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest number that is free, which is this one: those below it are open.
            guard open("/dev/null", O_RDWR) == descriptor else { return false }
        }
        return true
    }

    /// Writes a line to standard output from another thread: whoever started the daemon may not read, and it serves and stops
    /// all the same.
    static func announce(_ line: String) {
        Self.output.write(line + "\n")
    }

    private static let output = LogSink(descriptor: STDOUT_FILENO)

    static func writeError(_ line: String) {
        Self.write(line, to: STDERR_FILENO)
    }

    private static func write(_ line: String, to descriptor: Int32) {
        var line = line + "\n"
        line.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                // Nobody is there to be told.
                if count <= 0 { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }
}
