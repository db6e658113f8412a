//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdMessages

/// `grantctl measures`: what there is.
struct MeasuresCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "measures", abstract: "List the measures.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(
        help: ArgumentHelp("Only measures in force on this day; by default every version.", valueName: "yyyy-mm-dd")
    )
    var asOf: String?

    @Option(help: ArgumentHelp("Only this programme's, as medical-device.", valueName: "programme"))
    var programme: String?

    func run() async throws {
        let measures = try await self.connection.withClient { client in
            try await client.listMeasures(asOf: self.asOf, programme: self.programme)
        }
        var response = GrantdListMeasuresResponse()
        response.measures = measures
        try self.output.show(response) { MeasuresPage(measures: measures).write(to: &$0) }
    }
}
