//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A policy file as text, cut into lines the way the YAML reader counts them.
final class SourceText {
    /// How far on in the file a letter of a node's text is looked for: over the indentation of a line or two.
    private static let farthestTwin = 500

    let text: String
    /// Cut only when a problem is to be shown: a good file never needs it.
    private lazy var lines = SourceText.split(self.text)
    /// The line that was asked for last.
    private var lastLine: (number: Int, text: String)?

    init(_ text: String) {
        self.text = text
    }

    private static func split(_ text: String) -> [[Unicode.Scalar]] {
        var lines: [[Unicode.Scalar]] = []
        var line: [Unicode.Scalar] = []
        var previousWasCarriageReturn = false
        for scalar in text.unicodeScalars {
            if scalar == "\n", previousWasCarriageReturn {
                previousWasCarriageReturn = false
                continue
            }
            previousWasCarriageReturn = scalar == "\r"
            if Self.isBreak(scalar) {
                lines.append(line)
                line = []
            } else {
                line.append(scalar)
            }
        }
        lines.append(line)
        return lines
    }

    /// The text of a line, from 1; empty where there is none.
    func line(_ number: Int) -> String {
        guard number >= 1, number <= self.lines.count else { return "" }
        // A hundred problems on one line of a megabyte share its text.
        if let last = self.lastLine, last.number == number { return last.text }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: self.lines[number - 1])
        let text = String(view)
        self.lastLine = (number, text)
        return text
    }

    /// The scalars of a line, from 1; none where there is no line.
    func scalars(ofLine number: Int) -> [Unicode.Scalar] {
        guard number >= 1, number <= self.lines.count else { return [] }
        return self.lines[number - 1]
    }

    /// The place of the byte at `offset` of the text.
    func position(ofByte offset: Int) -> SourcePosition {
        let lines = Self.split(String(decoding: self.text.utf8.prefix(max(0, offset)), as: UTF8.self))
        return SourcePosition(line: lines.count, column: (lines.last?.count ?? 0) + 1)
    }

    /// The scalar at a place; `nil` at the end of a line and behind it.
    func scalar(at position: SourcePosition) -> Unicode.Scalar? {
        guard position.line >= 1, position.line <= self.lines.count else { return nil }
        let line = self.lines[position.line - 1]
        guard position.column >= 1, position.column <= line.count else { return nil }
        return line[position.column - 1]
    }

    /// The place of the scalar at `offset` of a scalar node's text.
    ///
    /// The text of a node differs from the file by its quotes, by its indentation, by folded lines and by escapes: both
    /// are walked together, white space matching any white space.
    func position(ofScalar offset: Int, in node: YAMLNode) -> SourcePosition {
        guard case .scalar(let value, let style) = node.content else { return node.position }
        var cursor = node.position
        switch style {
        case .plain: break
        case .quoted: cursor = self.next(cursor)
        case .block: cursor = SourcePosition(line: cursor.line + 1, column: 1)
        }
        for (index, scalar) in value.unicodeScalars.enumerated() {
            let wanted = Self.isSpace(scalar) ? nil : scalar
            // White space of the value stands for any run of it in the file, an empty one included.
            guard let wanted else {
                if index == offset { return cursor }
                continue
            }
            var place = cursor
            var steps = 0
            while steps < Self.farthestTwin, self.scalar(at: place) != wanted {
                place = self.next(place)
                steps += 1
            }
            // An escape has no twin in the file: stay where the walk stood.
            guard steps < Self.farthestTwin else { return cursor }
            if index == offset { return place }
            cursor = self.next(place)
        }
        return cursor
    }

    private func next(_ position: SourcePosition) -> SourcePosition {
        guard position.line >= 1, position.line <= self.lines.count else {
            return SourcePosition(line: position.line + 1, column: 1)
        }
        return position.column < self.lines[position.line - 1].count
            ? SourcePosition(line: position.line, column: position.column + 1)
            : SourcePosition(line: position.line + 1, column: 1)
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || self.isBreak(scalar)
    }
}
