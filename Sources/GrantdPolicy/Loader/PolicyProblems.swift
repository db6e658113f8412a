//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Everything that is wrong with the policy files that were to be loaded.
package struct PolicyProblems: Error, Sendable {
    /// By file in the order in which the files were given, then by place.
    package let diagnostics: [PolicyDiagnostic]

    package init(_ diagnostics: [PolicyDiagnostic]) {
        self.diagnostics = diagnostics
    }
}

extension PolicyProblems: CustomStringConvertible {
    /// Every problem with its line and a caret, and at the end how many there are.
    package var description: String {
        var text = self.diagnostics.map(\.description).joined(separator: "\n")
        if !text.isEmpty { text += "\n" }
        let count = self.diagnostics.count
        return text + (count == 1 ? "1 problem" : "\(count) problems")
    }
}
