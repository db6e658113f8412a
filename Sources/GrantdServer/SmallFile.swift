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
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(path, errno) }
            if count == 0 { return bytes }
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
