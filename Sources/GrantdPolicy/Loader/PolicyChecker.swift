//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Checks policy files without serving them, for whoever writes them.
package enum PolicyChecker {
    /// What came of a check.
    package struct Report: Sendable {
        /// A calendar or a register without a problem.
        package struct Reference: Sendable {
            package let fileName: String
            package let kind: PolicyFiles.Kind
        }

        /// Every problem, by file in the order given, then by place.
        package let diagnostics: [PolicyDiagnostic]
        /// The programmes of the files; empty where there is a problem.
        package let programmes: [Programme]
        /// The calendar and the register among the files; empty where there is a problem.
        package let references: [Reference]

        /// Whether no file has a problem.
        package var isClean: Bool { self.diagnostics.isEmpty }
    }

    /// Checks the files at these paths, and all policy files of those that are directories: each against the contract, that
    /// no two hold one programme, and that a register names programmes that are built in or among the files.
    package static func check(paths: [String]) -> Report {
        let files = PolicyFiles(paths: paths)
        var diagnostics = files.problems
        var programmes: [Programme] = []
        switch PolicyLoader.programmes(of: files.programmes, against: .shared) {
        case .success(let loaded): programmes = loaded
        case .failure(let problems): diagnostics += problems.diagnostics
        }
        do throws(PolicyProblems) {
            _ = try PolicyReferences.load(
                .embedded,
                replacedBy: files,
                programmes: files.presumedProgrammes.union(programmes.map(\.id))
            )
        } catch {
            diagnostics += error.diagnostics
        }
        guard diagnostics.isEmpty else { return Report(diagnostics: diagnostics, programmes: [], references: []) }
        let references = [(files.calendar, PolicyFiles.Kind.calendar), (files.register, .register)]
        return Report(
            diagnostics: [],
            programmes: programmes,
            references: references.compactMap { file, kind in
                file.map { Report.Reference(fileName: $0.name, kind: kind) }
            }
        )
    }
}
