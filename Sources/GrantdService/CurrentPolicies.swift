//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import Synchronization

/// The policies that calls are to be answered by, for answerers that look for themselves whether there are others.
final class CurrentPolicies: Sendable {
    private let current: Mutex<CompiledPolicies>

    init(_ policies: CompiledPolicies) {
        self.current = Mutex(policies)
    }

    var policies: CompiledPolicies { self.current.withLock { $0 } }

    func replace(with policies: CompiledPolicies) {
        self.current.withLock { $0 = policies }
    }
}
