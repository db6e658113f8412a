//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
package import GrantdPolicy

/// Small programmes that are not built in.
package enum LoaderFixtures {
    /// The path of a file under `Files`.
    package static func path(_ name: String) throws -> String {
        guard let path = Bundle.module.path(forResource: "Files/\(name)", ofType: nil) else {
            throw MissingText(file: "Files", text: name)
        }
        return path
    }

    /// The text of a file under `Files`.
    package static func text(_ name: String) throws -> String {
        try String(contentsOfFile: self.path(name), encoding: .utf8)
    }

    /// A good file with pieces of its text put in place of others; each piece must be there.
    package static func edited(_ edits: [(old: String, new: String)], of file: String = "good.yaml") throws -> String {
        var text = try self.text(file)
        try text.replaceFirst(edits, of: file)
        return text
    }

    /// What loading a text comes to.
    package static func load(_ text: String) -> Result<PolicySet, PolicyDiagnostics> {
        PolicyLoader.load(files: [("test.yaml", Array(text.utf8))], builtIn: [])
    }

    /// The problems of a text; none where it loads.
    package static func diagnostics(_ text: String) -> [PolicyDiagnostic] {
        if case .failure(let diagnostics) = self.load(text) { diagnostics.list } else { [] }
    }
}
