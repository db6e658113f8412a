//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdMessages

/// `grantctl describe MEASURE`: what a measure asks for and promises.
struct DescribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Show a measure's facts, rules, caps and clause."
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("The version in force on this day; by default the newest.", valueName: "yyyy-mm-dd"))
    var asOf: String?

    @Argument(help: "The measure's full id, as medical-device.product-approval; `grantctl measures` lists them.")
    var measure: String

    func run() async throws {
        let description = try await self.connection.withClient { client in
            try await client.describeMeasure(self.measure, asOf: self.asOf)
        }
        try self.output.show(description) { DescriptionPage(description: description).write(to: &$0) }
    }
}
