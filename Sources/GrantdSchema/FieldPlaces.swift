//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

// Where fields lie, as plain data for those who read them often: no name, no reference. Made from a ``FieldSlot`` only.
//
// `public`, though only this package reads them: what is `package` is called and not inlined in other modules (Swift 6.3), and
// a call costs more than the reading.

/// A number, a bool or an enum's value of a field that is set or unset, and its "is set".
public struct ScalarPlace: BitwiseCopyable, Sendable {
    /// In protobuf-c's struct, in bytes.
    public let offset: Int32
    /// Of its "is set", in bytes.
    public let flag: Int32

    /// Whether the field is set.
    @inlinable
    @inline(__always)
    public func isSet(_ base: UnsafeRawPointer) -> Bool {
        base.load(fromByteOffset: Int(self.flag), as: Int32.self) != 0
    }

    /// The bool, `nil` where it is unset.
    @inlinable
    @inline(__always)
    public func bool(_ base: UnsafeRawPointer) -> Bool? {
        self.isSet(base) ? base.load(fromByteOffset: Int(self.offset), as: Int32.self) != 0 : nil
    }

    /// The number, or an enum's value; `nil` where it is unset.
    @inlinable
    @inline(__always)
    public func int32(_ base: UnsafeRawPointer) -> Int32? {
        self.isSet(base) ? base.load(fromByteOffset: Int(self.offset), as: Int32.self) : nil
    }

    /// The number, `nil` where it is unset.
    @inlinable
    @inline(__always)
    public func int64(_ base: UnsafeRawPointer) -> Int64? {
        self.isSet(base) ? base.load(fromByteOffset: Int(self.offset), as: Int64.self) : nil
    }
}

/// A text or a message: an address that is NULL where it is unset.
public struct AddressPlace: BitwiseCopyable, Sendable {
    /// In protobuf-c's struct, in bytes.
    public let offset: Int32

    /// The text, NUL-terminated; `nil` where it is unset.
    @inlinable
    @inline(__always)
    public func text(_ base: UnsafeRawPointer) -> UnsafePointer<CChar>? {
        base.load(fromByteOffset: Int(self.offset), as: UnsafePointer<CChar>?.self)
    }

    /// The struct of the message, `nil` where it is unset.
    @inlinable
    @inline(__always)
    public func message(_ base: UnsafeRawPointer) -> UnsafeRawPointer? {
        base.load(fromByteOffset: Int(self.offset), as: UnsafeRawPointer?.self)
    }
}

/// A list: a count, and the address of its entries.
public struct ListPlace: BitwiseCopyable, Sendable {
    /// In protobuf-c's struct, in bytes.
    public let count: Int32
    /// Of the address of the entries, in bytes.
    public let elements: Int32

    /// How many entries there are.
    @inlinable
    @inline(__always)
    public func entryCount(_ base: UnsafeRawPointer) -> Int {
        base.load(fromByteOffset: Int(self.count), as: Int.self)
    }

    /// The messages of a list, each as the address of its struct.
    @inlinable
    @inline(__always)
    public func entries(_ base: UnsafeRawPointer) -> UnsafeBufferPointer<UnsafeRawPointer?> {
        self.elements(base, as: UnsafeRawPointer?.self)
    }

    /// The numbers of a list of an enum's values.
    @inlinable
    @inline(__always)
    public func numbers(_ base: UnsafeRawPointer) -> UnsafeBufferPointer<Int32> {
        self.elements(base, as: Int32.self)
    }

    /// The entries of a list, as what they are in memory.
    @inlinable
    @inline(__always)
    public func elements<Element>(
        _ base: UnsafeRawPointer,
        as type: Element.Type
    ) -> UnsafeBufferPointer<Element> {
        let count = base.load(fromByteOffset: Int(self.count), as: Int.self)
        let start = base.load(fromByteOffset: Int(self.elements), as: UnsafePointer<Element>?.self)
        return UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
    }
}

extension FieldSlot {
    /// The place of a scalar with a flag of its own.
    package var scalar: ScalarPlace {
        ScalarPlace(
            offset: Int32(truncatingIfNeeded: self.offset),
            flag: Int32(truncatingIfNeeded: self.quantifierOffset)
        )
    }

    /// The place of a text or a message.
    package var address: AddressPlace { AddressPlace(offset: Int32(truncatingIfNeeded: self.offset)) }

    /// The place of a list.
    package var list: ListPlace {
        ListPlace(
            count: Int32(truncatingIfNeeded: self.quantifierOffset),
            elements: Int32(truncatingIfNeeded: self.offset)
        )
    }
}
