//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What an assessment came to, by its number in the contract.
package enum AssessmentOutcome: Int32, Sendable, Hashable, CaseIterable {
    case eligible = 1
    case ineligible = 2
    case undetermined = 3
    case exhausted = 4
    case notInForce = 5
}
