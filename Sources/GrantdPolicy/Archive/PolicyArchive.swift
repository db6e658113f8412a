//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A directory of all that was ever served: the files by their SHA-256, what the digest of an answer names, and every number
/// that clients may know. It holds nothing of any application.
///
/// - `files/SHA256.yaml`: programmes, working calendars, registers, byte for byte.
/// - `digests.jsonl`: a line for each digest of answers, ``ArchivedDecision``.
/// - `numbers.jsonl`: a line for each number, ``NumberRecord``. Both only ever grow.
///
/// Daemons may share it.
package struct PolicyArchive: Sendable {
    private static let numbers = "numbers.jsonl"
    private static let digests = "digests.jsonl"

    private let files: ArchiveFiles

    /// - Parameter path: The directory. It is made with the first policies that are kept.
    package init(path: String) {
        self.files = ArchiveFiles(path: path)
    }

    /// Every number that was served.
    ///
    /// - Throws: ``PolicyDiagnostics`` where the ledger cannot be read or is damaged.
    package func ledger() throws(PolicyDiagnostics) -> ContractLedger {
        var ledger = ContractLedger()
        for (number, line) in try self.files.lines(Self.numbers) {
            guard let record = NumberRecord(line) else { throw self.files.badLine(Self.numbers, number) }
            ledger.add(record)
        }
        return ledger
    }

    /// What digests of answers name, in the order in which they were first served.
    ///
    /// - Throws: ``PolicyDiagnostics`` where they cannot be read or are damaged.
    package func decisions() throws(PolicyDiagnostics) -> [ArchivedDecision] {
        var decisions: [ArchivedDecision] = []
        for (number, line) in try self.files.lines(Self.digests) {
            guard let decision = ArchivedDecision(line) else { throw self.files.badLine(Self.digests, number) }
            decisions.append(decision)
        }
        return decisions
    }

    /// A file that was served.
    ///
    /// - Parameter digest: Its SHA-256, 64 lower-case hexadecimal digits.
    /// - Throws: ``PolicyDiagnostics`` where it is not there or holds something else.
    package func file(_ digest: String) throws(PolicyDiagnostics) -> [UInt8] {
        guard let bytes = try self.files.read(Self.name(digest)) else {
            throw self.damaged(digest, Text(zh: "文件不在归档中", en: "the archive does not have the file"))
        }
        guard PolicyDigest.of(bytes) == digest else {
            throw self.damaged(
                digest,
                Text(
                    zh: "归档已损坏：文件内容与其名称（SHA-256）不符",
                    en: "the archive is damaged: the file does not hold what its name, a SHA-256, says"
                )
            )
        }
        return bytes
    }

    /// Keeps policies that are about to be served, unless clients would misread them.
    ///
    /// - Parameters:
    ///   - policies: What is to be served.
    ///   - known: Numbers that clients may know beside those of the archive.
    ///   - loaded: The time, `2026-11-28T21:50:00Z`.
    /// - Returns: Every number that clients may know now.
    /// - Throws: ``PolicyDiagnostics`` with what clients would misread, or why the archive cannot be read or written. Nothing is
    ///   to be served then.
    package func keep(
        _ policies: PolicySet,
        beside known: ContractLedger,
        loaded: String
    ) throws(PolicyDiagnostics) -> ContractLedger {
        try self.files.make()
        return try self.files.exclusively { () throws(PolicyDiagnostics) -> ContractLedger in
            let archived = try self.ledger()
            let decisions = try self.decisions()
            var whole = archived
            whole.add(known)
            let diagnostics = whole.diagnostics(of: policies.programmes)
            guard diagnostics.isEmpty else { throw PolicyDiagnostics(diagnostics) }

            let references = [policies.references.calendarFile.bytes, policies.references.registerFile.bytes]
            for bytes in policies.programmes.map(\.file.bytes) + references { try self.put(bytes) }
            let new = policies.archivedDecisions(loaded: loaded)
            try self.files.append(
                new.filter { new in !decisions.contains { $0.isRepeated(by: new) } }.map(\.line),
                to: Self.digests
            )
            let records = policies.programmes.flatMap(\.facts.numberRecords)
            try self.files.append(records.filter { !archived.contains($0) }.map(\.line), to: Self.numbers)
            for record in records { whole.add(record) }
            return whole
        }
    }

    /// Keeps a file under its SHA-256. One that is there already must hold the same.
    private func put(_ bytes: [UInt8]) throws(PolicyDiagnostics) {
        let digest = PolicyDigest.of(bytes)
        let name = Self.name(digest)
        if try self.files.read(name) == nil {
            try self.files.put(bytes, as: name)
        } else {
            _ = try self.file(digest)
        }
    }

    private static func name(_ digest: String) -> String { "files/\(digest).yaml" }

    private func damaged(_ digest: String, _ message: Text) -> PolicyDiagnostics {
        ArchiveFiles.diagnostic("\(self.files.path)/\(Self.name(digest))", 0, .badArchive, message)
    }
}

extension PolicySet {
    /// What the digests of its answers name.
    fileprivate func archivedDecisions(loaded: String) -> [ArchivedDecision] {
        let calendar = PolicyDigest.of(self.references.calendarFile.bytes)
        return self.programmes.map { programme in
            ArchivedDecision(
                digest: programme.digest,
                programme: programme.id,
                programmeDigest: programme.fileDigest,
                calendarDigest: calendar,
                engineVersion: EngineVersion.current,
                loaded: loaded
            )
        }
    }
}
