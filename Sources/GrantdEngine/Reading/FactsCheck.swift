//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// The checks that a facts message must pass before anything is evaluated: no figure outside its range, no value of an
/// enum that the measure excludes, every `…_on` a civil date.
struct FactsCheck {
    /// A field to look at.
    private enum Check {
        case int32(ScalarPlace, ClosedRange<Int64>)
        case int64(ScalarPlace, ClosedRange<Int64>)
        case enumeration(ScalarPlace, excluded: [Fact.EnumerationValue])
        case enumerations(ListPlace, excluded: [Fact.EnumerationValue], most: Int)
        case date(AddressPlace)
        case list(ListPlace, FactsCheck, most: Int)
        case message(AddressPlace, FactsCheck)
    }

    private let checks: [(name: String, check: Check)]

    /// Makes the checks of a message.
    ///
    /// - Parameters:
    ///   - path: The message's path on the wire, with `[]` for entries of a list.
    ///   - facts: What the measure says of its facts; a field that is not among them has the minimum that its name
    ///     implies.
    init(_ type: MessageType, path: String, facts: [Fact]) {
        var checks: [(String, Check)] = []
        for slot in type.fields {
            let fieldPath = path + "." + slot.name
            let fact = facts.first { $0.wirePath == fieldPath }
            let minimum = fact.map(\.minimum) ?? FactUnit(ofField: slot.name)?.impliedMinimum
            let range = (minimum ?? .min)...max(minimum ?? .min, fact?.maximum ?? .max)
            let scalar = slot.scalar
            switch slot.kind {
            case .int32:
                guard range != .min ... .max else { continue }
                checks.append((slot.name, .int32(scalar, range)))
            case .int64:
                guard range != .min ... .max else { continue }
                checks.append((slot.name, .int64(scalar, range)))
            case .enumeration(let description):
                let excluded = description.values.filter { fact?.excluded.contains($0.number) ?? false }
                    .map { Fact.EnumerationValue(name: $0.name, number: $0.number) }
                let most = fact?.most ?? .max
                if slot.label == .repeated {
                    let list = slot.list
                    checks.append((slot.name, .enumerations(list, excluded: excluded, most: most)))
                } else if !excluded.isEmpty {
                    checks.append((slot.name, .enumeration(scalar, excluded: excluded)))
                }
            case .string:
                guard slot.name.hasSuffix("_on") else { continue }
                checks.append((slot.name, .date(slot.address)))
            case .message(let entry):
                if slot.label == .repeated {
                    let inner = FactsCheck(entry, path: fieldPath + "[]", facts: facts)
                    let list = slot.list
                    checks.append((slot.name, .list(list, inner, most: fact?.most ?? .max)))
                } else {
                    let inner = FactsCheck(entry, path: fieldPath, facts: facts)
                    guard !inner.checks.isEmpty else { continue }
                    checks.append((slot.name, .message(slot.address, inner)))
                }
            default:
                continue
            }
        }
        self.checks = checks
    }

    /// The first field that does not pass, with its path under `path`.
    func firstFault(in base: UnsafeRawPointer, path: @autoclosure () -> String) -> CallError? {
        for index in self.checks.indices {
            switch self.checks[index].check {
            case .int32(let scalar, let range):
                guard let value = scalar.int32(base), !range.contains(Int64(value)) else { continue }
                return self.outside(index, range, path())
            case .int64(let scalar, let range):
                guard let value = scalar.int64(base), !range.contains(value) else { continue }
                return self.outside(index, range, path())
            case .enumeration(let scalar, let excluded):
                guard let value = scalar.int32(base), let name = excluded.first(where: { $0.number == value })?.name
                else {
                    continue
                }
                return .badRequest(Self.notHere(name), field: path() + "." + self.checks[index].name)
            case .enumerations(let list, let excluded, let most):
                guard list.numbers(base).count <= most else { return self.tooMany(index, most, path()) }
                if excluded.isEmpty { continue }
                for (position, value) in list.numbers(base).enumerated() {
                    guard let name = excluded.first(where: { $0.number == value })?.name else { continue }
                    let field = path() + "." + self.checks[index].name + "[\(position)]"
                    return .badRequest(Self.notHere(name), field: field)
                }
            case .date(let pointer):
                guard let text = pointer.text(base), civilDay(text) == nil else { continue }
                return .badRequest(notADate(text), field: path() + "." + self.checks[index].name)
            case .list(let list, let inner, let most):
                guard list.entries(base).count <= most else { return self.tooMany(index, most, path()) }
                if inner.checks.isEmpty { continue }
                for (position, entry) in list.entries(base).enumerated() {
                    guard let entry else { continue }
                    let name = self.checks[index].name
                    if let fault = inner.firstFault(in: entry, path: "\(path()).\(name)[\(position)]") { return fault }
                }
            case .message(let pointer, let inner):
                guard let entry = pointer.message(base) else { continue }
                if let fault = inner.firstFault(in: entry, path: path() + "." + self.checks[index].name) {
                    return fault
                }
            }
        }
        return nil
    }

    private func tooMany(_ index: Int, _ most: Int, _ path: String) -> CallError {
        .badRequest("the list must hold no more than \(most) entries", field: path + "." + self.checks[index].name)
    }

    private func outside(_ index: Int, _ range: ClosedRange<Int64>, _ path: String) -> CallError {
        let words =
            if range.upperBound == .max { "\(range.lowerBound) or more" } else if range.lowerBound == .min {
                "at most \(range.upperBound)"
            } else { "from \(range.lowerBound) to \(range.upperBound)" }
        return .badRequest("the value must be \(words)", field: path + "." + self.checks[index].name)
    }

    private static func notHere(_ name: String) -> String {
        "\(name) cannot be assessed here; one of the other values is wanted"
    }
}

/// What a date is to look like.
let wantedDate = "a civil date of the form YYYY-MM-DD is wanted"

/// What a date that is none is told: whether its form is wrong, or the calendar has no such day.
func notADate(_ text: UnsafePointer<CChar>) -> String {
    hasDateForm(text) ? "there is no such day; a day of the calendar, as YYYY-MM-DD, is wanted" : wantedDate
}
