//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages
internal import GrantdSchema

/// `grantctl award FILE`: awards a round of applications in its order, under its budget.
struct AwardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "award",
        abstract: Language.said("按序评审并核定一批申请，记入台账。", "Award a round of applications in order, under its budget."),
        discussion: Language.said(
            """
            FILE 每行一份申请：或为 {"application": {…}, "amount_fen": …, "idempotency_key": …}，或仅为申请本身；名称同 .proto。\
            每份申请都看得到此前的全部核定。任何一行有误，则整批不核定。

            每行的键默认为“批次:行号”，批次默认为文件名。因此中断后再次运行同一命令即可接着核定，多次运行也不会重复：\
            台账已有的行按原样答复。更正过的行照样核定；已核定的行如有改动，则报错。

            --order-by 的表达式与政策条件同一语言，可用 facts（措施的事实）、applicant、application、application_id、as_of、\
            subject_id、amount_fen、line（行号）和 assessment（不计台账的评估）。缺少所需信息的申请排在最后；次序相同的按行号。

            --envelope 与 --limit 先设定预算额度；只写 --envelope 则须已设定。两者都须约束本批全部申请的措施和日期，否则整批不核定。\
            约束范围内的预算额度无论写否都起作用。

            退出码：0 均已评审，无论结论；65 有申请不合要求；69 无法连接服务；64 命令用法有误；1 其他。
            """,
            """
            FILE holds an application a line: {"application": {…}, "amount_fen": …, "idempotency_key": …} with the names of \
            the .proto, or the application by itself. Each sees all awards before it. Where a line cannot be read nothing is \
            awarded at all.

            A line's key is RUN:LINE unless it brings one, and the run is called like the file unless --run says otherwise. So \
            a run that was cut off goes on when the same command is given again, and awards nothing twice: lines that the \
            book has are answered as they were. Lines that were put right are awarded; a line that was awarded and is another \
            now is an error.

            --order-by takes expressions in the language of the policies' conditions, with facts (the measure's), applicant, \
            application, application_id, as_of, subject_id, amount_fen, line (the number) and assessment (without the book). \
            Applications that lack what one needs come last; those of the same rank as they stand.

            --envelope with --limit puts the budget first; without --limit it must be there. Where it does not bind the \
            measures and the days of all applications nothing is awarded. Every envelope binds the awards that it covers, \
            named or not.

            Exit codes: 0 all were assessed, whatever the outcome; 65 an application is not as it should be; 69 the daemon \
            cannot be reached; 64 usage; 1 anything else.
            """
        )
    )

    /// What an award begins as.
    enum Hold: String, ExpressibleByArgument, CaseIterable {
        case commit, reserve
    }

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(
        name: .customLong("run"),
        help: .said(
            "批次的名称，记入台账；默认为不含扩展名的文件名。",
            "The run's name in the book; by default the file's, without its extension.",
            valueName: "name"
        )
    )
    var runID: String?

    @Option(
        help: .said(
            "核定次序，如 'facts.score desc, application_id'；默认按行。",
            "The order of awarding, as 'facts.score desc, application_id'; by default that of the lines.",
            valueName: "expressions"
        )
    )
    var orderBy: String?

    @Option(help: .said("预算额度的标识。", "The envelope's id.", valueName: "id"))
    var envelope: String?

    @OptionGroup var terms: EnvelopeOptions

    @Flag(
        help: .said("试算：不写入台账，没有台账的服务也可。", "What if: write nothing to the book; needs none.")
    )
    var dryRun = false

    @Option(help: .said("commit 立即核定，或 reserve 先行预留。", "commit awards at once, reserve holds the sum."))
    var hold = Hold.commit

    @Option(
        help: .said(
            "预留多久，至多 31622400 秒（366 天）。",
            "How long it is held; at most 31622400, 366 days.",
            valueName: "seconds"
        )
    )
    var reserveSeconds: Int32?

    @Option(
        help: .said("按哪一阶段的要求核对；默认 application。", "By which stage's rules it is judged; by default application.")
    )
    // Its default stands in the words: the library would tell it by its number.
    var stage: ApplicationStage?

    @Flag(help: .said("未填的排除情形视为不存在，并注明。", "Take a bar whose ground is unset as absent, and say so."))
    var assumeUnsetBarsAbsent = false

    @Option(
        help: .said(
            "将逐份结果按核定次序写入此文件，每行一份 JSON；他人不可读。",
            "Write the results to this file, a line of JSON each, in the order of awarding; nobody else may read it.",
            valueName: "file"
        )
    )
    var results: String?

    @Flag(help: .said("不输出汇总，改为输出逐份结果。", "Print the results, in place of the summary."))
    var jsonl = false

    @Argument(help: .said("申请；- 或不写为标准输入。", "The applications; - or nothing is standard input.", valueName: "file"))
    var file: String?

    func validate() throws {
        if self.jsonl, self.output.form != nil {
            throw ValidationError(
                Language.said(
                    "--jsonl 输出逐份结果；请去掉 --json 或 --page",
                    "--jsonl prints results; leave --json or --page out"
                )
            )
        }
        if (self.hold == .reserve) != (self.reserveSeconds != nil) {
            throw ValidationError(
                Language.said(
                    "--hold reserve 与 --reserve-seconds 须同时给出",
                    "--hold reserve and --reserve-seconds go together"
                )
            )
        }
        if self.envelope == nil, self.terms.limit != nil || self.terms.hasTerms {
            throw ValidationError(
                Language.said("预算额度须有标识：请给出 --envelope", "a budget wants an id: give --envelope")
            )
        }
        if self.terms.limit == nil, self.terms.hasTerms {
            throw ValidationError(
                Language.said("设定预算额度须写金额：请给出 --limit", "a budget that is put wants a sum: give --limit")
            )
        }
    }

    func run() async throws {
        let order = try self.orderBy.map { try AwardOrder($0) }
        let name = try self.runName()
        let input = try Input(self.file)
        var writer = self.jsonl || self.results != nil ? try BufferedWriter(path: self.jsonl ? nil : self.results) : nil
        var totals = AwardTotals()
        let titles: AwardTitles
        do {
            titles = try await self.connection.withClient(deadline: Seconds(.seconds(60))) { client in
                let schema = try await DaemonSchema.fetch(client, address: self.connection.address)
                if let failure = schema.failure { throw failure }
                let terms = self.runTerms(name)
                let round = try AwardRound(input, schema: schema.schema) { terms.key(ofEntry: $0) }
                try Self.refuse(round)
                try await self.prepareEnvelope(client, run: name, of: round, schema.schema)
                let runner = AwardRunner(
                    client: client,
                    run: terms,
                    round: round,
                    order: order,
                    schema: schema.schema
                )
                do {
                    try await runner.award(into: &totals) { try writer?.write($0) }
                } catch {
                    if !(error is Output.Closed) { Self.tellWhereItStopped(totals, of: round) }
                    throw error
                }
                return await AwardTitles(of: totals, named: self.envelope, dryRun: self.dryRun ? name : nil, client)
            }
        } catch {
            try? writer?.close()
            throw error
        }
        try writer?.close()
        let report = AwardReport(
            run: name,
            isDryRun: self.dryRun,
            order: self.orderBy,
            totals: totals,
            titles: titles
        )
        if !self.jsonl { try self.output.show(json: { try report.json() }, page: { report.write(to: &$0) }) }
        if totals.failed > 0 { throw RunFailure.told(ExitCode(totals.isAllOfInput ? 65 : 1)) }
    }

    private func runTerms(_ name: String) -> GrantdAwardRun {
        GrantdAwardRun(
            name,
            stage: GrantdStage.Value(rawValue: Int((self.stage ?? .application).rawValue)) ?? .application,
            assumeUnsetBarsAbsent: self.assumeUnsetBarsAbsent,
            reserveSeconds: self.reserveSeconds,
            isDryRun: self.dryRun
        )
    }

    /// The run's name: what `--run` says, else the file's; a dry run's own where it has none.
    private func runName() throws -> String {
        let name: String
        if let given = self.runID {
            name = given
        } else if self.dryRun {
            name = "dry-run-" + String(UInt64.random(in: .min ... .max), radix: 16)
        } else if let file, file != "-" {
            let base = file.split(separator: "/").last.map(String.init) ?? ""
            name = base.lastIndex(of: ".").map { $0 > base.startIndex ? String(base[..<$0]) : base } ?? base
        } else {
            throw RunFailure.usage(
                Language.said(
                    "请以 --run 写明批次的名称：中断后凭此接着核定",
                    "name the run with --run: by its name it goes on where it was cut off"
                )
            )
        }
        guard (1...GrantdAwardRun.longestRunID).contains(name.utf8.count),
            name.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw RunFailure.usage(
                Language.said(
                    "批次的名称须为 1 至 \(GrantdAwardRun.longestRunID) 个可见的 ASCII 字符；请以 --run 给出",
                    "a run's name has 1 to \(GrantdAwardRun.longestRunID) visible ASCII characters; give one with --run"
                )
            )
        }
        return name
    }

    /// - Throws: Where lines are no applications, after each is told.
    private static func refuse(_ round: AwardRound) throws {
        guard round.malformed > 0 else { return }
        for faulty in round.faultyLines {
            let id = faulty.applicationID.isEmpty ? "" : " (\(faulty.applicationID.printable))"
            Output.complain(
                Language.said(
                    "第 \(faulty.line) 行\(id)：\(faulty.fault.printable)",
                    "line \(faulty.line)\(id): \(faulty.fault.printable)"
                )
            )
        }
        let count = Money.grouped(round.malformed)
        throw RunFailure.badInput(
            Language.said(
                "\(count) 行有误，整批未核定；请更正后再次运行",
                "nothing was awarded: \(count) \(round.malformed == 1 ? "line is" : "lines are") not as they should be; put them right and run it again"
            )
        )
    }

    /// Puts the envelope where a limit is given; else sees that there is one. Either way it binds the whole round.
    private func prepareEnvelope(
        _ client: GrantdClient,
        run: String,
        of round: AwardRound,
        _ schema: DescriptorSet
    ) async throws {
        guard let id = self.envelope else { return }
        let dryRun = self.dryRun ? run : nil
        let envelope: GrantdEnvelope
        if let limit = self.terms.limit {
            envelope = self.terms.envelope(id, limit: limit)
        } else if let found = try await client.listEnvelopes(dryRun: dryRun).first(where: { $0.envelopeID == id }) {
            envelope = found
        } else {
            throw RunFailure.badInput(
                Language.said(
                    "没有预算额度 \(id.printable)；请以 --limit 设定，或用 grantctl envelope put",
                    "there is no envelope \(id.printable): put it with --limit, or with grantctl envelope put"
                )
            )
        }
        // A measure stands there once for each of its versions.
        let measures = Set(try await client.listMeasures().map(\.measure))
        try RoundScope(round, schema).check(envelope, measures: measures.sorted())
        if self.terms.limit != nil { try await client.putEnvelope(envelope, dryRun: dryRun) }
    }

    private static func tellWhereItStopped(_ totals: AwardTotals, of round: AwardRound) {
        let done = Money.grouped(totals.applications)
        let all = Money.grouped(round.entries.count)
        guard totals.applications > 0 else { return }
        Output.complain(
            Language.said(
                "已评审 \(done) / \(all) 份后中断；再次运行同一命令即可接着核定",
                "stopped after \(done) of \(all) applications; the same command goes on from there"
            )
        )
    }
}
