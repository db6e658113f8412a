//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// `grantctl evaluate`: one application, or as many as stand in a file.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: Language.said("评估一份申请，或每行一份。", "Assess an application, or one a line."),
        discussion: Language.said(
            """
            FILE 为 EvaluateRequest 的 protobuf JSON，名称同 .proto；整数可写在引号内。没有 prior_awards 表示未申报以往获得的支持，\
            按没有计算；无人核实过时写 "prior_awards_unknown": true。

            用 --jsonl 时每行一个请求，答复按同样顺序每行一个；不成请求的行（空行亦然）得到 \
            {"error": {"code", "message", "field", "line", "application_id"}}。各行的申请互不相见：一行所得的支持不占用另一行的上限，\
            同一单位的多份申请须自行写入 prior_awards。
            """,
            """
            FILE holds an EvaluateRequest as protobuf JSON, with the names of the .proto; whole numbers may stand in \
            quotes. No prior_awards means that none are reported, and is counted as none; where nobody has looked, write \
            "prior_awards_unknown": true.

            With --jsonl every line holds one, and answers come one a line in the same order; a line that is no \
            request is answered with {"error": {"code", "message", "field", "line", "application_id"}}, an empty line \
            too. Applications do not see each other: what one line would be awarded uses up no cap of another; who awards \
            several to one applicant writes them into prior_awards.
            """
        )
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Flag(
        help: .said(
            "每行一个请求，每行一个答复；各份申请互不相见。",
            "One request a line, one answer a line; the applications do not see each other."
        )
    )
    var jsonl = false

    @Flag(
        help: .said("无论请求如何，均逐步说明理由。", "Show the reasoning step by step, whatever the request says.")
    )
    var explain = false

    @Argument(help: .said("请求；- 或不写为标准输入。", "The request; - or nothing is standard input.", valueName: "file"))
    var file: String?

    func validate() throws {
        if self.jsonl, self.output.form == .page {
            throw ValidationError(Language.said("--jsonl 输出 JSON；请去掉 --page", "--jsonl gives JSON; leave --page out"))
        }
    }

    func run() async throws {
        let input = try Input(self.file)
        if self.jsonl {
            try await self.scoreLines(input)
        } else {
            try await self.evaluate(input)
        }
    }

    private func evaluate(_ input: Input) async throws {
        let text = try input.readAll()
        let (assessment, description, envelopes, explains) = try await self.connection.withClient { client in
            let schema = try await DaemonSchema.fetch(client, address: self.connection.address)
            var request: GrantdEvaluateRequest = try schema.read(input.name, text, unnamed: "application")
            let explains = self.explain || request.explain == .full
            // A page shows the questions and labels that come with explanations.
            if explains || self.output.isPage { request.explain = .full }
            let assessment: GrantdAssessment
            do throws(GrantdClientError) {
                assessment = try await client.evaluate(request)
            } catch {
                throw await error.suggestingMeasure(in: request.application, client)
            }
            let description = self.output.isPage ? await Titles.description(of: assessment, client) : nil
            let envelopes = self.output.isPage ? await Titles.ofEnvelopes(in: [assessment], client) : [:]
            return (assessment, description, envelopes, explains)
        }
        try self.output.show(assessment) { page in
            AssessmentPage(
                assessment: assessment,
                description: description,
                showsExplanation: explains,
                envelopes: envelopes
            ).write(to: &page)
        }
    }

    private func scoreLines(_ input: Input) async throws {
        let answers = OrderedOutput { try Output.write($0) }
        do {
            try await self.connection.withClient(deadline: self.connection.timeout ?? Seconds(.seconds(60))) { client in
                let address = self.connection.address
                let schema = try await DaemonSchema.fetch(client, address: address)
                let readers = try RequestReaders(schema, client, address: address)
                try await LineScorer(client: client, readers: readers, explains: self.explain).run(input, to: answers)
            }
        } catch {
            let answered = await answers.tally.answered
            if answered > 0, !(error is Output.Closed) {
                Output.complain(Language.said("在 \(answered) 行之后中断", "stopped after \(answered) lines"))
            }
            throw error
        }
        let tally = await answers.tally
        if tally.malformed > 0 { throw RunFailure.told(ExitCode(65)) }
        if tally.failed > 0 { throw RunFailure.told(ExitCode(1)) }
    }
}
