//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GrantdEngine
    internal import GrantdPolicy
    internal import GrantdServer
    internal import GrantdService
    internal import Synchronization

    /// The index of the policies of the moment, made anew when others are served.
    final class ReflectionIndices: Sendable {
        private let calls: CallExecutor
        private let made = Mutex<(policies: CompiledPolicies, index: ReflectionIndex)?>(nil)

        init(calls: CallExecutor) { self.calls = calls }

        func current() throws -> ReflectionIndex {
            let policies = self.calls.policies
            if let made = self.made.withLock({ $0 }), made.policies === policies { return made.index }
            let index = try ReflectionIndex(schema: policies.policies.schema)
            self.made.withLock { $0 = (policies, index) }
            return index
        }
    }
#endif
