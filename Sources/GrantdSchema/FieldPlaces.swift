//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

// Where fields lie, as plain data for those who read them often: no name, no reference. Made from a ``FieldSlot`` only.

/// A number, a bool or an enum's value of a field that is set or unset, and its "is set".
package struct ScalarPlace: BitwiseCopyable, Sendable {
    /// In protobuf-c's struct, in bytes.
    package let offset: Int32
    package let flag: Int32

    @inlinable
    @inline(__always)
    package func isSet(_ base: UnsafeRawPointer) -> Bool {
        base.load(fromByteOffset: Int(self.flag), as: Int32.self) != 0
    }

    @inlinable
    @inline(__always)
    package func bool(_ base: UnsafeRawPointer) -> Bool? {
        self.isSet(base) ? base.load(fromByteOffset: Int(self.offset), as: Int32.self) != 0 : nil
    }

    @inlinable
    @inline(__always)
    package func int32(_ base: UnsafeRawPointer) -> Int32? {
        self.isSet(base) ? base.load(fromByteOffset: Int(self.offset), as: Int32.self) : nil
    }

    @inlinable
    @inline(__always)
    package func int64(_ base: UnsafeRawPointer) -> Int64? {
        self.isSet(base) ? base.load(fromByteOffset: Int(self.offset), as: Int64.self) : nil
    }
}

/// A text or a message: an address that is NULL where it is unset.
package struct AddressPlace: BitwiseCopyable, Sendable {
    /// In protobuf-c's struct, in bytes.
    package let offset: Int32

    @inlinable
    @inline(__always)
    package func text(_ base: UnsafeRawPointer) -> UnsafePointer<CChar>? {
        base.load(fromByteOffset: Int(self.offset), as: UnsafePointer<CChar>?.self)
    }

    @inlinable
    @inline(__always)
    package func message(_ base: UnsafeRawPointer) -> UnsafeRawPointer? {
        base.load(fromByteOffset: Int(self.offset), as: UnsafeRawPointer?.self)
    }
}

/// A list: a count, and the address of its entries.
package struct ListPlace: BitwiseCopyable, Sendable {
    /// In protobuf-c's struct, in bytes.
    package let count: Int32
    package let elements: Int32

    /// How many entries there are.
    @inlinable
    @inline(__always)
    package func entryCount(_ base: UnsafeRawPointer) -> Int {
        base.load(fromByteOffset: Int(self.count), as: Int.self)
    }

    /// The messages of a list, each as the address of its struct.
    @inlinable
    @inline(__always)
    package func entries(_ base: UnsafeRawPointer) -> UnsafeBufferPointer<UnsafeRawPointer?> {
        self.elements(base, as: UnsafeRawPointer?.self)
    }

    /// The numbers of a list of an enum's values.
    @inlinable
    @inline(__always)
    package func numbers(_ base: UnsafeRawPointer) -> UnsafeBufferPointer<Int32> {
        self.elements(base, as: Int32.self)
    }

    @inlinable
    @inline(__always)
    package func elements<Element>(
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
