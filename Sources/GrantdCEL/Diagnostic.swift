//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One thing that is wrong with an expression, found before it is ever evaluated.
package struct Diagnostic: Sendable, Hashable {
    /// A stable code, `GRD-CEL-NNN`. Tools may rely on it; the wording may change.
    package let code: String
    /// What is wrong, in one sentence.
    package let message: Phrase
    /// What would be right, where that can be said.
    package let note: Phrase?
    /// The bytes of the source that are meant; offsets into its UTF-8.
    package let range: Range<Int>
    /// The line of the first byte, from 1.
    package let line: Int
    /// The column of the first byte in Unicode scalars, from 1.
    package let column: Int
    /// The text of that line, for the print-out.
    package let sourceLine: String
    /// How many columns the caret print-out underlines, at least 1.
    package let width: Int

    init(_ error: CompilationError, in source: Source) {
        let (line, column) = source.position(of: error.range.lowerBound)
        let end = source.position(of: error.range.upperBound)
        let text = source.line(line)
        let rest = max(1, text.unicodeScalars.count - column + 1)
        self.code = error.code
        self.message = error.message
        self.note = error.note
        self.range = error.range
        self.line = line
        self.column = column
        self.sourceLine = text
        self.width = end.line == line ? max(1, min(rest, end.column - column)) : rest
    }

    /// The diagnostic in English, in several lines: `name:line:column: code: message`, the source line, and a caret under
    /// the place.
    ///
    /// - Parameters:
    ///   - name: What the source is called, a file name for instance; left out where it is empty.
    ///   - lineOffset: How many lines stand above the expression in that file.
    ///   - columnOffset: How many columns stand before the expression in its first line.
    package func rendered(name: String = "", lineOffset: Int = 0, columnOffset: Int = 0) -> String {
        let shownColumn = self.line == 1 ? self.column + columnOffset : self.column
        var text = name.isEmpty ? "" : "\(name):"
        text += "\(self.line + lineOffset):\(shownColumn): \(self.code): \(self.message.en)\n"
        // A long line is cut around the place, so that one bad character in a huge text does not print the text.
        let scalars = Array(self.sourceLine.unicodeScalars)
        let first = max(0, self.column - 1 - 80)
        let last = min(scalars.count, self.column - 1 + 80)
        let shown = first < last ? scalars[first..<last] : []
        var line = String.UnicodeScalarView()
        line.append(contentsOf: shown)
        text += " | \(String(line))\n | "
        for scalar in shown.prefix(max(0, self.column - 1 - first)) {
            text += scalar == "\t" ? "\t" : Self.isWide(scalar) ? "  " : " "
        }
        text += "^"
        let underlined = max(0, min(self.width - 1, last - self.column))
        text += String(repeating: "~", count: underlined)
        if let note = self.note {
            text += "\n | note: \(note.en)"
        }
        return text
    }

    /// Whether a terminal gives a scalar two columns; near enough for the texts of policies.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x20000...0x3FFFD:
            true
        default:
            false
        }
    }
}

extension Diagnostic: CustomStringConvertible {
    /// The print-out without a name.
    package var description: String { self.rendered() }
}
