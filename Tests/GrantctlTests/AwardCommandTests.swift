//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdServer
import GrantdService
import GrantdTesting
import Testing

@testable import grantctl

@Suite("grantctl award, awards, settle and envelope")
struct AwardCommandTests {
    @Test("awards in the order asked for, under a budget, and the same again awards nothing twice")
    func round() async throws {
        try await Self.withBook { address, _ in
            let lines = [
                Lines.platform("A", yuan: 1_000_000), Lines.platform("B", yuan: 3_000_000),
                Lines.platform("C", yuan: 2_000_000), Lines.platform("D", yuan: 2_000_000, inBeijing: false),
            ]
            try await Tool.withFile(lines.joined(separator: "\n") + "\n\n") { file in
                let results = file + ".results"
                defer { try? FileManager.default.removeItem(atPath: results) }
                let arguments = [
                    "award", file, "--address", address, "--run", "r1", "--results", results, "--order-by",
                    "facts.engineering_investment_fen desc, application_id", "--envelope", "e", "--limit", "1,200,000",
                    "--programme", "medical-device", "--title-en", "Devices", "--title-zh", "器械",
                ]
                let first = try await Tool.run(arguments)
                #expect(first.code == 0, "\(first.errors)")
                #expect(first.output.hasPrefix("Run r1\n"))
                // 900,000 of the second line, and what is left of the third.
                #expect(first.output.contains("2, 1,200,000 yuan in all"))
                #expect(first.output.contains("1 of them cut by an envelope"))
                #expect(first.output.contains("  Devices\n  e · medical-device\n"))
                let mode = try FileManager.default.attributesOfItem(atPath: results)[.posixPermissions] as? Int
                #expect(mode == 0o600)
                let told = try Self.objects(String(contentsOfFile: results, encoding: .utf8))
                #expect(told.map { $0["line"] as? Int } == [2, 3, 4, 1])
                #expect(told.map { $0["idempotency_key"] as? String } == ["r1:2", "r1:3", "r1:4", "r1:1"])
                #expect(told.map(Self.awarded) == ["90000000", "30000000", nil, nil])

                let again = try await Tool.run(arguments + ["--lang", "zh"])
                #expect(again.code == 0, "\(again.errors)")
                #expect(again.output.contains("此前已评审  4 份，按台账原样答复"))
                #expect(again.output.contains("核定        2 份，共 120万元"))
                let same = try Self.objects(String(contentsOfFile: results, encoding: .utf8))
                #expect(same.map(Self.awarded) == told.map(Self.awarded))
                #expect(same.allSatisfy { $0["replayed"] as? Bool == true })
                for line in (first.output + again.output).split(separator: "\n") {
                    #expect(String(line).columns <= 80)
                }
                let listed = try await Tool.run("awards", "--address", address, "--jsonl")
                #expect(listed.lines.count == 2)
            }
        }
    }

    @Test("awards lines that were put right, and refuses those that are others now")
    func corrected() async throws {
        try await Self.withBook { address, _ in
            let bad = Lines.platform("B", yuan: 3_000_000, code: "")
            let arguments = ["award", "-", "--address", address, "--run", "r1", "--json"]
            let first = try await Tool.run(
                arguments,
                input: [Lines.platform("A", yuan: 1_000_000), bad].joined(separator: "\n")
            )
            #expect(first.code == 65)
            #expect(first.output.contains(#""awards":1"#))
            #expect(first.output.contains(#""failed":1"#))
            let right = Lines.platform("B", yuan: 3_000_000)
            let other = Lines.platform("A", yuan: 1_000_001)
            let second = try await Tool.run(
                ["award", "-", "--address", address, "--run", "r1", "--jsonl"],
                input: [other, right].joined(separator: "\n")
            )
            #expect(second.code == 65)
            let told = try Self.objects(second.output)
            #expect((told[0]["error"] as? [String: Any])?["field"] as? String == "idempotency_key")
            #expect(Self.awarded(told[1]) == "90000000")
        }
    }

    @Test("awards nothing where a line is no application, and says which")
    func malformed() async throws {
        try await Self.withBook { address, _ in
            let input = [
                Lines.platform("A", yuan: 1_000_000), #"{"application_id": "B", "as_of": 1}"#, "{",
                #"{"application": {"application_id": "C"}, "hold": "RESERVE"}"#,
            ].joined(separator: "\n")
            let run = try await Tool.run(["award", "-", "--address", address, "--run", "r"], input: input)
            #expect(run.code == 65)
            #expect(run.output.isEmpty)
            #expect(run.errors.contains("line 2: as_of: "), "\(run.errors)")
            #expect(run.errors.contains("line 3: not valid JSON"))
            #expect(run.errors.contains("line 4 (C): hold: "), "\(run.errors)")
            #expect(run.errors.contains("nothing was awarded: 3 lines"))
            #expect(try await Tool.run("awards", "--address", address).output == "There is no such award.\n")
        }
    }

    @Test("tries a round without a book, and leaves nothing in one")
    func dryRun() async throws {
        let input = (1...5).map { Lines.platform("P\($0)", yuan: 1_000_000) }.joined(separator: "\n")
        let arguments = ["--dry-run", "--envelope", "e", "--limit", "100万", "--lang", "zh"]
        try await withLiveServer { server in
            let run = try await Tool.run(["award", "-", "--address", server.address] + arguments, input: input)
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.output.contains("可核定  4 份，共 100万元"))
            #expect(run.output.contains("其中 1 份受预算额度所限"))
            #expect(run.output.contains("1 份因预算额度已用完"))
            let real = try await Tool.run(["award", "-", "--run", "r", "--address", server.address], input: input)
            #expect(real.code != 0)
            #expect(real.errors.contains("--ledger"), "\(real.errors)")
        }
        try await Self.withBook { address, _ in
            let run = try await Tool.run(["award", "-", "--address", address] + arguments, input: input)
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.output.contains("可核定  4 份，共 100万元"))
            #expect(try await Tool.run("awards", "--address", address, "--lang", "zh").output == "没有符合查询的核定。\n")
            #expect(try await Tool.run("envelope", "list", "--address", address, "--lang", "zh").output == "没有预算额度。\n")
        }
    }

    @Test("goes on by itself where the book fails for a while, and by the same command where it fails for longer")
    func cutOff() async throws {
        try await Self.withBook { address, book in
            let lines = (1...3_000).map { Lines.platform("P\($0)", yuan: 1) }
            try await Tool.withFile(lines.joined(separator: "\n")) { file in
                let arguments = ["award", file, "--address", address, "--run", "r", "--jsonl"]
                book.failAfter(commits: 1, times: 2)
                let patient = try await Tool.run(arguments.replacing(["r"], with: ["patient"]))
                #expect(patient.code == 0, "\(patient.errors)")
                #expect(try Self.objects(patient.output).map { $0["line"] as? Int } == Array(1...3_000))

                book.failAfter(commits: 2, times: .max)
                let cut = try await Tool.run(arguments + ["--timeout", "1"])
                #expect(cut.code == 69)
                #expect(cut.errors.contains("of 3,000 applications; the same command goes on from there"))
                #expect(cut.lines.count < 3_000)
                book.failAfter(commits: 0, times: 0)
                let rest = try await Tool.run(arguments)
                #expect(rest.code == 0, "\(rest.errors)")
                let told = try Self.objects(rest.output)
                #expect(told.count == 3_000)
                #expect(told.count { $0["replayed"] as? Bool == true } >= cut.lines.count)
                let ids = Set(told.compactMap { ($0["award"] as? [String: Any])?["award_id"] as? String })
                let listed = try await Tool.run("awards", "--run", "r", "--all", "--jsonl", "--address", address)
                #expect(listed.lines.count == ids.count)
            }
        }
    }

    @Test("an ask token cannot award, nor read the book")
    func roles() async throws {
        try await Self.withBook(tokens: "asker [ask]: ask-token\nbureau [agency]: agency-token\n") { address, _ in
            for (token, isAgency) in [("ask-token", false), ("agency-token", true)] {
                try await Tool.withFile(token) { file in
                    let options = ["--address", address, "--token-file", file]
                    let award = try await Tool.run(
                        ["award", "-", "--run", "r"] + options,
                        input: Lines.platform("A", yuan: 1_000_000)
                    )
                    #expect((award.code == 0) == isAgency, "\(award.errors)")
                    for command in [["awards"], ["envelope", "list"], ["envelope", "put", "e", "--limit", "100万"]] {
                        #expect((try await Tool.run(command + options).code == 0) == isAgency)
                    }
                }
            }
        }
    }

    @Test("settles an award, and lists it as it is")
    func settle() async throws {
        try await Self.withBook { address, _ in
            let options = ["--address", address]
            let reserved = try await Tool.run(
                ["award", "-", "--run", "r", "--hold", "reserve", "--reserve-seconds", "3600", "--jsonl"] + options,
                input: Lines.platform("A", yuan: 1_000_000)
            )
            let told = try #require(try Self.objects(reserved.output).first?["award"] as? [String: Any])
            let id = try #require(told["award_id"] as? String)
            #expect(told["state"] as? String == "RESERVED")
            let summary = try await Tool.run(
                ["award", "-", "--run", "r-2", "--hold", "reserve", "--reserve-seconds", "60", "--lang", "zh"]
                    + options,
                input: Lines.platform("B", yuan: 1_000_000)
            )
            #expect(summary.output.contains("预留  1 份，共 30万元"), "\(summary.output)")
            #expect(!summary.output.contains("核定"))
            let held = try await Tool.run(["awards", "--state", "reserved"] + options)
            #expect(held.output.contains("\(id)  reserved  300,000 yuan\n"), "\(held.output)")
            #expect(held.output.contains("held until "))
            let part = try await Tool.run(["settle", id, "commit", "--amount", "10万", "--lang", "zh"] + options)
            #expect(part.code == 0, "\(part.errors)")
            #expect(part.output.hasPrefix("\(id)  已核定  10万元\n"), "\(part.output)")
            let bare = try await Tool.run(["settle", id, "cancel", "--lang", "zh"] + options)
            #expect(bare.code == 65)
            #expect(bare.errors.contains("变更已落实的核定须写明理由"))
            let gone = try await Tool.run(["settle", id, "cancel", "--reason", "withdrawn", "--json"] + options)
            #expect(gone.output.contains(#""state":"CANCELLED""#))
            for line in held.output.split(separator: "\n") { #expect(String(line).columns <= 80) }
            let history = try await Tool.run(["awards", id, "--lang", "zh"] + options)
            #expect(history.output.contains(" · 预留 30万元\n"), "\(history.output)")
            #expect(history.output.contains(" · 核定 10万元，退回 20万元\n"), "\(history.output)")
            #expect(history.output.contains(" · 退回 10万元 · 理由：withdrawn"), "\(history.output)")
            let bound = try await Tool.run(["awards", "--envelope", "none"] + options)
            #expect(bound.code == 65)
            #expect(bound.errors.contains("envelope_id"), "\(bound.errors)")
        }
    }

    @Test("puts an envelope and shows it as a bar")
    func envelopes() async throws {
        try await Self.withBook { address, _ in
            let put = try await Tool.run(
                "envelope",
                "put",
                "e-1",
                "--limit",
                "1.5亿",
                "--title-zh",
                "器械",
                "--from",
                "2026-01-01",
                "--until",
                "2026-12-31",
                "--measure",
                "medical-device.common-platform",
                "--address",
                address,
                "--lang",
                "zh"
            )
            #expect(put.code == 0, "\(put.errors)")
            #expect(put.output.contains("  器械\n  e-1 · medical-device.common-platform，2026-01-01 至 2026-12-31\n"))
            #expect(put.output.contains(String(repeating: "░", count: 40)))
            let bad = try await Tool.run("envelope", "put", "E!", "--limit", "1", "--address", address)
            #expect(bad.code == 65)
            #expect(bad.errors.contains("envelope.envelope_id"), "\(bad.errors)")
            let none = try await Tool.run(
                ["award", "-", "--run", "r", "--envelope", "e-2", "--address", address],
                input: Lines.platform("A", yuan: 1)
            )
            #expect(none.code == 65)
            #expect(none.errors.contains("there is no envelope e-2"))
        }
    }

    @Test("awards nothing under a budget that does not bind the whole round")
    func unboundEnvelope() async throws {
        try await Self.withBook { address, _ in
            let other = "medical-device.pilot-platform"
            let envelopes = [
                ("other", ["--measure", other]), ("none", ["--programme", "digital-space"]),
                ("past", ["--until", "2026-05-19"]), ("later", ["--from", "2026-05-21"]),
                ("right", ["--measure", other, "--programme", "medical-device", "--until", "2026-05-20"]),
            ]
            for (id, terms) in envelopes {
                let put = try await Tool.run(["envelope", "put", id, "--limit", "1", "--address", address] + terms)
                #expect(put.code == 0, "\(put.errors)")
            }
            let unbound: [(arguments: [String], what: String)] = [
                (["other"], "medical-device.common-platform"), (["none"], "medical-device.common-platform"),
                (["past"], "2026-05-20"), (["later"], "2026-05-20"),
                (["new", "--limit", "1", "--measure", other], "medical-device.common-platform"),
                (["new", "--limit", "1", "--until", "2026-01-01"], "2026-05-20"),
                (["right", "--limit", "1", "--from", "2026-06-01"], "2026-05-20"),
            ]
            let award = ["award", "-", "--run", "r", "--address", address, "--envelope"]
            let input = Lines.platform("A", yuan: 1_000_000)
            for (arguments, what) in unbound {
                let run = try await Tool.run(award + arguments, input: input)
                #expect(run.code == 65, "\(arguments)")
                #expect(run.errors.contains("does not bind awards of \(what): name another"), "\(run.errors)")
            }
            // A measure of two versions is named once.
            let versions = try await Tool.run(
                award + ["none"],
                input: #"{"as_of": "2026-05-20", "medical_service_price_price_check": {}}"#
            )
            let what = "medical-service-price.price-check"
            #expect(versions.code == 65)
            #expect(versions.errors.contains("does not bind awards of \(what): name another"), "\(versions.errors)")
            #expect(try await Tool.run("awards", "--address", address).output == "There is no such award.\n")
            #expect(try await !Tool.run("envelope", "list", "--address", address).output.contains("new"))
            let right = try await Tool.run(award + ["right"], input: input)
            #expect(right.code == 0, "\(right.errors)")
            #expect(right.output.contains("1, 1 yuan in all"), "\(right.output)")
        }
    }

    @Test(
        "tells what is wrong with a command line",
        arguments: [
            (["award", "-"], "name the run with --run"),
            (["award", "批.jsonl"], "visible ASCII"),
            (["award", "x", "--hold", "reserve"], "go together"),
            (["award", "x", "--limit", "5"], "give --envelope"),
            (["award", "x", "--envelope", "e", "--measure", "m"], "give --limit"),
            (["award", "x", "--limit", "-5", "--envelope", "e"], "limit"),
            (["award", "x", "--order-by", "a,,b"], "empty expression"),
            (["envelope", "put", "e"], "--limit"),
            (["settle", "X"], "action"),
        ]
    )
    func usage(arguments: [String], text: String) async throws {
        let run = try await Tool.run(arguments, input: "")
        #expect(run.code == 64)
        #expect(run.errors.contains(text), "\(run.errors)")
    }

    // MARK: - A daemon with a book

    private static func withBook(
        tokens: String? = nil,
        _ body: @Sendable (String, FailingBook.Switch) async throws -> Void
    ) async throws {
        let book = FailingBook.Switch()
        let ledger = AwardLedger(store: FailingBook(book))
        defer { ledger.close() }
        var configuration = ServerConfiguration.defaults
        configuration.ledger = ledger
        if let tokens { configuration.tokens = try TokenSet.parse(Array(tokens.utf8)) }
        try await withLiveServer(configuration: configuration) { try await body($0.address, book) }
    }

    private static func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    private static func awarded(_ object: [String: Any]) -> String? {
        (object["award"] as? [String: Any])?["amount_fen"] as? String
    }
}

/// Lines of a round.
enum Lines {
    /// A platform whose support is 30 % of the investment.
    static func platform(
        _ id: String,
        yuan: Int64,
        inBeijing: Bool = true,
        code: String = "91110000MA0000004X"
    ) -> String {
        #"{"application_id": "\#(id)", "as_of": "2026-05-20", "subject_id": "S-\#(id)", "applicant": {"#
            + (code.isEmpty ? "" : #""unified_social_credit_code": "\#(code)", "#)
            + #""registered_in_beijing": \#(inBeijing)}, "medical_device_common_platform": {"#
            + #""for_medical_device_industry": true, "common_technology_platform": true, "#
            + #""engineering_investment_fen": "\#(yuan * 100)"}}"#
    }
}
