//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdPolicy

/// What stands on a page in another language than the page's.
struct ForeignWords {
    /// Runs of Chinese that belong on an English page: numbers of documents and clauses, as the gazettes have them, and what the
    /// policies' English texts hold themselves.
    private let chinese: Set<String>
    /// Pairs of English words that belong on a Chinese page: what the policies' Chinese texts hold themselves, and commands.
    private let english: Set<String>

    /// What each language is called in itself.
    private static let switches: Set<String> = ["中文", "English"]

    init(_ policies: PolicySet) {
        let register = policies.references.documents
        var cited = policies.programmes.map(\.documentNumber)
        cited += register.documents.map(\.number) + register.ended.flatMap { [$0.number, $0.endedBy] }
        for measure in policies.measures {
            cited += [measure.clause, measure.inForceClause]
            cited += measure.rules.map(\.clause) + measure.caps.map(\.clause)
        }
        var texts = policies.programmes.flatMap { [$0.title, $0.issuer] } + register.documents.map(\.title)
        for measure in policies.measures {
            texts += [measure.title] + measure.rules.map(\.label)
            texts += measure.facts.flatMap { [$0.label, $0.question] + ($0.hint.map { [$0] } ?? []) }
        }
        self.chinese = Set((cited + texts.map(\.en)).flatMap(Self.chineseRuns))
        self.english = Set(texts.map(\.zh).flatMap(Self.englishPairs)).union(["grantctl auction"])
    }

    static let ofBuiltIn = Result { Self(try Site().compiled.policies) }

    /// What people read and hear on a page, but for requests, commands and digests.
    ///
    /// - Parameter typed: What people wrote themselves, in whatever language.
    func found(on page: Page, _ language: String, typed: Set<String> = []) -> [String] {
        let pieces = page.pieces.filter { piece in
            !["textarea", "pre"].contains(piece.element.name) && piece.element["class"] != "digest"
                && !Self.switches.contains(piece.text)
        }
        let attributes = page.elements.flatMap { element in
            ["aria-label", "placeholder", "title", "alt"].compactMap { element[$0] }
        }
        return (pieces.map(\.text) + attributes).flatMap { self.found(in: $0, language) }.filter { !typed.contains($0) }
    }

    func found(in text: String, _ language: String) -> [String] {
        language == "en"
            ? Self.chineseRuns(text).filter { !self.chinese.contains($0) }
            : Self.englishPairs(text).filter { !self.english.contains($0) }
    }

    /// The longest pieces of Chinese characters and of marks that Chinese alone has.
    private static func chineseRuns(_ text: String) -> [String] {
        text.unicodeScalars.split { !Self.isChinese($0) }.map { String(String.UnicodeScalarView($0)) }
    }

    private static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3000...0x303F, 0xFF00...0xFFEF: true
        default: scalar.properties.isIdeographic
        }
    }

    /// Two words of English, one behind the other: one alone is a name.
    private static func englishPairs(_ text: String) -> [String] {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        return zip(parts, parts.dropFirst()).compactMap { first, second in
            let last = String(first.reversed().prefix(while: Self.isEnglish).reversed())
            let next = second.prefix(while: Self.isEnglish)
            return last.count > 1 && next.count > 1 ? "\(last) \(next)" : nil
        }
    }

    private static func isEnglish(_ character: Character) -> Bool { character.isASCII && character.isLetter }
}
