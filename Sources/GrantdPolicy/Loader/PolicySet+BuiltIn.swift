//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension PolicySet {
    /// The policies that the program carries within itself.
    ///
    /// - Throws: ``PolicyProblems``, if one of them does not fit the contract that it was built with.
    package static func builtIn() throws(PolicyProblems) -> PolicySet {
        try self.builtIn(replacedBy: [])
    }

    /// The built-in policies, with those of directories in place of theirs or beside them.
    ///
    /// A file replaces the built-in programme of the same id, whole, and adds one that is not built in. Two files with
    /// one id are a problem: which of them counts would hang on the order of flags.
    ///
    /// - Parameters:
    ///   - directories: The paths; none gives the built-in policies.
    ///   - builtIn: What the program carries within itself.
    /// - Throws: ``PolicyProblems``, with every problem of every file, the calendar and the register included.
    package static func builtIn(
        replacedBy directories: [String],
        _ builtIn: BuiltInFiles = .embedded
    ) throws(PolicyProblems) -> PolicySet {
        var files: [PolicyFile] = []
        var diagnostics: [PolicyDiagnostic] = []
        for directory in directories {
            switch PolicySource.directory(directory) {
            case .success(let found): files += found
            case .failure(let problems): diagnostics += problems.diagnostics
            }
        }
        guard diagnostics.isEmpty else { throw PolicyProblems(diagnostics) }
        // Own files first: what is wrong is told of them, and not of those that are built in.
        let ids = Set(builtIn.programmes)
        let own = try PolicyLoader.programmes(of: files, builtIn: ids).get()
        var programmes = own.programmes
        let replaced = Set(programmes.map(\.id))
        let kept = builtIn.policies.filter { !replaced.contains(String($0.name.dropLast(".yaml".count))) }
        programmes += try PolicyLoader.programmes(of: kept, builtIn: ids).get().programmes
        return PolicySet(
            programmes: programmes,
            references: try PolicyReferences.load(builtIn),
            warnings: own.warnings
        )
    }

    /// The files of the built-in policies; each is named after its programme, `medical-device.yaml`.
    package static func builtInFiles() -> [PolicyFile] { BuiltInFiles.embedded.policies }
}
