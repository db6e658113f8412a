//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Checks policy files without serving them, for whoever writes them.
package enum PolicyChecker {
    /// What came of a check.
    package struct Report: Sendable {
        /// Every problem, by file in the order given, then by place.
        package let diagnostics: [PolicyDiagnostic]
        /// The programmes of the files without a problem.
        package let programmes: [Programme]

        /// Whether no file has a problem.
        package var isClean: Bool { self.diagnostics.isEmpty }

        /// For a person: every problem with its line and a caret, or a line for each good file.
        package var text: String {
            guard self.isClean else { return PolicyProblems(self.diagnostics).description }
            return self.programmes.map { programme in
                let count = Set(programme.measures.map(\.id)).count
                let measures = count == 1 ? "1 measure" : "\(count) measures"
                return "\(programme.fileName): ok: programme \(programme.id), \(measures), SHA-256 \(programme.digest)"
            }.joined(separator: "\n")
        }
    }

    /// Checks the files at these paths, each against the contract, and that no two hold one programme.
    package static func check(paths: [String]) -> Report {
        var files: [PolicyFile] = []
        var diagnostics: [PolicyDiagnostic] = []
        for path in paths {
            switch PolicySource.file(path) {
            case .success(let file): files.append(file)
            case .failure(let problems): diagnostics += problems.diagnostics
            }
        }
        switch PolicyLoader.programmes(of: files, builtIn: Set(BuiltInFiles.embedded.programmes)) {
        case .success(let programmes): return Report(diagnostics: diagnostics, programmes: programmes)
        case .failure(let problems): return Report(diagnostics: diagnostics + problems.diagnostics, programmes: [])
        }
    }
}
