//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

extension CompiledPolicies {
    /// Whether a measure of this full id is served.
    package func hasMeasure(_ id: String) -> Bool { self.policies.entries.contains { $0.id == id } }

    /// Whether a programme of this id is served.
    package func hasProgramme(_ id: String) -> Bool { self.policies.programmes.contains { $0.id == id } }
}
