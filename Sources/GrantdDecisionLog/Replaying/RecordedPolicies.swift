//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
package import GrantdPolicy

/// Finds the policies that entries were decided by: among sets at hand, or file by file in an archive.
package final class RecordedPolicies {
    private var sets: [String: CompiledPolicies] = [:]
    private var candidates: [(digest: String, policies: PolicySet)]
    private let archives: [PolicyArchive]
    private var missing: Set<String> = []

    /// - Parameters:
    ///   - candidates: Sets at hand, the built-in ones among them.
    ///   - archives: What daemons have kept of all that they served.
    package init(candidates: [PolicySet], archives: [PolicyArchive] = []) {
        self.candidates = candidates.map { (PolicyListing($0).digest, $0) }
        self.archives = archives
    }

    /// The policies of a listing; nil where they are not at hand.
    ///
    /// - Throws: Where an archive is damaged, or the files are not fit for this version of grantd.
    package func policies(_ listing: PolicyListing) throws(PolicyDiagnostics) -> CompiledPolicies? {
        let digest = listing.digest
        if let known = self.sets[digest] { return known }
        if self.missing.contains(digest) { return nil }
        var found = self.candidates.first { $0.digest == digest }?.policies
        if found == nil { found = try self.archived(listing) }
        guard let found else {
            self.missing.insert(digest)
            return nil
        }
        let compiled = CompiledPolicies(found)
        self.sets[digest] = compiled
        return compiled
    }

    private func archived(_ listing: PolicyListing) throws(PolicyDiagnostics) -> PolicySet? {
        for archive in self.archives {
            var files = BuiltInFiles(policies: [], calendar: ("", []), register: ("", []))
            // An archive that lacks a file has not kept these policies: the next may have.
            guard let calendar = try? archive.file(listing.calendar),
                let register = try? archive.file(listing.register)
            else { continue }
            files.calendar = ("working-calendar.yaml", calendar)
            files.register = ("documents.yaml", register)
            for programme in listing.programmes {
                guard let bytes = try? archive.file(programme.file) else { break }
                files.policies.append(("\(programme.id).yaml", bytes))
            }
            guard files.policies.count == listing.programmes.count else { continue }
            return try PolicySet.builtIn(with: PolicyFiles(), files)
        }
        return nil
    }
}
