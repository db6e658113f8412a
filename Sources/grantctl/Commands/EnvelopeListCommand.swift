//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages
internal import SwiftProtobuf

/// `grantctl envelope list`: all budgets, with what is used, reserved and left.
struct EnvelopeListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: Language.said(
            "列出预算额度及其已核定、已预留和剩余。",
            "List the envelopes, with what is used, reserved and left."
        )
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let envelopes = try await self.connection.withClient { try await $0.listEnvelopes() }
        let response = GrantdListEnvelopesResponse.with { $0.envelopes = envelopes }
        try self.output.show(response) { EnvelopesPage(envelopes: envelopes).write(to: &$0) }
    }
}
