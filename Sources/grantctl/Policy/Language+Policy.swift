//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCases
internal import GrantdInterview
internal import GrantdPolicy

extension Language {
    /// This language, as the loader of policy files knows it.
    var ofPolicies: PolicyLanguage {
        switch self {
        case .zh: .zh
        case .en: .en
        }
    }

    /// A text of a policy file in this language.
    func callAsFunction(_ text: Text) -> String { text[self.ofPolicies].printable }

    /// A text of a policy file in the language of this run.
    static func said(_ text: Text) -> String { text[self.spoken.ofPolicies] }
}

extension String {
    /// The text with its ends of lines and tabs, but without what a terminal would take as a command.
    var printableLines: String {
        self.split(separator: "\n", omittingEmptySubsequences: false)
            .map {
                $0.split(separator: "\t", omittingEmptySubsequences: false).map { String($0).printable }.joined(
                    separator: "\t"
                )
            }
            .joined(separator: "\n")
    }
}

extension RunFailure {
    /// Policy files that are not fit to be served.
    init(_ diagnostics: PolicyDiagnostics) {
        self = .badInput(diagnostics.description(in: Language.spoken.ofPolicies).printableLines)
    }

    /// Case files that are none, each problem on a line of its own.
    init(_ diagnostics: [CaseDiagnostic]) {
        let lines = diagnostics.map { diagnostic in
            let place = diagnostic.line > 0 ? ":\(diagnostic.line)" : ""
            return "\(diagnostic.file)\(place): \(Language.said(diagnostic.message))".printable
        }
        let count = Language.said(
            "用例文件共有 \(lines.count) 个问题",
            lines.count == 1 ? "1 problem of a case file" : "\(lines.count) problems of case files"
        )
        self = .badInput(([count] + lines).joined(separator: "\n"))
    }
}
