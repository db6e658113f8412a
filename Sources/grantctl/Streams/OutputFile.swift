//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdInterview

/// A file that the tool was asked to write.
enum OutputFile {
    /// Makes sure that a file can be written, and that nobody else can read it; what stands there stays.
    static func makePrivate(_ path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        defer { close(descriptor) }
        // What is no file, as /dev/stdout, has no mode of its own.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        guard fchmod(descriptor, 0o600) == 0 else { throw Self.failure(path, errno) }
    }

    /// Writes a file, in place of what stood there.
    ///
    /// - Parameter isPrivate: Nobody else may read it.
    static func write(_ bytes: [UInt8], to path: String, isPrivate: Bool = false) throws {
        if isPrivate { try Self.makePrivate(path) }
        guard let file = fopen(path, "wbe") else { throw Self.failure(path, errno) }
        let written = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        let writeError = written == bytes.count ? 0 : errno
        // What is still in the buffer is written now, so this may be what fails.
        let closeError = fclose(file) == 0 ? 0 : errno
        if writeError != 0 || closeError != 0 {
            throw Self.failure(path, writeError != 0 ? writeError : closeError)
        }
    }

    /// Makes the directories on the way to a file that are not there.
    static func makeDirectories(above path: String) throws {
        for end in path.indices.dropFirst() where path[end] == "/" {
            let directory = String(path[..<end])
            if mkdir(directory, 0o777) != 0, errno != EEXIST { throw Self.failure(directory, errno) }
        }
    }

    private static func failure(_ path: String, _ code: Int32) -> RunFailure {
        let reason = Language.reason(code)
        return .other(
            Language.said("无法写入 \(path.printable)：\(reason)", "cannot write \(path.printable): \(reason)")
        )
    }
}
