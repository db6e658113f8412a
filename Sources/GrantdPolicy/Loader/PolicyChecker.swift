//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Checks policy files without serving them, for whoever writes them.
package enum PolicyChecker {
    /// What came of a check.
    package struct Report: Sendable {
        /// Every error and every warning, by file in the order given, then by place.
        package let problems: PolicyProblems
        /// The programmes of the files; none where one has an error.
        package let programmes: [Programme]

        package init(problems: PolicyProblems, programmes: [Programme]) {
            self.problems = problems
            self.programmes = programmes
        }

        /// Every error and every warning.
        package var diagnostics: [PolicyDiagnostic] { self.problems.diagnostics }

        /// Whether no file has an error. Warnings count as errors for whoever is strict.
        package func isClean(strict: Bool = false) -> Bool {
            strict ? self.problems.diagnostics.isEmpty : self.problems.errors.isEmpty
        }

        /// For a person: every problem with its line and a caret, and, where no file has an error, a line for each file.
        package func text(in language: PolicyLanguage) -> String {
            var parts: [String] = []
            if !self.problems.diagnostics.isEmpty { parts.append(self.problems.description(in: language)) }
            if self.problems.errors.isEmpty { parts += self.programmes.map { Self.line($0, language) } }
            return parts.joined(separator: "\n")
        }

        private static func line(_ programme: Programme, _ language: PolicyLanguage) -> String {
            let count = Set(programme.measures.map(\.id)).count
            switch language {
            case .zh:
                return "\(programme.fileName): 无误：项目 \(programme.id)，\(count) 项措施，SHA-256 \(programme.digest)"
            case .en:
                let measures = count == 1 ? "1 measure" : "\(count) measures"
                return "\(programme.fileName): ok: programme \(programme.id), \(measures), SHA-256 \(programme.digest)"
            }
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
        case .success(let loaded):
            return Report(problems: PolicyProblems(diagnostics + loaded.warnings), programmes: loaded.programmes)
        case .failure(let problems):
            return Report(problems: PolicyProblems(diagnostics + problems.diagnostics), programmes: [])
        }
    }
}
