//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// The checks that facts must pass before anything is evaluated: no figure outside its range, no value of an enum that the
/// measure excludes, no list that is too long, every `…_on` a civil date. Immutable.
final class FactsChecks {
    /// What is gone through for each application.
    let table: FieldCheck.Table
    /// By version of a measure, its rows of the table.
    let parts: UnsafeBufferPointer<FieldCheck.Part>
    /// By row of the table, what the field and its enum's excluded values are called.
    private let names: [(field: String, excluded: [Fact.EnumerationValue])]
    private let store = SegmentStore()

    /// Makes the checks of all versions.
    ///
    /// - Parameter versions: Of each, the facts' type, the member of `Application.facts`, and what the measure says of its
    ///   facts. A field that is not among them has the minimum that its name implies.
    init(_ versions: [(type: MessageType, member: String, facts: [Fact])]) {
        var builder = Builder()
        let parts = versions.map { builder.part($0.type, path: $0.member, facts: $0.facts) }
        self.parts = self.store.keep(parts)
        self.table = FieldCheck.Table(
            checks: self.store.keep(builder.checks),
            excluded: self.store.keep(builder.excluded)
        )
        self.names = builder.names
    }

    /// Says what is wrong with facts of which a field does not pass.
    ///
    /// - Parameter path: The path of the message at `base`.
    func error(_ fault: FieldCheck.Fault, in base: UnsafeRawPointer, path: String) -> CallError {
        let field = path + "." + self.names[fault.row].field
        let entry = fault.position < 0 ? field : field + "[\(fault.position)]"
        switch self.table.checks[fault.row] {
        case .int32(_, let minimum, let maximum), .int64(_, let minimum, let maximum):
            return .badRequest(Self.outside(minimum, maximum), field: field)
        case .enumeration(let place, _): return self.excluded(place.int32(base) ?? 0, fault.row, field)
        case .enumerations(let place, _, let most):
            guard fault.position >= 0 else { return Self.tooMany(most, field) }
            return self.excluded(place.numbers(base)[fault.position], fault.row, entry)
        case .date(let place):
            return .badRequest(place.text(base).map { notADate($0) } ?? wantedDate, field: field)
        case .list(let place, let inner, let most):
            guard fault.position >= 0 else { return Self.tooMany(most, field) }
            return self.error(inside: place.entries(base)[fault.position], inner, path: entry)
        case .message(let place, let inner):
            return self.error(inside: place.message(base), inner, path: field)
        }
    }

    private func error(inside message: UnsafeRawPointer?, _ part: FieldCheck.Part, path: String) -> CallError {
        guard let message, let fault = self.table.fault(of: part, in: message) else {
            return .fault("a check that passes the second time")
        }
        return self.error(fault, in: message, path: path)
    }

    private func excluded(_ number: Int32, _ row: Int, _ field: String) -> CallError {
        let name = self.names[row].excluded.first { $0.number == number }?.name ?? String(number)
        return .badRequest("\(name) cannot be assessed here; one of the other values is wanted", field: field)
    }

    private static func tooMany(_ most: Int, _ field: String) -> CallError {
        .badRequest("the list must hold no more than \(most) entries", field: field)
    }

    private static func outside(_ minimum: Int64, _ maximum: Int64) -> String {
        let words =
            if maximum == .max { "\(minimum) or more" } else if minimum == .min { "at most \(maximum)" } else {
                "from \(minimum) to \(maximum)"
            }
        return "the value must be \(words)"
    }
}

extension FactsChecks {
    /// Lays the checks of messages flat, those of a message together, those inside it before.
    private struct Builder {
        private(set) var checks: [FieldCheck] = []
        private(set) var excluded: [Int32] = []
        private(set) var names: [(field: String, excluded: [Fact.EnumerationValue])] = []

        /// - Parameter path: The message's path on the wire, with `[]` for entries of a list.
        mutating func part(_ type: MessageType, path: String, facts: [Fact]) -> FieldCheck.Part {
            var own: [(check: FieldCheck, name: (field: String, excluded: [Fact.EnumerationValue]))] = []
            for slot in type.fields {
                let fieldPath = path + "." + slot.name
                let fact = facts.first { $0.wirePath == fieldPath }
                var excluded: [Fact.EnumerationValue] = []
                if case .enumeration(let description) = slot.kind {
                    excluded = description.values.filter { fact?.excluded.contains($0.number) ?? false }
                        .map { Fact.EnumerationValue(name: $0.name, number: $0.number) }
                }
                guard let check = self.check(slot, fieldPath, fact, excluded, facts) else { continue }
                own.append((check, (slot.name, excluded)))
            }
            let part = FieldCheck.Part(first: Int32(self.checks.count), count: Int32(own.count))
            self.checks += own.map(\.check)
            self.names += own.map(\.name)
            return part
        }

        /// What a field must pass; `nil` for one that may hold anything.
        private mutating func check(
            _ slot: FieldSlot,
            _ path: String,
            _ fact: Fact?,
            _ excluded: [Fact.EnumerationValue],
            _ facts: [Fact]
        ) -> FieldCheck? {
            let minimum = (fact.map(\.minimum) ?? Unit(ofField: slot.name)?.impliedMinimum) ?? .min
            let maximum = max(minimum, fact?.maximum ?? .max)
            let most = fact?.most ?? .max
            switch slot.kind {
            case .int32:
                return minimum == .min && maximum == .max
                    ? nil : .int32(slot.scalar, minimum: minimum, maximum: maximum)
            case .int64:
                return minimum == .min && maximum == .max
                    ? nil : .int64(slot.scalar, minimum: minimum, maximum: maximum)
            case .enumeration:
                let part = FieldCheck.Part(first: Int32(self.excluded.count), count: Int32(excluded.count))
                self.excluded += excluded.map(\.number)
                if slot.label == .repeated { return .enumerations(slot.list, excluded: part, most: most) }
                return excluded.isEmpty ? nil : .enumeration(slot.scalar, excluded: part)
            case .string: return slot.name.hasSuffix("_on") ? .date(slot.address) : nil
            case .message(let entry):
                if slot.label == .repeated {
                    return .list(slot.list, entries: self.part(entry, path: path + "[]", facts: facts), most: most)
                }
                let inner = self.part(entry, path: path, facts: facts)
                return inner.count == 0 ? nil : .message(slot.address, fields: inner)
            default: return nil
            }
        }
    }
}

/// What a date is to look like.
let wantedDate = "a civil date of the form YYYY-MM-DD is wanted"

/// What a date that is none is told: whether its form is wrong, or the calendar has no such day.
func notADate(_ text: UnsafePointer<CChar>) -> String {
    hasDateForm(text) ? "there is no such day; a day of the calendar, as YYYY-MM-DD, is wanted" : wantedDate
}
