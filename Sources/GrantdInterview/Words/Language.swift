//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The language of a page, of help and of errors.
package enum Language: String, CaseIterable, Sendable {
    case zh, en

    /// The one of two words that is this language's.
    package func callAsFunction(_ zh: @autoclosure () -> String, _ en: @autoclosure () -> String) -> String {
        self == .zh ? zh() : en()
    }

    /// The text in this language, or in the other one where this one is missing.
    package func callAsFunction(_ text: BilingualText) -> String {
        switch self {
        case .zh: text.zh.isEmpty ? text.en : text.zh
        case .en: text.en.isEmpty ? text.zh : text.en
        }
    }
}
