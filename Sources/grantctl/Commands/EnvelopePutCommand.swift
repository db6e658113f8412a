//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview

/// `grantctl envelope put ID --limit YUAN`: puts a budget.
struct EnvelopePutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: Language.said("设定预算额度，同一标识的整个替换。", "Put an envelope, in place of the one of its id."),
        discussion: Language.said(
            "金额不得低于其范围内已有的核定与预留。",
            "Its sum must leave room for what the awards that it binds come to already."
        )
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var terms: EnvelopeOptions

    @Argument(
        help: .said(
            "标识：1 至 64 个小写字母、数字或 . _ -。",
            "Its id: 1 to 64 small letters, digits, dots, hyphens and underscores.",
            valueName: "id"
        )
    )
    var id: String

    func validate() throws {
        guard self.terms.limit == nil else { return }
        throw ValidationError(Language.said("请以 --limit 写明金额", "give the sum with --limit"))
    }

    func run() async throws {
        guard let limit = self.terms.limit else { return }
        let envelope = try await self.connection.withClient { client in
            try await client.putEnvelope(self.terms.envelope(self.id, limit: limit))
        }
        try self.output.show(envelope) { EnvelopesPage(envelopes: [envelope]).write(to: &$0) }
    }
}
