//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Glibc
import GrantdInterview
import GrantdMessages
import GrantdPolicy
import GrantdServer
import GrantdTesting
import SwiftProtobuf
import Testing

@testable import grantctl

@Suite("Asking in a terminal")
struct AskTests {
    /// An interview: what is asked about, what is answered, which facts are asked for in which order, what it comes to.
    struct Case: CustomTestStringConvertible {
        let measure: String
        let answers: [String]
        let asked: [String]
        let outcome: GrantdOutcome.Value
        let result: String

        var testDescription: String { "\(self.measure) \(self.outcome)" }
    }

    static let cases = [
        Case(
            measure: "ai-application.maas-compute-voucher",
            answers: ["2026年5月20日", "是", "是", "y", "无", "1.2亿", ""],
            asked: [
                "在京注册", "搭建运营全栈式 MaaS 平台", "达到规定的服务规模", "此前获得的支持", "算力部署成本",
            ],
            outcome: .eligible,
            result: "可得  最高 3,000万元"
        ),
        Case(
            measure: "medical-device.common-platform",
            answers: [
                "20260520", "是", "是", "是", "是", "", "P-1", "2026/1/1", "3,500万元", "否", "P-1", "6000万", "",
            ],
            asked: ["在京注册", "服务医疗器械产业", "产业共性平台", "此前获得的支持", "申请对象", "项目工程投资"],
            outcome: .eligible,
            result: "金额  1,500万元"
        ),
        Case(
            measure: "medical-device.common-platform",
            answers: ["2026-05-20", "否", ""],
            asked: ["在京注册"],
            outcome: .ineligible,
            result: "若“在京注册”为“是”，则不再被排除，但还需补充其他信息。"
        ),
        Case(
            measure: "digital-space.fund-investment",
            answers: ["2026.5.20", "有", "天使轮", ""],
            asked: ["在创新试验区内", "融资轮次"],
            outcome: .eligible,
            result: "不低于 500万元"
        ),
        Case(
            measure: "digital-space.fund-investment",
            answers: ["2026.5.20", "有", "其他轮次", ""],
            asked: ["在创新试验区内", "融资轮次"],
            outcome: .ineligible,
            result: "若“融资轮次”为“A 轮”，则符合条件。"
        ),
        Case(
            measure: "medical-device.common-platform",
            answers: ["2020-05-20", ""],
            asked: [],
            outcome: .notInForce,
            result: "结论  该日不在施行期"
        ),
    ]

    @Test("asks what matters in its order, and ends as evaluate does", arguments: Self.cases)
    func interview(_ example: Case) async throws {
        try await withLiveServer { server in
            try await Self.withSavedRequest { saved in
                let page = try await Self.ask(
                    [example.measure, "--save", saved],
                    example.answers,
                    server,
                    lang: "zh"
                )
                #expect(page.code == 0, "\(page.errors)")
                #expect(page.output.contains(example.result), "\(page.output)")
                // In the words of the pages.
                let outcome = Language.zh.outcome(AssessmentOutcome(example.outcome))
                #expect(page.output.contains("\n结论  \(outcome)\n"), "\(page.output)")
                let description = try await Tool.run("describe", example.measure, "--json", "--address", server.address)
                let labels = try Self.labels(description.output)
                let questions = page.output.components(separatedBy: "\n第 ").dropFirst(2).compactMap { text in
                    labels.first { Self.unwrapped(text).contains($0.question) }?.label
                }
                #expect(questions == example.asked)
                // The same request gives the same page.
                let evaluated = try await Tool.run(["evaluate", saved, "--lang", "zh", "--address", server.address])
                #expect(evaluated.code == 0, "\(evaluated.errors)")
                #expect(page.output.contains(evaluated.output))
                let json = try await Tool.run(["evaluate", saved, "--json", "--address", server.address])
                #expect(try GrantdAssessment(jsonString: json.output).outcome == example.outcome)
            }
        }
    }

    @Test("that it is none of the values is the last one to choose")
    func noneLast() async throws {
        try await withLiveServer { server in
            let page = try await Self.ask(
                ["patent-conversion.institution"],
                ["2026-05-20", "是"],
                server,
                lang: "zh"
            )
            #expect(page.output.contains("  1. 企业\n"), "\(page.output)")
            #expect(page.output.contains("  8. 以上均不是\n"), "\(page.output)")
        }
    }

    @Test("asks for the entries of a list one by one")
    func list() async throws {
        try await withLiveServer { server in
            try await Self.withSavedRequest { saved in
                let measure = "brain-stimulator-reimbursement.implant"
                let description = try await Tool.run("describe", measure, "--json", "--address", server.address)
                let answers = try Self.answersWithTwoEntries(description.output)
                let result = try await Self.ask(
                    [measure, "--save", saved, "--json"],
                    answers,
                    server,
                    lang: "en"
                )
                #expect(result.code == 0, "\(result.errors)")
                #expect(result.errors.contains("Entry 2: "))
                #expect(result.errors.contains("2 entered. Any more? (yes/no)"))
                // `<` takes the last entry back.
                let request = try GrantdEvaluateRequest(jsonString: String(contentsOfFile: saved, encoding: .utf8))
                #expect(request.application.brainStimulatorReimbursementImplant.items.count == 1)
            }
        }
    }

    @Test("takes nothing that is no answer, says why, goes back and changes answers, in both languages")
    func keys() async throws {
        try await withLiveServer { server in
            let zh = try await Self.ask(
                ["medical-device.common-platform"],
                ["5月20日", "2026-05-20", "也许", "？", "y", "＜", "n", "1", "2026年6月1日", ""],
                server,
                lang: "zh"
            )
            #expect(zh.output.contains("> 5月20日\n  请写明年份，例如 2026年5月20日。\n"))
            #expect(zh.output.contains("> 也许\n  请回答“是”或“否”。\n"))
            #expect(zh.output.contains("条件：申请单位在京注册（标题、序言）。"))
            #expect(zh.output.contains("答“否”，则不符合条件。"))
            #expect(zh.output.contains("请核对您的回答"))
            #expect(zh.output.contains("计算日期 2026-06-01"))
            #expect(zh.output.contains("结论  不符合条件"))
            #expect(zh.output.components(separatedBy: "回车：不清楚，跳过").count == 2)
            let en = try await Self.ask(
                ["medical-device.common-platform"],
                ["20 May 2026", "perhaps", "?", "n", ""],
                server,
                lang: "en"
            )
            #expect(en.output.contains("> perhaps\n  Answer yes or no.\n"))
            #expect(en.output.contains("“No”: not eligible."))
            #expect(en.output.contains("Check your answers"))
            #expect(en.output.contains("Outcome      Not eligible"))
            #expect(!en.output.contains("请"))
        }
    }

    @Test("ends with what is known where nothing more is typed, and where the result is wanted at once")
    func end() async throws {
        try await withLiveServer { server in
            for answers in [[], ["2026-05-20"], ["2026-05-20", "y", "!"], ["2026-05-20", "", "", "", "", "", ""]] {
                let result = try await Self.ask(
                    ["medical-device.common-platform"],
                    answers,
                    server,
                    lang: "zh"
                )
                #expect(result.code == 0, "\(result.errors)")
                #expect(result.output.contains("尚缺信息"))
            }
        }
    }

    @Test("keeps the entries of a list that is changed, and what is left as it was")
    func change() async throws {
        try await withLiveServer { server in
            try await Self.withSavedRequest { saved in
                let award = ["y", "", "P-1", "2026-01-01", "3,500万"]
                // Looking through: one more award, then two questions that stay as they are.
                let answers =
                    ["2026-05-20", "y", "y", "y"] + award + ["n", "P-1", "6000万", "5"] + award + [
                        "n", "7", "<", "5", "!",
                    ]
                let result = try await Self.ask(
                    ["medical-device.common-platform", "--save", saved],
                    answers,
                    server,
                    lang: "en"
                )
                #expect(result.code == 0, "\(result.errors)")
                #expect(result.output.contains("1 entered. Any more?"))
                #expect(result.output.contains("Now: 60,000,000 yuan; < keeps it"))
                let request = try GrantdEvaluateRequest(jsonString: String(contentsOfFile: saved, encoding: .utf8))
                #expect(request.application.priorAwards.map(\.amountFen) == [3_500_000_000, 3_500_000_000])
                #expect(request.application.medicalDeviceCommonPlatform.engineeringInvestmentFen == 6_000_000_000)
            }
        }
    }

    @Test("asks again for what the daemon refuses", arguments: [["5元"], [""], []])
    func refusal(last: [String]) async throws {
        try await withLiveServer { server in
            // An item is marked with a share or with a sum, not with both: the sum is asked again.
            let result = try await Self.ask(
                ["medical-service-price.first-burden"],
                ["2026-05-20", "是", "乙类", "100", "是", "10", "否", "+", "5%"] + last,
                server,
                lang: "zh"
            )
            #expect(result.code == 0, "\(result.errors)")
            let refusals = result.output.components(separatedBy: "错误：标注的先行负担额度：").count - 1
            #expect(refusals == (last == ["5元"] ? 2 : 1))
            #expect(result.output.contains("结论  符合条件\n金额  95元"))
        }
    }

    @Test("where everything was asked, + is told what can be entered")
    func nothingToAdd() async throws {
        try await withLiveServer { server in
            let result = try await Self.ask(
                ["digital-space.fund-investment"],
                ["2026-05-20", "是", "天使轮", "+", "专项", "+", "＋", ""],
                server,
                lang: "zh"
            )
            #expect(result.code == 0, "\(result.errors)")
            // Once before the one question that was left, and once behind it.
            #expect(result.output.components(separatedBy: "请核对您的回答").count - 1 == 2)
            #expect(result.output.components(separatedBy: "请输入 1 至 4 的编号，或直接回车。").count - 1 == 2)
            #expect(result.output.contains("结论  符合条件\n"))
        }
    }

    @Test("lists what is open to an applicant, then goes on with one of the measures")
    func screening() async throws {
        try await withLiveServer { server in
            let result = try await Self.ask(
                [],
                ["2026-05-20", "是", "企业", "是", "是", "否", "", "0", "2", "是", "是", "无", "6000万", "", ""],
                server,
                lang: "zh"
            )
            #expect(result.code == 0, "\(result.errors)")
            #expect(result.output.contains("北京市促进医疗器械产业高质量发展若干措施"))
            #expect(result.output.contains("请输入 1 至 "))
            // What was said of the applicant is not asked again.
            #expect(result.output.components(separatedBy: "申请单位是否在北京市注册？").count == 2)
            #expect(result.output.contains("产业共性平台建设补助\nmedical-device.common-platform"))
            #expect(result.output.contains("金额  1,800万元"))
        }
    }

    @Test("judges by the stage that is named, and takes bars for absent where told to")
    func terms() async throws {
        try await withLiveServer { server in
            try await Self.withSavedRequest { saved in
                let result = try await Self.ask(
                    [
                        "ai-application.maas-compute-voucher", "--stage", "disbursement", "--assume-unset-bars-absent",
                        "--save", saved,
                    ],
                    ["2026-05-20", "!"],
                    server,
                    lang: "zh"
                )
                #expect(result.code == 0, "\(result.errors)")
                #expect(result.output.contains("按拨付时的要求核对；没有回答的排除情形视为不存在"))
                let request = try GrantdEvaluateRequest(jsonString: String(contentsOfFile: saved, encoding: .utf8))
                #expect(request.stage == .disbursement)
                #expect(request.assumeUnsetBarsAbsent)
            }
            let wrong = try await Self.ask(["a.b", "--stage", "later"], [], server, lang: "en")
            #expect(wrong.code == 64)
        }
    }

    @Test("names the measure that may have been meant")
    func typo() async throws {
        try await withLiveServer { server in
            let result = try await Self.ask(["medical-device.common-platfrom"], [], server, lang: "en")
            #expect(result.code == 65)
            #expect(result.errors.contains("did you mean medical-device.common-platform?"))
        }
    }

    @Test("writes a request that nobody else can read, and nothing where it cannot be written")
    func save() async throws {
        try await withLiveServer { server in
            try await Self.withSavedRequest { saved in
                try Data("old, and longer than what comes".utf8).write(to: URL(filePath: saved))
                #expect(chmod(saved, 0o644) == 0)
                let result = try await Self.ask(
                    ["medical-device.common-platform", "--save", saved],
                    ["2026-05-20"],
                    server,
                    lang: "zh"
                )
                #expect(result.code == 0)
                var status = stat()
                #expect(stat(saved, &status) == 0)
                #expect(status.st_mode & 0o777 == 0o600)
                let request = try GrantdEvaluateRequest(jsonString: String(contentsOfFile: saved, encoding: .utf8))
                #expect(request.application.priorAwardsUnknown)
            }
            let nowhere = try await Self.ask(
                ["medical-device.common-platform", "--save", "/nowhere/request.json"],
                ["2026-05-20"],
                server,
                lang: "zh"
            )
            #expect(nowhere.code == 1)
            #expect(nowhere.output.isEmpty)
        }
    }

    @Test("asks on a terminal, in colour, and leaves it well", arguments: [false, true])
    func terminal(isInterrupted: Bool) async throws {
        try await withLiveServer { server in
            let terminal = try PseudoTerminal()
            let process = Process()
            process.executableURL = Tool.executable
            process.arguments = ["ask", "medical-device.common-platform", "--lang", "zh", "--address", server.address]
            process.environment = ["PATH": "/usr/bin:/bin", "TERM": "xterm", "LC_ALL": "C.UTF-8", "COLUMNS": "80"]
            process.standardInput = terminal.slave
            process.standardOutput = terminal.slave
            process.standardError = terminal.slave
            try process.run()
            try terminal.slave.close()
            var shown = terminal.read(until: "\r\n> ")
            if isInterrupted {
                process.interrupt()
            } else {
                for answer in ["2026-05-20", "否", ""] {
                    terminal.type(answer + "\n")
                    shown += terminal.read(until: answer.isEmpty ? "\u{4}" : "\r\n> ")
                }
            }
            process.waitUntilExit()
            #expect(shown.contains("\u{1B}[1m以哪一天为准测算？\u{1B}[0m"))
            if isInterrupted {
                #expect(process.terminationReason == .uncaughtSignal)
                #expect(process.terminationStatus == SIGINT)
                #expect(terminal.read(until: "\u{4}").hasSuffix("\r\n"))
            } else {
                #expect(process.terminationStatus == 0)
                #expect(shown.contains("\u{1B}[31m不符合条件\u{1B}[0m"))
                // Every tone that begins ends.
                #expect(
                    shown.components(separatedBy: "\u{1B}[0m").count * 2 == shown.components(separatedBy: "\u{1B}[")
                        .count + 1
                )
            }
        }
    }

    @Test("says the same as the daemon and the policies")
    func sameWords() async throws {
        for fen in [0, 5, 100, 123_456, 1_000_000, 1_010_000, 1_010_100, 10_000_000_000, 15_000_000_000, -1, Int64.max]
        {
            let words = MoneyLiteral.words(fen: fen)
            #expect(Money.text(fen: fen, .zh) == words.zh)
            #expect(Money.text(fen: fen, .en) == words.en)
        }
        try await withLiveServer { server in
            let json =
                #"{"application": {"as_of": "2026-05-20", "prior_awards_unknown": true, "medical_device_common_platform": {}}, "explain": "FULL"}"#
            let result = try await Tool.run(["evaluate", "--json", "--address", server.address], input: json)
            let missing = try GrantdAssessment(jsonString: result.output).missing
            for question in [StandardQuestions.priorAwards(measures: [])] {
                let told = try #require(missing.first { $0.path == question.path }).question
                #expect(question.question == BilingualText(zh: told.zh, en: told.en))
            }
            // The kinds of applicants are those of the contract, by the same labels.
            let described = try await Tool.run(
                "describe",
                "patent-conversion.institution",
                "--json",
                "--address",
                server.address
            )
            let facts = try GrantdMeasureDescription(jsonString: described.output).facts
            let kinds = try #require(facts.first { $0.path == "applicant.kind" }).values
            let asked = try #require(StandardQuestions.applicant.first { $0.path == "applicant.kind" }).values
            #expect(
                Set(asked.map { "\($0.name) \($0.number) \($0.label)" })
                    == Set(kinds.map { "\($0.name) \($0.number) \(BilingualText($0.label))" })
            )
        }
    }

    // MARK: - Helpers

    /// What is before the list is answered with yes; two entries are made, and the second is taken back.
    private static func answersWithTwoEntries(_ json: String) throws -> [String] {
        let facts = try GrantdMeasureDescription(jsonString: json).facts
        let list = try #require(facts.first { $0.type == "list" }).path
        var entry: [String] = []
        for fact in facts where fact.path.hasPrefix(list + "[]") {
            entry.append(fact.type == "bool" ? "是" : fact.type == "date" ? "2026-01-05" : "1")
        }
        let before = facts.prefix { $0.path != list }.count
        return ["2026-05-20"] + Array(repeating: "是", count: before + 1) + entry + ["是"] + entry + ["<", "否"]
    }

    private static func ask(
        _ arguments: [String],
        _ answers: [String],
        _ server: LiveServer,
        lang: String
    ) async throws -> Tool.Result {
        try await Tool.run(
            ["ask"] + arguments + ["--lang", lang, "--address", server.address],
            input: answers.map { $0 + "\n" }.joined()
        )
    }

    /// What is asked and what it is called, of every fact and of what no file words.
    private static func labels(_ json: String) throws -> [(question: String, label: String)] {
        let facts = try GrantdMeasureDescription(jsonString: json).facts
        let standard = [StandardQuestions.subject, StandardQuestions.priorAwards(measures: [])]
        return facts.map { (Self.unwrapped($0.question.zh), $0.label.zh) }
            + standard.map { (Self.unwrapped($0.question.zh), $0.label.zh) }
    }

    /// Lines are broken at 80 columns.
    private static func unwrapped(_ text: String) -> String { text.filter { !$0.isWhitespace } }

    private static func withSavedRequest(_ body: (String) async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "grantctl-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await body(file)
    }
}

/// A terminal that nobody sits at.
private final class PseudoTerminal {
    /// The program's end.
    let slave: FileHandle
    private let master: Int32

    init() throws {
        self.master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        // What unlockpt and ptsname do, which are not to be had here: TIOCSPTLCK and TIOCGPTN.
        var lock: Int32 = 0
        var number: UInt32 = 0
        try #require(self.master >= 0 && ioctl(self.master, 0x4004_5431, &lock) == 0)
        try #require(ioctl(self.master, 0x8004_5430, &number) == 0)
        let name = "/dev/pts/\(number)"
        let descriptor = open(name, O_RDWR | O_NOCTTY)
        try #require(descriptor >= 0)
        self.slave = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    }

    deinit { close(self.master) }

    func type(_ text: String) {
        _ = text.utf8CString.withUnsafeBytes { write(self.master, $0.baseAddress, $0.count - 1) }
    }

    /// What is shown up to a text, or to the end.
    func read(until end: String) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            // At the end of the other side a terminal gives an error.
            let count = Glibc.read(self.master, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
            if String(decoding: bytes, as: UTF8.self).hasSuffix(end) { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
