//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The text of one expression, with what is needed to say where in it something stands.
package struct Source: Sendable, Hashable {
    /// The text as it was given.
    package let text: String
    /// The text in UTF-8; offsets everywhere in this module count these bytes.
    let bytes: [UInt8]
    /// The offset at which each line begins.
    private let lineStarts: [Int]

    /// Takes a text in and finds its lines.
    package init(_ text: String) {
        self.text = text
        self.bytes = Array(text.utf8)
        var starts = [0]
        for (offset, byte) in self.bytes.enumerated() where byte == UInt8(ascii: "\n") {
            starts.append(offset + 1)
        }
        self.lineStarts = starts
    }

    /// Line and column of an offset, both from 1; the column counts Unicode scalars. An offset beyond the end
    /// is taken for the end.
    package func position(of offset: Int) -> (line: Int, column: Int) {
        let offset = max(0, min(offset, self.bytes.count))
        var low = 0
        var high = self.lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if self.lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        let scalars = self.bytes[self.lineStarts[low]..<offset].count { $0 & 0xC0 != 0x80 }
        return (low + 1, scalars + 1)
    }

    /// The text of a line (from 1) without its line feed; empty where there is no such line.
    package func line(_ number: Int) -> String {
        guard number >= 1, number <= self.lineStarts.count else { return "" }
        let start = self.lineStarts[number - 1]
        let end = number < self.lineStarts.count ? self.lineStarts[number] - 1 : self.bytes.count
        return String(decoding: self.bytes[start..<max(start, end)], as: UTF8.self)
    }
}
