//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages

/// Under which text an answer was made: the last lines of a page.
struct PolicyFooter {
    let policy: GrantdPolicyReference

    func write(to page: inout Page) {
        let language = page.language
        page.line()
        page.line(
            "\(language("依据", "Under")) \(self.policy.documentNumber.printable) · \(language.interval(self.policy))",
            .faint
        )
        let what = language("政策文件与工作日历", "policy file and calendar")
        page.line("\(what) SHA-256 \(self.policy.digest.printable)", .faint)
    }
}
