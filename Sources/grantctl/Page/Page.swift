//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// A page for a person, built line by line, no wider than where it is read.
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

    /// A row of a table.
    enum Row {
        /// Cells under those of the other rows.
        case cells([Cell])
        /// A line of its own between the rows, so much further in than they are.
        case line(String, Tone, indent: Int)
    }

    /// What a page is wide where nothing says how wide it may be.
    static let usualWidth = 80

    let language: Language
    /// Whether tones are shown.
    let hasColour: Bool
    /// The columns that a line may take.
    let width: Int
    private(set) var text = ""

    init(_ language: Language, hasColour: Bool, width: Int = Page.usualWidth) {
        self.language = language
        self.hasColour = hasColour
        self.width = max(40, width)
    }

    /// A line of its own; where it is too long, lines that stand under its text.
    ///
    /// - Parameter hanging: The columns before each further line; by default those of the spaces at its beginning.
    mutating func line(_ text: String = "", _ tone: Tone = .plain, hanging: Int? = nil) {
        let indent = hanging ?? text.prefix { $0 == " " }.count
        for (index, line) in text.wrapped(first: self.width, rest: self.width - indent).enumerated() {
            self.text += (index == 0 ? "" : String(repeating: " ", count: indent)) + self.paint(line, tone) + "\n"
        }
    }

    /// A place in a file, on one line however long it is: a terminal makes it a link.
    mutating func place(_ text: String) { self.text += self.paint(text, .faint) + "\n" }

    /// The title of a part, an empty line before it.
    mutating func heading(_ text: String) {
        self.line()
        self.line(text, .strong)
    }

    /// An item of a numbered list, and what stands under it.
    mutating func item(_ number: Int, _ text: String, note: String = "") {
        let mark = "  \(number). "
        self.line(mark + text, hanging: mark.columns)
        if !note.isEmpty { self.line(String(repeating: " ", count: mark.columns) + note, .faint) }
    }

    /// Rows whose columns stand under each other, two spaces between them; numbers end at the same place.
    mutating func table(_ rows: [[Cell]], indent: Int = 2) { self.table(rows.map(Row.cells), indent: indent) }

    /// Rows whose columns stand under each other, two spaces between them; numbers end at the same place. Where they are
    /// wider than the page, the widest texts are put on several lines.
    mutating func table(_ rows: [Row], indent: Int = 2) {
        let widths = self.widths(of: rows, indent: indent)
        for row in rows {
            switch row {
            case .line(let text, let tone, let further):
                self.line(text.isEmpty ? "" : String(repeating: " ", count: indent + further) + text, tone)
            case .cells(let cells):
                self.write(cells, widths, indent: indent)
            }
        }
    }

    /// A word and what it says, the word `width` columns wide.
    mutating func entry(_ word: String, _ text: String, _ tone: Tone = .plain, width: Int) {
        let room = self.width - width - 2
        for (index, line) in text.wrapped(first: room, rest: room).enumerated() {
            let word = index == 0 ? self.paint(word.padded(to: width), .faint) : String(repeating: " ", count: width)
            self.text += word + "  " + self.paint(line, tone) + "\n"
        }
    }

    // MARK: - Tables

    /// No column of texts is made narrower than this.
    private static let leastWidth = 12

    private func widths(of rows: [Row], indent: Int) -> [Int] {
        let rows: [[Cell]] = rows.compactMap { if case .cells(let cells) = $0 { cells } else { nil } }
        let count = rows.map(\.count).max() ?? 0
        var widths = (0..<count).map { column in
            rows.map { column < $0.count ? $0[column].text.columns : 0 }.max() ?? 0
        }
        let isText = (0..<count).map { column in rows.allSatisfy { column >= $0.count || !$0[column].isNumber } }
        let used = widths.count { $0 > 0 }
        var excess = indent + widths.reduce(0, +) + 2 * max(0, used - 1) - self.width
        while excess > 0 {
            let widest = widths.indices.filter { isText[$0] }.max { widths[$0] < widths[$1] }
            guard let widest, widths[widest] > Self.leastWidth else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private mutating func write(_ cells: [Cell], _ widths: [Int], indent: Int) {
        let texts = cells.indices.map { column in
            let text = cells[column].text
            return cells[column].isNumber ? [text] : text.wrapped(first: widths[column], rest: widths[column])
        }
        for index in 0..<max(1, texts.map(\.count).max() ?? 1) {
            // What follows the last cell with text would only be spaces.
            let last = texts.lastIndex { index < $0.count && !$0[index].isEmpty } ?? 0
            var line = String(repeating: " ", count: indent)
            for (column, cell) in cells.enumerated() where column <= last && widths[column] > 0 {
                let text = index < texts[column].count ? texts[column][index] : ""
                let padded: String
                if cell.isNumber {
                    padded = text.padded(from: widths[column])
                } else {
                    padded = column == last ? text : text.padded(to: widths[column])
                }
                line += self.paint(padded, cell.tone) + (column == last ? "" : "  ")
            }
            self.text += line + "\n"
        }
    }

    private func paint(_ text: String, _ tone: Tone) -> String {
        self.hasColour && tone != .plain && !text.isEmpty ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }
}
