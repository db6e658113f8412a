//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A record of the host: named fields, and where in memory each of them lives.
///
/// Two record types are the same only if they are the same object.
package final class RecordType: Sendable {
    /// One field of a record.
    package struct Field: Sendable, Hashable {
        /// The name by which expressions select it.
        package let name: String
        /// The type of its value.
        package let type: ValueType
        /// Where it lives.
        package let storage: Storage

        /// Declares a field.
        package init(name: String, type: ValueType, storage: Storage) {
            self.name = name
            self.type = type
            self.storage = storage
        }
    }

    /// The full name, `grantd.v1.Applicant`.
    package let name: String
    /// The fields; their positions here are the field indices of ``AttributePath``.
    package let fields: [Field]
    private let indices: [String: Int]

    /// Declares a record. Of two fields with one name the first counts.
    package init(name: String, fields: [Field]) {
        self.name = name
        self.fields = fields
        self.indices = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The index of a field, or nil.
    package func index(of field: String) -> Int? { self.indices[field] }
}

extension RecordType: Hashable {
    package static func == (first: RecordType, second: RecordType) -> Bool { first === second }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// Where a field lives in a C struct. Offsets are in bytes from the struct's first byte.
package enum Storage: Sendable, Hashable {
    /// A C `int`, nonzero for true. For fields of type `bool`.
    case bool32(offset: Int, presence: Presence)
    /// A 32-bit integer. For fields of type `int`.
    case int32(offset: Int, presence: Presence)
    /// A 64-bit integer. For fields of type `int`.
    case int64(offset: Int, presence: Presence)
    /// An enumeration's number in 32 bits. For fields of an enumeration.
    case enumeration32(offset: Int, presence: Presence)
    /// A pointer to text that a NUL byte ends; NULL is unset. For fields of type `string`.
    case cString(offset: Int)
    /// A pointer to `YYYY-MM-DD` that NULs follow up to a multiple of eight bytes; NULL is unset, and text that is no civil
    /// day evaluates to an error. For fields of type `date`.
    case dateString(offset: Int)
    /// A pointer to another struct; NULL is unset. For fields of a record.
    case record(offset: Int)
    /// A count (`size_t`) and a pointer to as many pointers to structs; a count of 0 is unset. For lists of
    /// records.
    case recordList(count: Int, elements: Int)
    /// A count (`size_t`) and a pointer to as many 32-bit numbers of an enumeration; a count of 0 is unset. For lists of
    /// an enumeration.
    case enumerationList(count: Int, elements: Int)
    /// The record's memory is an array of ``Value`` and this is one of them; a value made by `Value.unset` is
    /// unset. For fields of any type.
    case value(index: Int)
}

/// How a field shows that it is set.
package enum Presence: Sendable, Hashable {
    /// A C `int` at this offset is nonzero when the field is set.
    case flag32(offset: Int)
    /// The field is always set.
    case always
}
