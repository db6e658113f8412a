//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdPolicy
package import Logging

/// Which programmes other policies bring, change and take away, by the digests that answers name.
package struct PolicyChanges {
    /// A programme that is not as it was. A digest is nil where there is, or was, none of that id.
    private struct Change {
        let programme: String
        let before: String?
        let after: String?

        var message: Logger.Message {
            switch (self.before, self.after) {
            case (nil, _): "programme added"
            case (_, nil): "programme gone"
            default: "programme changed"
            }
        }
    }

    /// By id.
    private let changes: [Change]

    package init(from before: PolicySet, to after: PolicySet) {
        func digests(_ policies: PolicySet) -> [String: String] {
            Dictionary(policies.programmes.map { ($0.id, $0.digest) }, uniquingKeysWith: { first, _ in first })
        }
        let (old, new) = (digests(before), digests(after))
        self.changes = Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }.map {
            Change(programme: $0, before: old[$0], after: new[$0])
        }
    }

    /// How many there are of each kind, for a log line.
    package var counts: Logger.Metadata {
        [
            "changed": .stringConvertible(self.changes.filter { $0.before != nil && $0.after != nil }.count),
            "added": .stringConvertible(self.changes.filter { $0.before == nil }.count),
            "gone": .stringConvertible(self.changes.filter { $0.after == nil }.count),
        ]
    }

    /// Writes a line of each.
    package func log(to logger: Logger) {
        for change in self.changes {
            var metadata: Logger.Metadata = ["programme": "\(change.programme)"]
            if let digest = change.before { metadata["digest_before"] = "\(digest)" }
            if let digest = change.after { metadata["digest"] = "\(digest)" }
            logger.info(change.message, metadata: metadata)
        }
    }
}
