//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How far a measure's text fixes its figure. The raw value is the number of `grantd.v1.Basis.Value`.
package enum Basis: Int32, Sendable, Hashable, CaseIterable {
    /// The rate or the sum is fixed entirely.
    case exact = 1
    /// Rate and cap are published as "up to".
    case ceiling = 2
    /// Only a cap, and perhaps a base, is published: the amount is an upper bound.
    case unpublishedRate = 3
    /// The agency has set its own rate: base times rate, capped. Never written in a file: `agency_rate` makes it.
    case agencyRate = 4
    /// Support is promised without any figure.
    case unpublishedAmount = 5
    /// A right, a time limit or a service; no money.
    case nonMonetary = 6
    /// A least amount, not a most.
    case floor = 7

    /// The name on the wire and in a policy file.
    package var name: String {
        switch self {
        case .exact: "EXACT"
        case .ceiling: "CEILING"
        case .unpublishedRate: "UNPUBLISHED_RATE"
        case .agencyRate: "AGENCY_RATE"
        case .unpublishedAmount: "UNPUBLISHED_AMOUNT"
        case .nonMonetary: "NON_MONETARY"
        case .floor: "FLOOR"
        }
    }

    /// Whether an assessment on this basis has an amount.
    package var hasFigure: Bool {
        switch self {
        case .exact, .ceiling, .unpublishedRate, .agencyRate, .floor: true
        case .unpublishedAmount, .nonMonetary: false
        }
    }
}
