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
        abstract: Language.said(Words.Terminal.abstract),
        discussion: Language.said(Words.Terminal.discussion)
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(help: .said(Words.Terminal.saveHelp, valueName: "file"))
    var save: String?

    @Option(help: .said(Words.Terminal.stageHelp, valueName: "stage"))
    // Its default stands in the words: the library would tell it by its number.
    var stage: ApplicationStage?

    @Flag(help: .said(Words.Terminal.assumptionHelp))
    var assumeUnsetBarsAbsent = false

    @Argument(help: .said(Words.Terminal.measureHelp))
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
