//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdInterview

/// Where the tool writes: file descriptors, without a buffer in between, so that order and failures are plain.
enum Output {
    /// The reader has gone, as `head` does; there is nobody to tell.
    struct Closed: Error {}

    /// Writes to standard output.
    ///
    /// - Throws: ``Closed`` where nobody reads any more, ``RunFailure`` where it cannot be written, as on a full disk.
    static func write(_ bytes: [UInt8]) throws {
        try Self.write(bytes, to: STDOUT_FILENO)
    }

    /// Writes a text to standard output.
    static func write(_ text: String) throws { try Self.write(Array(text.utf8)) }

    /// Writes a line to standard error; that it cannot be written changes nothing.
    static func complain(_ text: String) {
        try? Self.write(Array("grantctl: \(text)\n".utf8), to: STDERR_FILENO)
    }

    /// Whether a person looks at standard output.
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno == EPIPE {
                throw Closed()
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, -1)
            } else if errno != EINTR {
                throw RunFailure.other(
                    Language.said(
                        "无法写出：\(Language.reason(errno))",
                        "cannot write the output: \(Language.reason(errno))"
                    )
                )
            }
        }
    }
}
