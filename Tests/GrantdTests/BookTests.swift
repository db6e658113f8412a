//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import FoundationNetworking
internal import GrantdClient
internal import GrantdMessages
internal import SwiftProtobuf
internal import Testing

/// A daemon that keeps a book of awards.
struct BookTests {
    @Test(
        "refuses what the options of a book do not take",
        arguments: [
            (["--ledger", "x", "--keep-keys", "0"], "--keep-keys takes 1 to 36500 days"),
            (["--keep-keys", "30"], "--keep-keys goes with --ledger"),
        ]
    )
    func options(options: [String], text: String) async throws {
        let daemon = try DaemonProcess(["serve", "--port", "0"] + options)
        #expect(try await daemon.exitCode() == 64)
        #expect(daemon.errors.contains(text), "\(daemon.errors)")
    }

    @Test("SIGTERM with awards in flight: each is answered or not made, and asked again it is made once")
    func stopping() async throws {
        try await Self.withBook { book in
            let keys = (0..<400).map { "key-\($0)" }
            var told: [String: String] = [:]
            for isFirst in [true, false] {
                let daemon = try DaemonProcess(["serve", "--port", "0", "--threads", "1", "--ledger", book])
                let port = try await daemon.port()
                let open = keys.filter { told[$0] == nil }
                var configuration = GrantdClientConfiguration.defaults
                configuration.retry.attempts = 1
                let answers = await withGrantdClient(
                    address: GrantdAddress(host: "127.0.0.1", port: port),
                    configuration: configuration
                ) { client in
                    await withTaskGroup(of: (String, String?).self) { group in
                        if isFirst { _ = try? await client.award(Self.request(keys[0])) }
                        for (place, key) in open.enumerated() {
                            // In the first round the daemon is told to stop half the way.
                            if isFirst, place == keys.count / 2 { daemon.signal(SIGTERM) }
                            group.addTask {
                                return (key, try? await client.award(Self.request(key)).award.awardID)
                            }
                        }
                        return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                    }
                }
                for (key, id) in answers { told[key] = id }
                if !isFirst {
                    let listed = try await withGrantdClient(address: GrantdAddress(host: "127.0.0.1", port: port)) {
                        try await $0.listAwards(GrantdListAwardsRequest.with { $0.pageSize = 1_000 }).awards
                    }
                    #expect(Set(listed.map(\.awardID)) == Set(told.values))
                    #expect(listed.count == keys.count)
                }
                daemon.signal(SIGTERM)
                #expect(try await daemon.exitCode() == 0)
            }
            #expect(told.count == keys.count)
        }
    }

    @Test("over HTTP an award is the same, and /metrics tells of the book")
    func http() async throws {
        try await Self.withBook { book in
            let daemon = try DaemonProcess([
                "serve", "--port", "0", "--threads", "1", "--ledger", book, "--keep-keys", "400",
            ])
            let port = try await daemon.port()
            #expect(
                daemon.errors.contains("the book of awards is open keys_kept=\"400 days\" store=sqlite"),
                "\(daemon.errors)"
            )
            func post(_ method: String, _ body: Data) async throws -> (Int, Data) {
                var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)/\(method)")))
                request.httpMethod = method == "metrics" ? "GET" : "POST"
                if method != "metrics" {
                    request.httpBody = body
                    request.setValue("application/proto", forHTTPHeaderField: "content-type")
                }
                let (data, response) = try await URLSession.shared.data(for: request)
                return ((response as? HTTPURLResponse)?.statusCode ?? 0, data)
            }
            let payload = try Self.request("key").serializedData()
            let (status, first) = try await post("grantd.v1.Awards/Award", payload)
            #expect(status == 200)
            let made = try GrantdAwardResponse(serializedBytes: first)
            #expect(made.award.amountFen == 30)
            let framed = try await withGrantdClient(address: GrantdAddress(host: "127.0.0.1", port: port)) {
                try await $0.award(Self.request("key"))
            }
            #expect(framed.replayed)
            #expect(framed.award == made.award)
            #expect(framed.assessment == made.assessment)
            let (_, metrics) = try await post("metrics", Data())
            let text = String(decoding: metrics, as: UTF8.self)
            for line in [
                "grantd_ledger_up 1", "grantd_ledger_entries_total{kind=\"award\"} 1", "grantd_ledger_replays_total 1",
                "grantd_ledger_commit_entries_bucket{le=\"1\"} 1", "grantd_ledger_commit_entries_count 1",
                "grantd_ledger_failures_total{transient=\"true\"} 0",
            ] { #expect(text.contains("\(line)\n"), "\(line)") }
            daemon.signal(SIGTERM)
            #expect(try await daemon.exitCode() == 0)
        }
    }

    @Test("the client awards a round in the order asked for, and the same round again awards nothing twice")
    func round() async throws {
        try await Self.withBook { book in
            let daemon = try DaemonProcess(["serve", "--port", "0", "--threads", "1", "--ledger", book])
            let port = try await daemon.port()
            let entries = (1...5).map { number in
                GrantdAwardBatchEntry.with {
                    $0.application = Self.request("S\(number)").application
                    $0.application.medicalDeviceCommonPlatform.engineeringInvestmentFen = Int64(number % 3 * 100 + 50)
                    if number == 2 { $0.idempotencyKey = "own" }
                }
            }
            try await withGrantdClient(address: GrantdAddress(host: "127.0.0.1", port: port)) { client in
                for isAgain in [false, true] {
                    var results: [GrantdAwardResult] = []
                    var steps: [[Int]] = []
                    let summary = try await client.award(
                        entries,
                        run: GrantdAwardRun("r", batchSize: 2),
                        envelope: GrantdEnvelope.with { ($0.envelopeID, $0.limitFen) = ("e", 100) },
                        orderBy: {
                            $0.application.medicalDeviceCommonPlatform.engineeringInvestmentFen
                                > $1.application.medicalDeviceCommonPlatform.engineeringInvestmentFen
                        },
                        progress: { steps.append([$0, $1]) },
                        each: { results.append($0) }
                    )
                    #expect(steps == [[2, 5], [4, 5], [5, 5]])
                    #expect(results.map(\.index) == [1, 4, 0, 3, 2])
                    #expect(results.map(\.idempotencyKey) == ["own", "r:5", "r:1", "r:4", "r:3"])
                    let answers = try results.map { try $0.result.get() }
                    #expect(answers.map(\.replayed) == Array(repeating: isAgain, count: 5))
                    // 30 %, what is left of the envelope, then nothing.
                    #expect(answers.map(\.award.amountFen) == [75, 25, 0, 0, 0])
                    let counts: [Int] = [summary.entries, summary.awards, summary.held, summary.failed]
                    #expect(counts == [5, 2, 0, 0] as [Int])
                    #expect(summary.replayed == (isAgain ? 5 : 0))
                    #expect(summary.amountFen == 100)
                    #expect(summary.measures.keys.sorted() == ["medical-device.common-platform"])
                    let measure = try #require(summary.measures["medical-device.common-platform"])
                    let outcomes: [GrantdOutcome.Value: Int] = [.eligible: 2, .exhausted: 3]
                    #expect(measure.outcomes == outcomes)
                    #expect(measure.awards == 2)
                    #expect(measure.amountFen == 100)
                }
                let envelopes = try await client.listEnvelopes()
                #expect(envelopes.map(\.usedFen) == [100])
                #expect(try await client.listAwards().awards.count == 2)
                await #expect(throws: GrantdClientError.self) {
                    try await client.award(entries, run: GrantdAwardRun(""), each: { _ in })
                }
                // A budget by its id alone must be there, for a dry run too.
                for isDryRun in [false, true] {
                    let run = GrantdAwardRun("s", isDryRun: isDryRun)
                    let error = await #expect(throws: GrantdClientError.self) {
                        let absent = GrantdEnvelope.with { $0.envelopeID = "absent" }
                        try await client.award(entries, run: run, envelope: absent, each: { _ in })
                    }
                    #expect(error?.field == "envelope_id")
                    let present = GrantdEnvelope.with { $0.envelopeID = "e" }
                    let summary = try await client.award([], run: run, envelope: present, each: { _ in })
                    #expect(summary.entries == 0)
                }
            }
            daemon.signal(SIGTERM)
            #expect(try await daemon.exitCode() == 0)
        }
    }

    @Test("the client awards nothing under a budget that does not bind the whole round")
    func unboundRound() async throws {
        try await Self.withBook { book in
            let daemon = try DaemonProcess(["serve", "--port", "0", "--threads", "1", "--ledger", book])
            let port = try await daemon.port()
            let entries = ["S1", "S2"].map { subject in
                GrantdAwardBatchEntry.with { $0.application = Self.request(subject).application }
            }
            let measure = "medical-device.common-platform"
            let terms: [(terms: GrantdEnvelope, unbound: String)] = [
                (.with { $0.measures = ["medical-device.pilot-platform"] }, measure),
                (.with { $0.programmes = ["digital-space"] }, measure),
                (.with { $0.fromOn = "2026-05-21" }, "2026-05-20"), (.with { $0.untilOn = "2026-05-19" }, "2026-05-20"),
            ]
            try await withGrantdClient(address: GrantdAddress(host: "127.0.0.1", port: port)) { client in
                for (number, (terms, unbound)) in terms.enumerated() {
                    var put = terms
                    (put.envelopeID, put.limitFen) = ("given-\(number)", 40)
                    var known = terms
                    (known.envelopeID, known.limitFen) = ("known-\(number)", 40)
                    try await client.putEnvelope(known)
                    for budget in [put, .with { $0.envelopeID = known.envelopeID }] {
                        let error = await #expect(throws: GrantdClientError.self) {
                            try await client.award(entries, run: .init("r"), envelope: budget, each: { _ in })
                        }
                        #expect(error?.code == .invalidRequest)
                        #expect(error?.field == "envelope_id")
                        #expect(error?.message.contains("does not bind awards of \(unbound): name another") == true)
                    }
                }
                #expect(try await client.listAwards().awards.isEmpty)
                #expect(try await client.listEnvelopes().allSatisfy { $0.envelopeID.hasPrefix("known-") })
                let budget = GrantdEnvelope.with {
                    ($0.envelopeID, $0.limitFen) = ("e", 40)
                    ($0.fromOn, $0.untilOn, $0.programmes) = ("2026-05-20", "2026-05-20", ["medical-device"])
                }
                let summary = try await client.award(entries, run: .init("r"), envelope: budget, each: { _ in })
                #expect(summary.amountFen == 40)
            }
            daemon.signal(SIGTERM)
            #expect(try await daemon.exitCode() == 0)
        }
    }

    private static func withBook(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "book-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.appending(path: "book").path)
    }

    /// A platform whose support is 30 fen.
    private static func request(_ key: String) -> GrantdAwardRequest {
        GrantdAwardRequest.with {
            $0.idempotencyKey = key
            $0.application.asOf = "2026-05-20"
            $0.application.subjectID = key
            $0.application.applicant.unifiedSocialCreditCode = "91110000MA0000004X"
            $0.application.applicant.registeredInBeijing = true
            $0.application.medicalDeviceCommonPlatform.forMedicalDeviceIndustry = true
            $0.application.medicalDeviceCommonPlatform.commonTechnologyPlatform = true
            $0.application.medicalDeviceCommonPlatform.engineeringInvestmentFen = 100
        }
    }
}
