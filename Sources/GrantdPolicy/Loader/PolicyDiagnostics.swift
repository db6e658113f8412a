//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What is wrong with the policy files that were to be loaded.
package struct PolicyDiagnostics: Error, Sendable {
    /// No more errors, and no more warnings, are told of all files together: a reader mends the first hundred before the
    /// rest is of use.
    package static let most = LoaderLimits.diagnostics

    /// By file in the order in which the files were given, then by place; at the end a line that says so, where there may be
    /// more errors than are told. Warnings stand among the errors.
    package let list: [PolicyDiagnostic]

    package init(_ diagnostics: [PolicyDiagnostic]) {
        self.list = Self.bounded(diagnostics)
    }

    /// The errors alone.
    package var errors: [PolicyDiagnostic] { self.list.filter { $0.severity == .error } }

    /// The first ``most`` errors and the first ``most`` warnings, and a closing line where the search for errors ended with
    /// them.
    private static func bounded(_ diagnostics: [PolicyDiagnostic]) -> [PolicyDiagnostic] {
        var kept: [PolicyDiagnostic] = []
        var counts: [PolicyDiagnostic.Severity: Int] = [:]
        var last: PolicyDiagnostic?
        for diagnostic in diagnostics where diagnostic.code != .tooMany {
            let count = counts[diagnostic.severity, default: 0]
            guard count < Self.most else { continue }
            counts[diagnostic.severity] = count + 1
            kept.append(diagnostic)
            if diagnostic.severity == .error { last = diagnostic }
        }
        guard let last, counts[.error] == Self.most else { return kept }
        kept.append(
            PolicyDiagnostic(
                file: last.file,
                line: last.line,
                column: last.column,
                code: .tooMany,
                message: Text(
                    zh: "可能还有更多问题；查到 \(Self.most) 个即停止",
                    en: "there may be more problems; the search ends with \(Self.most)"
                ),
                sourceLine: ""
            )
        )
        return kept
    }

    /// How many there are: `2 problems`, `1 problem and 3 warnings`.
    package func count(in language: PolicyLanguage) -> String {
        let errors = self.list.count { $0.severity == .error && $0.code != .tooMany }
        let warnings = self.list.count { $0.severity == .warning }
        switch language {
        case .zh:
            let parts = [(errors, "个问题"), (warnings, "个警告")].filter { $0.0 > 0 || $0.1 == "个问题" && warnings == 0 }
            return "共 " + parts.map { "\($0.0) \($0.1)" }.joined(separator: "、")
        case .en:
            let counted = errors == 1 ? "1 problem" : "\(errors) problems"
            guard warnings > 0 else { return counted }
            let warned = warnings == 1 ? "1 warning" : "\(warnings) warnings"
            return errors == 0 ? warned : "\(counted) and \(warned)"
        }
    }
}

extension PolicyDiagnostics: CustomStringConvertible {
    /// The problems in English.
    package var description: String { self.description(in: .en) }

    /// Every problem with its line and a caret, and at the end how many there are.
    package func description(in language: PolicyLanguage) -> String {
        var text = self.list.map { $0.description(in: language) }.joined(separator: "\n")
        if !text.isEmpty { text += "\n" }
        return text + self.count(in: language)
    }
}
