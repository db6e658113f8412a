//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A decoded message: the address of protobuf-c's struct, read by slots. Good as long as its arena is not reset.
///
/// A slot must be one of the message's own type: the view does not know its type.
package struct MessageView: BitwiseCopyable {
    /// The struct.
    package let address: UnsafeRawPointer

    /// - Parameter address: Of a struct of protobuf-c.
    @inlinable
    package init(_ address: UnsafeRawPointer) {
        self.address = address
    }

    /// Whether the field is set; for a list, whether it has an entry.
    package func has(_ slot: FieldSlot) -> Bool {
        switch slot.label {
        case .repeated: return self.count(slot) > 0
        case .oneofMember: return self.member(slot) == slot.number
        case .optional where slot.hasFlag: return self.load(slot.quantifierOffset, as: Int32.self) != 0
        case .optional, .required:
            switch slot.kind {
            case .string, .message:
                let address = self.load(slot.offset, as: UInt.self)
                return address != 0 && address != slot.defaultAddress
            default: return true
            }
        case .implicit: return true
        }
    }

    /// The number of the member of the slot's oneof that is set, 0 where none is.
    @inlinable
    package func member(_ slot: FieldSlot) -> UInt32 {
        UInt32(bitPattern: self.load(slot.quantifierOffset, as: Int32.self))
    }

    /// A bool that is set.
    package func bool(_ slot: FieldSlot) -> Bool? {
        self.has(slot) ? self.load(slot.offset, as: Int32.self) != 0 : nil
    }

    /// An int32, or the number of an enum's value, that is set.
    package func int32(_ slot: FieldSlot) -> Int32? {
        self.has(slot) ? self.load(slot.offset, as: Int32.self) : nil
    }

    /// An int64 that is set.
    package func int64(_ slot: FieldSlot) -> Int64? {
        self.has(slot) ? self.load(slot.offset, as: Int64.self) : nil
    }

    /// A string that is set, NUL-terminated. An unset proto3 string is the empty one.
    package func cString(_ slot: FieldSlot) -> UnsafePointer<CChar>? {
        switch slot.label {
        case .implicit: return self.load(slot.offset, as: UnsafePointer<CChar>?.self)
        default: return self.has(slot) ? self.load(slot.offset, as: UnsafePointer<CChar>?.self) : nil
        }
    }

    /// The UTF-8 of a string that is set, without the NUL at its end.
    package func string(_ slot: FieldSlot) -> UnsafeRawBufferPointer? {
        guard let start = self.cString(slot) else { return nil }
        return UnsafeRawBufferPointer(start: start, count: CString.length(start))
    }

    /// A message that is set.
    package func message(_ slot: FieldSlot) -> MessageView? {
        guard self.has(slot) else { return nil }
        return self.load(slot.offset, as: UnsafeRawPointer?.self).map { MessageView($0) }
    }

    /// The number of a list's entries.
    @inlinable
    package func count(_ slot: FieldSlot) -> Int {
        self.load(slot.quantifierOffset, as: Int.self)
    }

    /// The messages of a list, each as the address of its struct.
    @inlinable
    package func messages(_ slot: FieldSlot) -> UnsafeBufferPointer<UnsafeRawPointer> {
        UnsafeBufferPointer(
            start: self.load(slot.offset, as: UnsafePointer<UnsafeRawPointer>?.self),
            count: self.count(slot)
        )
    }

    @inlinable
    func load<Value: BitwiseCopyable>(_ offset: Int, as type: Value.Type) -> Value {
        self.address.load(fromByteOffset: offset, as: type)
    }
}
