//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation

/// The built daemon as a process of its own, with what it writes in files.
final class DaemonProcess {
    struct Failure: Error {
        let text: String
    }

    private let process = Process()
    private let folder: URL

    /// Starts it.
    ///
    /// - Parameters:
    ///   - program: Another program that is built beside the tests.
    ///   - launcher: A program, with its arguments, that is to start it; its path and its arguments come behind.
    ///   - standardOutput: Where it writes to instead of a file.
    init(
        _ arguments: [String],
        program: String = "grantd",
        launcher: [String] = [],
        standardOutput: FileHandle? = nil
    ) throws {
        self.folder = FileManager.default.temporaryDirectory.appending(path: "grantd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        for name in ["output", "errors"] { try Data().write(to: self.folder.appending(path: name)) }
        let whole = launcher + [Self.path(of: program)] + arguments
        self.process.executableURL = URL(filePath: whole[0])
        self.process.arguments = Array(whole.dropFirst())
        self.process.environment = ["LC_ALL": "C", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"]
        self.process.standardInput = FileHandle.nullDevice
        let files = try ["output", "errors"].map { try FileHandle(forWritingTo: self.folder.appending(path: $0)) }
        // The daemon has its own by then; these would stay open, and be every later process's.
        defer { for file in files { try? file.close() } }
        self.process.standardOutput = standardOutput ?? files[0]
        self.process.standardError = files[1]
        try self.process.run()
    }

    deinit {
        if self.process.isRunning { kill(self.process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: self.folder)
    }

    private static func path(of program: String) -> String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: program).path
    }

    var output: String { self.text("output") }
    var errors: String { self.text("errors") }

    func signal(_ number: Int32) { kill(self.process.processIdentifier, number) }

    /// The port of `listening on 127.0.0.1:PORT`.
    func port() async throws -> Int {
        let line = try await self.wait("listening") { self.output.split(separator: "\n").first.map(String.init) }
        guard let port = line.split(separator: ":").last.flatMap({ Int($0) }) else { throw Failure(text: line) }
        return port
    }

    /// What it exits with.
    func exitCode() async throws -> Int32 {
        try await self.wait("the end") { self.process.isRunning ? nil : self.process.terminationStatus }
    }

    /// Asks again and again, for ten seconds.
    func wait<Value>(_ what: String, _ ask: () async throws -> Value?) async throws -> Value {
        for _ in 0..<500 {
            if let value = try await ask() { return value }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Failure(text: "waited in vain for \(what); it wrote: \(self.output)\(self.errors)")
    }

    private func text(_ name: String) -> String {
        let data = try? Data(contentsOf: self.folder.appending(path: name))
        return String(decoding: data ?? Data(), as: UTF8.self)
    }
}
