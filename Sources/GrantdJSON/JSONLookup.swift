//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Finds a value in a JSON text by names alone, without a schema. Of a name that stands twice the first counts.
package enum JSONLookup {
    /// Where the value of a member of the outermost object stands; `nil` where there is no such member, or where the text is no
    /// JSON up to there.
    package static func range(of name: String, in text: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        guard let start = text.baseAddress, text.count > 0 else { return nil }
        var scanner = JSONScanner(start, count: text.count)
        scanner.skipSpace()
        do throws(JSONFaultCause) {
            guard try self.enter(&scanner, member: name) else { return nil }
            let first = scanner.offset
            try scanner.skipValue()
            return first..<scanner.offset
        } catch {
            return nil
        }
    }

    /// The string at the end of a way of names, from the outermost object on; `nil` where there is none, or where the text is
    /// no JSON up to there.
    package static func string(at path: [String], in text: UnsafeBufferPointer<UInt8>) -> String? {
        guard let start = text.baseAddress, text.count > 0 else { return nil }
        var scanner = JSONScanner(start, count: text.count)
        scanner.skipSpace()
        do throws(JSONFaultCause) {
            for name in path {
                guard try self.enter(&scanner, member: name) else { return nil }
            }
            guard scanner.byte == UInt8(ascii: "\"") else { return nil }
            return self.string(try scanner.string())
        } catch {
            return nil
        }
    }

    /// Steps to the value of a member.
    ///
    /// - Returns: `false` where there is none.
    private static func enter(_ scanner: inout JSONScanner, member name: String) throws(JSONFaultCause) -> Bool {
        guard scanner.take(UInt8(ascii: "{")) else { return false }
        scanner.skipSpace()
        if scanner.take(UInt8(ascii: "}")) { return false }
        repeat {
            let key = try scanner.string()
            try scanner.colon()
            if self.string(key) == name { return true }
            try scanner.skipValue()
        } while try scanner.comma(orClose: UInt8(ascii: "}"))
        return false
    }

    /// `nil` where it holds half of a surrogate pair.
    private static func string(_ piece: JSONScanner.Piece) -> String? {
        var isText = true
        let bytes = [UInt8](unsafeUninitializedCapacity: piece.count) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            guard let written = JSONScanner.unescape(piece, to: start) else {
                isText = false
                return
            }
            count = written
        }
        return isText ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
