//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// Reads a file that is meant to be small, whole.
package enum SmallFile {
    /// The most bytes that are read.
    package static let maximumSize = 1 << 20

    /// The file's bytes.
    ///
    /// - Throws: `ServerStartError` with code `.files` where it cannot be read or is larger than 1 MiB.
    package static func read(_ path: String) throws(ServerStartError) -> [UInt8] {
        try self.readSecret(path).bytes
    }

    /// The bytes of a file that only its owner should be able to read, and whether others can read or write it.
    ///
    /// - Throws: as ``read(_:)``.
    package static func readSecret(
        _ path: String
    ) throws(ServerStartError) -> (bytes: [UInt8], isOpenToOthers: Bool) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure(path, errno) }
        let isOpenToOthers = status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o077 != 0
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(path, errno) }
            if count == 0 { return (bytes, isOpenToOthers) }
            bytes += chunk.prefix(count)
            guard bytes.count <= Self.maximumSize else {
                throw ServerStartError(code: .files, message: "\(path) is larger than \(Self.maximumSize) bytes")
            }
        }
    }

    private static func failure(_ path: String, _ number: Int32) -> ServerStartError {
        ServerStartError(code: .files, message: "cannot read \(path): \(String(cString: strerror(number)))")
    }
}
