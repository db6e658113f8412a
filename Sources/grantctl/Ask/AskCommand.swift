//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// `grantctl ask [MEASURE]`: the questions of a measure one by one, then the answer.
struct AskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: Language.said(
            "逐题提问，测算一项支持；不写措施则先看能享受哪些支持。",
            "Ask question by question what a measure comes to; without one, first which are open."
        ),
        discussion: Language.said(
            """
            只问影响结果的问题。金额可写 1,234.56元、200万元、1.5亿；日期可写 2026年5月20日、2026-05-20 或 20260520。\
            回车：不清楚，跳过；?：为什么问；<：上一题；!：直接看结果。也可由管道逐行输入；输入结束时按已知信息测算。
            """,
            """
            Only what matters is asked. Sums may be 1,234.56 or 2 million yuan or 200万元; dates 2026-05-20, 20 May 2026 or \
            2026年5月20日. Enter: don't know, skip; ?: why; <: back; !: straight to the result. Answers may come out of a pipe, \
            one a line; where they end, what is known is assessed.
            """
        )
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(
        help: .said(
            "把最后一次的请求以 JSON 存入文件（仅本人可读）；grantctl evaluate FILE 得到同样的结果。",
            "Write the last request as JSON to a file that only you can read; grantctl evaluate FILE gives the same result.",
            valueName: "file"
        )
    )
    var save: String?

    @Option(
        help: .said(
            "按哪个阶段的要求核对；默认 application。",
            "The stage by whose rules it is judged; by default application.",
            valueName: "stage"
        )
    )
    // Its default stands in the words: the library would tell it by its number.
    var stage: ApplicationStage?

    @Flag(
        help: .said(
            "没有回答的排除情形视为不存在。",
            "Take bars that nothing is said about for absent."
        )
    )
    var assumeUnsetBarsAbsent = false

    @Argument(
        help: .said(
            "措施的完整编号，如 medical-device.product-approval；`grantctl measures` 列出全部。",
            "The measure's full id, as medical-device.product-approval; `grantctl measures` lists them."
        )
    )
    var measure: String?

    func run() async throws {
        // Before anything is typed in vain.
        if let save { try OutputFile.makePrivate(save) }
        let terminal = try AskTerminal(
            self.output.language,
            hasColour: self.output.isPage && OutputOptions.hasColour,
            descriptor: self.output.isPage ? STDOUT_FILENO : STDERR_FILENO
        )
        var beginning = Answers()
        beginning.stage = self.stage ?? .application
        beginning.assumesUnsetBarsAbsent = self.assumeUnsetBarsAbsent
        try await self.connection.withClient { [beginning] client in
            let schema = try await DaemonSchema.fetch(client, address: self.connection.address)
            let asking = Asking(
                client: client,
                schema: schema,
                terminal: terminal,
                output: self.output,
                save: self.save,
                beginning: beginning
            )
            if let measure {
                _ = try await asking.ask(measure, beginning, knowsKeys: false)
            } else {
                try await asking.screen()
            }
        }
    }
}
