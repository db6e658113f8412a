//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// `grantctl settle AWARD_ID ACTION`: commits, gives back or corrects an award.
struct SettleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: Language.said("落实、撤销或更正一笔核定。", "Commit, give back or correct an award."),
        discussion: Language.said(
            """
            commit 落实预留，--amount 只落实一部分，其余退回；cancel 撤销预留或核定；correct 将核定更正为 --amount 所写的较低金额。\
            更正和撤销核定须写 --reason。
            """,
            """
            commit commits what is held, with --amount a part of it, and the rest is given back; cancel gives an award back, \
            held or committed; correct puts a committed award down to --amount. To correct, and to cancel what is committed, \
            wants a --reason.
            """
        )
    )

    /// What is done.
    enum Action: String, ExpressibleByArgument, CaseIterable {
        case commit, cancel, correct

        var value: GrantdSettleAction.Value {
            switch self {
            case .commit: .commit
            case .cancel: .cancel
            case .correct: .correct
            }
        }
    }

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(
        help: .said(
            "金额，以元计，可写 500万。",
            "The sum in yuan.",
            valueName: "yuan"
        )
    )
    var amount: Yuan?

    @Option(help: .said("理由，记入台账。", "Why; kept in the book.", valueName: "text"))
    var reason: String?

    @Option(
        help: .said(
            "幂等键：同一键再次运行不会重复；默认每次运行各用一个。",
            "The idempotency key: run again with the same one, nothing is done twice. By default each run has its own.",
            valueName: "key"
        )
    )
    var key: String?

    @Argument(help: .said("核定的编号，26 个字符。", "The award's id, 26 characters.", valueName: "award-id"))
    var awardID: String

    @Argument(help: .said("commit、cancel 或 correct。", "commit, cancel or correct.", valueName: "action"))
    var action: Action

    func run() async throws {
        var request = GrantdSettleRequest()
        request.awardID = self.awardID
        request.action = self.action.value
        if let amount { request.amountFen = amount.fen }
        if let reason { request.reason = reason }
        if let key { request.idempotencyKey = key }
        let (award, titles) = try await self.connection.withClient { client in
            let award = try await client.settle(request)
            let titles = self.output.isPage ? await Titles.ofMeasures(asOf: award.awardedOn, client) : [:]
            return (award, titles)
        }
        try self.output.show(award) { AwardsPage(awards: [award], titles: titles, hasMore: false).write(to: &$0) }
    }
}
