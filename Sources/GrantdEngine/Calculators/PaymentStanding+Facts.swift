//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy
internal import GrantdSchema

/// The calculator with the places of its facts: a list `entries` of messages.
struct PreparedPaymentStanding: PreparedCalculator {
    private let standing: PaymentStanding
    private let entries: ListPlace
    private let kind: ScalarPlace
    private let day: AddressPlace
    private let inspection: AddressPlace
    private let site: AddressPlace
    private let violation: AddressPlace
    private let points: ScalarPlace
    private let level: ScalarPlace
    private let handlingEnd: AddressPlace
    private let kinds: [Int32: PaymentStanding.Entry.Kind]
    private let levels: [Int32: PaymentStanding.Entry.Level]
    private let stepsOfEntry = Calculator.paymentStanding.stepsOfEntry

    init?(figures: [String: Int64], facts: MessageType) {
        guard let figures = PaymentStanding.Figures({ figures[$0] }), let list = facts.field(named: "entries"),
            case .message(let entry) = list.kind, list.label == .repeated,
            let kind = entry.field(named: "kind"), case .enumeration(let kinds) = kind.kind,
            let level = entry.field(named: "activity_level"), case .enumeration(let levels) = level.kind,
            let day = Self.text("dated_on", of: entry), let inspection = Self.text("inspection_id", of: entry),
            let site = Self.text("site_id", of: entry), let violation = Self.text("violation_type", of: entry),
            let handlingEnd = Self.text("handling_ends_on", of: entry),
            let points = entry.field(named: "points"), case .int32 = points.kind
        else { return nil }
        self.standing = PaymentStanding(figures: figures)
        self.entries = list.list
        (self.kind, self.day, self.points, self.level) = (kind.scalar, day, points.scalar, level.scalar)
        (self.inspection, self.site, self.violation) = (inspection, site, violation)
        self.handlingEnd = handlingEnd
        self.kinds = Self.numbers(kinds, ["SCORE": .score, "TRAINING": .training, "ACTIVITY": .activity])
        self.levels = Self.numbers(levels, ["DISTRICT": .district, "MUNICIPAL": .municipal, "NATIONAL": .national])
    }

    func steps(facts: UnsafeRawPointer) -> Int { self.entries.entries(facts).count * self.stepsOfEntry }

    func compute(facts: UnsafeRawPointer, asOf: Int64, into outputs: UnsafeMutablePointer<Value>) {
        let entries = self.entries.entries(facts)
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
        guard let kind = self.kind.int32(place).flatMap({ self.kinds[$0] }), let day = Self.date(place, self.day) else {
            return nil
        }
        var entry = PaymentStanding.Entry(kind: kind, day: day.days)
        switch kind {
        case .score:
            entry.inspection = Self.string(place, self.inspection)
            entry.site = Self.string(place, self.site)
            entry.violation = Self.string(place, self.violation)
            entry.handlingEnd = Self.date(place, self.handlingEnd)?.days
            entry.points = Int64(self.points.int32(place) ?? 0)
        case .activity:
            entry.level = self.level.int32(place).flatMap { self.levels[$0] } ?? .district
        case .training: break
        }
        return entry
    }

    // MARK: - Places

    private static func text(_ name: String, of message: MessageType) -> AddressPlace? {
        guard let slot = message.field(named: name), case .string = slot.kind else { return nil }
        return slot.address
    }

    private static func numbers<Meaning>(_ type: EnumDescription, _ meanings: [String: Meaning]) -> [Int32: Meaning] {
        var numbers: [Int32: Meaning] = [:]
        for value in type.values { numbers[value.number] = meanings[value.name] }
        return numbers
    }

    private static func date(_ message: UnsafeRawPointer, _ place: AddressPlace) -> CivilDate? {
        place.text(message).flatMap { text in
            text.withMemoryRebound(to: UInt8.self, capacity: 11) { CivilDate(cString: $0) }
        }
    }

    private static func string(_ message: UnsafeRawPointer, _ place: AddressPlace) -> String {
        place.text(message).map { String(cString: $0) } ?? ""
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
