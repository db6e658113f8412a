//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdMessages

/// The language of a page.
enum Language: String, CaseIterable, ExpressibleByArgument, Sendable {
    case zh, en

    /// Chinese where the locale is Chinese, else English.
    ///
    /// - Parameter environment: The process's environment; the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that says
    ///   something decides, as everywhere in POSIX.
    init(environment: [String: String]) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        let language = locale?.prefix { $0 != "_" && $0 != "." && $0 != "@" && $0 != "-" }
        self = language?.lowercased() == "zh" ? .zh : .en
    }

    /// The one of two words that is this language's.
    func callAsFunction(_ zh: String, _ en: String) -> String { self == .zh ? zh : en }

    /// A text of the contract in this language, or in the other one where this one is missing.
    func callAsFunction(_ text: GrantdText) -> String {
        switch self {
        case .zh: (text.zh.isEmpty ? text.en : text.zh).printable
        case .en: (text.en.isEmpty ? text.zh : text.en).printable
        }
    }
}
