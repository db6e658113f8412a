//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Synchronization

/// Lets policies in to be served that no client in the field would misread, for as long as a daemon runs, and longer with an
/// archive.
package final class PolicyAdmission: Sendable {
    private let archive: PolicyArchive?
    /// All numbers that were served, and those of the built-in programmes; `nil` until policies were let in.
    private let known = Mutex<ContractLedger?>(nil)

    /// - Parameter archive: Keeps what is let in; `nil`: nothing is known of what was served before this process began.
    package init(archive: PolicyArchive? = nil) {
        self.archive = archive
    }

    /// Lets policies in, or says what clients would misread in them. They are to be served at once.
    ///
    /// - Parameters:
    ///   - policies: What is to be served.
    ///   - builtIn: What the program carries within itself: clients come with it, whether it is served or not.
    ///   - loaded: The time, `2026-11-28T21:50:00Z`.
    /// - Throws: ``PolicyDiagnostics`` with the lines of the files, or why the archive cannot be read or written.
    package func admit(
        _ policies: PolicySet,
        builtIn: BuiltInFiles = .embedded,
        loaded: String
    ) throws(PolicyDiagnostics) {
        try self.known.withLock { known in
            Result { () throws(PolicyDiagnostics) in
                let before = if let known { known } else { try Self.ledger(ofReplaced: builtIn, by: policies) }
                known = try self.admitted(policies, before, loaded)
            }
        }
        .get()
    }

    /// All numbers that clients may know once the policies are served.
    private func admitted(
        _ policies: PolicySet,
        _ before: ContractLedger,
        _ loaded: String
    ) throws(PolicyDiagnostics) -> ContractLedger {
        if let archive = self.archive { return try archive.keep(policies, beside: before, loaded: loaded) }
        let diagnostics = before.diagnostics(of: policies.programmes)
        guard diagnostics.isEmpty else { throw PolicyDiagnostics(diagnostics) }
        var after = before
        for programme in policies.programmes { after.add(programme.facts) }
        return after
    }

    /// The numbers of the built-in programmes that others stand in for; those of the rest are served.
    private static func ledger(
        ofReplaced builtIn: BuiltInFiles,
        by policies: PolicySet
    ) throws(PolicyDiagnostics) -> ContractLedger {
        var ledger = ContractLedger()
        let served = Dictionary(
            policies.programmes.map { ($0.id, $0.file.bytes) },
            uniquingKeysWith: { first, _ in first }
        )
        for (id, file) in zip(builtIn.programmes, builtIn.policies) where served[id] != file.bytes {
            ledger.add(try FactsSchema.read(file, builtIn: [id]).get())
        }
        return ledger
    }
}
