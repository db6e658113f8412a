//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdMessages

/// `grantctl screen`: every measure that is open to an applicant.
struct ScreenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "screen",
        abstract: "List the measures open to an applicant by programme, most support first.",
        discussion: """
            FILE holds a ScreenRequest as protobuf JSON, with the names of the .proto: as_of, applicant, prior_awards, \
            and what else is known in known. Sanctions, time limits and the arithmetic of settlements are left out unless \
            known holds their facts, or --all asks for them.
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Show the reasoning of each assessment, whatever the request says.")
    var explain = false

    @Flag(help: "Answer also for sanctions, time limits and settlements, whatever the request says.")
    var all = false

    @Argument(help: ArgumentHelp("The request; - or nothing is standard input.", valueName: "file"))
    var file: String?

    func run() async throws {
        let input = try Input(self.file)
        var request = try RequestReader<GrantdScreenRequest>(Contract.schema()).read(input)
        if self.explain { request.explain = .full }
        if self.all { request.includeOnRequest = true }
        let explains = request.explain == .full
        let (response, titles) = try await self.connection.withClient { [request] client in
            let response = try await client.screen(request)
            let measures = self.output.isPage ? (try? await client.listMeasures(asOf: request.asOf)) ?? [] : []
            return (
                response, Dictionary(measures.map { ($0.measure, $0.title) }, uniquingKeysWith: { first, _ in first })
            )
        }
        try self.output.show(response) { page in
            ScreenPage(response: response, titles: titles, showsExplanation: explains).write(to: &page)
        }
    }
}
