//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The table of words: what a reader is told in either language that no policy file says, on a page or in a terminal.
///
/// By subject: ``Find``, ``Journey``, ``Result`` and so on, each in a file of its own. A text that is always the same is a
/// ``BilingualText``, which a ``Language`` picks the words from; one with values in it is a function that takes the language
/// last. What values of the contract are called, and how sums and days are written, ``Language`` itself says. Nothing that is
/// read stands anywhere else.
package enum Words {
    package static let errorPrefix = BilingualText(zh: "错误：", en: "Error: ")

    // MARK: - Bounds

    package static let atLeast = BilingualText(zh: "不低于", en: "at least")
    package static let atMost = BilingualText(zh: "最高", en: "at most")

    // MARK: - Marks

    /// Between the items of an enumeration.
    package static let comma = BilingualText(zh: "、", en: ", ")
    /// Between the parts of a sentence.
    package static let pause = BilingualText(zh: "，", en: ", ")
    package static let semicolon = BilingualText(zh: "；", en: "; ")
    package static let colon = BilingualText(zh: "：", en: ": ")
    package static let stop = BilingualText(zh: "。", en: ".")
}
