//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The types of whole numbers that a fact can have: what is counted, how the fact's name ends, and how it goes over the
/// wire. A fact's wire type never changes once clients have it.
enum NumberType: String, CaseIterable {
    /// Fen, a hundredth of a yuan.
    case money
    case squareMetres = "m2"
    /// Ten-thousandths of a yuan for a kilowatt-hour.
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
    case year
    /// Any other whole number, a class or a grade.
    case number

    /// How the name of such a fact ends; `nil`: as none of the others does.
    var suffix: String? {
        switch self {
        case .money: "_fen"
        case .number: nil
        default: "_" + self.rawValue
        }
    }

    /// Whether 32 bits carry it, where the fact says nothing of its own.
    var isShort: Bool {
        switch self {
        case .squareMetres, .days, .months, .points, .year: true
        default: false
        }
    }
}
