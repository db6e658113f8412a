//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdEngine
import GrantdPolicy

/// What stands in requests and policy files, and never on a page: the names of values, facts and units, sums in other forms than
/// people write.
struct Codes {
    private let names: Set<String>
    private let units = Set(Unit.allCases.map(\.rawValue))

    /// The contract's own; `UNKNOWN` and the like are values of it too.
    private static let ofTheContract: Set<String> = [
        "ELIGIBLE", "INELIGIBLE", "UNDETERMINED", "EXHAUSTED", "NOT_IN_FORCE", "EXACT", "CEILING", "FLOOR",
        "UNPUBLISHED_RATE",
        "AGENCY_RATE", "NON_MONETARY", "APPLICATION", "PUBLICITY", "DISBURSEMENT", "REQUIREMENT", "BAR", "PASS", "FAIL",
        "UNKNOWN", "ASSUMED",
    ]

    /// A name that a text of the policies holds itself, as `A 轮` and `WHO`, is a word.
    init(_ policies: PolicySet) {
        var names: Set<String> = []
        var words: Set<String> = []
        for measure in policies.measures {
            words.formUnion(Self.words(measure.title.zh))
            for fact in measure.facts {
                words.formUnion([fact.label.zh, fact.question.zh, fact.hint?.zh ?? ""].flatMap(Self.words))
                switch fact.kind {
                case .enumeration(let values), .enumerationList(let values):
                    names.formUnion(values.map(\.name))
                    words.formUnion(values.flatMap { Self.words($0.label.zh) })
                default: break
                }
            }
            words.formUnion(measure.rules.flatMap { Self.words($0.label.zh) })
        }
        self.names = names.union(Self.ofTheContract).subtracting(words)
    }

    static let ofBuiltIn = Result { Codes(try Site().compiled.policies) }

    /// The codes in all that people read on a page, but for the request, which is for programs, and digests.
    func found(on page: Page) -> [String] {
        var text = page.text
        for element in page.elements where element.name == "textarea" || element["class"] == "digest" {
            if let range = text.firstRange(of: element.text) { text.removeSubrange(range) }
        }
        return self.found(in: text)
    }

    /// The codes in a Chinese text.
    func found(in text: String) -> [String] {
        Self.words(text).filter { word in
            self.names.contains(word) || self.units.contains(word) || self.isSnakeCase(word)
        } + Self.badSums(in: text)
    }

    private func isSnakeCase(_ word: String) -> Bool { word.contains("_") && word == word.lowercased() }

    /// Words of Latin letters, digits, `_` and `-` that begin with a letter.
    private static func words(_ text: String) -> [String] {
        text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-")) }
            .map(String.init).filter { $0.first?.isLetter == true }
    }

    /// Five digits and more before 元 without a comma.
    private static func badSums(in text: String) -> [String] {
        text.split(separator: "元", omittingEmptySubsequences: false).dropLast().compactMap { before in
            let digits = before.reversed().prefix { $0.isNumber || $0 == "." }.reversed()
            let whole = digits.prefix { $0 != "." }
            return whole.count > 4 ? String(digits) + "元" : nil
        }
    }
}
