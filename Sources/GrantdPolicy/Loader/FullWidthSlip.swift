//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Punctuation that a Chinese input method has put in place of YAML's own: `：` for `:`, `｛` for `{`.
struct FullWidthSlip {
    let position: SourcePosition
    let written: Unicode.Scalar

    /// What to write in its place.
    var message: Text {
        let meant = Self.halfWidth(self.written) ?? self.written
        let needsSpace = meant == ":" || meant == ","
        return Text(
            zh: "这里是全角“\(self.written)”，应写半角 \(meant)\(needsSpace ? " 并后加空格" : "")",
            en: "this is a full-width \"\(self.written)\"; write \(meant)\(needsSpace ? " and a space" : "")"
        )
    }

    /// The ASCII character that a full-width one stands for; `nil` for any other.
    static func halfWidth(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0xFF01...0xFF5E: Unicode.Scalar(scalar.value - 0xFEE0)
        case 0x201C, 0x201D: "\""
        case 0x3000: " "
        default: nil
        }
    }

    /// The first slip on lines that the YAML reader could not make sense of, or on those right above them: a key behind a
    /// full-width colon is taken for a text that goes on over the next lines.
    static func find(in source: SourceText, from first: Int, through last: Int) -> FullWidthSlip? {
        for line in min(first, last)...max(first, last) {
            if let slip = self.find(onLine: line, of: source) { return slip }
        }
        var found: FullWidthSlip?
        var line = min(first, last) - 1
        while line >= 1, let slip = self.find(onLine: line, of: source) {
            found = slip
            line -= 1
        }
        return found
    }

    private static func find(onLine line: Int, of source: SourceText) -> FullWidthSlip? {
        let scalars = source.scalars(ofLine: line)
        return self.index(in: scalars).map {
            FullWidthSlip(position: SourcePosition(line: line, column: $0 + 1), written: scalars[$0])
        }
    }

    /// Where a full-width mark stands in the place of one of YAML's: Chinese texts hold such marks by right.
    static func index(in line: [Unicode.Scalar]) -> Int? {
        var quote: Unicode.Scalar?
        /// The last scalar that is no space.
        var previous: Unicode.Scalar?
        for (index, scalar) in line.enumerated() {
            if let mark = quote {
                if scalar == mark { quote = nil }
                previous = scalar
                continue
            }
            switch scalar {
            case "\"", "'":
                if self.beginsValue(previous) { quote = scalar }
            case "#":
                if index == 0 || line[index - 1] == " " { return nil }
            case "：":
                if self.isKey(before: index, line) { return index }
            case "，":
                if self.isKey(after: index, line) { return index }
            case "｛", "［", "＂":
                if self.beginsValue(previous) { return index }
            case "“":
                if self.beginsValue(previous), self.endsValue(in: line, after: index) { return index }
            case "｝", "］":
                if line[(index + 1)...].allSatisfy({ $0 == " " || $0 == "}" || $0 == "]" }) { return index }
            default:
                break
            }
            if scalar != " " { previous = scalar }
        }
        return nil
    }

    private static func beginsValue(_ previous: Unicode.Scalar?) -> Bool {
        guard let previous else { return true }
        return ":-,[{：，｛［".unicodeScalars.contains(previous)
    }

    /// Whether a “ that begins a value has its ” at the value's end: it stands for a quotation mark of YAML's then, not for
    /// one of the text.
    private static func endsValue(in line: [Unicode.Scalar], after index: Int) -> Bool {
        guard let end = line[(index + 1)...].firstIndex(of: "”") else { return false }
        let next = line[(end + 1)...].first { $0 != " " }
        return next.map { ",}]，｝］".unicodeScalars.contains($0) } ?? true
    }

    /// Whether the word before the place can only be a key: it stands at the beginning of a line, an entry or a group.
    private static func isKey(before index: Int, _ line: [Unicode.Scalar]) -> Bool {
        let start = line[..<index].lastIndex { !self.isWord($0) }.map { $0 + 1 } ?? 0
        guard start < index else { return false }
        return self.beginsValue(line[..<start].last { $0 != " " })
    }

    /// Whether a key with its colon follows the place.
    private static func isKey(after index: Int, _ line: [Unicode.Scalar]) -> Bool {
        let rest = line[(index + 1)...].drop { $0 == " " }
        let end = rest.firstIndex { !self.isWord($0) } ?? rest.endIndex
        return end > rest.startIndex && end < line.count && (line[end] == ":" || line[end] == "：")
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".": true
        default: false
        }
    }
}
