//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

extension Language {
    /// As HTML names it.
    var tag: String { self == .zh ? "zh-CN" : "en" }

    var other: Language { self == .zh ? .en : .zh }

    /// What the language is called in itself.
    var ownName: String { self(Words.Site.language) }

    /// The language that a browser says its reader likes best of the two; Chinese where it says nothing of either.
    ///
    /// - Parameter header: An `Accept-Language`, as RFC 9110 has it: `en-GB, zh;q=0.8`.
    init(accepted header: String) {
        var best: (language: Language, weight: Int)?
        for item in header.split(separator: ",").prefix(32) {
            let parts = item.split(separator: ";")
            guard let range = parts.first.map({ $0.drop { $0 == " " }.prefix { $0 != "-" && $0 != " " } }) else {
                continue
            }
            guard let language = Language(rawValue: range.lowercased()) else { continue }
            let weight = parts.dropFirst().lazy.compactMap(Self.weight).first ?? 1000
            if weight > best?.weight ?? 0 { best = (language, weight) }
        }
        self = best?.language ?? .zh
    }

    /// `q=0.8` in thousandths; nil where it is none.
    private static func weight(_ parameter: Substring) -> Int? {
        let text = parameter.filter { $0 != " " }
        guard text.hasPrefix("q=") else { return nil }
        let digits = text.dropFirst(2).filter { $0 != "." }.prefix(4)
        guard let number = Int(digits), number >= 0 else { return nil }
        var weight = number
        for _ in digits.count..<4 { weight *= 10 }
        return min(weight, 1000)
    }
}
