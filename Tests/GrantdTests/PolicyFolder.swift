//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation

/// A directory that the daemon is told of, for as long as a test runs.
struct PolicyFolder {
    let url: URL

    /// Makes an empty one.
    static func with(_ body: (PolicyFolder) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "policies-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "policies"),
            withIntermediateDirectories: true
        )
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(PolicyFolder(url: folder))
    }

    /// Where policy files are.
    var policies: String { self.url.appending(path: "policies").path }
    /// Where an archive may be made.
    var archive: String { self.url.appending(path: "archive").path }

    /// Writes a policy file, in place of what stood there.
    func write(_ text: String, to name: String = "cool-roof.yaml") throws {
        try text.write(to: self.url.appending(path: "policies/" + name), atomically: true, encoding: .utf8)
    }

    func remove(_ name: String = "cool-roof.yaml") throws {
        try FileManager.default.removeItem(at: self.url.appending(path: "policies/" + name))
    }
}
