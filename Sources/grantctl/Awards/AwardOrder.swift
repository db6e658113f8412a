//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdInterview
internal import GrantdSchema

/// In which order the applications of a round are awarded: expressions in the language of the policies' conditions, by comma,
/// each from the least value up, or with `desc` from the greatest down.
struct AwardOrder {
    /// One expression.
    struct Term: Hashable {
        let text: String
        let isDescending: Bool
    }

    let terms: [Term]

    /// - Parameter text: `facts.score desc, application_id`.
    /// - Throws: Where a part is empty.
    init(_ text: String) throws(RunFailure) {
        var terms: [Term] = []
        for part in Self.split(text) {
            var words = part.trimmed
            var isDescending = false
            for (ending, descends) in [("asc", false), ("desc", true)] {
                guard let last = words.split(whereSeparator: \.isWhitespace).last, last.lowercased() == ending else {
                    continue
                }
                let rest = words.dropLast(ending.count).trimmed
                // By itself it is a name.
                guard !rest.isEmpty else { continue }
                words = rest
                isDescending = descends
                break
            }
            guard !words.isEmpty else {
                throw .usage(
                    Language.said(
                        "--order-by 中有空的表达式；写作 'facts.score desc, application_id'",
                        "--order-by has an empty expression; write it as in 'facts.score desc, application_id'"
                    )
                )
            }
            terms.append(Term(text: words, isDescending: isDescending))
        }
        self.terms = terms
    }

    /// Cuts a text at the commas that stand in no bracket and in no string.
    private static func split(_ text: String) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var depth = 0
        var quote: Character?
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            if let open = quote {
                if character == "\\" {
                    index = text.index(index, offsetBy: 2, limitedBy: text.endIndex) ?? text.endIndex
                    continue
                }
                if character == open { quote = nil }
            } else {
                switch character {
                case "\"", "'": quote = character
                case "(", "[", "{": depth += 1
                case ")", "]", "}": depth -= 1
                case "," where depth == 0:
                    parts.append(text[start..<index])
                    start = text.index(after: index)
                default: break
                }
            }
            index = text.index(after: index)
        }
        return parts + [text[start...]]
    }
}

/// What an expression comes to for one application, as it is compared.
enum OrderKey: Hashable, Comparable {
    case flag(Bool)
    /// A number, or a day, or an enum's number.
    case number(Int64)
    /// By its bytes, which is by its characters' numbers.
    case text([UInt8])
    /// What it needs is not set. Behind everything, whichever way the order goes.
    case missing

    static func < (first: Self, second: Self) -> Bool {
        switch (first, second) {
        case (.flag(let first), .flag(let second)): !first && second
        case (.number(let first), .number(let second)): first < second
        case (.text(let first), .text(let second)): first.lexicographicallyPrecedes(second)
        default: first.rank < second.rank
        }
    }

    private var rank: Int {
        switch self {
        case .flag: 0
        case .number: 1
        case .text: 2
        case .missing: 3
        }
    }
}

extension AwardOrder {
    /// The places of applications in this order, those of the same rank as they stand.
    ///
    /// - Parameter keys: For each application one for each term.
    func sorted(_ keys: [[OrderKey]]) -> [Int] {
        keys.indices.sorted { first, second in
            for (index, term) in self.terms.enumerated() {
                let (one, other) = (keys[first][index], keys[second][index])
                if one == other { continue }
                if one == .missing || other == .missing { return other == .missing }
                return term.isDescending ? other < one : one < other
            }
            return first < second
        }
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        String(self.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
