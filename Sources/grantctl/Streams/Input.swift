//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdInterview

/// What a FILE argument names: a file, or standard input as `-`.
final class Input: Sendable {
    /// More than this is no request: the daemon takes 4 MiB, and JSON is a few times longer than what it stands for.
    static let mostBytes = 64 * 1024 * 1024

    /// As a message names it.
    let name: String
    private let descriptor: Int32

    /// Opens the file.
    ///
    /// - Parameter path: A path, or `-`; `nil` is `-` too.
    /// - Throws: ``RunFailure/usage(_:)`` where nothing was named and standard input is a terminal, where a person would
    ///   wait for an answer and the tool for a question; ``RunFailure/badInput(_:)`` where it cannot be opened.
    init(_ path: String?) throws {
        guard let path, path != "-" else {
            if path == nil, isatty(STDIN_FILENO) == 1 {
                throw RunFailure.usage(
                    Language.said(
                        "请写明请求所在的 FILE，或以 - 在此输入（Ctrl-D 结束）",
                        "name a FILE with the request, or - to type it here (Ctrl-D ends it)"
                    )
                )
            }
            self.name = Language.said("标准输入", "standard input")
            self.descriptor = STDIN_FILENO
            return
        }
        self.name = path
        self.descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard self.descriptor >= 0 else {
            throw Self.unreadable(path, errno)
        }
    }

    deinit {
        if self.descriptor != STDIN_FILENO { close(self.descriptor) }
    }

    private static func unreadable(_ name: String, _ code: Int32) -> RunFailure {
        let reason = Language.reason(code)
        return .badInput(
            Language.said("无法读取 \(name.printable)：\(reason)", "cannot read \(name.printable): \(reason)")
        )
    }

    /// The next bytes, as many as are there; waits for the first. Empty at the end.
    func read(upTo count: Int) throws -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            var result: Int
            repeat {
                result = Glibc.read(self.descriptor, buffer.baseAddress, count)
            } while result < 0 && errno == EINTR
            if result < 0 { failure = errno }
            initialized = max(0, result)
        }
        guard failure == 0 else {
            throw Self.unreadable(self.name, failure)
        }
        return bytes
    }

    /// All of it.
    func readAll() throws -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let bytes = try self.read(upTo: 64 * 1024)
            guard !bytes.isEmpty else { return all }
            all += bytes
            guard all.count <= Self.mostBytes else {
                throw RunFailure.badInput(
                    Language.said(
                        "\(self.name.printable) 超过 \(Self.mostBytes >> 20) MiB，不可能是一个请求",
                        "\(self.name.printable) is longer than \(Self.mostBytes >> 20) MiB, too long for a request"
                    )
                )
            }
        }
    }
}
