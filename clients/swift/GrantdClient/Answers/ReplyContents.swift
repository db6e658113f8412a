//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// What an answer holds, counted by one walk over its wire bytes before it is decoded.
///
/// A message that takes two bytes on the wire takes some two hundred in memory, so the bytes alone bound nothing: 16 MiB of
/// empty list entries would decode to gigabytes.
package enum ReplyContents {
    /// The most messages, texts and byte strings of one answer, those inside others included. The fullest answer that a
    /// daemon gives within its own limits, 4,096 assessments, has less than half as many; so many empty ones decode to
    /// about 200 MiB.
    package static let mostEntries = 1 << 20

    /// Checks an answer's number of entries.
    ///
    /// - Throws: ``GrantdClientError/Code/replyTooLarge`` where there are too many. Bytes that are no message pass: that is
    ///   for the decoder to say.
    static func check(_ answer: ByteBuffer, of method: GrantdMethod) throws(GrantdClientError) {
        // Every entry takes two bytes or more.
        guard answer.readableBytes > 2 * Self.mostEntries else { return }
        var count = 0
        let isBounded = answer.withUnsafeReadableBytes { bytes in
            Self.count(bytes, ReplyShape.of(method), into: &count)
        }
        guard isBounded else {
            throw GrantdClientError(
                code: .replyTooLarge,
                message: """
                    the answer to \(method.name) has more than \(Self.mostEntries) entries, which is more than is \
                    decoded; ask for less in one call
                    """
            )
        }
    }

    /// Counts the entries of a message.
    ///
    /// - Returns: Whether they are within the bound so far.
    private static func count(_ bytes: UnsafeRawBufferPointer, _ shape: ReplyShape, into count: inout Int) -> Bool {
        var offset = 0
        while offset < bytes.count {
            guard let tag = Self.varint(bytes, &offset) else { return true }
            switch tag & 7 {
            case 0:
                guard Self.varint(bytes, &offset) != nil else { return true }
            case 1: offset += 8
            case 2:
                guard let length = Self.varint(bytes, &offset), length <= UInt64(bytes.count - offset) else {
                    return true
                }
                count += 1
                guard count <= Self.mostEntries else { return false }
                let end = offset + Int(length)
                if length > 0, let member = shape.members[tag >> 3] {
                    let inner = UnsafeRawBufferPointer(rebasing: bytes[offset..<end])
                    guard Self.count(inner, member, into: &count) else { return false }
                }
                offset = end
            case 5: offset += 4
            // A group's fields count as the message's own: no field of the contract is a group.
            case 3, 4: break
            default: return true
            }
        }
        return true
    }

    /// The numbers of a message's fields, as far as the bytes are one.
    static func fields(_ bytes: UnsafeRawBufferPointer) -> Set<UInt64> {
        var fields: Set<UInt64> = []
        var offset = 0
        while offset < bytes.count, let tag = Self.varint(bytes, &offset) {
            fields.insert(tag >> 3)
            switch tag & 7 {
            case 0:
                guard Self.varint(bytes, &offset) != nil else { return fields }
            case 1: offset += 8
            case 2:
                guard let length = Self.varint(bytes, &offset), length <= UInt64(bytes.count - offset) else {
                    return fields
                }
                offset += Int(length)
            case 5: offset += 4
            default: return fields
            }
        }
        return fields
    }

    private static func varint(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64, offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }
}

/// Which fields of an answer hold messages.
private struct ReplyShape: Sendable {
    let members: [UInt64: ReplyShape]

    init(_ members: [UInt64: ReplyShape] = [:]) { self.members = members }

    private static let text = Self()
    private static let policy = Self()
    private static let missing = Self([2: text])
    private static let assessment = Self([
        9: Self(), 10: missing, 11: Self([3: Self(), 7: Self(), 9: text]), 12: Self(), 13: policy, 14: Self([3: text]),
    ])
    private static let batch = Self([1: Self([1: assessment, 2: Self()])])
    private static let screen = Self([1: assessment, 2: Self([2: text])])
    private static let measures = Self([1: Self([2: text, 5: policy])])
    private static let description = Self([
        2: text, 5: Self([4: text, 5: text, 6: Self([3: text]), 7: text]), 6: Self([4: text]), 7: Self([4: text]),
        8: policy,
        9: Self([2: text, 9: Self([2: text])]), 10: text,
    ])
    private static let documents = Self([1: Self([2: text, 3: text, 9: text])])
    private static let award = Self([1: assessment, 2: Self()])
    private static let awards = Self([1: Self([1: award, 2: Self()])])
    private static let envelopes = Self([1: Self([2: text])])
    private static let clearing = Self([6: Self(), 7: missing, 9: policy])

    static func of(_ method: GrantdMethod) -> Self {
        switch method {
        case .evaluate: self.assessment
        case .evaluateBatch: self.batch
        case .screen: self.screen
        case .listMeasures: self.measures
        case .describeMeasure: self.description
        case .listDocuments: self.documents
        case .clearAuction: self.clearing
        case .award: self.award
        case .awardBatch: self.awards
        case .listEnvelopes: self.envelopes
        default: Self()
        }
    }
}
