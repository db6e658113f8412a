//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdInterview

/// The option that chooses the language of commands that print no page.
struct LanguageOptions: ParsableArguments {
    @Option(
        help: .said(
            "输出、帮助与错误的语言：zh 或 en。默认依区域设置。",
            "The language of output, help and errors: zh or en. By default the locale decides.",
            valueName: "zh|en"
        )
    )
    var lang: Language?
}
