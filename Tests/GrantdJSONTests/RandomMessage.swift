//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdSchema

/// Bytes of random messages, the fields by number.
struct RandomMessage {
    var random: SystemRandomNumberGenerator = .init()

    /// - Parameter depth: How much deeper messages may be nested.
    mutating func bytes(of type: MessageType, depth: Int = 6) -> [UInt8] {
        let writer = ByteWriter(limit: 4 << 20)
        self.write(type, depth: depth, into: writer)
        return [UInt8](writer.bytes)
    }

    private mutating func write(_ type: MessageType, depth: Int, into writer: ByteWriter) {
        let members = type.fields.filter { $0.label == .oneofMember }
        let member = members.randomElement(using: &self.random)
        for slot in type.fields {
            if slot.label == .oneofMember {
                guard slot.number == member?.number else { continue }
            } else if Int.random(in: 0..<3, using: &self.random) == 0 {
                continue
            }
            for _ in 0..<(slot.label == .repeated ? Int.random(in: 0..<4, using: &self.random) : 1) {
                self.write(slot, depth: depth, into: writer)
            }
        }
    }

    private mutating func write(_ slot: FieldSlot, depth: Int, into writer: ByteWriter) {
        switch slot.kind {
        case .bool: writer.write(field: slot.number, varint: Bool.random(using: &self.random) ? 1 : 0)
        case .int32: writer.write(field: slot.number, varint: Int64(Int32(truncatingIfNeeded: self.number())))
        case .int64: writer.write(field: slot.number, varint: self.number())
        case .enumeration(let description):
            guard let value = description.values.randomElement(using: &self.random) else { return }
            writer.write(field: slot.number, varint: Int64(value.number))
        case .string: writer.write(field: slot.number, self.text())
        case .bytes:
            let bytes = (0..<Int.random(in: 0..<9, using: &self.random)).map { _ in
                UInt8.random(in: 0...255, using: &self.random)
            }
            bytes.withUnsafeBytes { writer.write(field: slot.number, UnsafeRawBufferPointer($0)) }
        case .message(let type):
            guard depth > 0 else { return }
            let start = writer.beginMessage(field: slot.number)
            self.write(type, depth: depth - 1, into: writer)
            writer.endMessage(start)
        case .other: break
        }
    }

    private mutating func number() -> Int64 {
        switch Int.random(in: 0..<4, using: &self.random) {
        case 0: .random(in: -1...1, using: &self.random)
        case 1: [.min, .max, Int64(Int32.max), Int64(Int32.min)].randomElement(using: &self.random) ?? 0
        case 2: .random(in: -1_000_000...1_000_000, using: &self.random)
        default: .random(in: .min ... .max, using: &self.random)
        }
    }

    private static let pieces = [
        "a", "plain ASCII of some length", "\"", "\\", "/", "\n", "\t", "\r", "\u{8}", "\u{C}", "\u{1}", "\u{1F}",
        "\u{7F}", "\u{80}", "\u{9F}", "\u{A0}", "京", "北京市", "\u{2028}", "😀", "\u{10FFFF}", "é",
    ]

    private mutating func text() -> String {
        (0..<Int.random(in: 0..<6, using: &self.random)).compactMap { _ in
            Self.pieces.randomElement(using: &self.random)
        }.joined()
    }
}
