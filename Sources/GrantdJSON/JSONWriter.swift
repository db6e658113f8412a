//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdSchema

/// Makes JSON text of protobuf bytes: the .proto's names, fields by number, unset ones left out, int64 in strings, enums by
/// name, as protobuf JSON has it. Keeps nothing between two messages.
package struct JSONWriter: Sendable {
    private let plan: JSONPlan
    /// Whether the order of a message's fields is looked at before they are written.
    private let checksOrder: Bool

    package init(_ plan: JSONPlan) { self.init(plan, checksOrder: false) }

    private init(_ plan: JSONPlan, checksOrder: Bool) {
        self.plan = plan
        self.checksOrder = checksOrder
    }

    /// What becomes of bytes.
    private enum Outcome {
        case written
        /// A field's number is lower than the one before it, as with no writer of ours.
        case unordered
        /// They are not what they should be.
        case malformed
    }

    /// Writes one message.
    ///
    /// - Parameters:
    ///   - bytes: The message's. Fields that the plan does not have are left out.
    ///   - root: The message, of this writer's plan.
    ///   - isIndented: Spread over lines, for a person; on one line otherwise. No newline at the end.
    ///   - writer: Gets the text, behind what it holds. That it was over its limit is the caller's to see.
    /// - Throws: Where the bytes are no such message, or have a field twice that is no list; what was written is then worth
    ///   nothing.
    package func write(
        _ bytes: UnsafeRawBufferPointer,
        as root: JSONPlan.Root,
        isIndented: Bool = false,
        into writer: ByteWriter
    ) throws(WireFault) {
        let start = writer.count
        var outcome = self.object(bytes, root, isIndented: isIndented, into: writer)
        if case .unordered = outcome {
            writer.truncate(to: start)
            outcome = JSONWriter(self.plan, checksOrder: true).object(bytes, root, isIndented: isIndented, into: writer)
        }
        guard case .written = outcome else {
            throw WireFault(
                kind: .malformed,
                field: "",
                message: "the bytes are no \(self.plan.messageTypes[root.message].name)"
            )
        }
    }

    private func object(
        _ bytes: UnsafeRawBufferPointer,
        _ root: JSONPlan.Root,
        isIndented: Bool,
        into writer: ByteWriter
    ) -> Outcome {
        var output = JSONOutput(writer, isIndented: isIndented)
        return self.object(WireReader(bytes), root.message, depth: 0, &output)
    }

    private func object(_ bytes: WireReader, _ index: Int, depth: Int, _ output: inout JSONOutput) -> Outcome {
        guard depth < JSONPlan.maximumDepth else { return .malformed }
        let message = UnsafePointer(self.plan.messages + index)
        var isOrdered = true
        if self.checksOrder {
            guard let isAscending = Self.isAscending(bytes) else { return .malformed }
            isOrdered = isAscending
        }
        output.begin(UInt8(ascii: "{"))
        let outcome =
            isOrdered
            ? self.orderedFields(bytes, of: message, depth: depth, &output)
            : self.unorderedFields(bytes, of: message, depth: depth, &output)
        output.end(UInt8(ascii: "}"))
        return outcome
    }

    /// Writes the fields in one pass.
    private func orderedFields(
        _ bytes: WireReader,
        of message: UnsafePointer<JSONPlan.Message>,
        depth: Int,
        _ output: inout JSONOutput
    ) -> Outcome {
        var reader = bytes
        var field = UnsafePointer(message.pointee.fields)
        let last = field + message.pointee.fieldCount
        var lowest: UInt32 = 0
        while !reader.isAtEnd {
            guard let tag = reader.tag() else { return .malformed }
            if tag.field < lowest { return .unordered }
            lowest = tag.field
            while field < last, field.pointee.number < tag.field { field += 1 }
            if field < last, field.pointee.number == tag.field {
                let outcome = self.member(field, tag, &reader, isContiguous: true, depth: depth, &output)
                guard case .written = outcome else { return outcome }
            } else {
                guard reader.skip(wireType: tag.wireType) else { return .malformed }
            }
        }
        return .written
    }

    /// Looks for each field among all.
    private func unorderedFields(
        _ bytes: WireReader,
        of message: UnsafePointer<JSONPlan.Message>,
        depth: Int,
        _ output: inout JSONOutput
    ) -> Outcome {
        for place in 0..<message.pointee.fieldCount {
            let field = UnsafePointer(message.pointee.fields + place)
            var reader = bytes
            guard let tag = Self.find(field.pointee.number, &reader, isContiguous: false) else { continue }
            let outcome = self.member(field, tag, &reader, isContiguous: false, depth: depth, &output)
            guard case .written = outcome else { return outcome }
        }
        return .written
    }

    /// Whether no number is lower than the one before it; `nil` where the bytes are no message.
    private static func isAscending(_ bytes: WireReader) -> Bool? {
        var reader = bytes
        var last: UInt32 = 0
        var isAscending = true
        while !reader.isAtEnd {
            guard let tag = reader.tag(), reader.skip(wireType: tag.wireType) else { return nil }
            isAscending = isAscending && tag.field >= last
            last = tag.field
        }
        return isAscending
    }

    /// The next tag of a field, and the reader behind it; `nil`, and the reader where it was, where there is none.
    ///
    /// - Parameter isContiguous: Look no further than at the next field.
    private static func find(_ number: UInt32, _ reader: inout WireReader, isContiguous: Bool) -> WireReader.Tag? {
        var ahead = reader
        while !ahead.isAtEnd, let tag = ahead.tag() {
            if tag.field == number {
                reader = ahead
                return tag
            }
            if isContiguous || !ahead.skip(wireType: tag.wireType) { return nil }
        }
        return nil
    }

    /// Writes a field with all of its entries.
    private func member(
        _ field: UnsafePointer<JSONPlan.Field>,
        _ first: WireReader.Tag,
        _ reader: inout WireReader,
        isContiguous: Bool,
        depth: Int,
        _ output: inout JSONOutput
    ) -> Outcome {
        output.key(field.pointee.key)
        let isRepeated = field.pointee.isRepeated
        if isRepeated { output.begin(UInt8(ascii: "[")) }
        var next: WireReader.Tag? = first
        while let tag = next {
            let wireType = field.pointee.value.wireType
            if tag.wireType == wireType {
                if isRepeated { output.separate() }
                let outcome = self.value(field, &reader, depth: depth, &output)
                guard case .written = outcome else { return outcome }
            } else if isRepeated, wireType == 0, tag.wireType == 2 {
                // A list of numbers in one piece.
                guard var piece = reader.lengthDelimited() else { return .malformed }
                while !piece.isAtEnd {
                    output.separate()
                    let outcome = self.value(field, &piece, depth: depth, &output)
                    guard case .written = outcome else { return outcome }
                }
            } else {
                return .malformed
            }
            next = Self.find(field.pointee.number, &reader, isContiguous: isContiguous)
            if !isRepeated, next != nil { return .malformed }
        }
        if isRepeated { output.end(UInt8(ascii: "]")) }
        return .written
    }

    @inline(__always)
    private func value(
        _ field: UnsafePointer<JSONPlan.Field>,
        _ reader: inout WireReader,
        depth: Int,
        _ output: inout JSONOutput
    ) -> Outcome {
        switch field.pointee.value {
        case .bool, .int32, .int64, .enumeration:
            guard let bits = reader.varint() else { return .malformed }
            let number = Int64(bitPattern: bits)
            switch field.pointee.value {
            case .bool: output.word(number != 0 ? "true" : "false")
            case .int64: output.number(number, isQuoted: true)
            case .enumeration: self.enumeration(field.pointee.child, Int32(truncatingIfNeeded: number), &output)
            default: output.number(Int64(Int32(truncatingIfNeeded: number)), isQuoted: false)
            }
            return .written
        case .string:
            guard let content = reader.lengthDelimited(), output.string(content.cursor, content.end) else {
                return .malformed
            }
            return .written
        case .bytes:
            guard let content = reader.lengthDelimited() else { return .malformed }
            output.bytes(content.cursor, count: content.end - content.cursor)
            return .written
        case .message:
            guard let content = reader.lengthDelimited() else { return .malformed }
            return self.object(content, field.pointee.child, depth: depth + 1, &output)
        }
    }

    private func enumeration(_ index: Int, _ number: Int32, _ output: inout JSONOutput) {
        if let value = self.plan.enumerations[index].value(of: Int64(number)) {
            output.text(value.pointee.quoted)
        } else {
            output.number(Int64(number), isQuoted: false)
        }
    }
}
