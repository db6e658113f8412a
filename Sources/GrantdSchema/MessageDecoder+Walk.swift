//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension MessageDecoder {
    typealias Field = UnsafeMutablePointer<DecodingPlan.Field>

    /// Decodes the fields of a message into a struct of its own.
    ///
    /// Encoders write fields by number: the field behind the last one, or a list's once more, is tried first.
    ///
    /// - Parameters:
    ///   - index: The message's, in the plan.
    ///   - depth: How many messages it lies in.
    ///   - memory: Where its struct, and all in it, is laid; `nil` where the bytes are only looked over.
    /// - Returns: Its struct; `nil` where the walk met a fault.
    func walk(
        _ bytes: WireReader,
        _ index: Int32,
        depth: Int,
        _ memory: UnsafeMutablePointer<Arena.State>?
    ) -> UnsafeMutableRawPointer? {
        let message = self.messages + Int(index)
        guard depth <= Self.maximumDepth else { return self.noMessage(.tooDeep) }
        guard let place = self.place(of: message, depth: depth, memory) else { return self.noMessage(.exhausted) }
        // Made where something is wrong or seldom only: the loop keeps few things at hand.
        @inline(__always)
        func frame() -> Frame { Frame(message: message, place: place, depth: depth, memory: memory) }
        var reader = bytes
        var expected = message.pointee.fields
        while true {
            let field: Field
            // Most facts are bools: tag and value at one look.
            if expected.pointee.action == .optionalBool,
                let bit = reader.passesBit(
                    tag: expected.pointee.tag,
                    mask: expected.pointee.tagMask,
                    length: expected.pointee.tagLength
                )
            {
                (place + Int(expected.pointee.quantifier)).storeBytes(of: 1 | bit << 32, as: UInt64.self)
                expected += 1
                continue
            }
            if reader.passes(
                tag: expected.pointee.tag,
                mask: expected.pointee.tagMask,
                length: expected.pointee.tagLength
            ) {
                field = expected
            } else if let known = reader.passesTag(of: message) {
                field = known
            } else {
                if reader.isAtEnd { break }
                let found = self.find(reader, frame())
                guard let next = found.next else { return nil }
                reader.cursor = next
                guard let known = found.field else { continue }
                field = known
            }
            expected = field + 1
            switch field.pointee.action {
            case .optionalBool:
                guard let value = reader.varint() else { return self.noMessage(.ends) }
                (place + Int(field.pointee.quantifier)).storeBytes(of: value == 0 ? 1 : 1 | 1 << 32, as: UInt64.self)
            case .optionalInt64:
                guard let value = reader.varint() else { return self.noMessage(.ends) }
                (place + Int(field.pointee.offset)).storeBytes(of: value, as: UInt64.self)
                (place + Int(field.pointee.quantifier)).storeBytes(of: 1, as: Int32.self)
            case .optionalInt32:
                guard let value = reader.varint() else { return self.noMessage(.ends) }
                guard let number = Int32(exactly: Int64(bitPattern: value)) else {
                    return self.noMessage(.int32, in: field, frame())
                }
                (place + Int(field.pointee.offset)).storeBytes(of: number, as: Int32.self)
                (place + Int(field.pointee.quantifier)).storeBytes(of: 1, as: Int32.self)
            case .optionalEnumeration:
                guard let value = reader.varint() else { return self.noMessage(.ends) }
                guard self.isValue(value, ofEnum: field.pointee.child) else {
                    return self.noMessage(.enumeration(field.pointee.child), in: field, frame())
                }
                (place + Int(field.pointee.offset)).storeBytes(of: Int32(truncatingIfNeeded: value), as: Int32.self)
                (place + Int(field.pointee.quantifier)).storeBytes(of: 1, as: Int32.self)
            case .optionalString:
                guard let part = reader.lengthDelimited() else { return self.noMessage(.ends) }
                guard let text = self.text(part, memory) else { return self.noMessage(in: field, frame()) }
                (place + Int(field.pointee.offset)).storeBytes(of: text, as: UnsafeRawPointer.self)
            case .message:
                guard let part = reader.lengthDelimited() else { return self.noMessage(.ends) }
                guard place.load(fromByteOffset: Int(field.pointee.offset), as: UInt.self) == 0 else {
                    return self.noMessage(.twice, in: field, frame())
                }
                guard let inner = self.walk(part, field.pointee.child, depth: depth &+ 1, memory) else {
                    return self.noMessage(in: field, frame())
                }
                (place + Int(field.pointee.offset)).storeBytes(of: inner, as: UnsafeMutableRawPointer.self)
            case .member:
                let quantifier = place + Int(field.pointee.quantifier)
                guard self.isFree(quantifier, field, message) else { return self.noMessage(in: field, frame()) }
                guard let part = reader.lengthDelimited() else { return self.noMessage(.ends) }
                guard quantifier.load(as: UInt32.self) == 0 else {
                    return self.noMessage(.twice, in: field, frame())
                }
                guard let inner = self.walk(part, field.pointee.child, depth: depth &+ 1, memory) else {
                    return self.noMessage(in: field, frame())
                }
                (place + Int(field.pointee.offset)).storeBytes(of: inner, as: UnsafeMutableRawPointer.self)
                quantifier.storeBytes(of: field.pointee.number, as: UInt32.self)
            case .entry:
                expected = field
                let quantifier = place + Int(field.pointee.quantifier)
                let count = quantifier.load(as: Int.self)
                guard count < self.maximumEntries else { return self.noMessage(.tooMany, in: field, frame()) }
                quantifier.storeBytes(of: count &+ 1, as: Int.self)
                guard let part = reader.lengthDelimited() else { return self.noMessage(.ends) }
                guard let inner = self.walk(part, field.pointee.child, depth: depth &+ 1, memory),
                    let entry = self.room(
                        for: count,
                        ofWidth: MemoryLayout<UInt>.size,
                        at: place + Int(field.pointee.offset),
                        memory
                    )
                else { return self.noMessage(in: field, frame()) }
                entry.storeBytes(of: inner, as: UnsafeMutableRawPointer.self)
            case .other:
                guard let next = self.readOther(reader, field, frame()) else {
                    return self.noMessage(in: field, frame())
                }
                reader.cursor = next
            case .opaque:
                expected = field
                guard field.pointee.label != .repeated || self.count(field, place) else {
                    return self.noMessage(in: field, frame())
                }
                guard reader.lengthDelimited() != nil else { return self.noMessage(.ends) }
            }
        }
        return message.pointee.requiredCount == 0 || self.isComplete(frame()) ? place : nil
    }

    /// A message's struct with nothing set; `nil` where there is no room for it.
    @inline(__always)
    private func place(
        of message: UnsafeMutablePointer<DecodingPlan.Message>,
        depth: Int,
        _ memory: UnsafeMutablePointer<Arena.State>?
    ) -> UnsafeMutableRawPointer? {
        let size = message.pointee.size
        var place: UnsafeMutableRawPointer?
        if let memory {
            place = Arena.take(size, alignment: 8, from: memory)
        } else {
            place = self.scratchPlace(depth)
        }
        guard let place else { return nil }
        place.copyMemory(from: message.pointee.image, byteCount: size)
        if message.pointee.requiredCount > 0, let seen = self.seen {
            (seen + depth &* self.seenStride).update(repeating: 0, count: self.seenStride)
        }
        return place
    }

    /// The field that comes next, where it is not the one behind the last.
    ///
    /// - Returns: The field, and where its value begins; no field where it was passed over; no place where there is a fault.
    @inline(never)
    private func find(_ bytes: WireReader, _ frame: Frame) -> (field: Field?, next: UnsafePointer<UInt8>?) {
        var reader = bytes
        guard let tag = reader.tag() else {
            _ = self.fail(.ends)
            return (nil, nil)
        }
        guard let field = DecodingPlan.field(tag.field, of: frame.message) else {
            return (nil, self.pass(tag, reader, frame))
        }
        if tag.wireType == field.pointee.value.wireType { return (field, reader.cursor) }
        if let next = self.readOtherwise(tag.wireType, reader, field, frame) { return (nil, next) }
        _ = self.failed(in: field, frame)
        return (nil, nil)
    }

    /// Notes what was found.
    @inline(never)
    private func noMessage(_ cause: Cause) -> UnsafeMutableRawPointer? {
        self.cause = cause
        return nil
    }

    /// Notes what was found at a field.
    @inline(never)
    private func noMessage(_ cause: Cause, in field: Field, _ frame: Frame) -> UnsafeMutableRawPointer? {
        _ = self.failed(cause, in: field, frame)
        return nil
    }

    /// Notes the name of the field in which something was found.
    @inline(never)
    private func noMessage(in field: Field, _ frame: Frame) -> UnsafeMutableRawPointer? {
        _ = self.failed(in: field, frame)
        return nil
    }

    /// Room for the next entry of a list. Its room is doubled when it is full.
    ///
    /// - Parameters:
    ///   - count: How many entries it has.
    ///   - width: Of an entry, in bytes.
    ///   - target: Where the address of the first entry stands.
    @inline(__always)
    private func room(
        for count: Int,
        ofWidth width: Int,
        at target: UnsafeMutableRawPointer,
        _ memory: UnsafeMutablePointer<Arena.State>?
    ) -> UnsafeMutableRawPointer? {
        guard let memory else { return self.scratchPlace(Self.maximumDepth + 1) }
        // The first room is for four.
        if count & (count &- 1) == 0, count == 0 || count >= 4 {
            return self.moreRoom(for: count, ofWidth: width, at: target, memory)
        }
        return target.load(as: UnsafeMutableRawPointer?.self).map { $0 + count &* width }
    }

    @inline(never)
    private func moreRoom(
        for count: Int,
        ofWidth width: Int,
        at target: UnsafeMutableRawPointer,
        _ memory: UnsafeMutablePointer<Arena.State>
    ) -> UnsafeMutableRawPointer? {
        guard let room = Arena.take(max(2 * count, 4) * width, alignment: 8, from: memory) else {
            _ = self.fail(.exhausted)
            return nil
        }
        if let entries = target.load(as: UnsafeRawPointer?.self) {
            room.copyMemory(from: entries, byteCount: count * width)
        }
        target.storeBytes(of: room, as: UnsafeMutableRawPointer.self)
        return room + count * width
    }

    /// A text with the NUL that protobuf-c puts behind it, and with NULs from there on to a multiple of eight bytes: it may be
    /// read by words.
    @inline(never)
    private func text(_ bytes: WireReader, _ memory: UnsafeMutablePointer<Arena.State>?) -> UnsafeRawPointer? {
        let count = bytes.end - bytes.cursor
        let check: TextCheck
        var text = UnsafeMutableRawPointer(mutating: bytes.cursor)
        if let memory {
            // A multiple of eight bytes, so that what comes behind it is aligned.
            guard let taken = Arena.take((count &+ 8) & ~7, alignment: 8, from: memory) else {
                _ = self.fail(.exhausted)
                return nil
            }
            text = taken
            check = TextCheck.copy(bytes.cursor, bytes.end, to: taken)
        } else {
            // Nobody reads the text: its address only says that it came.
            check = TextCheck.check(bytes.cursor, bytes.end)
        }
        guard check == .valid else {
            _ = self.fail(.text(check))
            return nil
        }
        return UnsafeRawPointer(text)
    }

    /// Whether a number is one of an enum's.
    @inline(__always)
    private func isValue(_ value: UInt64, ofEnum index: Int32) -> Bool {
        let enumeration = self.enumerations + Int(index)
        return value &- UInt64(bitPattern: enumeration.pointee.lowest) < enumeration.pointee.inRow
            || self.isListed(value, ofEnum: index)
    }

    @inline(never)
    private func isListed(_ value: UInt64, ofEnum index: Int32) -> Bool {
        self.plan.enumDescriptions[Int(index)].values.contains { Int64($0.number) == Int64(bitPattern: value) }
    }

    /// Counts an entry of a list.
    private func count(_ field: Field, _ place: UnsafeMutableRawPointer) -> Bool {
        let quantifier = place + Int(field.pointee.quantifier)
        let count = quantifier.load(as: Int.self)
        guard count < self.maximumEntries else { return self.fail(.tooMany) }
        quantifier.storeBytes(of: count &+ 1, as: Int.self)
        return true
    }

    /// Whether no other member of the oneof came.
    @inline(__always)
    private func isFree(
        _ quantifier: UnsafeMutableRawPointer,
        _ field: Field,
        _ message: UnsafeMutablePointer<DecodingPlan.Message>
    ) -> Bool {
        let first = quantifier.load(as: UInt32.self)
        if first == 0 || first == field.pointee.number { return true }
        return self.fail(.twoMembers(message: message.pointee.index, first: first, second: field.pointee.number))
    }
}

extension WireReader {
    /// Passes over a tag of one or two bytes, if it is that of a field of the message, laid out as its value wants.
    @inline(__always)
    fileprivate mutating func passesTag(of message: UnsafeMutablePointer<DecodingPlan.Message>) -> MessageDecoder.Field?
    {
        guard self.end - self.cursor >= 2 else { return nil }
        var tag = UInt32(self.cursor[0])
        var length = 1
        if tag >= 0x80 {
            let second = UInt32(self.cursor[1])
            guard second < 0x80 else { return nil }
            tag = tag & 0x7F | second << 7
            length = 2
        }
        guard let field = DecodingPlan.nearField(tag >> 3, of: message),
            tag & 7 == UInt32(field.pointee.tag & 7)
        else { return nil }
        self.cursor += length
        return field
    }
}

// What hardly any field is. The reader comes by value, and its cursor goes back: the walk keeps both in registers.
extension MessageDecoder {
    /// Reads a value of a field that has no action of its own.
    ///
    /// - Returns: Where its bytes end.
    @inline(never)
    private func readOther(_ bytes: WireReader, _ field: Field, _ frame: Frame) -> UnsafePointer<UInt8>? {
        var reader = bytes
        let quantifier = frame.place + Int(field.pointee.quantifier)
        var target = frame.place + Int(field.pointee.offset)
        switch field.pointee.label {
        case .repeated:
            guard self.count(field, frame.place) else { return nil }
            let count = quantifier.load(as: Int.self) &- 1
            guard let room = self.room(for: count, ofWidth: field.pointee.value.width, at: target, frame.memory) else {
                return nil
            }
            target = room
        case .oneofMember:
            guard self.isFree(quantifier, field, frame.message) else { return nil }
        case .required, .optional, .implicit: break
        }
        guard self.readValue(&reader, field, frame, into: target) else { return nil }
        switch field.pointee.label {
        case .oneofMember: quantifier.storeBytes(of: field.pointee.number, as: UInt32.self)
        case .required: self.markSeen(field, frame)
        case .optional where field.pointee.hasFlag: quantifier.storeBytes(of: 1, as: Int32.self)
        case .optional, .implicit, .repeated: break
        }
        return reader.cursor
    }

    private func readValue(
        _ reader: inout WireReader,
        _ field: Field,
        _ frame: Frame,
        into target: UnsafeMutableRawPointer
    ) -> Bool {
        switch field.pointee.value {
        case .bool, .int32, .int64, .enumeration:
            return self.readScalar(&reader, field, into: target)
        case .string:
            guard let part = reader.lengthDelimited() else { return self.fail(.ends) }
            guard let text = self.text(part, frame.memory) else { return false }
            target.storeBytes(of: text, as: UnsafeRawPointer.self)
            return true
        case .bytes:
            guard let part = reader.lengthDelimited() else { return self.fail(.ends) }
            return self.readBytes(part, frame, into: target)
        case .message:
            guard let part = reader.lengthDelimited() else { return self.fail(.ends) }
            guard target.load(as: UInt.self) == 0 else { return self.fail(.twice) }
            guard let message = self.walk(part, field.pointee.child, depth: frame.depth &+ 1, frame.memory) else {
                return false
            }
            target.storeBytes(of: message, as: UnsafeMutableRawPointer.self)
            return true
        }
    }

    private func readScalar(_ reader: inout WireReader, _ field: Field, into target: UnsafeMutableRawPointer) -> Bool {
        guard let value = reader.varint() else { return self.fail(.ends) }
        switch field.pointee.value {
        case .int32:
            guard let number = Int32(exactly: Int64(bitPattern: value)) else { return self.fail(.int32) }
            target.storeBytes(of: number, as: Int32.self)
        case .enumeration:
            guard self.isValue(value, ofEnum: field.pointee.child) else {
                return self.fail(.enumeration(field.pointee.child))
            }
            target.storeBytes(of: Int32(truncatingIfNeeded: value), as: Int32.self)
        case .bool: target.storeBytes(of: value == 0 ? 0 : 1, as: Int32.self)
        default: target.storeBytes(of: value, as: UInt64.self)
        }
        return true
    }

    /// As protobuf-c lays them: a count, and an address where there is a byte.
    private func readBytes(_ bytes: WireReader, _ frame: Frame, into target: UnsafeMutableRawPointer) -> Bool {
        let count = bytes.end - bytes.cursor
        var address: UnsafeMutableRawPointer?
        if count > 0, let memory = frame.memory {
            address = Arena.take((count &+ 7) & ~7, alignment: 8, from: memory)
            guard let address else { return self.fail(.exhausted) }
            address.copyMemory(from: bytes.cursor, byteCount: count)
        }
        target.storeBytes(of: count, as: Int.self)
        target.storeBytes(of: address, toByteOffset: MemoryLayout<Int>.size, as: UnsafeMutableRawPointer?.self)
        return true
    }

    /// Reads a known field that is laid out otherwise than its value is: a list of numbers in one piece, which a sender may
    /// choose for any of them, or a mistake.
    ///
    /// - Returns: Where its bytes end.
    @inline(never)
    private func readOtherwise(
        _ wireType: UInt32,
        _ bytes: WireReader,
        _ field: Field,
        _ frame: Frame
    ) -> UnsafePointer<UInt8>? {
        let quantifier = frame.place + Int(field.pointee.quantifier)
        switch field.pointee.label {
        case .repeated:
            if wireType == 2, field.pointee.value.isScalar { return self.readPacked(bytes, field, frame) }
            guard self.count(field, frame.place) else { return nil }
        case .oneofMember:
            guard self.isFree(quantifier, field, frame.message) else { return nil }
        case .required, .optional, .implicit: break
        }
        _ = self.fail(.wireType(field.pointee.value))
        return nil
    }

    private func readPacked(_ bytes: WireReader, _ field: Field, _ frame: Frame) -> UnsafePointer<UInt8>? {
        var reader = bytes
        guard var part = reader.lengthDelimited() else {
            _ = self.fail(.ends)
            return nil
        }
        let quantifier = frame.place + Int(field.pointee.quantifier)
        let target = frame.place + Int(field.pointee.offset)
        let width = field.pointee.value.width
        while !part.isAtEnd {
            guard self.count(field, frame.place) else { return nil }
            let count = quantifier.load(as: Int.self) &- 1
            guard let room = self.room(for: count, ofWidth: width, at: target, frame.memory),
                self.readScalar(&part, field, into: room)
            else { return nil }
        }
        return reader.cursor
    }

    /// Passes over a field that the contract does not have, or refuses it.
    ///
    /// - Returns: Where its bytes end.
    @inline(never)
    private func pass(_ tag: WireReader.Tag, _ bytes: WireReader, _ frame: Frame) -> UnsafePointer<UInt8>? {
        // The end of a group and what no field is laid out as are no fields of anybody's contract.
        if !self.passesUnknownFields, tag.wireType <= 5, tag.wireType != 4 {
            self.path.append(String(tag.field))
            _ = self.fail(.unknown(message: frame.message.pointee.index, number: tag.field))
            return nil
        }
        var reader = bytes
        if reader.skip(wireType: tag.wireType) { return reader.cursor }
        _ = self.fail(tag.wireType == 3 || tag.wireType == 4 ? .group : .ends)
        return nil
    }

    private func markSeen(_ field: Field, _ frame: Frame) {
        guard let seen = self.seen else { return }
        let bit = Int(field.pointee.required)
        seen[frame.depth &* self.seenStride &+ bit >> 6] |= 1 << UInt64(bit & 63)
    }

    /// Whether every required field came; what can only be said when the whole message was seen.
    @inline(never)
    private func isComplete(_ frame: Frame) -> Bool {
        guard let seen = self.seen else { return true }
        let message = frame.message.pointee
        for index in 0..<message.fieldCount {
            let bit = Int(message.fields[index].required)
            guard bit >= 0 else { continue }
            if seen[frame.depth &* self.seenStride &+ bit >> 6] & 1 << UInt64(bit & 63) == 0 {
                self.path.append(self.plan.name(ofField: message.fields[index].number, inMessage: message.index))
                return self.fail(.missing)
            }
        }
        return true
    }
}
