//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy
internal import GrantdSchema

/// The contract that this tool was built with: for what is done without a daemon. A daemon may have further measures; see
/// ``DaemonSchema``.
enum Contract {
    static func schema() throws -> DescriptorSet {
        do {
            return try DescriptorSet(PolicySet.builtIn().schema)
        } catch {
            throw RunFailure.other(
                Language.said("内置的接口契约无法解读：\(error)", "the contract that was built in does not decode: \(error)")
            )
        }
    }
}
