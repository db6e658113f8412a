//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Dispatch
internal import Synchronization

/// The bytes of one policy file, and the name to call it by.
package typealias PolicyFile = (name: String, bytes: [UInt8])

/// Makes checked policies of policy files.
package enum PolicyLoader {
    /// Loads files that together are all that is served.
    ///
    /// - Parameters:
    ///   - files: The files, a programme each.
    ///   - builtIn: The ids of the programmes whose measures may have the numbers of built-in ones.
    /// - Returns: The policies, or every problem of every file. A file is taken whole or not at all.
    package static func load(
        files: [PolicyFile],
        builtIn: Set<String> = Set(BuiltInFiles.embedded.programmes)
    ) -> Result<PolicySet, PolicyProblems> {
        do throws(PolicyProblems) {
            let loaded = try self.programmes(of: files, builtIn: builtIn).get()
            return .success(
                PolicySet(programmes: loaded.programmes, references: try .builtIn(), warnings: loaded.warnings)
            )
        } catch {
            return .failure(error)
        }
    }

    /// Programmes, and what their authors should look at.
    struct Loaded: Sendable {
        let programmes: [Programme]
        let warnings: [PolicyDiagnostic]
    }

    /// The programmes of files, in their order, no two with one id.
    static func programmes(
        of files: [PolicyFile],
        builtIn: Set<String>
    ) -> Result<Loaded, PolicyProblems> {
        let checker = ProgrammeChecker(builtIn: builtIn)
        var programmes: [Programme] = []
        var diagnostics: [PolicyDiagnostic] = []
        var fileByProgramme: [String: String] = [:]
        for (file, outcome) in zip(files, Self.outcomes(of: files, checker)) {
            diagnostics += outcome.diagnostics
            if let programme = outcome.programme { programmes.append(programme) }
            guard let id = outcome.id else { continue }
            if let other = fileByProgramme[id.value] {
                let text = String(decoding: file.bytes, as: UTF8.self)
                diagnostics.append(
                    PolicyDiagnostic(
                        file: file.name,
                        line: id.position.line,
                        column: id.position.column,
                        code: .duplicateID,
                        message: Text(
                            zh: "项目“\(id.value)”在 \(other) 中已有；一个文件写一个项目",
                            en: "the programme \"\(id.value)\" is also in \(other); one file holds a programme"
                        ),
                        sourceLine: SourceText(text).line(id.position.line)
                    )
                )
            }
            fileByProgramme[id.value] = fileByProgramme[id.value] ?? file.name
        }
        var collisions = SchemaCollisions()
        for programme in programmes {
            let file = files.first { $0.name == programme.fileName }
            collisions.add(programme, source: file.map { SourceText(String(decoding: $0.bytes, as: UTF8.self)) })
        }
        diagnostics += collisions.diagnostics
        guard diagnostics.allSatisfy({ $0.severity == .warning }) else { return .failure(PolicyProblems(diagnostics)) }
        return .success(Loaded(programmes: programmes, warnings: diagnostics))
    }

    /// What came of each file. Files are checked side by side: none hangs on another, and a daemon waits for them when it
    /// starts.
    private static func outcomes(of files: [PolicyFile], _ checker: ProgrammeChecker) -> [ProgrammeChecker.Outcome] {
        let outcomes = Mutex([ProgrammeChecker.Outcome?](repeating: nil, count: files.count))
        DispatchQueue.concurrentPerform(iterations: files.count) { index in
            let outcome = checker.check(files[index])
            outcomes.withLock { $0[index] = outcome }
        }
        return outcomes.withLock { $0.compactMap { $0 } }
    }
}
