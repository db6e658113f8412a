//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// `grantctl describe MEASURE`: what a measure asks for and promises.
struct DescribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: Language.said(
            "显示一项措施的支持标准、条件、所需信息、上限和条款。",
            "Show a measure's award, rules, facts, caps and clause."
        )
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(
        help: .said(
            "该日有效的版本；默认最新版本。",
            "The version in force on this day; by default the newest.",
            valueName: "yyyy-mm-dd"
        )
    )
    var asOf: String?

    @Flag(
        help: .said(
            "同时写出字段名、规则编号和条件表达式，供编写请求和政策文件。",
            "Show field names, rule ids and conditions too, for writing requests and policy files."
        )
    )
    var names = false

    @Argument(
        help: .said(
            "措施的完整编号，如 medical-device.product-approval；`grantctl measures` 列出全部。",
            "The measure's full id, as medical-device.product-approval; `grantctl measures` lists them."
        )
    )
    var measure: String

    func run() async throws {
        let description = try await self.connection.withClient { client in
            do throws(GrantdClientError) {
                return try await client.describeMeasure(self.measure, asOf: self.asOf)
            } catch {
                guard error.field == "measure" else { throw error }
                throw await error.suggestingMeasure(for: self.measure, client)
            }
        }
        try self.output.show(description) {
            DescriptionPage(description: description, showsNames: self.names).write(to: &$0)
        }
    }
}
