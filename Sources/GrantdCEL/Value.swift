//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a ``Value`` is.
package enum ValueKind: UInt8, Sendable, BitwiseCopyable {
    case unset, null, bool, int, string, timestamp, duration, date, enumeration, list, map, record
    /// One of several records or maps; which one depends on what is unknown.
    case choice
    case unknown, error
}

/// A value of the language: 16 bytes without references, so that passing it around costs nothing.
///
/// Text, lists and unknown sets are pointers, kept as bit patterns, into the workspace, the program or the
/// host's memory. Such a value is good until the workspace is reset, the program is gone or the host's memory
/// is freed, whichever holds it.
package struct Value: BitwiseCopyable, Sendable {
    @usableFromInline var payload: Int64
    @usableFromInline var aux: UInt32
    /// What the value is.
    package var kind: ValueKind
    @usableFromInline var flags: UInt8

    /// On an unknown: when what it waits for is known, the result may yet be an error.
    static let mayFail: UInt8 = 1
    /// On an unknown: it is one attribute itself, so that selecting a field of it names that field.
    static let isAttribute: UInt8 = 2

    @inlinable
    @inline(__always)
    init(_ kind: ValueKind, payload: Int64 = 0, aux: UInt32 = 0, flags: UInt8 = 0) {
        self.payload = payload
        self.aux = aux
        self.kind = kind
        self.flags = flags
    }

    @inlinable
    @inline(__always)
    init(_ kind: ValueKind, address: UInt, aux: UInt32 = 0, flags: UInt8 = 0) {
        self.init(kind, payload: Int64(bitPattern: UInt64(address)), aux: aux, flags: flags)
    }

    @inline(__always) var address: UInt { UInt(truncatingIfNeeded: UInt64(bitPattern: self.payload)) }
    @inline(__always) var canFail: Bool { self.flags & Self.mayFail != 0 }
}

// MARK: - Making values

extension Value {
    /// An input or field that nobody has set. Reading it gives an unknown that carries its path.
    @inlinable package static var unset: Value { Value(.unset) }
    /// The literal `null`.
    @inlinable package static var null: Value { Value(.null) }

    /// A truth value.
    package static func bool(_ value: Bool) -> Value { Value(.bool, payload: value ? 1 : 0) }
    /// An integer.
    package static func int(_ value: Int64) -> Value { Value(.int, payload: value) }
    /// A civil day, in days since 1970-01-01.
    @inlinable package static func date(days: Int64) -> Value { Value(.date, payload: days) }
    /// An instant, in seconds since 1970-01-01T00:00:00Z and nanoseconds (0 to 999,999,999) after that.
    package static func timestamp(seconds: Int64, nanoseconds: UInt32) -> Value {
        Value(.timestamp, payload: seconds, aux: nanoseconds)
    }
    /// A span of time in nanoseconds.
    package static func duration(nanoseconds: Int64) -> Value { Value(.duration, payload: nanoseconds) }
    /// A value of an enumeration by its number.
    package static func enumeration(_ number: Int32) -> Value { Value(.enumeration, payload: Int64(number)) }

    /// Text in UTF-8 that the caller keeps alive and valid; more than 4 GiB is cut.
    @inlinable package static func string(_ bytes: UnsafeRawBufferPointer) -> Value {
        Value(.string, address: UInt(bitPattern: bytes.baseAddress), aux: UInt32(clamping: bytes.count))
    }

    /// A record at an address; what lies there is as its `RecordType` says.
    @inlinable package static func record(_ address: UnsafeRawPointer) -> Value {
        Value(.record, address: UInt(bitPattern: address), aux: AttributeID.none)
    }

    static func error(_ code: EvaluationError.Code, at offset: UInt32 = 0) -> Value {
        Value(.error, payload: Int64(code.rawValue), aux: offset)
    }
}

// MARK: - Reading values

extension Value {
    @inlinable package var isUnknown: Bool { self.kind == .unknown }
    @inlinable package var isError: Bool { self.kind == .error }

    /// The truth value; nil for anything but a known bool.
    @inlinable package var asBool: Bool? { self.kind == .bool ? self.payload != 0 : nil }
    /// The integer; nil for anything but a known int.
    @inlinable package var asInt: Int64? { self.kind == .int ? self.payload : nil }
    /// The civil day in days since 1970-01-01; nil for anything but a known date.
    @inlinable package var asDate: Int64? { self.kind == .date ? self.payload : nil }
    /// The number of an enumeration's value; nil for anything else.
    @inlinable package var asEnum: Int32? { self.kind == .enumeration ? Int32(truncatingIfNeeded: self.payload) : nil }
    /// The bytes of a text; nil for anything but a known string.
    package var asStringBytes: UnsafeRawBufferPointer? {
        self.kind == .string ? self.bytes : nil
    }

    @inline(__always) var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: self.address), count: Int(self.aux))
    }
}
