//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How far a measure's text fixes its figure, by its number in the contract.
package enum AmountBasis: Int32, Sendable, Hashable, CaseIterable {
    case exact = 1
    case ceiling = 2
    case unpublishedRate = 3
    case agencyRate = 4
    case unpublishedAmount = 5
    case nonMonetary = 6
    case floor = 7

    /// A sum that may come to less than it says: with such a basis it is a bound, never an amount.
    package var isBound: Bool { self == .ceiling || self == .unpublishedRate }

    /// Whether there is a sum that is no least one.
    package var hasSum: Bool {
        switch self {
        case .exact, .ceiling, .unpublishedRate, .agencyRate: true
        case .unpublishedAmount, .nonMonetary, .floor: false
        }
    }
}
