//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Looks over the bytes of a message before they are decoded, for what would pass in silence.
///
/// One walk, led by the descriptors, finds
/// - bytes that are no protobuf message, groups, and values laid out otherwise than their field's type wants;
/// - strings that are not UTF-8 or hold a NUL (protobuf-c would cut them off there);
/// - numbers that an enum does not have (protobuf-c keeps them, other runtimes drop them), and numbers that an int32
///   cannot hold (the protobuf runtimes cut them to 32 bits, which makes another number of them: refused here);
/// - two different members of a oneof (all runtimes keep the last one), and a message that is no entry of a list and comes
///   twice (protobuf merges the two, protobuf-c drops the first of a oneof: no well-kept encoder sends one);
/// - fields that the contract does not have, unless they are to be passed over;
/// - required fields that are missing; lists that are too long; messages nested too deep.
///
/// A scalar that comes twice: the last one counts. Fields come in any order, and lists of numbers in one piece or in many.
///
/// One for each kind of request and event loop: it keeps its working memory.
package final class WireValidator {
    private struct Frame {
        var message: Int32
        var counters: Int
        /// Which of its messages and required fields came.
        var seen: UInt64 = 0
    }

    /// What the walk met.
    enum Trouble {
        case ends
        case group
        case wireType(WireTables.Check)
        case text(TextCheck)
        case int32
        case enumeration(Int32)
        case twoMembers(message: Int32, first: UInt32, second: UInt32)
        case missing
        /// A message that is no entry of a list came again.
        case twice
        /// The contract has no such field in the message.
        case unknown(message: Int32, number: UInt32)
        case tooMany
        case tooDeep
    }

    private static let maximumDepth = 16

    let tables: WireTables
    let maximumEntries: UInt32
    private let passesUnknownFields: Bool
    private let transparentField: UInt32
    private let oneofName: String
    private let opaqueFields: Set<UInt32>
    private let counters: UnsafeMutablePointer<UInt32>
    // Of the walk under way that found something: what, and the way to it, the innermost name first.
    var trouble: Trouble?
    var path: [String] = []

    /// - Parameters:
    ///   - type: The outermost message.
    ///   - transparent: A field of it that paths leave out: the `application` of a request.
    ///   - opaque: Fields of it whose bytes are not looked into, because they are looked over singly later.
    ///   - maximumEntries: The most entries of any list.
    ///   - passesUnknownFields: Whether fields that the contract does not have are passed over, and not refused.
    package init(
        _ type: MessageType,
        transparent: String? = nil,
        opaque: Set<String> = [],
        maximumEntries: Int = 10_000,
        passesUnknownFields: Bool = false
    ) {
        let tables = WireTables(type, opaque: opaque)
        self.tables = tables
        self.passesUnknownFields = passesUnknownFields
        self.transparentField = transparent.flatMap { type.field(named: $0)?.number } ?? 0
        self.opaqueFields = Set(opaque.compactMap { type.field(named: $0)?.number })
        // The only oneof of the requests; protobuf-c's descriptors do not keep its name.
        self.oneofName = "facts"
        self.maximumEntries = UInt32(clamping: maximumEntries)
        let largest = tables.messageTypes.indices.map { tables.messages[$0].counterCount }.max() ?? 0
        // One frame's worth for each depth.
        self.counters = .allocate(capacity: max(largest * (Self.maximumDepth + 1), 1))
    }

    deinit { self.counters.deallocate() }

    /// Looks over the bytes of a message.
    ///
    /// - Throws: What is wrong, the first thing that the walk meets.
    package func validate(_ bytes: UnsafeRawBufferPointer) throws(WireFault) {
        let reader = WireReader(bytes)
        var frame = self.enter(message: 0, counters: 0)
        if self.walk(reader, &frame, depth: 0), self.finish(frame) { return }
        throw self.takeFault()
    }
}

extension WireValidator {
    @inline(__always)
    private func enter(message: Int32, counters: Int) -> Frame {
        let count = self.tables.messages[Int(message)].counterCount
        for index in 0..<count { self.counters[counters &+ index] = 0 }
        return Frame(message: message, counters: counters)
    }

    private func walk(_ bytes: WireReader, _ frame: inout Frame, depth: Int) -> Bool {
        let message = self.tables.messages + Int(frame.message)
        let lookup = message.pointee.lookup
        let lookupCount = message.pointee.lookupCount
        let fields = message.pointee.fields
        var reader = bytes
        while !reader.isAtEnd {
            guard let tag = reader.tag() else { return self.fail(.ends) }
            let place = tag.field < lookupCount ? lookup[Int(tag.field)] : 0
            if place == 0 {
                if self.pass(tag, &reader, frame) { continue }
                return false
            }
            let field = fields + Int(place &- 1)
            if !self.check(field, wireType: tag.wireType, &reader, &frame, depth: depth) {
                return self.failed(in: field, frame)
            }
        }
        return true
    }

    /// Passes over a field that the contract does not have, or refuses it.
    @inline(never)
    private func pass(_ tag: WireReader.Tag, _ reader: inout WireReader, _ frame: Frame) -> Bool {
        // The end of a group and what no field is laid out as are no fields of anybody's contract.
        if !self.passesUnknownFields, tag.wireType <= 5, tag.wireType != 4 {
            self.path.append(String(tag.field))
            return self.fail(.unknown(message: frame.message, number: tag.field))
        }
        return reader.skip(wireType: tag.wireType)
            || self.fail(tag.wireType == 3 || tag.wireType == 4 ? .group : .ends)
    }

    @inline(__always)
    private func check(
        _ field: UnsafeMutablePointer<WireTables.Field>,
        wireType: UInt32,
        _ reader: inout WireReader,
        _ frame: inout Frame,
        depth: Int
    ) -> Bool {
        let counter = field.pointee.counter
        if counter >= 0 {
            let slot = self.counters + (frame.counters &+ Int(counter))
            if field.pointee.isRepeated {
                if wireType == 2, field.pointee.check.isScalar {
                    return self.walkPacked(field, &reader, slot)
                }
                slot.pointee &+= 1
                if slot.pointee > self.maximumEntries { return self.fail(.tooMany) }
            } else {
                let first = slot.pointee
                if first != 0, first != field.pointee.number {
                    return self.fail(.twoMembers(message: frame.message, first: first, second: field.pointee.number))
                }
                slot.pointee = field.pointee.number
            }
        }
        switch field.pointee.check {
        case .message:
            guard wireType == 2 else { return self.fail(.wireType(.message)) }
            guard let part = reader.lengthDelimited() else { return self.fail(.ends) }
            let bit = field.pointee.bit
            guard frame.seen & bit == 0 else { return self.fail(.twice) }
            frame.seen |= bit
            guard depth < Self.maximumDepth else { return self.fail(.tooDeep) }
            let above = self.tables.messages[Int(frame.message)].counterCount
            var inner = self.enter(message: field.pointee.child, counters: frame.counters &+ above)
            return self.walk(part, &inner, depth: depth &+ 1) && self.finish(inner)
        case .string:
            guard wireType == 2 else { return self.fail(.wireType(.string)) }
            guard let part = reader.lengthDelimited() else { return self.fail(.ends) }
            frame.seen |= field.pointee.bit
            let check = TextCheck.check(part.cursor, part.end)
            return check == .valid || self.fail(.text(check))
        case .bytes:
            guard wireType == 2 else { return self.failOpaque(field, frame) }
            frame.seen |= field.pointee.bit
            return reader.lengthDelimited() != nil || self.fail(.ends)
        case .varint, .int32, .enumeration, .fixed32, .fixed64:
            frame.seen |= field.pointee.bit
            guard wireType == field.pointee.check.wireType else { return self.fail(.wireType(field.pointee.check)) }
            return self.checkScalar(field, &reader)
        }
    }

    @inline(__always)
    private func checkScalar(_ field: UnsafeMutablePointer<WireTables.Field>, _ reader: inout WireReader) -> Bool {
        switch field.pointee.check {
        case .fixed32: return reader.skip(bytes: 4) || self.fail(.ends)
        case .fixed64: return reader.skip(bytes: 8) || self.fail(.ends)
        default: break
        }
        guard let value = reader.varint() else { return self.fail(.ends) }
        switch field.pointee.check {
        case .int32:
            return Int32(exactly: Int64(bitPattern: value)) != nil || self.fail(.int32)
        case .enumeration:
            let enumeration = self.tables.enumerations + Int(field.pointee.child)
            let number = Int64(bitPattern: value)
            if number >= enumeration.pointee.lowest, number <= enumeration.pointee.highest,
                enumeration.pointee.isContiguous || self.isValue(number, ofEnum: field.pointee.child)
            {
                return true
            }
            return self.fail(.enumeration(field.pointee.child))
        default: return true
        }
    }

    /// A list of numbers in one piece; a sender may choose that for any of them.
    private func walkPacked(
        _ field: UnsafeMutablePointer<WireTables.Field>,
        _ reader: inout WireReader,
        _ count: UnsafeMutablePointer<UInt32>
    ) -> Bool {
        guard var part = reader.lengthDelimited() else { return self.fail(.ends) }
        while !part.isAtEnd {
            count.pointee &+= 1
            if count.pointee > self.maximumEntries { return self.fail(.tooMany) }
            if !self.checkScalar(field, &part) { return false }
        }
        return true
    }

    /// What can only be said when the whole message was seen.
    @inline(__always)
    private func finish(_ frame: Frame) -> Bool {
        let required = self.tables.messages[Int(frame.message)].required
        return frame.seen & required == required || self.failIncomplete(frame)
    }

    @inline(never)
    private func failIncomplete(_ frame: Frame) -> Bool {
        let message = self.tables.messages[Int(frame.message)]
        for index in 0..<message.fieldCount {
            let field = message.fields + index
            guard message.required & field.pointee.bit != 0, frame.seen & field.pointee.bit == 0 else { continue }
            self.path.append(self.tables.name(ofField: field.pointee.number, inMessage: frame.message))
            break
        }
        return self.fail(.missing)
    }

    private func isValue(_ number: Int64, ofEnum index: Int32) -> Bool {
        self.tables.enumDescriptions[Int(index)].values.contains { Int64($0.number) == number }
    }

    @inline(never)
    private func fail(_ trouble: Trouble) -> Bool {
        self.trouble = trouble
        return false
    }

    /// Something else came where bytes were due, or a message that is not looked into here.
    @inline(never)
    private func failOpaque(_ field: UnsafeMutablePointer<WireTables.Field>, _ frame: Frame) -> Bool {
        let isMessage = frame.message == 0 && self.opaqueFields.contains(field.pointee.number)
        return self.fail(.wireType(isMessage ? .message : .bytes))
    }

    /// Notes the name of the field in which something was found, on the way back out.
    @inline(never)
    private func failed(in field: UnsafeMutablePointer<WireTables.Field>, _ frame: Frame) -> Bool {
        if case .twoMembers = self.trouble, self.path.isEmpty {
            // The place is the oneof; its members are named in the text.
            self.path.append(self.oneofName)
            return false
        }
        if frame.message == 0, field.pointee.number == self.transparentField, !self.path.isEmpty { return false }
        var name = self.tables.name(ofField: field.pointee.number, inMessage: frame.message)
        if field.pointee.isRepeated {
            if case .tooMany = self.trouble, self.path.isEmpty {
                // The list itself is the place.
            } else {
                let count = self.counters[frame.counters + Int(field.pointee.counter)]
                name += "[\(max(count, 1) - 1)]"
            }
        }
        self.path.append(name)
        return false
    }
}
