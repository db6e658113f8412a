//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdInterview

/// `grantctl envelope`: budgets of awards.
struct EnvelopeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "envelope",
        abstract: Language.said("设定和查看预算额度。", "Put and list the budgets of awards."),
        discussion: Language.said(
            "预算额度约束其措施和日期内的一切核定，设定之前的也计入；如同上限一样限制每笔核定。",
            """
            An envelope binds every award of its measures and days, also those made before it was put, and cuts an award \
            as a cap does.
            """
        ),
        subcommands: [EnvelopePutCommand.self, EnvelopeListCommand.self]
    )
}
