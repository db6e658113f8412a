//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdPolicy
internal import Testing

/// Two small programmes that are not built in.
enum LoaderFixtures {
    /// The path of a file under `Files`.
    static func path(_ name: String) throws -> String {
        try #require(Bundle.module.resourceURL).appendingPathComponent("Files/\(name)").path
    }

    /// The text of a file under `Files`.
    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: self.path(name), encoding: .utf8)
    }

    /// A good file with pieces of its text put in place of others; each piece must be there.
    static func edited(_ edits: [(old: String, new: String)], of file: String = "good.yaml") throws -> String {
        var text = try self.text(file)
        for edit in edits {
            let range = try #require(text.range(of: edit.old), "\(file) has no \(edit.old)")
            text.replaceSubrange(range, with: edit.new)
        }
        return text
    }

    /// What loading a text comes to.
    static func load(_ text: String) -> Result<PolicySet, PolicyProblems> {
        PolicyLoader.load(files: [("test.yaml", Array(text.utf8))], builtIn: [])
    }

    /// The problems of a text; none where it loads.
    static func problems(_ text: String) -> [PolicyDiagnostic] {
        if case .failure(let problems) = self.load(text) { problems.diagnostics } else { [] }
    }
}
