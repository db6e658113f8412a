//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Looks over the bytes of a message before protobuf-c decodes them, for what protobuf-c lets pass in silence.
///
/// One walk, led by the descriptors, finds
/// - bytes that are no protobuf message, groups, and values laid out otherwise than their field's type wants;
/// - strings that are not UTF-8 or hold a NUL (protobuf-c would cut them off there);
/// - numbers that an enum does not have (protobuf-c keeps them, other runtimes drop them), and numbers that an int32
///   cannot hold (the protobuf runtimes cut them to 32 bits, which makes another number of them: refused here);
/// - two different members of a oneof (all runtimes keep the last one);
/// - required fields that are missing; lists that are too long; messages nested too deep.
///
/// A message field that comes twice is one message, as protobuf has it, and is looked over as one: two halves of an
/// application with different facts are two members of the oneof. Decoders merge such parts one by one, each at the cost
/// of the whole, so a message in more than ``maximumRepeats`` further parts is refused. A scalar that comes twice: the last one counts. A field
/// that the contract does not have is passed over.
///
/// One for each kind of request and event loop: it keeps its working memory.
package final class WireValidator {
    private struct Frame {
        var message: Int32
        var counters: Int
        var seen: UInt64 = 0
        /// Fields that are messages and came more than once: looked over when all their parts are known.
        var again: UInt64 = 0
        /// How often a message field came again, all fields together.
        var repeats = 0
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
        case tooMany
        case tooManyParts
        case tooDeep
    }

    private static let maximumDepth = 16
    /// How often the message fields of one message may come again: 16 parts of one field pass, 17 do not.
    static let maximumRepeats = 15

    let tables: WireTables
    let maximumEntries: UInt32
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
    package init(
        _ type: MessageType,
        transparent: String? = nil,
        opaque: Set<String> = [],
        maximumEntries: Int = 10_000
    ) {
        let tables = WireTables(type, opaque: opaque)
        self.tables = tables
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
        if self.walk(reader, &frame, depth: 0), self.finish(&frame, parts: CollectionOfOne(reader), depth: 0) { return }
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

    /// Walks over one part of a message, as a rule the whole of it.
    private func walk(_ part: WireReader, _ frame: inout Frame, depth: Int) -> Bool {
        let message = self.tables.messages + Int(frame.message)
        let lookup = message.pointee.lookup
        let lookupCount = message.pointee.lookupCount
        let fields = message.pointee.fields
        var reader = part
        while !reader.isAtEnd {
            guard let tag = reader.tag() else { return self.fail(.ends) }
            let place = tag.field < lookupCount ? lookup[Int(tag.field)] : 0
            if place == 0 {
                if reader.skip(wireType: tag.wireType) { continue }
                return self.fail(tag.wireType == 3 || tag.wireType == 4 ? .group : .ends)
            }
            let field = fields + Int(place &- 1)
            if !self.check(field, wireType: tag.wireType, &reader, &frame, depth: depth) {
                return self.failed(in: field, frame)
            }
        }
        return true
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
            if frame.seen & bit != 0 {
                frame.again |= bit
                frame.repeats &+= 1
                return frame.repeats <= Self.maximumRepeats || self.fail(.tooManyParts)
            }
            frame.seen |= bit
            guard depth < Self.maximumDepth else { return self.fail(.tooDeep) }
            let above = self.tables.messages[Int(frame.message)].counterCount
            var inner = self.enter(message: field.pointee.child, counters: frame.counters &+ above)
            return self.walk(part, &inner, depth: depth &+ 1)
                && self.finish(&inner, parts: CollectionOfOne(part), depth: depth &+ 1)
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

    /// What can only be said when a message's parts have all been seen.
    @inline(__always)
    private func finish(_ frame: inout Frame, parts: some Collection<WireReader>, depth: Int) -> Bool {
        let required = self.tables.messages[Int(frame.message)].required
        if frame.seen & required == required, frame.again == 0 { return true }
        return self.finishSlowly(&frame, parts: parts, depth: depth)
    }

    @inline(never)
    private func finishSlowly(_ frame: inout Frame, parts: some Collection<WireReader>, depth: Int) -> Bool {
        let message = self.tables.messages[Int(frame.message)]
        for index in 0..<message.fieldCount {
            let field = message.fields + index
            if message.required & field.pointee.bit != 0, frame.seen & field.pointee.bit == 0 {
                self.path.append(self.tables.name(ofField: field.pointee.number, inMessage: frame.message))
                return self.fail(.missing)
            }
            guard field.pointee.check == .message, !field.pointee.isRepeated, frame.again & field.pointee.bit != 0
            else { continue }
            // The same message in parts: once more over all of them, as one.
            let pieces = self.pieces(ofField: field.pointee.number, in: parts)
            if pieces.isEmpty { continue }
            guard depth < Self.maximumDepth else { return self.fail(.tooDeep) }
            var inner = self.enter(message: field.pointee.child, counters: frame.counters + message.counterCount)
            for piece in pieces where !self.walk(piece, &inner, depth: depth + 1) {
                return self.failed(in: field, frame)
            }
            if !self.finish(&inner, parts: pieces, depth: depth + 1) { return self.failed(in: field, frame) }
        }
        return true
    }

    private func pieces(ofField number: UInt32, in parts: some Collection<WireReader>) -> [WireReader] {
        var pieces: [WireReader] = []
        for part in parts {
            var reader = part
            while let tag = reader.tag() {
                if tag.field == number, tag.wireType == 2 {
                    guard let piece = reader.lengthDelimited() else { break }
                    pieces.append(piece)
                } else if !reader.skip(wireType: tag.wireType) {
                    break
                }
            }
        }
        return pieces
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
