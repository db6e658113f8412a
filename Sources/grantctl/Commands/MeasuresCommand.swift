//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// `grantctl measures`: what there is.
struct MeasuresCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measures",
        abstract: Language.said("列出各项措施及最高金额。", "List the measures, with the most that each comes to.")
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(
        help: .said(
            "只列该日有效的措施；默认每个版本。",
            "Only measures in force on this day; by default every version.",
            valueName: "yyyy-mm-dd"
        )
    )
    var asOf: String?

    @Option(
        help: .said("只列该政策的措施，如 medical-device。", "Only this programme's, as medical-device.", valueName: "programme")
    )
    var programme: String?

    func run() async throws {
        let (measures, titles) = try await self.connection.withClient { client in
            let measures = try await client.listMeasures(asOf: self.asOf, programme: self.programme)
            return (measures, self.output.isPage ? await Titles.ofProgrammes(client) : [:])
        }
        var response = GrantdListMeasuresResponse()
        response.measures = measures
        try self.output.show(response) { MeasuresPage(measures: measures, titles: titles).write(to: &$0) }
    }
}
