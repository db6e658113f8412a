//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a number counts, by the end of its name.
package enum FactUnit: String, CaseIterable, Sendable {
    case fen
    case squareMetres = "m2"
    /// Ten-thousandths of a yuan for a kilowatt-hour. A market's price may be negative.
    case price = "e4yuan_per_kwh"
    case kilowattHours = "kwh"
    case watts = "w"
    case count
    /// Hundredths of a day.
    case hundredthsOfDays = "e2days"
    case days
    case months
    case points
    /// Hundredths of a percent.
    case basisPoints = "bp"

    /// The unit of a field, `deals[].contract_amount_fen`; `nil` where its name says nothing.
    package init?(ofField path: String) {
        guard let unit = Self.allCases.first(where: { path.hasSuffix("_" + $0.rawValue) }) else { return nil }
        self = unit
    }

    /// The least that there can be of it; `nil`: it may be negative.
    package var impliedMinimum: Int64? { self == .price ? nil : 0 }
}
