//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// What one field of a facts message must pass before anything is evaluated. Plain data: an application's checks are gone
/// through without counting a reference.
enum FieldCheck: BitwiseCopyable {
    case int32(ScalarPlace, minimum: Int64, maximum: Int64)
    case int64(ScalarPlace, minimum: Int64, maximum: Int64)
    /// A value of an enum that is none of those excluded.
    case enumeration(ScalarPlace, excluded: Part)
    case enumerations(ListPlace, excluded: Part, most: Int)
    /// A civil date.
    case date(AddressPlace)
    case list(ListPlace, entries: Part, most: Int)
    case message(AddressPlace, fields: Part)

    /// Some of a table's rows that stand together.
    struct Part: BitwiseCopyable {
        let first: Int32
        let count: Int32

        @inline(__always)
        var rows: Range<Int> { Int(self.first)..<Int(self.first) &+ Int(self.count) }
    }

    /// A field that does not pass: its row, and for a list the position of the entry that is at fault; -1: the list itself.
    struct Fault: BitwiseCopyable {
        let row: Int
        var position = -1
    }

    /// The checks of all versions of all measures.
    struct Table: BitwiseCopyable {
        let checks: UnsafeBufferPointer<FieldCheck>
        /// The numbers of enums' values that are excluded.
        let excluded: UnsafeBufferPointer<Int32>

        /// The first field of a message that does not pass.
        func fault(of part: Part, in base: UnsafeRawPointer) -> Fault? {
            for row in part.rows {
                switch self.checks[row] {
                case .int32(let place, let minimum, let maximum):
                    guard let value = place.int32(base), Int64(value) < minimum || Int64(value) > maximum else {
                        continue
                    }
                    return Fault(row: row)
                case .int64(let place, let minimum, let maximum):
                    guard let value = place.int64(base), value < minimum || value > maximum else { continue }
                    return Fault(row: row)
                case .enumeration(let place, let excluded):
                    guard let value = place.int32(base), self.excludes(value, excluded) else { continue }
                    return Fault(row: row)
                case .enumerations(let place, let excluded, let most):
                    let numbers = place.numbers(base)
                    if numbers.count > most { return Fault(row: row) }
                    if excluded.count == 0 { continue }
                    for position in numbers.indices where self.excludes(numbers[position], excluded) {
                        return Fault(row: row, position: position)
                    }
                case .date(let place):
                    if let text = place.text(base), civilDay(text) == nil { return Fault(row: row) }
                case .list(let place, let inner, let most):
                    let entries = place.entries(base)
                    if entries.count > most { return Fault(row: row) }
                    if inner.count == 0 { continue }
                    for position in entries.indices {
                        guard let entry = entries[position], self.fault(of: inner, in: entry) != nil else { continue }
                        return Fault(row: row, position: position)
                    }
                case .message(let place, let inner):
                    guard let message = place.message(base), self.fault(of: inner, in: message) != nil else {
                        continue
                    }
                    return Fault(row: row)
                }
            }
            return nil
        }

        @inline(__always)
        private func excludes(_ number: Int32, _ excluded: Part) -> Bool {
            for row in excluded.rows where self.excluded[row] == number { return true }
            return false
        }
    }
}
