//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdInterview

/// Lines on their way to a file or to standard output, many at a time.
struct BufferedWriter {
    private let descriptor: Int32
    private let isFile: Bool
    private var buffer: [UInt8] = []

    private static let size = 1 << 16

    /// - Parameter path: A file that nobody else may read, written anew; standard output where it is `nil`.
    init(path: String?) throws {
        self.isFile = path != nil
        self.buffer.reserveCapacity(Self.size)
        guard let path else {
            self.descriptor = STDOUT_FILENO
            return
        }
        try OutputFile.makePrivate(path)
        self.descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard self.descriptor >= 0 else {
            let reason = Language.reason(errno)
            throw RunFailure.other(
                Language.said("无法写入 \(path.printable)：\(reason)", "cannot write \(path.printable): \(reason)")
            )
        }
    }

    mutating func write(_ text: String) throws { try self.write(Array(text.utf8)) }

    mutating func write(_ bytes: [UInt8]) throws {
        self.buffer.append(contentsOf: bytes)
        if self.buffer.count >= Self.size { try self.flush() }
    }

    private mutating func flush() throws {
        try Output.write(self.buffer, to: self.descriptor)
        self.buffer.removeAll(keepingCapacity: true)
    }

    /// Writes what is left.
    mutating func close() throws {
        try self.flush()
        if self.isFile { Glibc.close(self.descriptor) }
    }
}
