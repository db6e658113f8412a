//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What stands in an address or a form in the place of what cannot (RFC 3986, section 2.1; HTML's forms write a space as `+`).
enum PercentCoding {
    /// The bytes that a text stands for; nil where a percent sign is not followed by two digits.
    static func decode(_ text: some Sequence<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            if byte == UInt8(ascii: "+"), plusIsSpace {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%") {
                guard let high = iterator.next().flatMap(self.digit), let low = iterator.next().flatMap(self.digit)
                else {
                    return nil
                }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    /// The text that a text stands for; nil also where that is no UTF-8, or holds a NUL.
    static func text(_ text: some Sequence<UInt8>, plusIsSpace: Bool) -> String? {
        guard let bytes = self.decode(text, plusIsSpace: plusIsSpace), !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Why a query or a form has no names and values.
    enum Fault: Error, Hashable {
        /// There are more than may be.
        case tooMany
        /// One is no text.
        case notText
    }

    /// The names and values of a query or a form, in their order.
    ///
    /// - Parameter most: So many there may be.
    static func pairs(
        _ text: some Collection<UInt8>,
        most: Int
    ) throws(Fault) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for piece in text.split(separator: UInt8(ascii: "&")) {
            guard pairs.count < most else { throw .tooMany }
            let halves = self.halves(of: piece)
            guard let name = self.text(halves.name, plusIsSpace: true),
                let value = self.text(halves.value, plusIsSpace: true)
            else { throw .notText }
            pairs.append((name, value))
        }
        return pairs
    }

    /// What stands before the equals sign of a part of a query or a form, and what behind it.
    static func halves<Text: Collection<UInt8>>(of piece: Text) -> (name: Text.SubSequence, value: Text.SubSequence) {
        let mark = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
        return (piece[..<mark], piece[mark...].dropFirst())
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
