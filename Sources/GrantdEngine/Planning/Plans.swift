//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// Every version of every measure made ready, in the order of the policy set. Immutable.
final class Plans {
    let details: [MeasureDetails]
    /// The plans of ``details``, in a row.
    let versions: UnsafePointer<MeasurePlan>

    init(_ policies: PolicySet) {
        self.details = policies.entries.flatMap { entry in
            entry.versions.map {
                MeasureDetails(policies.measures[$0], of: policies.programmes[entry.programme], version: $0)
            }
        }
        let versions = UnsafeMutablePointer<MeasurePlan>.allocate(capacity: max(self.details.count, 1))
        versions.initialize(from: self.details.map(\.plan), count: self.details.count)
        self.versions = UnsafePointer(versions)
    }

    deinit {
        self.versions.deallocate()
    }
}
