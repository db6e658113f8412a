//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// `grantctl documents [NUMBER]`: every document of the two gazettes, and what became of it.
struct DocumentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "documents",
        abstract: Language.said(
            "列出公报的各个文件、其措施所在，以及由其废止的文件。",
            "List the gazettes' documents, where their measures are, and the documents that they end."
        )
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(
        help: .said(
            "只列该日有效的文件；默认包括已失效的。",
            "Only documents in force on this day; by default also those that no longer hold.",
            valueName: "yyyy-mm-dd"
        )
    )
    var asOf: String?

    @Argument(
        help: .said(
            "只列该文号的文件，如 京经信发〔2025〕19号；默认全部。",
            "Only the document of this number, as 京经信发〔2025〕19号; by default all."
        )
    )
    var number: String?

    func run() async throws {
        let documents = try await self.connection.withClient { client in
            try await client.listDocuments(asOf: self.asOf, number: self.number)
        }
        var response = GrantdListDocumentsResponse()
        response.documents = documents
        try self.output.show(response) { DocumentsPage(documents: documents).write(to: &$0) }
    }
}
