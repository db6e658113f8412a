//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// `grantctl screen`: every measure that is open to an applicant.
struct ScreenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "screen",
        abstract: Language.said(
            "按政策列出申请单位可申请的措施，支持最多者在前。",
            "List the measures open to an applicant by programme, most support first."
        ),
        discussion: Language.said(
            """
            FILE 为 ScreenRequest 的 protobuf JSON，名称同 .proto：as_of、applicant、prior_awards，以及 known 中其他已知信息。\
            没有 prior_awards 表示未申报以往获得的支持，按没有计算；无人核实过时写 "prior_awards_unknown": true。\
            处分、时限和结算类措施不列，除非 known 中有其信息，或以 --all 要求。
            """,
            """
            FILE holds a ScreenRequest as protobuf JSON, with the names of the .proto: as_of, applicant, prior_awards, \
            and what else is known in known. Sanctions, time limits and the arithmetic of settlements are left out unless \
            known holds their facts, or --all asks for them. No prior_awards means that none are reported, and is counted \
            as none; where nobody has looked, write "prior_awards_unknown": true.
            """
        )
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Flag(
        help: .said("无论请求如何，均逐项说明理由。", "Show the reasoning of each assessment, whatever the request says.")
    )
    var explain = false

    @Flag(
        help: .said(
            "无论请求如何，处分、时限和结算类措施也列出。",
            "Answer also for sanctions, time limits and settlements, whatever the request says."
        )
    )
    var all = false

    @Argument(help: .said("请求；- 或不写为标准输入。", "The request; - or nothing is standard input.", valueName: "file"))
    var file: String?

    func run() async throws {
        let input = try Input(self.file)
        let text = try input.readAll()
        let (response, descriptions, envelopes, explains) = try await self.connection.withClient { client in
            let schema = try await DaemonSchema.fetch(client, address: self.connection.address)
            var request: GrantdScreenRequest = try schema.read(input.name, text)
            if self.explain { request.explain = .full }
            if self.all { request.includeOnRequest = true }
            let explains = request.explain == .full
            let response = try await client.screen(request)
            var descriptions: [String: GrantdMeasureDescription] = [:]
            if self.output.isPage {
                // Titles alone come in one call; labels are wanted with the reasoning only.
                descriptions =
                    explains
                    ? await Titles.descriptions(of: response.assessments, client)
                    : await Titles.ofMeasures(asOf: request.asOf, client)
            }
            let envelopes =
                self.output.isPage && explains ? await Titles.ofEnvelopes(in: response.assessments, client) : [:]
            return (response, descriptions, envelopes, explains)
        }
        try self.output.show(response) { page in
            ScreenPage(
                response: response,
                descriptions: descriptions,
                showsExplanation: explains,
                envelopes: envelopes
            ).write(to: &page)
        }
    }
}
