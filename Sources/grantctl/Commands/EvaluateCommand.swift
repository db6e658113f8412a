//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdMessages

/// `grantctl evaluate`: one application, or as many as stand in a file.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Assess an application, or one a line.",
        discussion: """
            FILE holds an EvaluateRequest as protobuf JSON, with the names of the .proto; whole numbers may stand in \
            quotes. With --jsonl every line holds one, and answers come one a line in the same order; a line that is no \
            request is answered with {"error": {"code", "message", "field"}}, an empty line too.
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "One request a line, one answer a line.")
    var jsonl = false

    @Flag(help: "Show the reasoning step by step, whatever the request says.")
    var explain = false

    @Argument(help: ArgumentHelp("The request; - or nothing is standard input.", valueName: "file"))
    var file: String?

    func validate() throws {
        if self.jsonl, self.output.form == .page { throw ValidationError("--jsonl gives JSON; leave --page out") }
    }

    func run() async throws {
        let input = try Input(self.file)
        let reader = try RequestReader(evaluations: Contract.schema())
        if self.jsonl {
            try await self.scoreLines(input, reader)
        } else {
            try await self.evaluate(input, reader)
        }
    }

    private func evaluate(_ input: Input, _ reader: RequestReader<GrantdEvaluateRequest>) async throws {
        var request = try reader.read(input)
        let explains = self.explain || request.explain == .full
        // A page shows the questions and labels that come with explanations.
        if explains || self.output.isPage { request.explain = .full }
        let (assessment, description) = try await self.connection.withClient { client in
            let assessment = try await client.evaluate(request)
            return (assessment, self.output.isPage ? await Self.description(of: assessment, client) : nil)
        }
        try self.output.show(assessment) { page in
            AssessmentPage(assessment: assessment, description: description, showsExplanation: explains).write(
                to: &page
            )
        }
    }

    /// The measure's labels: of the version that was asked, or of the newest where none was in force. A page can do
    /// without.
    private static func description(
        of assessment: GrantdAssessment,
        _ client: GrantdClient
    ) async -> GrantdMeasureDescription? {
        if let description = try? await client.describeMeasure(assessment.measure, asOf: assessment.asOf) {
            return description
        }
        return try? await client.describeMeasure(assessment.measure)
    }

    private func scoreLines(_ input: Input, _ reader: RequestReader<GrantdEvaluateRequest>) async throws {
        let answers = OrderedOutput { try Output.write($0) }
        do {
            try await self.connection.withClient { client in
                try await LineScorer(client: client, reader: reader, explains: self.explain).run(input, to: answers)
            }
        } catch {
            let answered = await answers.tally.answered
            if answered > 0, !(error is Output.Closed) { Output.complain("stopped after \(answered) lines") }
            throw error
        }
        let tally = await answers.tally
        if tally.malformed > 0 { throw RunFailure.told(ExitCode(65)) }
        if tally.failed > 0 { throw RunFailure.told(ExitCode(1)) }
    }
}

extension RequestReader {
    /// Reads an input that holds one request.
    func read(_ input: Input) throws -> Request {
        let text = try input.readAll()
        do throws(RequestProblem) {
            return try text.withUnsafeBufferPointer { text throws(RequestProblem) in try self.read(text) }
        } catch {
            let place = error.field.isEmpty ? "" : "\(error.field.printable): "
            throw RunFailure.badInput("\(input.name.printable): \(place)\(error.message.printable)")
        }
    }
}
