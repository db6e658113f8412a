//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
package import GrantdSchema

/// Whether two structs of protobuf-c say the same: every field's place, flag, count and number, and all that they point at.
package enum StructComparison {
    /// The paths of what differs, at most one for each field.
    package static func differences(_ left: MessageView, _ right: MessageView, _ type: MessageType) -> [String] {
        type.fields.flatMap { slot -> [String] in
            if slot.label == .repeated {
                guard left.count(slot) == right.count(slot) else { return [slot.name] }
                let width = Self.width(slot.kind)
                return (0..<left.count(slot)).flatMap { index -> [String] in
                    let places = [left, right].map { view in
                        view.address.load(fromByteOffset: slot.offset, as: UnsafeRawPointer.self) + index * width
                    }
                    return Self.values(places[0], places[1], slot).map { "\(slot.name)[\(index)]\($0)" }
                }
            }
            if slot.hasFlag || slot.label == .oneofMember {
                let flags = [left, right].map { $0.address.load(fromByteOffset: slot.quantifierOffset, as: Int32.self) }
                guard flags[0] == flags[1] else { return [slot.name] }
                // Another member's value lies there.
                if slot.label == .oneofMember, UInt32(bitPattern: flags[0]) != slot.number { return [] }
            }
            return Self.values(left.address + slot.offset, right.address + slot.offset, slot).map { slot.name + $0 }
        }
    }

    private static func width(_ kind: FieldSlot.Kind) -> Int {
        switch kind {
        case .bool, .int32, .enumeration: 4
        case .bytes: 16
        default: 8
        }
    }

    /// What follows the field's name in the paths of what differs.
    private static func values(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ slot: FieldSlot) -> [String] {
        func same<Value: Equatable & BitwiseCopyable>(_ type: Value.Type) -> [String] {
            left.loadUnaligned(as: Value.self) == right.loadUnaligned(as: Value.self) ? [] : [""]
        }
        switch slot.kind {
        case .bool, .int32, .enumeration: return same(Int32.self)
        case .int64: return same(Int64.self)
        case .string:
            let texts = [left, right].map { $0.load(as: UnsafePointer<CChar>?.self) }
            if texts[0] == texts[1] { return [] }
            // An address of a default is not one of a text that came.
            let isDefault = texts.contains { UInt(bitPattern: $0) == slot.defaultAddress ?? 0 }
            guard !isDefault, let first = texts[0], let second = texts[1] else { return [""] }
            return strcmp(first, second) == 0 ? [] : [""]
        case .bytes:
            let counts = [left, right].map { $0.load(as: Int.self) }
            let addresses = [left, right].map { $0.load(fromByteOffset: 8, as: UnsafeRawPointer?.self) }
            guard counts[0] == counts[1] else { return [""] }
            guard let first = addresses[0], let second = addresses[1] else {
                return addresses[0] == addresses[1] ? [] : [""]
            }
            return memcmp(first, second, counts[0]) == 0 ? [] : [""]
        case .message(let inner):
            let messages = [left, right].map { $0.load(as: UnsafeRawPointer?.self) }
            guard let first = messages[0], let second = messages[1] else {
                return messages[0] == messages[1] ? [] : [""]
            }
            return self.differences(MessageView(first), MessageView(second), inner).map { ".\($0)" }
        case .other: return [" has a type that nobody reads"]
        }
    }
}
