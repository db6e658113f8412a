//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// Why the daemon refuses bytes, found a second time in the plainest way: every place where the documentation says that it
/// is stricter than protobuf, and bytes that are no message.
struct WireScan {
    enum Reason: Hashable {
        // Stricter than protobuf.
        case twoMembers
        /// By its name.
        case twice(String)
        case unknownField(UInt32)
        case unknownEnumNumber
        case textNotUTF8OrWithNUL
        case beyondInt32
        /// A known number laid out as its type is not: protobuf takes it for an unknown field.
        case otherWireType
        // No message: cut short, or numbers of more bytes than they may have.
        case malformed
        /// A tag or length of more than five bytes: protobuf's own C++ refuses it, SwiftProtobuf does not.
        case overlong
    }

    private(set) var reasons: Set<Reason> = []

    init(_ bytes: [UInt8], _ type: MessageType) {
        self.scan(bytes[...], type)
    }

    private mutating func scan(_ bytes: ArraySlice<UInt8>, _ type: MessageType) {
        var rest = bytes
        var seen: Set<UInt32> = []
        var member: UInt32 = 0
        let slots = type.fields
        while !rest.isEmpty {
            guard let tag = self.number(&rest, most: 5), tag >> 3 > 0, tag <= UInt64(UInt32.max) else {
                self.reasons.insert(.malformed)
                return
            }
            let number = UInt32(tag >> 3)
            let wireType = tag & 7
            guard wireType <= 5, wireType != 4 else {
                self.reasons.insert(.malformed)
                return
            }
            guard let slot = slots.first(where: { $0.number == number }) else {
                self.reasons.insert(.unknownField(number))
                guard self.skip(&rest, wireType) else { return }
                continue
            }
            let isPacked = slot.label == .repeated && wireType == 2 && Self.wireType(slot) == 0
            guard Self.wireType(slot) == wireType || isPacked else {
                self.reasons.insert(.otherWireType)
                guard self.skip(&rest, wireType) else { return }
                continue
            }
            if slot.label == .oneofMember {
                if member != 0, member != number { self.reasons.insert(.twoMembers) }
                member = number
            }
            if wireType == 0 {
                guard let value = self.number(&rest, most: 10) else {
                    self.reasons.insert(.malformed)
                    return
                }
                self.check(value, slot)
                continue
            }
            guard let content = self.content(&rest) else { return }
            switch slot.kind {
            case .string:
                if String(validating: content, as: UTF8.self) == nil || content.contains(0) {
                    self.reasons.insert(.textNotUTF8OrWithNUL)
                }
            case .message(let inner):
                if slot.label != .repeated, !seen.insert(number).inserted { self.reasons.insert(.twice(slot.name)) }
                self.scan(content, inner)
            default:
                var packed = content
                while !packed.isEmpty {
                    guard let value = self.number(&packed, most: 10) else {
                        self.reasons.insert(.malformed)
                        return
                    }
                    self.check(value, slot)
                }
            }
        }
    }

    private mutating func check(_ value: UInt64, _ slot: FieldSlot) {
        switch slot.kind {
        case .enumeration(let description):
            let number = Int64(bitPattern: value)
            if !description.values.contains(where: { Int64($0.number) == number }) {
                self.reasons.insert(.unknownEnumNumber)
            }
        case .int32:
            if Int32(exactly: Int64(bitPattern: value)) == nil { self.reasons.insert(.beyondInt32) }
        default: break
        }
    }

    private static func wireType(_ slot: FieldSlot) -> UInt64 {
        switch slot.kind {
        case .string, .bytes, .message: 2
        default: 0
        }
    }

    /// Reads one number; nil where it ends nowhere.
    private mutating func number(_ bytes: inout ArraySlice<UInt8>, most: Int) -> UInt64? {
        var value: UInt64 = 0
        for index in 0..<10 {
            guard let byte = bytes.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << UInt64(7 * index)
            guard byte < 0x80 else { continue }
            if index >= most { self.reasons.insert(.overlong) }
            return value
        }
        return nil
    }

    private mutating func content(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let count = self.number(&bytes, most: 5), count <= UInt64(bytes.count) else {
            self.reasons.insert(.malformed)
            return nil
        }
        defer { bytes = bytes.dropFirst(Int(count)) }
        return bytes.prefix(Int(count))
    }

    private mutating func skip(_ bytes: inout ArraySlice<UInt8>, _ wireType: UInt64) -> Bool {
        switch wireType {
        case 0:
            if self.number(&bytes, most: 10) != nil { return true }
        case 2: return self.content(&bytes) != nil
        case 1 where bytes.count >= 8:
            bytes = bytes.dropFirst(8)
            return true
        case 5 where bytes.count >= 4:
            bytes = bytes.dropFirst(4)
            return true
        default: break
        }
        // A group stands under a reason of its own already; what is in it does not matter.
        self.reasons.insert(.malformed)
        return false
    }
}
