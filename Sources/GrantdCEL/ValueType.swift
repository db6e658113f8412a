//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A type of the language.
package indirect enum ValueType: Sendable, Hashable {
    /// `true` or `false`.
    case bool
    /// A signed 64-bit integer.
    case int
    /// Text, a sequence of Unicode scalars.
    case string
    /// The literal `null`.
    case null
    /// An instant with nanoseconds, from the year 1 to the year 9999.
    case timestamp
    /// A span of time in nanoseconds that fits 64 bits (about 292 years).
    case duration
    /// A civil day without time or zone.
    case date
    /// A list of elements of one type.
    case list(ValueType)
    /// A map; keys are `bool`, `int` or `string`.
    case map(ValueType, ValueType)
    /// A record that the host provides.
    case record(RecordType)
    /// One of the values of an enumeration; distinct from `int` and from every other enumeration.
    case enumeration(EnumType)
    /// Not known before evaluation: what a list of mixed elements holds.
    case dyn

    /// Whether a value of this type may stand where `other` is expected.
    func isCompatible(with other: ValueType) -> Bool {
        switch (self, other) {
        case (.dyn, _), (_, .dyn): true
        case (.list(let first), .list(let second)): first.isCompatible(with: second)
        case (.map(let firstKey, let firstValue), .map(let secondKey, let secondValue)):
            firstKey.isCompatible(with: secondKey) && firstValue.isCompatible(with: secondValue)
        default: self == other
        }
    }

    /// The type that covers both; `dyn` where nothing narrower does.
    func joined(with other: ValueType) -> ValueType {
        switch (self, other) {
        case (.list(let first), .list(let second)): .list(first.joined(with: second))
        case (.map(let firstKey, let firstValue), .map(let secondKey, let secondValue)):
            .map(firstKey.joined(with: secondKey), firstValue.joined(with: secondValue))
        default: self == other ? self : .dyn
        }
    }
}

extension ValueType: CustomStringConvertible {
    /// The type as policy authors write it: `list(int)`, `grantd.v1.Applicant`.
    package var description: String {
        switch self {
        case .bool: "bool"
        case .int: "int"
        case .string: "string"
        case .null: "null"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .date: "date"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .record(let type): type.name
        case .enumeration(let type): type.name
        case .dyn: "dyn"
        }
    }
}

/// An enumeration of the host; its values are compared with `==`, `!=` and `in` only.
package struct EnumType: Sendable, Hashable {
    /// One value of an enumeration.
    package struct Value: Sendable, Hashable {
        /// The short name, `UNIVERSITY`.
        package let name: String
        /// The number that stands for it in host memory.
        package let number: Int32

        /// Declares a value.
        package init(name: String, number: Int32) {
            self.name = name
            self.number = number
        }
    }

    /// The full name, `grantd.v1.Applicant.Kind`; a constant is called by it, a dot and the value's name.
    package let name: String
    /// The values, in the order declared.
    package let values: [Value]

    /// Declares an enumeration.
    package init(name: String, values: [Value]) {
        self.name = name
        self.values = values
    }
}
