//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A page for a person, built line by line.
struct Page {
    /// One cell of a table.
    struct Cell: ExpressibleByStringInterpolation {
        var text: String
        var tone: Tone = .plain
        var isNumber = false

        init(stringLiteral value: String) { self.text = value }

        init(_ text: String, _ tone: Tone = .plain, isNumber: Bool = false) {
            self.text = text
            self.tone = tone
            self.isNumber = isNumber
        }
    }

    let language: Language
    /// Whether tones are shown.
    let hasColour: Bool
    private(set) var text = ""

    init(_ language: Language, hasColour: Bool) {
        self.language = language
        self.hasColour = hasColour
    }

    /// A line of its own.
    mutating func line(_ text: String = "", _ tone: Tone = .plain) {
        self.text += self.paint(text, tone) + "\n"
    }

    /// The title of a part, an empty line before it.
    mutating func heading(_ text: String) {
        self.line()
        self.line(text, .strong)
    }

    /// Rows whose columns stand under each other, two spaces between them; numbers end at the same place.
    mutating func table(_ rows: [[Cell]], indent: Int = 2) {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].text.columns : 0 }.max() ?? 0
        }
        for row in rows {
            // What follows the last cell with text would only be spaces.
            let last = row.lastIndex { !$0.text.isEmpty } ?? 0
            var line = String(repeating: " ", count: indent)
            for (column, cell) in row.enumerated() where column <= last && widths[column] > 0 {
                let padded: String
                if cell.isNumber {
                    padded = cell.text.padded(from: widths[column])
                } else {
                    padded = column == last ? cell.text : cell.text.padded(to: widths[column])
                }
                line += self.paint(padded, cell.tone) + (column == last ? "" : "  ")
            }
            self.line(line)
        }
    }

    /// A word and what it says, the word `width` columns wide.
    mutating func entry(_ word: String, _ text: String, _ tone: Tone = .plain, width: Int) {
        self.line(self.paint(word.padded(to: width), .faint) + "  " + self.paint(text, tone))
    }

    private func paint(_ text: String, _ tone: Tone) -> String {
        self.hasColour && tone != .plain && !text.isEmpty ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }
}
