//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension String {
    /// The text in lines of bounded width.
    ///
    /// It breaks at spaces, which go, and beside full-width characters, but not so that a closing mark begins a line or an
    /// opening one ends it. A word that is wider than a line is cut.
    ///
    /// - Parameters:
    ///   - first: The columns of the first line.
    ///   - rest: The columns of every other line.
    /// - Returns: At least one line.
    func wrapped(first: Int, rest: Int) -> [String] {
        guard self.columns > first else { return [self] }
        var lines: [String] = []
        var line: [Character] = []
        var width = 0
        var limit = max(2, first)
        // The last place at which the line may break: so many characters stay.
        var breakAt: Int?
        for character in self {
            let columns = String(character).columns
            if let last = line.last, last != " ", Self.mayBreak(between: last, and: character) { breakAt = line.count }
            while width + columns > limit, !line.isEmpty {
                if character == " " { break }
                let kept = breakAt ?? line.count
                lines.append(String(line[..<kept]).withoutTrailingSpaces)
                line = Array(line[kept...].drop { $0 == " " })
                width = String(line).columns
                limit = max(2, rest)
                breakAt = nil
            }
            line.append(character)
            width += columns
            if character == " " { breakAt = line.count }
        }
        let last = String(line).withoutTrailingSpaces
        if !last.isEmpty || lines.isEmpty { lines.append(last) }
        return lines
    }

    private var withoutTrailingSpaces: String {
        String(self[..<(self.lastIndex { $0 != " " }.map { self.index(after: $0) } ?? self.startIndex)])
    }

    private static func mayBreak(between left: Character, and right: Character) -> Bool {
        guard String(left).columns == 2 || String(right).columns == 2 else { return false }
        return !Self.opening.contains(left) && !Self.closing.contains(right)
    }

    private static let opening: Set<Character> = ["（", "《", "〈", "「", "『", "〔", "【", "“", "‘", "(", "["]
    private static let closing: Set<Character> = [
        "）", "》", "〉", "」", "』", "〕", "】", "”", "’", "、", "，", "。", "；", "：", "！", "？", "…", "—", ")", "]", ",",
        ".", ";", ":", "%", "％", "/",
    ]
}
