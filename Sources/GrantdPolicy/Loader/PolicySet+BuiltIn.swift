//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension PolicySet {
    /// The policies that the program carries within itself.
    ///
    /// - Throws: ``PolicyDiagnostics``, if one of them does not fit the contract that it was built with.
    package static func builtIn() throws(PolicyDiagnostics) -> PolicySet {
        try self.builtIn(replacedBy: [])
    }

    /// The built-in policies, with those of directories in place of theirs or beside them.
    ///
    /// A file replaces the built-in programme of the same id, whole, and adds one that is not built in. Two files with
    /// one id are a problem: which of them counts would hang on the order of flags. A calendar and a register replace the
    /// built-in ones. A directory without a policy file is a warning: the last one may have been taken out.
    ///
    /// - Parameters:
    ///   - directories: The paths; none gives the built-in policies.
    ///   - builtIn: What the program carries within itself.
    ///   - cancellation: Gives the load up: it then fails, soon.
    /// - Throws: ``PolicyDiagnostics``, with every problem of every file, the calendar and the register included.
    package static func builtIn(
        replacedBy directories: [String],
        _ builtIn: BuiltInFiles = .embedded,
        cancellation: LoadCancellation? = nil
    ) throws(PolicyDiagnostics) -> PolicySet {
        var files = PolicyFiles()
        var diagnostics: [PolicyDiagnostic] = []
        for directory in directories {
            switch PolicySource.directory(directory, mayBeEmpty: true) {
            case .success(let found):
                if found.isEmpty {
                    diagnostics.append(
                        PolicyDiagnostic(
                            file: directory,
                            line: 0,
                            column: 0,
                            code: .emptyDirectory,
                            severity: .warning,
                            message: PolicySource.isEmpty,
                            sourceLine: ""
                        )
                    )
                }
                for file in found { files.add(file) }
            case .failure(let failure): diagnostics += failure.list
            }
        }
        return try self.builtIn(with: files, builtIn, diagnostics, cancellation)
    }

    /// The built-in policies, with files in place of theirs or beside them.
    ///
    /// - Parameters:
    ///   - files: What replaces and adds.
    ///   - builtIn: What the program carries within itself.
    ///   - before: Problems and warnings that were found already.
    ///   - cancellation: Gives the load up.
    /// - Throws: ``PolicyDiagnostics``, with those before and every problem of every file.
    package static func builtIn(
        with files: PolicyFiles,
        _ builtIn: BuiltInFiles = .embedded,
        _ before: [PolicyDiagnostic] = [],
        _ cancellation: LoadCancellation? = nil
    ) throws(PolicyDiagnostics) -> PolicySet {
        var diagnostics = before + files.diagnostics
        var programmes: [Programme] = []
        var warnings: [PolicyDiagnostic] = []
        // Own files first: what is wrong is told of them, and not of those that are built in.
        let ids = Set(builtIn.programmes)
        switch PolicyLoader.programmes(of: files.programmes, builtIn: ids, cancellation) {
        case .success(let loaded):
            programmes = loaded.programmes
            warnings = before.filter { $0.severity == .warning } + loaded.warnings
        case .failure(let failure): diagnostics += failure.list
        }
        let replaced = Set(programmes.map(\.id))
        var references: PolicyReferences?
        do throws(PolicyDiagnostics) {
            references = try PolicyReferences.load(
                builtIn,
                replacedBy: files,
                programmes: replaced.union(files.presumedProgrammes)
            )
        } catch {
            diagnostics += error.list
        }
        guard diagnostics.allSatisfy({ $0.severity == .warning }), let references else {
            throw PolicyDiagnostics(diagnostics)
        }
        let kept = builtIn.policies.filter { !replaced.contains(String($0.name.dropLast(".yaml".count))) }
        let others = try PolicyLoader.programmes(of: kept, builtIn: ids, cancellation).get().programmes
        // Own files last: what is too much together is told of them.
        var screening = ScreeningCost()
        for programme in others + programmes { screening.add(programme) }
        if let diagnostic = screening.diagnostic { throw PolicyDiagnostics([diagnostic]) }
        programmes += others
        return PolicySet(programmes: programmes, references: references, warnings: warnings)
    }

    /// The files of the built-in policies; each is named after its programme, `medical-device.yaml`.
    package static func builtInFiles() -> [PolicyFile] { BuiltInFiles.embedded.policies }
}
