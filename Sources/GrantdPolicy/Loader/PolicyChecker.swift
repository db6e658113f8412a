//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Checks policy files without serving them, for whoever writes them.
package enum PolicyChecker {
    /// What came of a check.
    package struct Report: Sendable {
        /// A calendar or a register without an error.
        package struct Reference: Sendable {
            package let fileName: String
            package let kind: PolicyFiles.Kind
        }

        /// Every error and every warning, by file in the order given, then by place.
        package let diagnostics: PolicyDiagnostics
        /// The programmes of the files, decided together with the calendar among these or the built-in one; none where one
        /// has an error.
        package let programmes: [Programme]
        /// The calendar and the register among the files; none where one has an error.
        package let references: [Reference]

        package init(diagnostics: PolicyDiagnostics, programmes: [Programme], references: [Reference] = []) {
            self.diagnostics = diagnostics
            self.programmes = programmes
            self.references = references
        }

        /// Whether no file has an error. Warnings count as errors for whoever is strict.
        package func isClean(strict: Bool = false) -> Bool {
            strict ? self.diagnostics.list.isEmpty : self.diagnostics.errors.isEmpty
        }

        /// For a person: every problem with its line and a caret, and, where no file has an error, a line for each file.
        package func text(in language: PolicyLanguage) -> String {
            var parts: [String] = []
            if !self.diagnostics.list.isEmpty { parts.append(self.diagnostics.description(in: language)) }
            if self.diagnostics.errors.isEmpty {
                parts += self.programmes.map { Self.line($0, language) }
                parts += self.references.map { Self.line($0, language) }
            }
            return parts.joined(separator: "\n")
        }

        private static func line(_ programme: Programme, _ language: PolicyLanguage) -> String {
            let count = Set(programme.measures.map(\.id)).count
            switch language {
            case .zh:
                return "\(programme.fileName): 无误：项目 \(programme.id)，\(count) 项措施，政策文件与工作日历 SHA-256 \(programme.digest)"
            case .en:
                let measures = count == 1 ? "1 measure" : "\(count) measures"
                return "\(programme.fileName): ok: programme \(programme.id), \(measures), "
                    + "policy file and calendar SHA-256 \(programme.digest)"
            }
        }

        private static func line(_ reference: Reference, _ language: PolicyLanguage) -> String {
            let what =
                reference.kind == .calendar
                ? Text(zh: "工作日历", en: "the working calendar") : Text(zh: "文件名录", en: "the register of documents")
            switch language {
            case .zh: return "\(reference.fileName): 无误：\(what.zh)"
            case .en: return "\(reference.fileName): ok: \(what.en)"
            }
        }
    }

    /// Checks the files at these paths, and all policy files of those that are directories: each against the contract, that
    /// no two hold one programme, and that a register names programmes that are built in or among the files.
    ///
    /// - Parameter ledger: The numbers of earlier files; what clients of theirs would misread is a problem.
    package static func check(paths: [String], against ledger: ContractLedger = ContractLedger()) -> Report {
        let files = PolicyFiles(paths: paths)
        var diagnostics = files.diagnostics
        var programmes: [Programme] = []
        switch PolicyLoader.programmes(of: files.programmes, builtIn: Set(BuiltInFiles.embedded.programmes)) {
        case .success(let loaded):
            programmes = loaded.programmes
            diagnostics += loaded.warnings + ledger.diagnostics(of: programmes)
        case .failure(let failure): diagnostics += failure.list
        }
        do throws(PolicyDiagnostics) {
            let references = try PolicyReferences.load(
                .embedded,
                replacedBy: files,
                programmes: files.presumedProgrammes.union(programmes.map(\.id))
            )
            let calendar = PolicyDigest.of(references.calendarFile.bytes)
            programmes = programmes.map { $0.decided(withCalendar: calendar) }
        } catch {
            diagnostics += error.list
        }
        let found = PolicyDiagnostics(diagnostics)
        guard found.errors.isEmpty else { return Report(diagnostics: found, programmes: []) }
        let references = [(files.calendar, PolicyFiles.Kind.calendar), (files.register, .register)]
        return Report(
            diagnostics: found,
            programmes: programmes,
            references: references.compactMap { file, kind in
                file.map { Report.Reference(fileName: $0.name, kind: kind) }
            }
        )
    }
}
