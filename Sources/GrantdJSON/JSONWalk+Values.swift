//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

extension JSONWalk {
    /// Writes a string with its field's number.
    mutating func string(_ number: UInt32) throws(JSONFaultCause) {
        guard self.scanner.byte == UInt8(ascii: "\"") else { throw self.scanner.mismatch(.string) }
        let piece = try self.scanner.string()
        guard piece.hasEscapes else {
            self.writer.write(field: number, UnsafeRawPointer(piece.start), count: piece.count)
            return
        }
        let start = self.writer.beginMessage(field: number)
        if let room = self.room(piece.count) {
            guard let count = JSONScanner.unescape(piece, to: room) else { throw self.scanner.cause(.halfSurrogate) }
            self.writer.advance(count)
        }
        self.writer.endMessage(start)
    }

    /// Writes what base64 stands for, with its field's number.
    mutating func bytes(_ number: UInt32) throws(JSONFaultCause) {
        guard self.scanner.byte == UInt8(ascii: "\"") else { throw self.scanner.mismatch(.string) }
        let piece = try self.scanner.string()
        let start = self.writer.beginMessage(field: number)
        // Base64 may well have escapes: some write `\/`.
        if let room = self.room(piece.count) {
            guard let digits = JSONScanner.unescape(piece, to: room),
                let count = Base64.decode(room, count: digits, to: room)
            else { throw self.scanner.cause(.notBase64) }
            self.writer.advance(count)
        }
        self.writer.endMessage(start)
    }

    /// A whole number, as one or in a string.
    @inline(__always)
    mutating func integer(_ value: JSONPlan.Value) throws(JSONFaultCause) -> Int64 {
        let number: JSONInteger
        switch self.scanner.byte {
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let piece = try self.scanner.number()
            number = JSONInteger(piece.start, count: piece.count)
        case UInt8(ascii: "\""):
            let piece = try self.scanner.string()
            number = try self.plain(piece, orFor: .notWhole) { (bytes, count) in JSONInteger(bytes, count: count) }
        default: throw self.scanner.mismatch(.integer)
        }
        switch number {
        case .value(let result):
            guard value == .int64 || Int64(Int32.min)...Int64(Int32.max) ~= result else {
                throw self.scanner.cause(.outOfRange(.int32))
            }
            return result
        case .outOfRange: throw self.scanner.cause(.outOfRange(value))
        case .notWhole: throw self.scanner.cause(.notWhole)
        }
    }

    /// An enum's value, by name or number.
    mutating func enumeration(_ index: Int) throws(JSONFaultCause) -> Int32 {
        let enumeration = self.enumeration(at: index)
        let found: Int32?
        switch self.scanner.byte {
        case UInt8(ascii: "\""):
            let piece = try self.scanner.string()
            found = try self.plain(piece, orFor: .noSuchValue(index)) { (bytes, count) in
                enumeration.value(named: bytes, count: count)
            }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let piece = try self.scanner.number()
            if case .value(let number) = JSONInteger(piece.start, count: piece.count) {
                found = enumeration.value(of: number)?.pointee.number
            } else {
                found = nil
            }
        default: throw self.scanner.mismatch(.enumeration)
        }
        guard let found else { throw self.scanner.cause(.noSuchValue(index)) }
        return found
    }

    /// Looks at what a string means.
    ///
    /// - Parameter reason: What is thrown where it is no text.
    @inline(__always)
    func plain<Result>(
        _ piece: JSONScanner.Piece,
        orFor reason: JSONFaultCause.Reason,
        _ body: (UnsafePointer<UInt8>, Int) -> Result
    ) throws(JSONFaultCause) -> Result {
        guard piece.hasEscapes else { return body(piece.start, piece.count) }
        // The room behind what was written serves as scratch; nothing of it is taken.
        guard let room = self.room(piece.count) else { throw self.scanner.cause(.messageTooLarge) }
        guard let count = JSONScanner.unescape(piece, to: room) else {
            let offset = piece.start - self.scanner.start - 1
            throw JSONFaultCause(reason: reason, offset: offset)
        }
        return body(room, count)
    }

    /// Room behind what was written; `nil` where the writer's limit is reached.
    private func room(_ count: Int) -> UnsafeMutablePointer<UInt8>? {
        self.writer.room(count)?.assumingMemoryBound(to: UInt8.self)
    }
}
