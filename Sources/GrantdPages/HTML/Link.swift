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
        var text = segments.isEmpty ? "/" : ""
        for segment in segments { Self.append(segment, behind: "/", to: &text) }
        for (index, item) in query.enumerated() {
            Self.append(item.name, behind: index == 0 ? "?" : "&", to: &text)
            Self.append(item.value, behind: "=", to: &text)
        }
        if let fragment { Self.append(fragment, behind: "#", to: &text) }
        self.text = text
    }

    /// An element of the same page.
    init(fragment: String) {
        var text = ""
        Self.append(fragment, behind: "#", to: &text)
        self.text = text
    }

    private static func append(_ part: String, behind mark: String, to text: inout String) {
        text += mark
        let isPlain = part.utf8.withContiguousStorageIfAvailable { $0.allSatisfy { Self.isUnreserved($0) } } ?? false
        guard !isPlain else {
            text += part
            return
        }
        for byte in part.utf8 {
            if self.isUnreserved(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%"
                for digit in [byte >> 4, byte & 15] {
                    text.unicodeScalars.append(Unicode.Scalar(digit < 10 ? 0x30 + digit : 0x37 + digit))
                }
            }
        }
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
