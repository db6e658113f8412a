//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

extension Calculator {
    /// The year's points of a person and what follows from them: ``PaymentStanding``.
    static let paymentStanding = Calculator(
        name: "payment-standing",
        figures: PaymentStanding.Figures.names,
        outputs: [
            ("year_points", .int), ("handling", .string), ("term_min_months", .int), ("term_max_months", .int),
            ("handling_count", .int), ("training_repair_points", .int), ("activity_repair_points", .int),
            ("handling_in_force", .string), ("handling_in_force_until", .date),
        ],
        prepare: { facts, figures in
            guard let figures = PaymentStanding.Figures({ figures[$0] }) else { return nil }
            return PreparedPaymentStanding(figures: figures, facts: facts)
        }
    )
}

/// The calculator with the places of its facts: a list `entries` of records.
private struct PreparedPaymentStanding: PreparedCalculator {
    private let standing: PaymentStanding
    private let count: Int
    private let elements: Int
    private let kind: Int
    private let day: Int
    private let inspection: Int
    private let site: Int
    private let violation: Int
    private let points: Int
    private let level: Int
    private let handlingEnd: Int
    private let kinds: [Int32: PaymentStanding.Entry.Kind]
    private let levels: [Int32: PaymentStanding.Entry.Level]

    init?(figures: PaymentStanding.Figures, facts: RecordType) {
        guard let list = facts.index(of: "entries").map({ facts.fields[$0] }),
            case .recordList(let count, let elements) = list.storage, case .list(.record(let entry)) = list.type,
            let (kind, kinds) = Self.enumeration("kind", of: entry),
            let (level, levels) = Self.enumeration("activity_level", of: entry),
            let day = Self.text("dated_on", of: entry), let inspection = Self.text("inspection_id", of: entry),
            let site = Self.text("site_id", of: entry), let violation = Self.text("violation_type", of: entry),
            let handlingEnd = Self.text("handling_ends_on", of: entry),
            case .int32(let points, _)? = Self.storage("points", of: entry)
        else { return nil }
        self.standing = PaymentStanding(figures: figures)
        (self.count, self.elements) = (count, elements)
        (self.kind, self.day, self.points, self.level) = (kind, day, points, level)
        (self.inspection, self.site, self.violation) = (inspection, site, violation)
        self.handlingEnd = handlingEnd
        self.kinds = Self.numbers(kinds, ["SCORE": .score, "TRAINING": .training, "ACTIVITY": .activity])
        self.levels = Self.numbers(levels, ["DISTRICT": .district, "MUNICIPAL": .municipal, "NATIONAL": .national])
    }

    func compute(facts: UnsafeRawPointer, asOf: Int64, into outputs: UnsafeMutablePointer<Value>) {
        let count = facts.load(fromByteOffset: self.count, as: Int.self)
        let places = facts.load(fromByteOffset: self.elements, as: UnsafePointer<UnsafeRawPointer?>?.self)
        let entries = UnsafeBufferPointer(start: places, count: places == nil ? 0 : count)
        let result = self.standing.result(of: entries.compactMap { $0.flatMap(self.entry) }, asOf: asOf)
        outputs[0] = .int(result.yearPoints)
        outputs[1] = Self.name(of: result.handling)
        outputs[2] = .int(result.termMinMonths)
        outputs[3] = .int(result.termMaxMonths)
        outputs[4] = .int(result.handlingCount)
        outputs[5] = .int(result.trainingRepairPoints)
        outputs[6] = .int(result.activityRepairPoints)
        outputs[7] = Self.name(of: result.inForce)
        // Where nothing runs the policy file has no line for the day.
        outputs[8] = .date(days: result.inForceUntil ?? asOf)
    }

    /// One entry; `nil` for one of no kind or without a day, which the measure refuses, or asks for where it matters.
    private func entry(at place: UnsafeRawPointer) -> PaymentStanding.Entry? {
        let number = place.load(fromByteOffset: self.kind, as: Int32.self)
        guard let kind = self.kinds[number],
            let day = Self.date(place, self.day)
        else { return nil }
        var entry = PaymentStanding.Entry(kind: kind, day: day.days)
        switch kind {
        case .score:
            entry.inspection = Self.string(place, self.inspection)
            entry.site = Self.string(place, self.site)
            entry.violation = Self.string(place, self.violation)
            entry.handlingEnd = Self.date(place, self.handlingEnd)?.days
            entry.points = Int64(place.load(fromByteOffset: self.points, as: Int32.self))
        case .activity:
            entry.level = self.levels[place.load(fromByteOffset: self.level, as: Int32.self)] ?? .district
        case .training: break
        }
        return entry
    }

    // MARK: - Places

    private static func storage(_ name: String, of record: RecordType) -> Storage? {
        record.index(of: name).map { record.fields[$0].storage }
    }

    private static func text(_ name: String, of record: RecordType) -> Int? {
        switch self.storage(name, of: record) {
        case .cString(let offset)?, .dateString(let offset)?: offset
        default: nil
        }
    }

    private static func enumeration(_ name: String, of record: RecordType) -> (offset: Int, type: EnumType)? {
        guard let index = record.index(of: name), case .enumeration(let type) = record.fields[index].type,
            case .enumeration32(let offset, _) = record.fields[index].storage
        else { return nil }
        return (offset, type)
    }

    private static func numbers<Meaning>(_ type: EnumType, _ meanings: [String: Meaning]) -> [Int32: Meaning] {
        var numbers: [Int32: Meaning] = [:]
        for value in type.values { numbers[value.number] = meanings[value.name] }
        return numbers
    }

    private static func date(_ place: UnsafeRawPointer, _ offset: Int) -> CivilDate? {
        place.load(fromByteOffset: offset, as: UnsafePointer<UInt8>?.self).flatMap { CivilDate(cString: $0) }
    }

    private static func string(_ place: UnsafeRawPointer, _ offset: Int) -> String {
        guard let text = place.load(fromByteOffset: offset, as: UnsafePointer<CChar>?.self) else { return "" }
        return String(cString: text)
    }

    private static func name(of handling: PaymentStanding.Handling) -> Value {
        let name: StaticString =
            switch handling {
            case .nothing: "NONE"
            case .notice: "NOTICE"
            case .suspension: "SUSPENSION"
            case .termination: "TERMINATION"
            }
        return .string(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
}
