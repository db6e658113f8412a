//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// One walk over a text: JSON in, protobuf bytes out.
struct JSONWalk {
    /// A message that is open.
    struct Frame: BitwiseCopyable {
        /// In the plan.
        var message = 0
        /// The place of the field under way; -1 before its name is known.
        var field = -1
        /// The entry of its list under way; -1 where it is none.
        var entry = -1
    }

    /// An entry that stands for itself and does not fit.
    struct Misfit {
        let entry: Int
        let cause: JSONFaultCause
        /// The way to it.
        let frames: [Frame]
    }

    /// Of the root's ``JSONPlan/Root/separateList``. Each has an empty entry in its place.
    private(set) var misfits: [Misfit] = []
    var scanner: JSONScanner
    let writer: ByteWriter
    /// How many messages are open around the one that is walked over.
    private(set) var depth = 0
    private let plan: JSONPlan
    private let limits: JSONLimits
    private let frames: UnsafeMutablePointer<Frame>
    private let seen: UnsafeMutablePointer<UInt64>
    /// What the writer held before.
    private let base: Int
    /// Of all lists so far.
    private var entries = 0
    private let separateList: UInt32

    init(_ reader: JSONReader, _ scanner: JSONScanner, _ root: JSONPlan.Root, _ writer: ByteWriter) {
        self.separateList = root.separateList
        self.scanner = scanner
        self.writer = writer
        self.plan = reader.plan
        self.limits = reader.limits
        self.frames = reader.frames
        self.seen = reader.seen
        self.base = writer.count
    }

    mutating func run(_ root: JSONPlan.Root) throws(JSONFaultCause) {
        self.scanner.skipSpace()
        try self.object(root.message, depth: 0)
        try self.scanner.finish()
        self.frames[0].field = -1
        self.depth = 0
        try self.checkSize()
    }

    private mutating func object(_ index: Int, depth: Int) throws(JSONFaultCause) {
        guard self.scanner.take(UInt8(ascii: "{")) else { throw self.scanner.mismatch(.object) }
        guard depth < JSONPlan.maximumDepth else { throw self.scanner.cause(.nestedTooDeep) }
        self.scanner.skipSpace()
        if self.scanner.take(UInt8(ascii: "}")) { return }
        let message = UnsafePointer(self.plan.messages + index)
        let seen = self.seen + depth &* self.plan.words
        seen.update(repeating: 0, count: message.pointee.words)
        let frame = self.frames + depth
        frame.pointee.message = index
        var expected = 0
        repeat {
            self.depth = depth
            frame.pointee.field = -1
            frame.pointee.entry = -1
            let place = try self.name(of: message, expected: expected)
            expected = place &+ 1
            frame.pointee.field = place
            let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: place & 63)
            guard seen[place &>> 6] & bit == 0 else { throw self.scanner.cause(.twice) }
            seen[place &>> 6] |= bit
            try self.scanner.colon()
            // As everywhere in protobuf JSON, null says that a field is not set.
            if self.scanner.take(word: "null") { continue }
            let field = UnsafePointer(message.pointee.fields + place)
            if field.pointee.oneof > 0 {
                let word = seen + message.pointee.fieldWords + (field.pointee.oneof &- 1)
                if word.pointee > 0 { throw self.scanner.cause(.secondMember(after: Int(word.pointee) &- 1)) }
                word.pointee = UInt64(truncatingIfNeeded: place &+ 1)
            }
            if field.pointee.isRepeated {
                try self.list(field, frame, depth: depth)
            } else {
                try self.value(field, depth: depth)
            }
        } while try self.scanner.comma(orClose: UInt8(ascii: "}"))
    }

    /// Steps over a member's name.
    ///
    /// - Returns: The place of its field.
    @inline(__always)
    private mutating func name(
        of message: UnsafePointer<JSONPlan.Message>,
        expected: Int
    ) throws(JSONFaultCause) -> Int {
        let start = self.scanner.offset
        let name = try self.scanner.string()
        let place: Int?
        if name.hasEscapes {
            place = try self.plain(name, orFor: .noSuchField) { (bytes, count) in
                message.pointee.field(bytes, count: count, expected: expected)
            }
        } else {
            place = message.pointee.field(name.start, count: name.count, expected: expected)
        }
        guard let place else { throw JSONFaultCause(reason: .noSuchField, offset: start) }
        return place
    }

    private mutating func list(
        _ field: UnsafePointer<JSONPlan.Field>,
        _ frame: UnsafeMutablePointer<Frame>,
        depth: Int
    ) throws(JSONFaultCause) {
        guard self.scanner.take(UInt8(ascii: "[")) else { throw self.scanner.mismatch(.list) }
        self.scanner.skipSpace()
        if self.scanner.take(UInt8(ascii: "]")) { return }
        var entry = 0
        let isSeparate = depth == 0 && field.pointee.number == self.separateList
        repeat {
            frame.pointee.entry = -1
            self.entries &+= 1
            if entry >= self.limits.listEntries { throw self.scanner.cause(.listTooLong) }
            if self.entries > self.limits.entries { throw self.scanner.cause(.tooManyEntries) }
            try self.checkSize()
            frame.pointee.entry = entry
            if isSeparate {
                try self.separateEntry(field, entry)
            } else {
                try self.value(field, depth: depth)
            }
            self.depth = depth
            entry &+= 1
        } while try self.scanner.comma(orClose: UInt8(ascii: "]"))
    }

    /// Walks over an entry of the outermost message that spoils no other where it does not fit.
    @inline(never)
    private mutating func separateEntry(
        _ field: UnsafePointer<JSONPlan.Field>,
        _ entry: Int
    ) throws(JSONFaultCause) {
        let (start, mark) = (self.scanner.cursor, self.writer.count)
        do throws(JSONFaultCause) {
            self.depth = 0
            try self.value(field, depth: 0)
        } catch {
            guard error.isMisfit else { throw error }
            let frames = Array(UnsafeBufferPointer(start: self.frames, count: self.depth + 1))
            self.misfits.append(Misfit(entry: entry, cause: error, frames: frames))
            self.writer.truncate(to: mark)
            self.writer.endMessage(self.writer.beginMessage(field: field.pointee.number))
            self.scanner.cursor = start
            try self.scanner.skipValue()
        }
    }

    /// An enum of the plan.
    @inline(__always)
    func enumeration(at index: Int) -> JSONPlan.Enumeration { self.plan.enumerations[index] }

    /// Throws where more was written than the message, or the writer, may hold.
    @inline(__always)
    private func checkSize() throws(JSONFaultCause) {
        if self.writer.count &- self.base > self.limits.message || self.writer.isOverLimit {
            throw self.scanner.cause(.messageTooLarge)
        }
    }

    @inline(__always)
    private mutating func value(_ field: UnsafePointer<JSONPlan.Field>, depth: Int) throws(JSONFaultCause) {
        let number = field.pointee.number
        switch field.pointee.value {
        case .bool:
            let isTrue = self.scanner.take(word: "true")
            guard isTrue || self.scanner.take(word: "false") else { throw self.scanner.mismatch(.bool) }
            self.writer.write(field: number, varint: isTrue ? 1 : 0)
        case .int32, .int64: self.writer.write(field: number, varint: try self.integer(field.pointee.value))
        case .enumeration: self.writer.write(field: number, varint: Int64(try self.enumeration(field.pointee.child)))
        case .string: try self.string(number)
        case .bytes: try self.bytes(number)
        case .message:
            // A request's own members are long more often than not, what they hold is short.
            let width = depth == 0 ? 2 : 1
            let start = self.writer.beginMessage(field: number, lengthWidth: width)
            try self.object(field.pointee.child, depth: depth &+ 1)
            self.writer.endMessage(start, lengthWidth: width)
        }
    }
}
