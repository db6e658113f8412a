//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdProto

/// The checks that a facts message must pass before anything is evaluated: no sum or count under its minimum, every
/// `…_on` a civil date.
struct FactsCheck {
    /// A field to look at.
    private enum Check {
        case int32(RequestLayout.Scalar, minimum: Int64)
        case int64(RequestLayout.Scalar, minimum: Int64)
        case date(RequestLayout.Pointer)
        case list(RequestLayout.List, FactsCheck)
        case message(RequestLayout.Pointer, FactsCheck)
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
            let minimum = fact.map(\.minimum) ?? Self.impliedMinimum(slot.name)
            switch slot.kind {
            case .int32:
                guard let minimum else { continue }
                let scalar = RequestLayout.Scalar(offset: slot.offset, presence: slot.quantifierOffset)
                checks.append((slot.name, .int32(scalar, minimum: minimum)))
            case .int64:
                guard let minimum else { continue }
                let scalar = RequestLayout.Scalar(offset: slot.offset, presence: slot.quantifierOffset)
                checks.append((slot.name, .int64(scalar, minimum: minimum)))
            case .string:
                guard slot.name.hasSuffix("_on") else { continue }
                checks.append((slot.name, .date(RequestLayout.Pointer(offset: slot.offset))))
            case .message(let entry):
                if slot.label == .repeated {
                    let inner = FactsCheck(entry, path: fieldPath + "[]", facts: facts)
                    guard !inner.checks.isEmpty else { continue }
                    let list = RequestLayout.List(count: slot.quantifierOffset, elements: slot.offset)
                    checks.append((slot.name, .list(list, inner)))
                } else {
                    let inner = FactsCheck(entry, path: fieldPath, facts: facts)
                    guard !inner.checks.isEmpty else { continue }
                    checks.append((slot.name, .message(RequestLayout.Pointer(offset: slot.offset), inner)))
                }
            default:
                continue
            }
        }
        self.checks = checks
    }

    /// The minimum of a number by its name: money, areas, energy and counts are never negative.
    static func impliedMinimum(_ name: String) -> Int64? {
        ["_fen", "_m2", "_kwh", "_count"].contains { name.hasSuffix($0) } ? 0 : nil
    }

    /// The first field that does not pass, with its path under `path`.
    func firstFault(in base: UnsafeRawPointer, path: @autoclosure () -> String) -> CallError? {
        for index in self.checks.indices {
            switch self.checks[index].check {
            case .int32(let scalar, let minimum):
                guard let value = scalar.int32(base), Int64(value) < minimum else { continue }
                return self.tooSmall(index, minimum, path())
            case .int64(let scalar, let minimum):
                guard let value = scalar.int64(base), value < minimum else { continue }
                return self.tooSmall(index, minimum, path())
            case .date(let pointer):
                guard let text = pointer.text(base), civilDay(text) == nil else { continue }
                return .badRequest(notADate(text), field: path() + "." + self.checks[index].name)
            case .list(let list, let inner):
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

    private func tooSmall(_ index: Int, _ minimum: Int64, _ path: String) -> CallError {
        .badRequest("the value must be \(minimum) or more", field: path + "." + self.checks[index].name)
    }
}

/// What a date is to look like.
let wantedDate = "a civil date of the form YYYY-MM-DD is wanted"

/// What a date that is none is told: whether its form is wrong, or the calendar has no such day.
func notADate(_ text: UnsafePointer<CChar>) -> String {
    hasDateForm(text) ? "there is no such day; a day of the calendar, as YYYY-MM-DD, is wanted" : wantedDate
}
