//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One token of an expression.
struct Token: Hashable {
    /// What a token is.
    enum Kind: Hashable {
        case identifier(String)
        /// The magnitude; a minus before it is a token of its own, so that the least integer can be written.
        case integer(UInt64)
        case string([UInt8])
        /// An operator or a bracket, as written.
        case symbol(String)
        case end
    }

    let kind: Kind
    let range: Range<Int>

    /// How a message calls the token.
    var shown: Phrase {
        switch self.kind {
        case .identifier(let name): Phrase(zh: "“\(name)”", en: "'\(name)'")
        case .integer: Phrase(zh: "整数", en: "an integer")
        case .string: Phrase(zh: "字符串", en: "a string")
        case .symbol(let text): Phrase(zh: "“\(text)”", en: "'\(text)'")
        case .end: Phrase(zh: "表达式结尾", en: "the end of the expression")
        }
    }
}
