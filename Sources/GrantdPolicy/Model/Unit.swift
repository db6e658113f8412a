//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a whole number counts. The table of all units: of facts, told by the end of their names, and of the lines of an
/// answer. Files, the wire, descriptions, explanations and pages know no others.
///
/// The raw value is the end of a fact's name, and the unit's name on the wire.
package enum Unit: String, CaseIterable, Sendable {
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
    // Those that only lines have.
    case workingDays = "working-days"
    case hours
    case years
    case people
    case deals
    /// The smallest packages in which a medicine is sold.
    case smallestUnits = "smallest-units"

    /// The units that a fact can have.
    package static let ofFacts = Self.allCases.filter(\.isOfFacts)
    /// The units that a line can have: money stands in a line of its own kind.
    package static let ofLines = Self.allCases.filter { $0 != .fen }

    /// The unit of a field, `deals[].contract_amount_fen`; `nil` where its name says nothing.
    package init?(ofField path: String) {
        guard let unit = Self.ofFacts.first(where: { path.hasSuffix("_" + $0.rawValue) }) else { return nil }
        self = unit
    }

    /// The unit that a file calls so in a line: `e4yuan-per-kwh`.
    package init?(lineName: String) {
        guard let unit = Self.ofLines.first(where: { $0.lineName == lineName }) else { return nil }
        self = unit
    }

    /// What a line calls it. Ids have hyphens.
    package var lineName: String { self.rawValue.replacing("_", with: "-") }

    private var isOfFacts: Bool {
        switch self {
        case .workingDays, .hours, .years, .people, .deals, .smallestUnits: false
        default: true
        }
    }

    /// The least that there can be of it; `nil`: it may be negative.
    package var impliedMinimum: Int64? { self == .price ? nil : 0 }

    /// Whether 32 bits carry it on the wire, where the fact says nothing of its own.
    var isShort: Bool {
        switch self {
        case .squareMetres, .days, .months, .points: true
        default: false
        }
    }

    // MARK: - Words

    /// How many digits of a number stand behind the point when people read it in ``words(behind:)``.
    package var places: Int {
        switch self {
        case .fen, .basisPoints, .hundredthsOfDays: 2
        case .price: 4
        default: 0
        }
    }

    /// What stands right behind a number of ``places``, with the space before it.
    package func words(behind value: Int64) -> Text {
        let isOne = value == 1
        return switch self {
        case .fen: Text(zh: "元", en: " yuan")
        case .squareMetres: Text(zh: " 平方米", en: " m²")
        case .price: Text(zh: " 元/千瓦时", en: " yuan/kWh")
        case .kilowattHours: Text(zh: " 千瓦时", en: " kWh")
        case .watts: Text(zh: " 瓦", en: " W")
        case .count: Text(zh: " 个", en: "")
        case .hundredthsOfDays: Text(zh: " 天", en: " days")
        case .days: Text(zh: " 天", en: isOne ? " day" : " days")
        case .months: Text(zh: " 个月", en: isOne ? " month" : " months")
        case .points: Text(zh: " 分", en: isOne ? " point" : " points")
        case .basisPoints: Text(zh: "%", en: "%")
        case .workingDays: Text(zh: " 个工作日", en: isOne ? " working day" : " working days")
        case .hours: Text(zh: " 小时", en: isOne ? " hour" : " hours")
        case .years: Text(zh: " 年", en: isOne ? " year" : " years")
        case .people: Text(zh: " 人", en: isOne ? " person" : " people")
        case .deals: Text(zh: " 项", en: isOne ? " deal" : " deals")
        case .smallestUnits: Text(zh: " 个最小单位", en: isOne ? " smallest unit" : " smallest units")
        }
    }

    /// What a bare number of it counts, by itself: `square metres`, `hundredths of a day`.
    package var longName: Text {
        switch self {
        case .fen: Text(zh: "分", en: "fen")
        case .squareMetres: Text(zh: "平方米", en: "square metres")
        case .price: Text(zh: "0.0001 元/千瓦时", en: "ten-thousandths of a yuan for a kilowatt-hour")
        case .kilowattHours: Text(zh: "千瓦时", en: "kilowatt-hours")
        case .watts: Text(zh: "瓦", en: "watts")
        case .count: Text(zh: "个", en: "a number of things")
        case .hundredthsOfDays: Text(zh: "0.01 天", en: "hundredths of a day")
        case .days: Text(zh: "天", en: "days")
        case .months: Text(zh: "个月", en: "months")
        case .points: Text(zh: "分", en: "points")
        case .basisPoints: Text(zh: "万分之一", en: "hundredths of a percent")
        case .workingDays: Text(zh: "个工作日", en: "working days")
        case .hours: Text(zh: "小时", en: "hours")
        case .years: Text(zh: "年", en: "years")
        case .people: Text(zh: "人", en: "people")
        case .deals: Text(zh: "项", en: "deals")
        case .smallestUnits: Text(zh: "个最小单位", en: "smallest units")
        }
    }
}
