//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The condition of a rule as it stands in a policy file, looked through for names and figures. It is not evaluated: what
/// is found here is tried, never taken for true.
package enum ConditionText {
    /// Whether the text names a fact.
    ///
    /// - Parameter name: As conditions name it: `facts.deals`, `applicant.kind`.
    package static func names(_ name: String, in text: String) -> Bool {
        let text = Array(text.utf8)
        let name = Array(name.utf8)
        guard !name.isEmpty, text.count >= name.count else { return false }
        for start in 0...(text.count - name.count) where text[start] == name[0] {
            let end = start + name.count
            guard text[start..<end].elementsEqual(name) else { continue }
            let isWord = start == 0 || !(Self.isWord(text[start - 1]) || text[start - 1] == UInt8(ascii: "."))
            if isWord, end == text.count || !Self.isWord(text[end]) { return true }
        }
        return false
    }

    /// Whether all that a condition reads stands in it by its path: no name is a definition's, behind which other facts may be.
    package static func namesAllItReads(_ condition: String) -> Bool {
        var rest = Array(condition.utf8)[...]
        while let first = rest.first {
            if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
                rest = rest.dropFirst()
                guard let end = rest.firstIndex(of: first) else { return false }
                rest = rest[(end + 1)...]
                continue
            }
            guard Self.isWord(first) || first == UInt8(ascii: ".") else {
                rest = rest.dropFirst()
                continue
            }
            let path = rest.prefix { Self.isWord($0) || $0 == UInt8(ascii: ".") }
            rest = rest.dropFirst(path.count)
            let root = path.prefix { $0 != UInt8(ascii: ".") }
            // What a call or a literal ends in, numbers, enum types.
            let isNoName =
                root.isEmpty || Self.isDigit(Character(Unicode.Scalar(root[root.startIndex])))
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(root[root.startIndex])
            let isFunction = root.count == path.count && rest.first == UInt8(ascii: "(")
            guard isNoName || isFunction || Self.roots.contains(String(decoding: root, as: UTF8.self)) else {
                return false
            }
        }
        return true
    }

    /// What names in conditions begin with where they are no definition's, figure's or entry's.
    private static let roots: Set<String> = [
        "applicant", "as_of", "facts", "false", "in", "prior_awards", "subject_id", "true",
    ]

    /// The numbers that stand in a text as the wire has them: `500万元` in fen, `30%` in hundredths of a percent, others as
    /// they are. What stands in quotation marks is passed over.
    package static func figures(in text: String) -> [Int64] {
        var figures: [Int64] = []
        var rest = text[...]
        while let start = rest.firstIndex(where: { $0 == "\"" || $0 == "'" || Self.isDigit($0) }) {
            let first = rest[start]
            guard Self.isDigit(first) else {
                rest = rest[rest.index(after: start)...]
                rest = rest.firstIndex(of: first).map { rest[rest.index(after: $0)...] } ?? ""
                continue
            }
            let isPartOfName = start > text.startIndex && Self.isPartOfName(text[text.index(before: start)])
            rest = rest[start...]
            let number = rest.prefix { Self.isDigit($0) || ",._".contains($0) }
            rest = rest.dropFirst(number.count)
            if isPartOfName { continue }
            let digits = String(number.filter { $0 != "_" }).trimmedOfMarks
            let unit = Words.Typed.figureUnits.first { rest.hasPrefix($0.suffix) }
            if let decimal = try? DecimalText(digits), let value = try? decimal.scaled(by: unit?.power ?? 0) {
                figures.append(value)
            }
        }
        return figures
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isPartOfName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character == "_")
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}

extension String {
    /// Without marks at the end that belong to the sentence.
    fileprivate var trimmedOfMarks: String {
        var text = self[...]
        while let last = text.last, last == "," || last == "." { text.removeLast() }
        return String(text)
    }
}
