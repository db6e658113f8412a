//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdDigest
package import GrantdEngine
package import GrantdService

/// Decides every logged request anew by the policies that decided it then, and holds the replies against each other.
package final class LogReplay {
    /// An entry that is answered otherwise.
    package struct Difference: Sendable {
        package let directory: String
        package let entry: UInt64
        package let method: Method
        package let requestHash: SHA256Digest
        package let request: [UInt8]
        package let old: [UInt8]
        /// The reply of today, or why there is none.
        package let new: Result<[UInt8], CallError>
    }

    /// What came of all entries.
    package struct Tally: Sendable {
        package var entries: UInt64 = 0
        package var replayed: UInt64 = 0
        /// Applications that the replayed entries decide: a batch has many.
        package var decisions: UInt64 = 0
        package var differing: UInt64 = 0
        package var obstacles: [DecisionReplayer.Obstacle: UInt64] = [:]
        /// Which policies are not at hand, by their digests.
        package var missingPolicies: Set<String> = []
        /// The first ones.
        package var differences: [Difference] = []
    }

    /// So many differences are kept.
    package static let mostDifferences = 10

    package private(set) var tally = Tally()
    private let policies: RecordedPolicies
    private let comparison = AnswerComparison()
    private var replayer: (digest: PolicyListing, replayer: DecisionReplayer?)?

    package init(_ policies: RecordedPolicies) {
        self.policies = policies
    }

    /// Takes all entries of logs.
    ///
    /// - Throws: Where a log is damaged or cannot be read, or policies of an archive cannot be loaded.
    package func run(_ walk: LogWalk) throws {
        try walk.run { entry, place in
            try self.take(entry, place)
            return true
        }
    }

    private func take(_ entry: LogEntry, _ place: LogWalk.Place) throws {
        self.tally.entries += 1
        if let obstacle = DecisionReplayer.obstacle(to: entry) {
            self.tally.obstacles[obstacle, default: 0] += 1
            return
        }
        guard let method = entry.method, let decision = entry.decision, let listing = place.listing else {
            self.tally.obstacles[.unknown, default: 0] += 1
            return
        }
        guard let replayer = try self.replayer(listing) else {
            self.tally.obstacles[.policies, default: 0] += 1
            self.tally.missingPolicies.insert(listing.digest)
            return
        }
        self.tally.replayed += 1
        self.tally.decisions += UInt64(DecisionReplayer.applications(of: method, decision.request))
        let new: Result<[UInt8], CallError>
        do throws(CallError) {
            let reply = try replayer.decide(method, decision.request)
            if self.comparison.isSame(decision.reply, reply, to: decision.request, of: method) { return }
            new = .success([UInt8](reply))
        } catch {
            new = .failure(error)
        }
        self.tally.differing += 1
        guard self.tally.differences.count < Self.mostDifferences else { return }
        self.tally.differences.append(
            Difference(
                directory: place.directory,
                entry: entry.number,
                method: method,
                requestHash: decision.requestHash,
                request: [UInt8](decision.request),
                old: [UInt8](decision.reply),
                new: new
            )
        )
    }

    private func replayer(_ listing: PolicyListing) throws -> DecisionReplayer? {
        if let known = self.replayer, known.digest == listing { return known.replayer }
        let replayer = try self.policies.policies(listing).map { DecisionReplayer($0) }
        self.replayer = (listing, replayer)
        return replayer
    }
}
