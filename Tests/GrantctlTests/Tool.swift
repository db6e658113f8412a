//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation

/// Runs the built `grantctl` as a process of its own.
enum Tool {
    struct Result {
        let code: Int32
        let output: String
        let errors: String

        var lines: [Substring] { self.output.split(separator: "\n") }
    }

    /// The tool is built beside the tests.
    static var executable: URL {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(
            path: "grantctl"
        )
    }

    /// - Parameters:
    ///   - arguments: Its arguments.
    ///   - input: What stands on standard input.
    ///   - environment: Variables beside a fixed locale.
    ///   - launcher: A program, with its arguments, that is to start it; its path and its arguments come behind.
    static func run(
        _ arguments: [String],
        input: String = "",
        environment: [String: String] = [:],
        launcher: [String] = []
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "grantctl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["input", "output", "errors"].map { folder.appending(path: $0) }
        try Data(input.utf8).write(to: files[0])
        for file in files[1...] { try Data().write(to: file) }

        let process = Process()
        let whole = launcher + [Self.executable.path] + arguments
        process.executableURL = URL(filePath: whole[0])
        process.arguments = Array(whole.dropFirst())
        process.environment = ["LC_ALL": "C", "PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        var handles = [try FileHandle(forReadingFrom: files[0])]
        for file in files[1...] { handles.append(try FileHandle(forWritingTo: file)) }
        // They stay open otherwise, and every process that a test starts later has them, too.
        defer { for handle in handles { try? handle.close() } }
        process.standardInput = handles[0]
        process.standardOutput = handles[1]
        process.standardError = handles[2]
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in done.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                done.resume(throwing: error)
            }
        }
        return Result(
            code: process.terminationStatus,
            output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
        )
    }

    static func run(_ arguments: String...) async throws -> Result { try await Self.run(arguments) }

    /// Writes a file for as long as `body` runs.
    static func withFile<Value>(_ text: String, _ body: (String) async throws -> Value) async throws -> Value {
        let file = FileManager.default.temporaryDirectory.appending(path: "grantctl-\(UUID().uuidString).txt")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await body(file.path)
    }
}
