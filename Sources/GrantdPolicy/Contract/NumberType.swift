//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The types of whole numbers that a fact can have: a unit, or none. How the fact's name ends hangs on it, and how it goes
/// over the wire. A fact's wire type never changes once clients have it.
enum NumberType: Hashable {
    case unit(Unit)
    case year
    /// Any other whole number, a class or a grade.
    case number

    /// All types, in the order in which they are told.
    static let all = Unit.ofFacts.map { Self.unit($0) } + [.year, .number]

    /// The type that a file calls so.
    init?(_ name: String) {
        guard let type = Self.all.first(where: { $0.name == name }) else { return nil }
        self = type
    }

    /// What a file calls it.
    var name: String {
        switch self {
        case .unit(.fen): "money"
        case .unit(let unit): unit.rawValue
        case .year: "year"
        case .number: "number"
        }
    }

    /// How the name of such a fact ends; `nil`: as none of the others does.
    var suffix: String? {
        switch self {
        case .unit(let unit): "_" + unit.rawValue
        case .year: "_year"
        case .number: nil
        }
    }

    /// Whether 32 bits carry it, where the fact says nothing of its own.
    var isShort: Bool {
        switch self {
        case .unit(let unit): unit.isShort
        case .year: true
        case .number: false
        }
    }
}
