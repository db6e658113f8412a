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
    ///   - cancellation: Gives the load up: it then fails, soon.
    /// - Returns: The policies, or every problem of every file. A file is taken whole or not at all.
    package static func load(
        files: [PolicyFile],
        builtIn: Set<String> = Set(BuiltInFiles.embedded.programmes),
        cancellation: LoadCancellation? = nil
    ) -> Result<PolicySet, PolicyDiagnostics> {
        do throws(PolicyDiagnostics) {
            let loaded = try self.programmes(of: files, builtIn: builtIn, cancellation).get()
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
        builtIn: Set<String>,
        _ cancellation: LoadCancellation? = nil
    ) -> Result<Loaded, PolicyDiagnostics> {
        if let diagnostic = self.excess(of: files) { return .failure(PolicyDiagnostics([diagnostic])) }
        let checker = ProgrammeChecker(builtIn: builtIn)
        let outcomes = Self.outcomes(of: files, checker, cancellation)
        if cancellation?.isCancelled ?? false {
            let message = Text(zh: "已停止加载政策文件", en: "the load of the policy files was given up")
            return .failure(PolicyDiagnostics([self.diagnostic(files.first?.name ?? "", .cancelled, message)]))
        }
        var programmes: [Programme] = []
        var diagnostics: [PolicyDiagnostic] = []
        var fileByProgramme: [String: String] = [:]
        for (file, outcome) in zip(files, outcomes) {
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
        var screening = ScreeningCost()
        for programme in programmes { screening.add(programme) }
        if let diagnostic = screening.diagnostic { diagnostics.append(diagnostic) }
        guard diagnostics.allSatisfy({ $0.severity == .warning }) else {
            return .failure(PolicyDiagnostics(diagnostics))
        }
        return .success(Loaded(programmes: programmes, warnings: diagnostics))
    }

    /// The bound that the files together go over.
    private static func excess(of files: [PolicyFile]) -> PolicyDiagnostic? {
        if files.count > LoaderLimits.files {
            let message = Text(
                zh: "政策文件多于 \(LoaderLimits.files) 个",
                en: "there are more than \(LoaderLimits.files) policy files"
            )
            return self.diagnostic(files[LoaderLimits.files].name, .tooLarge, message)
        }
        var total = 0
        for file in files {
            total += file.bytes.count
            guard total > LoaderLimits.totalBytes else { continue }
            let message = Text(
                zh: "到这个文件为止，政策文件共超过 \(LoaderLimits.totalBytes) 字节",
                en: "up to this file the policy files hold more than \(LoaderLimits.totalBytes) bytes"
            )
            return self.diagnostic(file.name, .tooLarge, message)
        }
        return nil
    }

    private static func diagnostic(_ file: String, _ code: PolicyDiagnostic.Code, _ message: Text) -> PolicyDiagnostic {
        PolicyDiagnostic(file: file, line: 0, column: 0, code: code, message: message, sourceLine: "")
    }

    /// What came of each file. Files are checked side by side: none hangs on another, and a daemon waits for them when it
    /// starts.
    private static func outcomes(
        of files: [PolicyFile],
        _ checker: ProgrammeChecker,
        _ cancellation: LoadCancellation?
    ) -> [ProgrammeChecker.Outcome] {
        // While a daemon serves, only the one thread that the load was given: tasks, the one that hears of the daemon's end
        // among them, share Dispatch's threads.
        guard cancellation == nil else { return files.map { checker.check($0, cancellation) } }
        let outcomes = Mutex([ProgrammeChecker.Outcome?](repeating: nil, count: files.count))
        DispatchQueue.concurrentPerform(iterations: files.count) { index in
            let outcome = checker.check(files[index], cancellation)
            outcomes.withLock { $0[index] = outcome }
        }
        return outcomes.withLock { $0.compactMap { $0 } }
    }
}
