//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// A file that the tool was asked to write.
enum OutputFile {
    /// Writes a file, in place of what stood there.
    static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "wbe") else { throw Self.failure(path, errno) }
        let written = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        let writeError = written == bytes.count ? 0 : errno
        // What is still in the buffer is written now, so this may be what fails.
        let closeError = fclose(file) == 0 ? 0 : errno
        if writeError != 0 || closeError != 0 {
            throw Self.failure(path, writeError != 0 ? writeError : closeError)
        }
    }

    /// Makes the directories on the way to a file that are not there. One that cannot be made is told by ``write(_:to:)``,
    /// which then finds no place for the file.
    static func makeDirectories(above path: String) {
        for end in path.indices.dropFirst() where path[end] == "/" { mkdir(String(path[..<end]), 0o777) }
    }

    private static func failure(_ path: String, _ code: Int32) -> RunFailure {
        let reason = Language.reason(code)
        return .other(
            Language.said("无法写入 \(path.printable)：\(reason)", "cannot write \(path.printable): \(reason)")
        )
    }
}
