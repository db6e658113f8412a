//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A place on this daemon: its path and query, encoded as RFC 3986 has it.
struct Link: Sendable, Hashable {
    let text: String

    /// - Parameters:
    ///   - segments: Of the path, as they are; none: the root.
    ///   - query: Names and values, as they are.
    ///   - fragment: The id of an element there.
    init(_ segments: [String], query: [(name: String, value: String)] = [], fragment: String? = nil) {
        var text = ""
        for segment in segments { text += "/" + Self.encoded(segment) }
        if segments.isEmpty { text = "/" }
        for (index, item) in query.enumerated() {
            text += (index == 0 ? "?" : "&") + Self.encoded(item.name) + "=" + Self.encoded(item.value)
        }
        if let fragment { text += "#" + Self.encoded(fragment) }
        self.text = text
    }

    /// An element of the same page.
    init(fragment: String) { self.text = "#" + Self.encoded(fragment) }

    private static func encoded(_ text: String) -> String {
        guard !text.utf8.allSatisfy(self.isUnreserved) else { return text }
        let digits = Array("0123456789ABCDEF")
        var encoded = ""
        for byte in text.utf8 {
            if self.isUnreserved(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded.append("%")
                encoded.append(digits[Int(byte >> 4)])
                encoded.append(digits[Int(byte & 15)])
            }
        }
        return encoded
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
