//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// `grantctl awards`: what the book has.
struct AwardsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "awards",
        abstract: Language.said(
            "列出台账中的核定，按入账先后；或一笔核定的经过。",
            "List the book's awards, in the order of booking, or what became of one."
        )
    )

    /// What has become of an award, as it is typed.
    enum State: String, ExpressibleByArgument, CaseIterable {
        case reserved, committed, cancelled, expired

        var value: GrantdAwardState.Value {
            switch self {
            case .reserved: .reserved
            case .committed: .committed
            case .cancelled: .cancelled
            case .expired: .expired
            }
        }
    }

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(
        help: .said(
            "只列此统一社会信用代码的申请单位。",
            "Only this applicant's, by its unified social credit code.",
            valueName: "code"
        )
    )
    var applicant: String?

    @Option(help: .said("只列此措施（全称）。", "Only of this measure, by its full id.", valueName: "measure"))
    var measure: String?

    @Option(help: .said("只列此申报对象。", "Only of this subject.", valueName: "id"))
    var subject: String?

    @Option(name: .customLong("run"), help: .said("只列此批次。", "Only of this run.", valueName: "name"))
    var runID: String?

    @Option(
        help: .said(
            "只列此预算额度约束的核定，已退回的也在内。",
            "Only those that this envelope binds, given back ones too.",
            valueName: "id"
        )
    )
    var envelope: String?

    @Option(help: .said("只列此状态。", "Only those in this state."))
    var state: State?

    @Flag(help: .said("列出全部；默认前 100 笔。", "List all; by default the first 100."))
    var all = false

    @Flag(help: .said("每行一笔，输出 JSON。", "Print an award a line, as JSON."))
    var jsonl = false

    @Argument(
        help: .said("只列此编号的核定，并列出其经过。", "Only this award, with what became of it.", valueName: "award-id")
    )
    var awardID: String?

    func validate() throws {
        if self.jsonl, self.output.form != nil {
            throw ValidationError(
                Language.said(
                    "--jsonl 每行一笔；请去掉 --json 或 --page",
                    "--jsonl prints an award a line; leave --json or --page out"
                )
            )
        }
    }

    func run() async throws {
        var request = GrantdListAwardsRequest()
        if let applicant { request.unifiedSocialCreditCode = applicant }
        if let measure { request.measure = measure }
        if let subject { request.subjectID = subject }
        if let runID { request.runID = runID }
        if let envelope { request.envelopeID = envelope }
        if let awardID { request.awardID = awardID }
        if let state { request.state = state.value }
        if self.all { request.pageSize = 1_000 }
        var writer = try BufferedWriter(path: nil)
        let (response, titles) = try await self.connection.withClient { client in
            var whole = GrantdListAwardsResponse()
            repeat {
                let page = try await client.listAwards(request)
                request.pageToken = page.nextPageToken
                whole.nextPageToken = page.nextPageToken
                if self.jsonl {
                    for award in page.awards { try writer.write(try AnswerJSON.line(award)) }
                } else {
                    whole.awards += page.awards
                }
            } while self.all && !request.pageToken.isEmpty
            if whole.nextPageToken.isEmpty { whole.clearNextPageToken() }
            let isPage = self.output.isPage && !self.jsonl
            return (whole, isPage ? await Titles.ofMeasures(client) : [:])
        }
        if self.jsonl { return try writer.close() }
        try self.output.show(response) { page in
            AwardsPage(awards: response.awards, titles: titles, hasMore: response.hasNextPageToken).write(to: &page)
        }
    }
}
